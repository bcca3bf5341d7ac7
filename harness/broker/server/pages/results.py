"""A verification result, interaction by interaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from harness.broker.semantics.contents import interactions_of
from harness.broker.semantics.rows import Publication, Verification
from harness.broker.server import finding
from harness.broker.server.answers import Answer
from harness.broker.server.asking import Call
from harness.broker.server.pages import frame, parts, webhooks
from harness.broker.server.routing import Route, page
from harness.broker.server.standing import outcome
from harness.broker.store import contracts, results
from harness.domain.json import Json, mapping, sequence
from harness.pages.markup import Child, Markup, tag
from harness.pages.plain import clipped

_PAIR: Final = "/pacts/provider/{provider}/consumer/{consumer}"
_RESULTS: Final = f"{_PAIR}/pact-version/{{sha}}/verification-results"
_LONGEST: Final = 5_000


def by_number(call: Call) -> Answer:
    """A result."""
    return _shown(call, *finding.result(call))


def latest_of_content(call: Call) -> Answer:
    """The last result of a content."""
    return _latest(call, finding.content(call))


def latest_of_pair(call: Call) -> Answer:
    """The last result of a pair's newest pact, of a tag where one is given."""
    return _latest(call, finding.newest(call, finding.among(call)))


def _latest(call: Call, one: Publication) -> Answer:
    return _shown(call, one, results.latest(call.db, one.content_id) or finding.nothing(call))


def _shown(call: Call, one: Publication, made: Verification) -> Answer:
    links, told = call.links, results.details(call.db, made.id)
    tests = list(_tests(json.loads(told["test_results"] or "null")))
    named = _descriptions(contracts.content(call.db, one.content_id))
    by = mapping(json.loads(told["verified_by"] or "null"))
    tool = " ".join(str(by[key]) for key in ("implementation", "version") if by.get(key))
    return frame.page(
        call,
        f"{one.provider} {made.version} on the pact of {one.consumer}",
        frame.section("By interaction", _listed(tests, named)),
        lead=[
            tag("p", parts.state(outcome(success=made.success))),
            parts.terms(
                ("provider", parts.pacticipant(links, one.provider)),
                ("its version", parts.version(links, one.provider, made.version)),
                ("consumer", parts.pacticipant(links, one.consumer)),
                ("its version", parts.version(links, one.consumer, one.version)),
                ("pact", parts.to(links.content(one), "read it")),
                ("verified", parts.moment(made.created_at)),
                ("with", parts.name(tool) if tool else None),
                ("build", parts.outward(told["build_url"])),
                ("as", "work in progress" if made.wip else None),
                ("webhooks", webhooks.of_result_if_any(call, one, made)),
            ),
        ],
    )


def _tests(value: Json) -> Iterator[Mapping[str, Json]]:
    """The results of interactions, however a verifier packed them."""
    listed = value if isinstance(value, list) else mapping(value).get("tests")
    for each in sequence(listed):
        yield mapping(each)


def _descriptions(text: str) -> dict[str, str]:
    """The descriptions of interactions by the digests that verifiers name."""
    found = interactions_of(mapping(json.loads(text)))
    return {str(each.get("_id")): str(each.get("description", "")) for each in found}


def _listed(tests: list[Mapping[str, Json]], named: Mapping[str, str]) -> Child:
    if not tests:
        return tag("p", "The verifier told only the whole outcome.", class_="quiet")
    failing_first = sorted(tests, key=lambda each: each.get("success") is not False)
    return [_test(each, named) for each in failing_first]


def _test(one: Mapping[str, Json], named: Mapping[str, str]) -> Markup:
    key = str(one.get("interactionId") or "")
    name = named.get(key) or str(one.get("interactionDescription") or key or "an interaction")
    is_good = one.get("success") is not False
    sign = parts.signed(*parts.STATES["success" if is_good else "failed"])
    lines = [*_sentences(one.get("mismatches")), *_sentences(one.get("exceptions"))]
    told = tag("ul", [tag("li", tag("pre", clipped(each, _LONGEST), tabindex=0)) for each in lines])
    return tag("div", tag("h3", parts.name(name), " ", sign), told if lines else None)


def _sentences(value: Json) -> Iterable[str]:
    """What went wrong: a mismatch's own words, else all that is told of it."""
    for each in sequence(value):
        one = mapping(each)
        said = one.get("description") or one.get("mismatch") or one.get("message")
        where = " ".join(str(one[key]) for key in ("attribute", "identifier") if one.get(key))
        if said:
            yield f"{where}: {said}" if where else str(said)
        else:
            yield json.dumps(each, indent=2, ensure_ascii=False)


ROUTES: Final[tuple[Route, ...]] = (
    page(f"{_RESULTS}/latest", latest_of_content),
    page(f"{_RESULTS}/{{number}}", by_number),
    page(f"{_PAIR}/latest/verification-results/latest", latest_of_pair),
    page(f"{_PAIR}/latest/{{tag}}/verification-results/latest", latest_of_pair),
)
