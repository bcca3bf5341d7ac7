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
from harness.broker.server import answers, storing
from harness.broker.server import versions as shown_versions
from harness.broker.server.answers import Answer, Refused
from harness.broker.server.asking import Call
from harness.broker.server.bodies import short_pacticipant
from harness.broker.server.links import link
from harness.broker.server.routing import Route, change
from harness.broker.server.storing import Stored
from harness.broker.store import pacticipants, versions
from harness.domain.json import Json, is_mapping, sequence

_FILLED: Final = "must be filled"
_LEVELS: Final = {"success": "info", "debug": "debug", "prompt": "info"}


@dataclass(frozen=True, slots=True)
class _Contract:
    provider: str
    pact: Mapping[str, Json]
    is_merging: bool


@dataclass(frozen=True, slots=True)
class _Publication:
    """What a build publishes."""

    pacticipant: str
    version: str
    branch: str
    tags: Sequence[str]
    build_url: str | None
    contracts: Sequence[_Contract]


Told = list[dict[str, str]]


def publish(call: Call) -> Answer:
    """Publish the contracts of a version; all are stored, or none is."""
    given = call.object()
    wrong = _faults(given)
    if wrong:
        raise Refused(answers.errors(wrong, kind=call.kind))
    asked = _read(given)
    alike = storing.unlike(call, asked.pacticipant, *(each.provider for each in asked.contracts))
    if alike:
        _conflicting(alike)
    # In one order everywhere, so that two who publish for each other never wait in a circle.
    names = sorted({asked.pacticipant, *(each.provider for each in asked.contracts)})
    known = {name: pacticipants.ensure(call.db, name, call.now)[0] for name in names}
    owner = known[asked.pacticipant]
    version, is_new = versions.ensure(call.db, owner.id, asked.version, call.now)
    versions.held(call.db, version.id)
    notices = _put_version(call, owner, version, asked, is_new=is_new)
    found = [
        (
            each,
            storing.stored(
                call, version, known[each.provider], each.pact, is_merging=each.is_merging
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


def _put_version(
    call: Call, owner: Pacticipant, version: Version, asked: _Publication, *, is_new: bool
) -> Told:
    if asked.build_url:
        versions.change(call.db, version.id, {"build_url": asked.build_url}, call.now)
    if asked.branch:
        shown_versions.on_branch(call, owner, version, asked.branch)
    for tag in asked.tags:
        shown_versions.add_tag(call, owner, version, tag)
    deed = "Created" if is_new else "Updated"
    said = f"{deed} {asked.pacticipant} version {asked.version}"
    if asked.branch:
        said += f" with branch {asked.branch}"
    if asked.tags:
        said += f"{' and' if asked.branch else ' with'} tags {', '.join(asked.tags)}"
    notices = [_notice("success" if is_new else "debug", said)]
    if not asked.branch:
        advice = "  Next steps:\n    Configure the version branch to be the value of your "
        notices.append(_notice("prompt", f"{advice}repository branch."))
    return notices


def _told(call: Call, asked: _Publication, provider: Pacticipant, found: Stored) -> Told:
    which = f"{asked.pacticipant} version {asked.version} and provider {provider.name}"
    if found.is_new:
        said = f"Pact successfully published for {which}."
    elif found.is_changed:
        said = f"Pact successfully merged with the one that is there for {which}."
    else:
        said = f"Pact successfully republished for {which} with no content changes."
    notices = [_notice("success", said)]
    if found.publication:
        url = call.links.pact(found.publication)
        notices.append(_notice("debug", f"  View the published pact at {url}"))
    notices.append(_notice("debug", f"  Events detected: {events.told(found.events)}"))
    if found.is_new and versions.latest(call.db, provider.id) is None:
        notices.append(_notice("prompt", _next_steps(provider.name)))
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
    own = call.links.version(version)
    pacts = [
        link(
            call.links.pact(each.publication),
            title="Pact",
            name=f"Pact between {asked.pacticipant} ({asked.version}) and {contract.provider}",
        )
        for contract, each in found
        if each.publication
    ]
    return {
        "logs": [_log(each) for each in notices],
        "notices": notices,
        "_embedded": {
            "pacticipant": short_pacticipant(call.links, asked.pacticipant),
            "version": {
                "number": version.number,
                "_links": {"self": link(own, title="Version", name=version.number)},
            },
        },
        "_links": {
            "pb:pacticipant": link(
                call.links.pacticipant(asked.pacticipant),
                title="Pacticipant",
                name=asked.pacticipant,
            ),
            "pb:pacticipant-version": link(own, title="Pacticipant version", name=version.number),
            "pb:pacticipant-version-tags": [
                link(call.links.version(version, "tags", each), title="Tag", name=each)
                for each in asked.tags
            ],
            "pb:contracts": pacts,
        },
    }


def _conflicting(said: Sequence[str], differences: Sequence[str] = ()) -> None:
    notices = [_notice("error", each) for each in said]
    notices += [_notice("info", f"Differences:\n{each}") for each in differences]
    logs = [_log(each) for each in notices]
    body = {"notices": notices, "logs": logs, "errors": {"contracts": list(said)}}
    raise Refused(answers.written(body, 409))


def _notice(kind: str, text: str) -> dict[str, str]:
    return {"type": kind, "text": text}


def _log(notice: dict[str, str]) -> dict[str, str]:
    level = _LEVELS.get(notice["type"], notice["type"])
    return {"level": level, "message": notice["text"], "deprecationWarning": "use notices"}


def _read(given: Mapping[str, Json]) -> _Publication:
    url, branch = given.get("buildUrl"), given.get("branch")
    return _Publication(
        str(given["pacticipantName"]),
        str(given["pacticipantVersionNumber"]),
        branch if isinstance(branch, str) else "",
        list(dict.fromkeys(str(each) for each in sequence(given.get("tags")))),
        url if isinstance(url, str) else None,
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
    wrong = {
        name: [_FILLED]
        for name in ("pacticipantName", "pacticipantVersionNumber")
        if not _is_text(given.get(name))
    }
    for name in ("branch", "buildUrl"):
        if not isinstance(given.get(name), str | None):
            wrong[name] = ["must be a string"]
    if not all(_is_text(each) for each in sequence(given.get("tags"))):
        wrong["tags"] = ["must be strings that are not blank"]
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
        if not _is_text(given.get(name)):
            yield f"{name} {_FILLED}"
    if given.get("specification") not in (None, "", "pact"):
        yield "specification must be one of: pact"
    if given.get("onConflict") not in (None, "overwrite", "merge"):
        yield "onConflict must be one of: overwrite, merge"
    consumer = given.get("consumerName")
    if _is_text(consumer) and _is_text(pacticipant) and consumer != pacticipant:
        yield f"consumerName ('{consumer}') must match pacticipantName ('{pacticipant}')"
    if _is_text(given.get("content")):
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


def _is_text(value: Json) -> bool:
    return isinstance(value, str) and bool(value.strip())


ROUTES: Final[tuple[Route, ...]] = (change("POST", "/contracts/publish", publish),)
