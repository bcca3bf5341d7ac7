"""The schemas of what the broker takes and gives, for the document of itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from harness.broker.semantics.events import EVENTS

Schema: TypeAlias = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
FILLED: Final[Schema] = {"type": "string", "pattern": r"\S"}
FLAG: Final[Schema] = {"type": "boolean"}
_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
_MAYBE_TEXT: Final[Schema] = {"type": ["string", "null"]}
_MAYBE_FLAG: Final[Schema] = {"type": ["boolean", "null"]}
_ANY: Final[Schema] = {"type": "object"}
_WORD: Final[Schema] = {"type": "string", "pattern": r"^\S+$"}


def ref(name: str) -> Schema:
    """A schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def fields(*required: str, **properties: Schema) -> Schema:
    """An object, of whose members some are always there; it may have more."""
    return {"type": "object", "properties": properties, "required": list(required)}


def listed(items: Schema) -> Schema:
    """An array."""
    return {"type": "array", "items": items}


def resource(**properties: Schema) -> Schema:
    """An object with its links, in which all that is named is always there."""
    told = {**properties, "_links": ref("Links")}
    return {"type": "object", "properties": told, "required": list(told)}


def with_embedded(**properties: Schema) -> Schema:
    """A resource that holds others."""
    return resource(_embedded=fields(*properties, **properties))


_LINK: Final = fields("href", href=TEXT, title=_MAYBE_TEXT, name=_MAYBE_TEXT, templated=FLAG)
_SELF: Final = resource()
_PLACED: Final = with_embedded(
    version=ref("Numbered"), pacticipant=ref("Named"), environment=fields("uuid", "name")
)


def _placed(flag: str) -> Schema:
    told = {"uuid": TEXT, flag: FLAG, "createdAt": TEXT, **_PLACED["properties"]}
    return {"type": "object", "properties": told, "required": list(told)}


ANSWERS: Final[Mapping[str, Schema]] = {
    "Link": _LINK,
    "Links": {
        "type": "object",
        "additionalProperties": {"anyOf": [ref("Link"), listed(ref("Link")), listed(_ANY)]},
    },
    "Error": fields("error", error=TEXT),
    "Errors": fields("errors", errors={"type": ["object", "array"]}),
    "Conflict": fields("errors", "notices", errors=_ANY, notices=listed(ref("Notice"))),
    "Problem": fields("title", "status", title=TEXT, status=_COUNT),
    "Notice": fields("type", "text", type=TEXT, text=TEXT),
    "Resource": _SELF,
    "Document": fields("openapi", "info", "paths", openapi=TEXT, info=_ANY, paths=_ANY),
    "Named": resource(name=TEXT),
    "Numbered": resource(number=TEXT),
    "Pacticipant": resource(
        name=TEXT, displayName=TEXT, createdAt=TEXT, updatedAt=TEXT, _embedded=_ANY
    ),
    "Pacticipants": with_embedded(pacticipants=listed(ref("Pacticipant"))),
    "Labels": with_embedded(labels=listed(fields("name", name=TEXT))),
    "Version": resource(
        number=TEXT,
        createdAt=TEXT,
        _embedded=fields(
            "branchVersions",
            "tags",
            branchVersions=listed(ref("BranchVersion")),
            tags=listed(ref("Named")),
        ),
    ),
    "Versions": with_embedded(versions=listed(ref("Version"))),
    "BranchVersion": resource(name=TEXT, latest=FLAG),
    "Branch": resource(name=TEXT, createdAt=TEXT, updatedAt=TEXT),
    "Branches": with_embedded(branches=listed(ref("Branch"))),
    "Environment": resource(
        uuid=TEXT, name=TEXT, displayName=TEXT, production=FLAG, contacts=listed(_ANY)
    ),
    "Environments": with_embedded(environments=listed(ref("Environment"))),
    "DeployedVersion": _placed("currentlyDeployed"),
    "DeployedVersions": with_embedded(deployedVersions=listed(ref("DeployedVersion"))),
    "ReleasedVersion": _placed("currentlySupported"),
    "ReleasedVersions": with_embedded(releasedVersions=listed(ref("ReleasedVersion"))),
    "Published": fields(
        *("notices", "_embedded", "_links"),
        notices=listed(ref("Notice")),
        _embedded=fields("pacticipant", "version", version=ref("Numbered")),
        _links=ref("Links"),
    ),
    "ProviderContract": resource(
        specification={"enum": ["oas", "asyncapi"]},
        contentType=TEXT,
        content=TEXT,
        createdAt=TEXT,
        updatedAt=TEXT,
    ),
    "CrossContractResults": resource(
        success=_MAYBE_FLAG,
        selfVerification=_MAYBE_FLAG,
        unconfirmed=_COUNT,
        reasons=listed(TEXT),
        documents=listed(_ANY),
    ),
    "PactsForVerification": with_embedded(
        pacts=listed(
            resource(
                shortDescription=TEXT,
                verificationProperties=fields("notices", notices=listed(_ANY)),
            )
        )
    ),
    "Pacts": resource(pacts=listed(_ANY)),
    "ProviderStates": resource(
        providerStates=listed(fields("name", "consumers", name=TEXT, consumers=listed(TEXT)))
    ),
    "VerificationResult": resource(
        success=FLAG, providerName=TEXT, providerApplicationVersion=TEXT, verificationDate=TEXT
    ),
    "Matrix": resource(
        summary=fields(
            *("deployable", "reason", "success", "failed", "unknown"),
            deployable=_MAYBE_FLAG,
            reason=TEXT,
            success=_COUNT,
            failed=_COUNT,
            unknown=_COUNT,
        ),
        notices=listed(ref("Notice")),
        matrix=listed(
            fields(
                *("consumer", "provider", "pact", "verificationResult"),
                consumer=ref("Named"),
                provider=ref("Named"),
                pact=_SELF,
                verificationResult={"type": ["object", "null"]},
            )
        ),
    ),
    "Integrations": with_embedded(integrations=listed(_SELF)),
    "Dashboard": resource(items=listed(_ANY)),
    "Webhook": resource(enabled=FLAG, events=listed(_ANY), request=_ANY),
    "Webhooks": with_embedded(webhooks=listed(ref("Webhook"))),
}

