"""
What providers promise: an OpenAPI and an AsyncAPI document for a provider version.

Source: PactFlow's API, with both of its bodies: a contract under `contract`, or spread out as its
older clients send it.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from harness.broker import wire
from harness.broker.semantics.rows import ProviderContract, Version
from harness.broker.server import answers, bodies, builds, finding, storing, triggering
from harness.broker.server.answers import Answer, Refused
from harness.broker.server.asking import Call
from harness.broker.server.builds import FILLED, Build, Told, is_text, notice
from harness.broker.server.links import link
from harness.broker.server.needs import Subject, administering, publishing
from harness.broker.server.routing import Route, change, get
from harness.broker.store import pacticipants, versions
from harness.broker.store import provider_contracts as stored
from harness.documents.described import is_of_messages
from harness.documents.text import parse_json_or_yaml
from harness.domain.errors import DocumentUnreadable
from harness.domain.json import Json, is_mapping, mapping

OPENAPI: Final = "oas"
ASYNCAPI: Final = "asyncapi"
_KINDS: Final = (OPENAPI, ASYNCAPI)
_NAMES: Final = {OPENAPI: "OpenAPI", ASYNCAPI: "AsyncAPI"}
_NUMBER: Final = "pacticipantVersionNumber"
_RESULTS: Final = ("selfVerificationResults", "verificationResults")
_TOLD: Final = ("content", "contentType", "format", "verifier", "verifierVersion")


@dataclass(frozen=True, slots=True)
class _Contract:
    """A document as it is published; `results` are what the provider's own tests said of it."""

    specification: str
    content_type: str
    content: bytes
    results: Mapping[str, Json] | None

    @property
    def told(self) -> dict[str, object]:
        """What is told of the document."""
        results = self.results
        return {
            "content_type": self.content_type,
            "self_success": results["success"] if results is not None else None,
            "self_verification": json.dumps(results) if results is not None else None,
        }


@dataclass(frozen=True, slots=True)
class _Made:
    """What was published."""

    version: Version
    contract: ProviderContract
    build: Build
    notices: Told
    is_new: bool


def publish(call: Call) -> Answer:
    """Publish a document with its build."""
    made = _published(call, call.object())
    body = builds.body(call, made.build, made.version, made.notices)
    own = call.links.document(made.version, made.contract.specification)
    body["_links"][wire.PROVIDER_CONTRACT] = own
    return answers.hal(body)


def put(call: Call) -> Answer:
    """Publish a document for the version that the path names."""
    given = {**call.object(), _NUMBER: call.names["version"]}
    made = _published(call, given)
    body = {**_body(call, made.version, made.contract), "notices": made.notices}
    own = body["_links"]["self"]["href"]
    return answers.hal(body, 201, {"location": own}) if made.is_new else answers.hal(body)


def one(call: Call) -> Answer:
    """A document of a provider version: of the kind that is asked for, or the first."""
    version, found = _found(call)
    return answers.hal(_body(call, version, found[0]))


def remove(call: Call) -> Answer:
    """Remove the documents of a provider version, or the one of the kind that is asked for."""
    stored.remove(call.db, [each.id for each in _found(call)[1]])
    return answers.empty()


def _published(call: Call, given: Mapping[str, Json]) -> _Made:
    wrong = {**builds.faults(given, _NUMBER), **dict(_faults(given))}
    if wrong:
        raise Refused(answers.errors(wrong, kind=call.kind))
    name = call.names["provider"]
    known = pacticipants.named(call.db, [name])
    alike = storing.unlike(call, [name], known)
    if alike:
        _conflicting(alike)
    contract, notices = _looked_at(_read(_inner(given)))
    owner = pacticipants.ensured(call.db, [name], known, call.now)[name]
    build = builds.read(given, name)
    version, is_new = versions.ensure(call.db, owner, build.version, call.now)
    versions.held(call.db, version.id)
    told = [*builds.put(call, owner, version, build, is_new=is_new), *notices]
    made, is_first = _kept(call, version, contract)
    if is_first or contract.results is not None:
        triggering.promised(call, version)
    deed = "published" if is_first else "republished"
    said = f"Provider contract successfully {deed} for {name} version {version.number}."
    told.append(notice("success", said))
    own = call.links.document(version, made.specification)
    told.append(notice("debug", f"  View it at {own['href']}"))
    return _Made(version, made, build, told, is_first)


def _kept(call: Call, version: Version, contract: _Contract) -> tuple[ProviderContract, bool]:
    kind = contract.specification
    known = {each.specification: each for each in stored.of_versions(call.db, [version.id])}
    if kind not in known:
        return stored.add(call.db, version, kind, contract.content, contract.told, call.now), True
    if known[kind].sha != stored.sha_of(contract.content):
        _conflicting(
            [
                f"Cannot change the {_NAMES[kind]} document of {version.pacticipant} version "
                f"{version.number}, as race conditions will cause unreliable results for "
                "can-i-deploy. Each document must be published with a unique version number."
            ]
        )
    if contract.results is None:
        return known[kind], False
    return stored.tell(call.db, version, kind, contract.told, call.now), False


