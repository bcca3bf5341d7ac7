"""A pact for reading: what is asked and what comes back, by which rules, and what changed."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from harness.broker.semantics import differences
from harness.broker.semantics.rows import Publication
from harness.broker.server import finding
from harness.broker.server.answers import Answer
from harness.broker.server.asking import Call
from harness.broker.server.bodies import Found
from harness.broker.server.pages import frame, interactions, parts, webhooks
from harness.broker.server.pages.integrations import matrix_of
from harness.broker.server.routing import Route, page
from harness.broker.server.standing import status, words
from harness.broker.store import contracts, results, versions
from harness.documents.pacts import read_pact
from harness.domain.errors import DocumentUnreadable
from harness.pages.markup import Child, Markup, tag
from harness.pages.plain import abbreviated, clipped

_ASKING: Final = ("curl", "-H", "Accept: application/hal+json")
_PAIR: Final = "/pacts/provider/{provider}/consumer/{consumer}"
_CONTENT: Final = f"{_PAIR}/pact-version/{{sha}}"
_LONGEST: Final = 200_000
_COLOURS: Final = {"+": "added", "-": "removed", "@": "hunk"}


def of_version(call: Call) -> Answer:
    """The pact of a consumer version."""
    return _shown(call, finding.publication(call))


def of_content(call: Call) -> Answer:
    """A pact by its content."""
    return _shown(call, finding.content(call))


def latest(call: Call) -> Answer:
    """The newest pact of a pair, of a tag or branch where one is given."""
    return _shown(call, finding.newest(call, finding.among(call)))


def latest_of_main_branch(call: Call) -> Answer:
    """The newest pact of a consumer's main branch."""
    return _shown(call, finding.newest(call, replace(finding.pair(call), main_branch=True)))


def _shown(call: Call, one: Publication) -> Answer:
    links, text = call.links, contracts.content(call.db, one.content_id)
    owner = versions.by_ids(call.db, [one.version_id])[one.version_id]
    word = words(call.db, [one]).get(one.content_id)
    before = contracts.before(call.db, one)
    pair = ("provider", one.provider, "consumer", one.consumer)
    return frame.page(
        call,
        f"Pact between {one.consumer} and {one.provider}",
        _read(text),
        frame.section("Changes", _changes(call, before, one), name="changes"),
        frame.section("For programs", _programs(call, one)),
        lead=[
            tag("p", parts.state(status(word)), parts.said(call, word) if word else None),
            parts.terms(
                ("consumer", parts.pacticipant(links, one.consumer)),
                ("version", parts.version(links, one.consumer, one.version)),
                ("where it is", parts.chips(call, owner, Found(call, [owner]))),
                ("provider", parts.pacticipant(links, one.provider)),
                ("published", parts.moment(one.created_at)),
                ("versions", parts.to(links.to("dashboard", *pair), "all of this pair")),
                ("results", parts.to(matrix_of(call, one.consumer, one.provider), "matrix")),
                ("changes", parts.to("#changes", _since(before))),
                ("last result", _last_result(call, one)),
                ("webhooks", webhooks.of_pact_if_any(call, one)),
            ),
        ],
    )


def _last_result(call: Call, one: Publication) -> Markup | None:
    if results.latest(call.db, one.content_id) is None:
        return None
    href = call.links.content(one, "verification-results", "latest")
    return parts.to(href, "interaction by interaction")


def _since(before: Publication | None) -> Child:
    return ["since version ", parts.numbered(before.version)] if before else "first content"


def _read(text: str) -> Child:
    """The interactions; of what is no pact that can be read, its text."""
    try:
        found = read_pact(text)
    except DocumentUnreadable as fault:
        said = f"This cannot be read as a pact: {fault}"
        return [tag("p", said, class_="quiet"), _as_published(text)]
    return [
        [tag("p", f"{note.path}: {note.message}", class_="quiet") for note in found.notes],
        frame.section(
            f"Interactions ({len(found.interactions):,})",
            [interactions.shown(each) for each in found.interactions],
        ),
        _as_published(text) if any(note.lost for note in found.notes) else None,
    ]


def _as_published(text: str) -> Markup:
    laid_out = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    return frame.section("As it was published", tag("pre", clipped(laid_out, _LONGEST), tabindex=0))


def _changes(call: Call, before: Publication | None, one: Publication) -> Child:
    if before is None:
        return tag("p", "No earlier version of this pair has another content.", class_="quiet")
    old, new = (json.loads(contracts.content(call.db, each.content_id)) for each in (before, one))
    told = differences.told(
        old, new, *(f"version {abbreviated(each.version)}" for each in (before, one))
    )
    earlier = parts.to(call.links.pact(before), "version ", parts.numbered(before.version))
    return [
        tag("p", "Against ", earlier, ", the newest before it whose content differs."),
        tag("pre", list(_coloured(clipped(told, _LONGEST).split("\n"))), tabindex=0, class_="diff"),
    ]


def _coloured(lines: Iterable[str]) -> Iterator[Markup | str]:
    for line in lines:
        kind = _COLOURS.get(line[:1])
        yield tag("span", line, class_=kind) if kind else line
        yield "\n"


def _programs(call: Call, one: Publication) -> Child:
    return [
        tag("p", "The same as JSON, by its content, wherever it stands:"),
        parts.script(
            shlex.join(("curl", "-H", "Accept: application/hal+json", call.links.content(one)))
        ),
    ]


ROUTES: Final[tuple[Route, ...]] = (
    page(f"{_PAIR}/version/{{version}}", of_version),
    page(_CONTENT, of_content),
    page(f"{_CONTENT}/metadata/{{metadata}}", of_content),
    page(f"{_PAIR}/latest", latest),
    page(f"{_PAIR}/latest/{{tag}}", latest),
    page(f"{_PAIR}/branch/{{branch}}/latest", latest),
    page(f"{_PAIR}/branch/latest", latest_of_main_branch),
)
