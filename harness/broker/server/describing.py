"""The OpenAPI document of the broker itself, made of its routes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from harness.broker.semantics.scopes import Door
from harness.broker.server import (
    answers,
    cross_contracts,
    environments,
    index,
    integrations,
    matrix,
    pact_lists,
    pacticipants,
    pacts,
    provider_contracts,
    publishing,
    results,
    triggered,
    verifying,
    versions,
    webhooks,
)
from harness.broker.server.answers import HAL, JSON, PROBLEM, TEXT, Answer
from harness.broker.server.asking import Call
from harness.broker.server.needs import Needs
from harness.broker.server.routing import Handler, Route, get
from harness.broker.server.schemas import ANSWERS, BODIES, Schema, ref

PLACE: Final = "/openapi.json"
_NAME: Final = re.compile(r"\{(\w+)\}")
_FAULTS: Final = (JSON, HAL, PROBLEM)
# What a name in a path may be: control characters are refused, and a dot alone is no name.
_SEGMENT: Final[Schema] = {
    "type": "string",
    "pattern": r"^[^\u0000-\u001f\u007f.][^\u0000-\u001f\u007f]*$",
}
_PAGE: Final = ("pageNumber", "pageSize")

_GIVEN: Final[Mapping[Handler, str]] = {
    cross_contracts.results: "CrossContractResults",
    environments.create: "Environment",
    environments.currently_deployed: "DeployedVersions",
    environments.currently_supported: "ReleasedVersions",
    environments.deployed_version: "DeployedVersion",
    environments.end_deployment: "DeployedVersion",
    environments.end_support: "ReleasedVersion",
    environments.listed: "Environments",
    environments.one: "Environment",
    environments.record_deployment: "DeployedVersion",
    environments.record_release: "ReleasedVersion",
    environments.released_version: "ReleasedVersion",
    environments.replace: "Environment",
    environments.versions_of_pacticipant: "Versions",
    integrations.dashboard: "Dashboard",
    integrations.listed: "Integrations",
    matrix.can_i_deploy: "Matrix",
    matrix.can_i_deploy_version: "Matrix",
    matrix.matrix: "Matrix",
    matrix.of_pair: "Matrix",
    pact_lists.latest_of_all: "Pacts",
    pact_lists.provider_states: "ProviderStates",
    pacticipants.add_label: "Named",
    pacticipants.create: "Pacticipant",
    pacticipants.label: "Named",
    pacticipants.labels: "Labels",
    pacticipants.listed: "Pacticipants",
    pacticipants.one: "Pacticipant",
    pacticipants.replace: "Pacticipant",
    pacticipants.update: "Pacticipant",
    provider_contracts.one: "ProviderContract",
    provider_contracts.publish: "Published",
    provider_contracts.put: "ProviderContract",
    publishing.publish: "Published",
    results.by_number: "VerificationResult",
    results.latest_of_content: "VerificationResult",
    results.latest_of_pair: "VerificationResult",
    results.latest_of_version: "VerificationResult",
    results.publish: "VerificationResult",
    verifying.offered: "PactsForVerification",
    versions.branch: "Branch",
    versions.branch_version: "BranchVersion",
    versions.branches: "Branches",
    versions.head: "Version",
    versions.latest: "Version",
    versions.listed: "Versions",
    versions.one: "Version",
    versions.put: "Version",
    versions.put_branch_version: "BranchVersion",
    versions.put_tag: "Named",
    versions.tag: "Named",
    webhooks.create: "Webhook",
    webhooks.listed: "Webhooks",
    webhooks.one: "Webhook",
    webhooks.put: "Webhook",
}
_TAKEN: Final[Mapping[Handler, str]] = {
    environments.create: "NewEnvironment",
    environments.end_deployment: "EndOfDeployment",
    environments.end_support: "Support",
    environments.record_deployment: "NewDeployment",
    environments.record_release: "NewRelease",
    environments.replace: "NewEnvironment",
    pacticipants.add_label: "Nothing",
    pacticipants.create: "NewPacticipant",
    pacticipants.replace: "PacticipantChange",
    pacticipants.update: "PacticipantChange",
    pacts.publish: "NewPact",
    provider_contracts.publish: "NewProviderContract",
    provider_contracts.put: "NewDocument",
    publishing.publish: "NewContracts",
    results.publish: "NewResult",
    triggered.execute: "Nothing",
    triggered.execute_unsaved: "NewWebhook",
    verifying.offered: "Selection",
    versions.put: "VersionChange",
    versions.put_branch_version: "Nothing",
    versions.put_tag: "Nothing",
    webhooks.create: "NewWebhook",
    webhooks.put: "NewWebhook",
}
# What may be left out altogether: an empty body says the same as an empty object.
_MAY_BE_EMPTY: Final = frozenset(
    {
        *("Nothing", "NewDeployment", "NewPact", "NewRelease", "PacticipantChange", "Selection"),
        "VersionChange",
    }
)
_STATUSES: Final[Mapping[Handler, tuple[int, ...]]] = {
    environments.replace: (200,),
    pacticipants.replace: (200,),
    pacticipants.update: (200, 201),
    pacts.publish: (200, 201),
    pacts.remove: (200,),
    provider_contracts.publish: (200,),
    publishing.publish: (200,),
    triggered.execute: (200,),
    triggered.execute_unsaved: (200,),
    verifying.offered: (200,),
    versions.put: (200, 201),
}
_BY_METHOD: Final[Mapping[str, tuple[int, ...]]] = {
    "GET": (200,),
    "POST": (201,),
    "PUT": (200, 201),
    "PATCH": (200,),
    "DELETE": (204,),
}
_CONFLICTING: Final = frozenset(
    {pacts.publish, provider_contracts.publish, provider_contracts.put, publishing.publish}
)
_QUERY: Final[Mapping[Handler, tuple[str, ...]]] = {
    environments.currently_deployed: ("pacticipant", "applicationInstance", "target"),
    environments.currently_supported: ("pacticipant",),
    environments.listed: ("name",),
    index.explained: ("context",),
    integrations.dashboard: _PAGE,
    integrations.listed: ("q", *_PAGE),
    matrix.badge: ("label",),
    matrix.can_i_deploy: (
        *("pacticipant", "version", "branch", "tag", "latest", "mainBranch"),
        *("environment", "to", "ignore[][pacticipant]"),
    ),
    matrix.matrix: (
        *("q[][pacticipant]", "q[][version]", "q[][branch]", "q[][tag]", "q[][latest]"),
        *("q[][mainBranch]", "q[][environment]", "ignore[][pacticipant]", "ignore[][version]"),
        *("latestby", "environment", "tag", "mainBranch", "latest", "success[]", "limit"),
    ),
    pact_lists.latest_of_main_branches: _PAGE,
    pact_lists.latest_of_provider: _PAGE,
    pact_lists.of_main_branches: _PAGE,
    pact_lists.of_provider: _PAGE,
    pacticipants.labels: _PAGE,
    pacticipants.listed: ("q", *_PAGE),
    provider_contracts.one: ("specification",),
    provider_contracts.remove: ("specification",),
    versions.branches: _PAGE,
    versions.listed: _PAGE,
    versions.remove_branches: ("exclude",),
}
_OF_QUERY: Final[Mapping[str, Schema]] = {
    **{name: {"type": "integer", "minimum": 1, "maximum": 999_999_999} for name in _PAGE},
    "latestby": {"enum": ["cvp", "cvpv", "cp"]},
    "limit": {"type": "integer", "minimum": 0},
    "specification": {"enum": ["oas", "asyncapi"]},
}
_SHOWN: Final = (("password", "basic"), ("token", "bearer"))
_REQUIRED: Final = frozenset(
    {(matrix.matrix, "q[][pacticipant]"), (matrix.can_i_deploy, "pacticipant")}
)


def document(
    routes: Iterable[Route], base: str, doors: frozenset[Door] = frozenset()
) -> dict[str, Any]:
    """All routes in OpenAPI; `doors` are those at which everybody is asked who they are."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, doors)
    return {
        "openapi": "3.1.0",
        "info": {"title": "A Pact Broker", "version": "1"},
        "servers": [{"url": base}],
        "paths": paths,
        "components": {
            "schemas": {**ANSWERS, **BODIES},
            "responses": _faults(),
            "securitySchemes": {name: {"type": "http", "scheme": how} for name, how in _SHOWN},
        },
    }


