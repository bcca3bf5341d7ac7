"""Verification results: published, shown and removed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from harness.broker.semantics.metadata import decoded
from harness.broker.semantics.rows import Publication, Verification
from harness.broker.server import answers, bodies, finding, pact_bodies, triggering
from harness.broker.server.answers import Answer, Refused
from harness.broker.server.asking import Call
from harness.broker.server.links import link
from harness.broker.server.needs import Subject, administering, verifying
from harness.broker.server.routing import Route, change, get
from harness.broker.store import results as stored
from harness.broker.store import versions
from harness.domain.json import Json

_PAIR: Final = "/pacts/provider/{provider}/consumer/{consumer}"
_CONTENT: Final = f"{_PAIR}/pact-version/{{sha}}"
_RESULTS: Final = f"{_CONTENT}/verification-results"


def publish(call: Call) -> Answer:
    """Keep a result; the provider's version is made where it is new."""
    one, given = finding.content(call), call.object()
    wrong = _faults(given)
    if wrong:
        raise Refused(answers.errors(wrong, kind=call.kind))
    asked = decoded(call.names.get("metadata", ""))
    provider = finding.pacticipant(call, "provider")
    number = str(given["providerApplicationVersion"])
    version, _ = versions.ensure(call.db, provider, number, call.now)
    known = versions.by_ids(call.db, asked.consumer_version_ids)
    made = stored.add(
        call.db,
        version,
        {
            "content_id": one.content_id,
            "success": given["success"],
            "wip": asked.wip,
            "pending": asked.pending,
            "build_url": given.get("buildUrl"),
            "test_results": _text(given.get("testResults")),
            "verified_by": _text(given.get("verifiedBy")),
            "consumer_version_ids": json.dumps(sorted(known) or [one.version_id]),
            "created_at": call.now,
        },
    )
    build_url = str(given.get("buildUrl") or "")
    triggering.verified(call, made, sorted(known) or [one.version_id], build_url)
    return _shown(call, one, made, 201)


def by_number(call: Call) -> Answer:
    """A result."""
    return _shown(call, *finding.result(call))


def remove(call: Call) -> Answer:
    """Remove a result."""
    stored.remove(call.db, finding.result(call)[1].id)
    return answers.empty()


def latest_of_content(call: Call) -> Answer:
    """The last result of a content."""
    return _latest(call, finding.content(call))


def latest_of_version(call: Call) -> Answer:
    """The last result of a consumer version's pact."""
    return _latest(call, finding.publication(call))


def latest_of_pair(call: Call) -> Answer:
    """The last result of a pair's newest pact, of a tag where one is given."""
    return _latest(call, finding.newest(call, finding.among(call)))


def of_consumer_version(call: Call) -> Answer:
    """The last result of each pact of a consumer version, and whether all are there and good."""
    version = finding.version(call, "consumer")
    found = stored.of_consumer_version(call.db, version.id)
    shown = [_body(call, one, each) for one, each in found]
    success = bool(found) and all(each.success for _, each in found)
    links = {"self": link(call.url, title=f"Latest results for {version.number}")}
    return answers.hal(
        {"success": success, "_embedded": {"verificationResults": shown}, "_links": links}
    )


def result_link(call: Call, one: Publication, made: Verification) -> str:
    """The address of a result."""
    return call.links.content(one, "verification-results", str(made.id))


def _latest(call: Call, one: Publication) -> Answer:
    found = stored.latest(call.db, one.content_id)
    return _shown(call, one, found or finding.nothing(call))


def _shown(call: Call, one: Publication, made: Verification, status: int = 200) -> Answer:
    headers = {"location": result_link(call, one, made)} if status == 201 else {}
    return answers.hal(_body(call, one, made), status, headers)


def _body(call: Call, one: Publication, made: Verification) -> dict[str, Any]:
    told = stored.details(call.db, made.id)
    own = result_link(call, one, made)
    body = {
        "providerName": one.provider,
        "providerApplicationVersion": made.version,
        "success": made.success,
        "verificationDate": bodies.shown(made.created_at),
        "buildUrl": told["build_url"],
        "testResults": _value(told["test_results"]),
        "verifiedBy": _value(told["verified_by"]),
    }
    pact = link(call.links.pact(one), title="Pact", name=pact_bodies.titled(one))
    return {
        **{name: value for name, value in body.items() if value is not None},
        "_links": {
            "self": link(own, title="Verification result", name=f"Verification result {made.id}"),
            "pb:pact-version": pact,
            "pb:provider-version": link(
                call.links.pacticipant(one.provider, "versions", made.version)
            ),
            "pb:triggered-webhooks": link(f"{own}/triggered-webhooks"),
            "curies": call.links.curies(),
        },
    }


def _faults(given: Mapping[str, Json]) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    if "success" not in given:
        wrong["success"] = ["is missing"]
    elif not isinstance(given["success"], bool):
        wrong["success"] = ["must be boolean"]
    version = given.get("providerApplicationVersion")
    if version is None:
        wrong["providerApplicationVersion"] = ["is missing"]
    elif not isinstance(version, str) or not version.strip():
        wrong["providerApplicationVersion"] = ["must be a string that is not blank"]
    if not isinstance(given.get("buildUrl"), str | None):
        wrong["buildUrl"] = ["must be a string"]
    return wrong


def _text(value: Json) -> str | None:
    return None if value is None else json.dumps(value, separators=(",", ":"))


def _value(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def _subject(call: Call) -> Subject:
    version = call.object().get("providerApplicationVersion")
    return Subject((call.names["provider"],), version if isinstance(version, str) else "")


_BY_PROVIDER: Final = verifying(by=_subject)

ROUTES: Final[tuple[Route, ...]] = (
    change("POST", _RESULTS, publish, _BY_PROVIDER),
    change("POST", f"{_CONTENT}/metadata/{{metadata}}/verification-results", publish, _BY_PROVIDER),
    get(f"{_RESULTS}/latest", latest_of_content),
    get(f"{_RESULTS}/{{number}}", by_number),
    change("DELETE", f"{_RESULTS}/{{number}}", remove, administering("provider")),
    get(f"{_PAIR}/version/{{version}}/verification-results/latest", latest_of_version),
    get(f"{_PAIR}/latest/verification-results/latest", latest_of_pair),
    get(f"{_PAIR}/latest/{{tag}}/verification-results/latest", latest_of_pair),
    get(
        "/verification-results/consumer/{consumer}/version/{version}/latest",
        of_consumer_version,
    ),
)
