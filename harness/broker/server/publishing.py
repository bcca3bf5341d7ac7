"""Everything of a build at once: version, branch, tags and contracts."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from harness.broker.semantics import events
from harness.broker.semantics.rows import Pacticipant, Version
from harness.broker.server import answers, builds, storing
from harness.broker.server.answers import Answer, Refused
from harness.broker.server.asking import Call
from harness.broker.server.builds import FILLED, Build, Told, is_text, notice
from harness.broker.server.links import link
from harness.broker.server.needs import in_body, publishing
from harness.broker.server.routing import Route, change
from harness.broker.server.storing import Stored
from harness.broker.store import pacticipants, versions
from harness.domain.json import Json, is_mapping, sequence

_LEVELS: Final = {"success": "info", "debug": "debug", "prompt": "info"}


@dataclass(frozen=True, slots=True)
class _Contract:
    provider: str
    pact: Mapping[str, Json]
    is_merging: bool


@dataclass(frozen=True, slots=True)
class _Publication:
    """What a build publishes."""

    build: Build
    contracts: Sequence[_Contract]


def publish(call: Call) -> Answer:
    """Publish the contracts of a version; all are stored, or none is."""
    given = call.object()
    wrong = _faults(given)
    if wrong:
        raise Refused(answers.errors(wrong, kind=call.kind))
    asked = _read(given)
    owned = asked.build.pacticipant
    names = list(dict.fromkeys([owned, *(each.provider for each in asked.contracts)]))
    known = pacticipants.named(call.db, names)
    alike = storing.unlike(call, names, known)
    if alike:
        _conflicting(alike)
    known = pacticipants.ensured(call.db, names, known, call.now)
    owner = known[owned]
    version, is_new = versions.ensure(call.db, owner, asked.build.version, call.now)
    if not is_new:
        versions.held(call.db, version.id)
    notices = builds.put(call, owner, version, asked.build, is_new=is_new)
    is_first = is_new and len({each.provider for each in asked.contracts}) == len(asked.contracts)
    found = [
        (
            each,
            storing.stored(
                *(call, version, known[each.provider], each.pact),
                is_merging=each.is_merging,
                is_first=is_first,
            ),
        )
        for each in asked.contracts
    ]
    refused = [each for _, each in found if each.conflict]
    if refused:
        differences = [each.difference for each in refused if each.difference]
        _conflicting([each.conflict for each in refused], differences)
    for contract, each in found:
        notices += _told(call, asked, known[contract.provider], each)
    return answers.hal(_body(call, asked, version, found, notices))


def _told(call: Call, asked: _Publication, provider: Pacticipant, found: Stored) -> Told:
    build = asked.build
    which = f"{build.pacticipant} version {build.version} and provider {provider.name}"
    if found.is_new:
        said = f"Pact successfully published for {which}."
    elif found.is_changed:
        said = f"Pact successfully merged with the one that is there for {which}."
    else:
        said = f"Pact successfully republished for {which} with no content changes."
    notices = [notice("success", said)]
    if found.publication:
        url = call.links.pact(found.publication)
        notices.append(notice("debug", f"  View the published pact at {url}"))
    notices.append(notice("debug", f"  Events detected: {events.told(found.events)}"))
    if found.is_new and found.is_awaited:
        notices.append(notice("prompt", _next_steps(provider.name)))
    return notices


def _next_steps(provider: str) -> str:
    return (
        "  Next steps:\n"
        f"    * Add Pact verification tests to the {provider} build. "
        "See https://docs.pact.io/go/provider_verification\n"
        f"    * Configure separate {provider} pact verification build and webhook to trigger it "
        "when the pact content changes. See https://docs.pact.io/go/webhooks"
    )


def _body(
    call: Call,
    asked: _Publication,
    version: Version,
    found: Sequence[tuple[_Contract, Stored]],
    notices: Told,
) -> dict[str, Any]:
    build = asked.build
    pacts = [
        link(
            call.links.pact(each.publication),
            title="Pact",
            name=f"Pact between {build.pacticipant} ({build.version}) and {contract.provider}",
        )
        for contract, each in found
        if each.publication
    ]
    body = builds.body(call, build, version, notices)
    return {
        "logs": [_log(each) for each in notices],
        **body,
        "_links": {**body["_links"], "pb:contracts": pacts},
    }


def _conflicting(said: Sequence[str], differences: Sequence[str] = ()) -> None:
    notices = [notice("error", each) for each in said]
    notices += [notice("info", f"Differences:\n{each}") for each in differences]
    logs = [_log(each) for each in notices]
    body = {"notices": notices, "logs": logs, "errors": {"contracts": list(said)}}
    raise Refused(answers.written(body, 409))


def _log(notice: dict[str, str]) -> dict[str, str]:
    level = _LEVELS.get(notice["type"], notice["type"])
    return {"level": level, "message": notice["text"], "deprecationWarning": "use notices"}


def _read(given: Mapping[str, Json]) -> _Publication:
    return _Publication(
        builds.read(given, str(given["pacticipantName"])),
        [
            _Contract(
                str(each["providerName"]),
                _decoded(each)[0],
                "merge" in (each.get("onConflict"), each.get("writeMode")),
            )
            for each in sequence(given.get("contracts"))
            if is_mapping(each)
        ],
    )


def _faults(given: Mapping[str, Json]) -> dict[str, list[str]]:
    wrong = builds.faults(given, "pacticipantName", "pacticipantVersionNumber")
    listed = given.get("contracts")
    if not isinstance(listed, list):
        wrong["contracts"] = ["is missing" if listed is None else "must be an array"]
        return wrong
    told = [
        f"{said} (at index {number})"
        for number, each in enumerate(listed)
        for said in _contract_faults(each, given.get("pacticipantName"))
    ]
    return {**wrong, "contracts": told} if told else wrong


def _contract_faults(given: Json, pacticipant: Json) -> Iterator[str]:
    if not is_mapping(given):
        yield "must be an object"
        return
    for name in ("consumerName", "providerName", "specification", "contentType", "content"):
        if not is_text(given.get(name)):
            yield f"{name} {FILLED}"
    if given.get("specification") not in (None, "", "pact"):
        yield "specification must be one of: pact"
    if given.get("onConflict") not in (None, "overwrite", "merge"):
        yield "onConflict must be one of: overwrite, merge"
    consumer = given.get("consumerName")
    if is_text(consumer) and is_text(pacticipant) and consumer != pacticipant:
        yield f"consumerName ('{consumer}') must match pacticipantName ('{pacticipant}')"
    if is_text(given.get("content")):
        yield from _content_faults(given)


def _content_faults(given: Mapping[str, Json]) -> Iterator[str]:
    pact, said = _decoded(given)
    if said:
        yield said
        return
    for side, key in (("consumer", "consumerName"), ("provider", "providerName")):
        inside = pact.get(side)
        name = inside.get("name") if is_mapping(inside) else None
        if name is not None and name != given.get(key):
            yield f"the {side} name in the content ('{name}') must match {key} ('{given.get(key)}')"


def _decoded(given: Mapping[str, Json]) -> tuple[Mapping[str, Json], str]:
    """The pact of a contract, or what is wrong with its content."""
    content = given.get("content")
    try:
        text = base64.b64decode(content if isinstance(content, str) else "", validate=True)
    except (binascii.Error, ValueError):
        return {}, "is not valid Base64"
    try:
        pact: Json = json.loads(text.decode("utf-8"))
    except (ValueError, RecursionError):
        return {}, "could not be parsed as JSON"
    return (pact, "") if is_mapping(pact) else ({}, "must be a JSON object")


ROUTES: Final[tuple[Route, ...]] = (
    change(
        *("POST", "/contracts/publish", publish),
        publishing(by=in_body("pacticipantName", "pacticipantVersionNumber")),
    ),
)