_YES: Final[Schema] = {"const": True}
_SELECTOR: Final[Schema] = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("branch", "tag", "environment", "consumer"), FILLED),
        **dict.fromkeys(("mainBranch", "latest", "deployed", "released"), _YES),
    },
}
_RESULTS: Final = fields(
    "success",
    success=FLAG,
    **dict.fromkeys(
        ("content", "contentType", "format", "verifier", "verifierVersion"), _MAYBE_TEXT
    ),
)
_BUILD: Final[dict[str, Schema]] = {
    "branch": _MAYBE_TEXT,
    "buildUrl": _MAYBE_TEXT,
    "tags": {"type": ["array", "null"], "items": FILLED},
}
_BASE64: Final[Schema] = {"type": "string", "contentEncoding": "base64", "pattern": r"^(\w{4})+$"}
_PACTICIPANT: Final[dict[str, Schema]] = {
    **dict.fromkeys(
        ("displayName", "repositoryUrl", "repositoryName", "repositoryNamespace"), _MAYBE_TEXT
    ),
    "mainBranch": {"type": ["string", "null"], "pattern": r"^\S*$"},
}

BODIES: Final[Mapping[str, Schema]] = {
    # A name inside must be that of the path, which a schema cannot say.
    "NewPact": _ANY,
    "NewContracts": fields(
        *("pacticipantName", "pacticipantVersionNumber", "contracts"),
        pacticipantName=FILLED,
        pacticipantVersionNumber=FILLED,
        contracts=listed(
            fields(
                *("consumerName", "providerName", "specification", "contentType", "content"),
                consumerName=FILLED,
                providerName=FILLED,
                specification={"const": "pact"},
                contentType=FILLED,
                content=_BASE64,
                onConflict={"enum": ["overwrite", "merge", None]},
            )
        ),
        **_BUILD,
    ),
    "NewDocument": fields(
        *("content", "contentType"),
        content=_BASE64,
        contentType=FILLED,
        specification={"enum": ["oas", "asyncapi", None]},
        selfVerificationResults={**_RESULTS, "type": ["object", "null"]},
    ),
    "NewProviderContract": fields(
        *("pacticipantVersionNumber", "contract"),
        pacticipantVersionNumber=FILLED,
        contract=ref("NewDocument"),
        **_BUILD,
    ),
    "NewResult": fields(
        *("success", "providerApplicationVersion"),
        success=FLAG,
        providerApplicationVersion=FILLED,
        buildUrl=_MAYBE_TEXT,
    ),
    "Selection": fields(
        consumerVersionSelectors={"type": ["array", "null"], "items": _SELECTOR},
        providerVersionBranch=_MAYBE_TEXT,
        providerVersionTags={"type": ["array", "string", "null"], "items": TEXT},
        includePendingStatus=_MAYBE_FLAG,
        includeWipPactsSince={
            "anyOf": [
                {"enum": ["", None]},
                {"type": "string", "format": "date"},
                {"type": "string", "format": "date-time"},
            ]
        },
    ),
    "NewPacticipant": fields("name", name=FILLED, **_PACTICIPANT),
    "PacticipantChange": fields(**_PACTICIPANT),
    "VersionChange": fields(buildUrl=_MAYBE_TEXT),
    "Nothing": {},
    "NewRelease": _ANY,
    "NewEnvironment": fields(
        *("name", "production"),
        name=_WORD,
        production=FLAG,
        displayName=_MAYBE_TEXT,
        contacts={"type": ["array", "null"], "items": _ANY},
    ),
    "NewDeployment": fields(applicationInstance=_MAYBE_TEXT),
    "EndOfDeployment": fields("currentlyDeployed", currentlyDeployed={"const": False}),
    "Support": fields("currentlySupported", currentlySupported=FLAG),
    "NewWebhook": fields(
        *("events", "request"),
        description=_MAYBE_TEXT,
        enabled=_MAYBE_FLAG,
        events={"type": "array", "minItems": 1, "items": fields("name", name={"enum": [*EVENTS]})},
        request=fields(
            *("method", "url"),
            method={"enum": ["POST", "PUT", "PATCH", "GET", "DELETE"]},
            url={"type": "string", "format": "uri"},
        ),
    ),
}
