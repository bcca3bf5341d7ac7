"""The newest pacts of a pair: of all, of the main branch, and of each branch and tag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from harness.broker.semantics.rows import Publication
from harness.broker.server import finding
from harness.broker.server.asking import Call
from harness.broker.server.pages import parts
from harness.broker.server.standing import status, words
from harness.broker.store import contracts, results
from harness.broker.store.choosing import Among
from harness.pages.markup import Child, Markup, tag

_MOST: Final = 20
_HEADS: Final = ("The newest", "Consumer version", "State", "Last result")


@dataclass(frozen=True, slots=True)
class _Line:
    """What is asked for, and what is the newest there; `path` goes on from that of the pair."""

    name: Child
    one: Publication
    path: tuple[str, ...]
    has_results: bool = False


def table(call: Call, meant: Among, newest: Publication) -> list[Child]:
    """Addresses that stay the same, whatever is published next."""
    lines = _lines(call, meant, newest)
    shown = lines[:_MOST]
    found = sorted({each.one for each in shown}, key=lambda one: one.version_id, reverse=True)
    said = words(call.db, found)
    known = results.latest_of_contents(call.db, {each.content_id for each in found})
    rows: list[list[Child]] = []
    for each in shown:
        one = each.one
        own = call.links.pair(one.provider, one.consumer, *each.path)
        last = f"{own}/verification-results/latest"
        is_told = each.has_results and one.content_id in known
        rows.append(
            [
                parts.to(own, each.name),
                parts.version(call.links, one.consumer, one.version),
                parts.state(status(said.get(one.content_id))),
                parts.to(last, "interaction by interaction") if is_told else None,
            ]
        )
    more = f"{len(lines) - len(shown):,} older ones are not shown."
    return [
        parts.table(_HEADS, rows),
        tag("p", more, class_="quiet") if len(lines) > len(shown) else None,
    ]


def _lines(call: Call, meant: Among, newest: Publication) -> list[_Line]:
    """Of all first, then of the main branch, then what was published last."""
    main = finding.pacticipant(call, "consumer").main_branch
    on = contracts.of_branches(call.db, meant)
    lines = [_Line(_called("branch", name), one, ("branch", name, "latest")) for one, name in on]
    lines += [
        _Line(_called("tag", name), one, ("latest", name), has_results=True)
        for one, name in contracts.of_tags(call.db, meant)
    ]
    lines.sort(key=lambda line: line.one.version_id, reverse=True)
    return [
        _Line("of all", newest, ("latest",), has_results=True),
        *(
            _Line("of the main branch", one, ("branch", "latest"))
            for one, name in on
            if name == main
        ),
        *lines,
    ]


def _called(kind: str, name: str) -> list[Child]:
    label: Markup = tag("span", kind, class_="kind")
    return [label, " ", parts.name(name)]