def _operation(route: Route, doors: frozenset[Door]) -> dict[str, Any]:
    words = [*filter(None, re.split(r"[^A-Za-z0-9]+", route.path))] or ["index"]
    taken = _TAKEN.get(route.handler) if route.method in ("POST", "PUT", "PATCH") else None
    told: dict[str, Any] = {
        "operationId": "-".join((route.method.lower(), *words)),
        "summary": (route.handler.__doc__ or "").strip().partition("\n")[0],
        "description": f"Needs the scope {' or '.join(sorted(route.needs.scopes))}.",
        "tags": [words[0]],
        "parameters": [*map(_in_path, _NAME.findall(route.path)), *_in_query(route)],
        "responses": _responses(route, taken),
        "security": _security(route.needs) if route.needs.door in doors else [],
    }
    if taken:
        content = {kind: {"schema": ref(taken)} for kind in sorted(route.takes)}
        told["requestBody"] = {"required": taken not in _MAY_BE_EMPTY, "content": content}
    return told


def _security(needs: Needs) -> list[dict[str, Any]]:
    """What may be shown: either kind of credentials, with one of several scopes as its role."""
    return [{name: [scope]} for scope in sorted(needs.scopes) for name, _ in _SHOWN]


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": _SEGMENT}


def _in_query(route: Route) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "query",
            "required": (route.handler, name) in _REQUIRED,
            "schema": _OF_QUERY.get(name, {"type": "string"}),
        }
        for name in _QUERY.get(route.handler, ())
    ]