def _looked_at(contract: _Contract) -> tuple[_Contract, Told]:
    """A document under the kind that it says it is of, and what there is to say of that."""
    try:
        root = parse_json_or_yaml(contract.content, "the document").value
    except DocumentUnreadable as fault:
        return contract, [notice("warning", f"Nothing can be compared with it: {fault.message}")]
    if is_of_messages(root):
        kind = ASYNCAPI
    elif is_mapping(root) and ("openapi" in root or "swagger" in root):
        kind = OPENAPI
    else:
        said = "Nothing can be compared with it: it is neither OpenAPI nor AsyncAPI"
        return contract, [notice("warning", said)]
    if kind == contract.specification:
        return contract, []
    kept = _Contract(kind, contract.content_type, contract.content, contract.results)
    return kept, [notice("info", f"The document says that it is {_NAMES[kind]}, and is kept so")]


def _found(call: Call) -> tuple[Version, list[ProviderContract]]:
    owner = finding.pacticipant(call, "provider")
    version = versions.find(call.db, owner.id, call.names["version"]) or finding.nothing(call)
    wanted = call.query("specification")
    found = stored.of_versions(call.db, [version.id])
    kept = [each for each in found if wanted in ("", each.specification)]
    return version, kept or finding.nothing(call)


def _body(call: Call, version: Version, found: ProviderContract) -> dict[str, Any]:
    told = found.self_verification
    name = version.pacticipant
    return {
        "specification": found.specification,
        "contentType": found.content_type,
        "content": base64.b64encode(stored.content(call.db, found.document_id)).decode(),
        **({_RESULTS[0]: json.loads(told)} if told is not None else {}),
        "createdAt": bodies.shown(found.created_at),
        "updatedAt": bodies.shown(found.updated_at),
        "_links": {
            "self": call.links.document(version, found.specification),
            "pb:pacticipant": link(call.links.pacticipant(name), title="Pacticipant", name=name),
            "pb:pacticipant-version": link(
                call.links.version(version), title="Pacticipant version", name=version.number
            ),
            "curies": call.links.curies(),
        },
    }


def _conflicting(said: Sequence[str]) -> None:
    notices = [notice("error", each) for each in said]
    body = {"notices": notices, "errors": {"contract": list(said)}}
    raise Refused(answers.written(body, 409))


def _inner(given: Mapping[str, Json]) -> Mapping[str, Json]:
    """The contract of a body, which older clients spread out in it."""
    return mapping(given["contract"]) if "contract" in given else given


def _kind(given: Mapping[str, Json]) -> Json:
    told = _first(given, ("specification", "contractType"))
    return OPENAPI if told is None else told


def _results(given: Mapping[str, Json]) -> Json:
    return _first(given, _RESULTS)


def _first(given: Mapping[str, Json], names: Sequence[str]) -> Json:
    """What is told under the first of some names, which clients of one age or another use."""
    return next((given[name] for name in names if given.get(name) is not None), None)


def _read(given: Mapping[str, Json]) -> _Contract:
    results = _results(given)
    kept = {"success", *_TOLD}
    return _Contract(
        str(_kind(given)),
        str(given["contentType"]),
        _decoded(given.get("content")) or b"",
        {name: value for name, value in results.items() if name in kept}
        if is_mapping(results)
        else None,
    )


def _faults(given: Mapping[str, Json]) -> Iterator[tuple[str, list[str]]]:
    """What is wrong with a contract, by field."""
    if not is_mapping(given.get("contract", {})):
        yield "contract", ["must be an object"]
        return
    given = _inner(given)
    for name in ("content", "contentType"):
        if not is_text(given.get(name)):
            yield f"contract.{name}", [FILLED]
    if is_text(given.get("content")) and _decoded(given["content"]) is None:
        yield "contract.content", ["is not valid Base64"]
    if _kind(given) not in _KINDS:
        yield "contract.specification", [f"must be one of: {', '.join(_KINDS)}"]
    results = _results(given)
    if results is None:
        return
    if not is_mapping(results):
        yield f"contract.{_RESULTS[0]}", ["must be an object"]
        return
    if not isinstance(results.get("success"), bool):
        yield f"contract.{_RESULTS[0]}.success", ["must be boolean"]
    for name in _TOLD:
        if not isinstance(results.get(name), str | None):
            yield f"contract.{_RESULTS[0]}.{name}", ["must be a string"]


def _decoded(content: Json) -> bytes | None:
    try:
        return base64.b64decode(content if isinstance(content, str) else "", validate=True)
    except (binascii.Error, ValueError):
        return None


def _build(call: Call) -> Subject:
    number = call.object().get(_NUMBER)
    return Subject((call.names["provider"],), number if isinstance(number, str) else "")


ROUTES: Final[tuple[Route, ...]] = (
    change("POST", wire.PUBLISHED_DOCUMENT, publish, publishing(by=_build)),
    get(wire.PROVIDER_DOCUMENT, one),
    change("PUT", wire.PROVIDER_DOCUMENT, put, publishing("provider")),
    change("DELETE", wire.PROVIDER_DOCUMENT, remove, administering("provider")),
)