def _responses(route: Route, taken: str | None) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for status in _STATUSES.get(route.handler, _BY_METHOD[route.method]):
        told[str(status)] = {"description": "done"}
        if status != 204:
            told[str(status)]["content"] = {kind: _shown(route, kind) for kind in route.gives}
    faults = ["401", "403", "406", "421", "503"]
    if "{" in route.path or route.handler is matrix.can_i_deploy:
        faults.append("404")
    if taken or _QUERY.get(route.handler) or route.gives[0] == HAL:
        faults.append("400")
    if taken:
        faults += ["413", "415"]
    if taken or _QUERY.get(route.handler) or "{" in route.path:
        faults.append("422")
    if route.handler in _CONFLICTING:
        faults.append("409")
    told |= {status: {"$ref": f"#/components/responses/{status}"} for status in faults}
    return dict(sorted(told.items()))


def _shown(route: Route, kind: str) -> dict[str, Any]:
    if kind not in (HAL, JSON):
        return {"schema": {"type": "string"}}
    return {"schema": ref(_given(route))}


def _given(route: Route) -> str:
    if route.handler is environments.of_version:
        return "DeployedVersions" if "/deployed-versions/" in route.path else "ReleasedVersions"
    return _GIVEN.get(route.handler, "Document" if route.path == PLACE else "Resource")


def _faults() -> dict[str, Any]:
    told = {
        "400": _fault("the request is wrong", "Error", "Errors"),
        "401": _fault("who asks is not known", "Error"),
        "403": _fault("who asks may not", "Error"),
        "404": _fault("what is named is not there", "Error"),
        "406": _fault("none of the media types that are wanted can be given"),
        "409": _fault("something else is there", "Error", "Conflict"),
        "413": _fault("the body is too large", "Error"),
        "415": _fault("a body of this media type is not read"),
        "421": _fault("this broker is not called so", "Error"),
        "422": _fault("a name or a text cannot be kept", "Error", "Errors"),
        "503": _fault("too much is asked at once; ask again", "Error"),
    }
    told["409"]["content"][TEXT] = {"schema": {"type": "string"}}
    return told


def _fault(said: str, *names: str) -> dict[str, Any]:
    """A fault that is told in JSON; nothing is told where no schemas are named."""
    schemas = [ref(name) for name in names]
    plain = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    content = {kind: {"schema": ref("Problem") if kind == PROBLEM else plain} for kind in _FAULTS}
    return {"description": said, "content": content} if names else {"description": said}


def described(routes: Iterable[Route]) -> tuple[Route, ...]:
    """Routes, and the one that describes them all."""
    known = list(routes)

    def openapi(call: Call) -> Answer:
        """This document."""
        return answers.written(document(known, call.asked.base, call.doors))

    own = get(PLACE, openapi, JSON)
    known.append(own)
    return tuple(known)
