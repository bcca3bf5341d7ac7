"""What a question to the matrix found, row by row, with why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from harness.broker.semantics import reasons
from harness.broker.semantics.deployability import Considered, Row
from harness.broker.semantics.rows import Version
from harness.broker.server import cross_contracts
from harness.broker.server.asking import Call
from harness.broker.server.bodies import Found
from harness.broker.server.pages import parts
from harness.broker.store import versions
from harness.pages.markup import Child, Markup, tag
from harness.pages.plain import abbreviated

HEADS: Final = ("Consumer version", "Provider version", "Result", "Why")
_OUTCOMES: Final = {
    True: ("good", "✓", "verified"),
    False: ("bad", "✕", "failed"),
    None: ("open", "?", "not verified"),
}


def table(call: Call, found: Considered, rows: Sequence[Row], empty: str) -> Markup:
    """Rows with what is on their versions, and why each is as it is."""
    ids = {row.publication.version_id for row in rows}
    ids.update(row.provider_version[0] for row in rows if row.provider_version)
    known = versions.by_ids(call.db, ids)
    on = Found(call, list(known.values()))
    return parts.table(HEADS, [_row(call, found, row, known, on) for row in rows], empty=empty)


def verdict(found: Considered, missing: int = 0) -> Markup:
    """Yes, no or unknown, in large, and why; of what is `missing` the page tells more below."""
    colour, sign, word = parts.VERDICTS[found.deployable]
    notices = reasons.notices(found)
    told = [each.text for each in notices if not missing or each.type != "error"]
    if missing:
        told.append(f"{missing:,} {'thing is' if missing == 1 else 'things are'} missing for a yes")
    return tag(
        "div",
        tag("span", sign, class_="sign", aria_hidden="true"),
        tag("strong", word, class_="word"),
        tag("ul", [tag("li", each) for each in told], class_="found"),
        class_=f"verdict {colour}",
    )


def counts(rows: Collection[Row]) -> str:
    """How many rows there are of each outcome."""
    outcomes = [row.success for row in rows if not row.is_ignored]
    told = [
        f"{outcomes.count(outcome):,} {words}"
        for outcome, (_, _, words) in _OUTCOMES.items()
        if outcome in outcomes
    ]
    return ", ".join(told)


def _row(
    call: Call, found: Considered, row: Row, known: dict[int, Version], on: Found
) -> list[Child]:
    one, links = row.publication, call.links
    result = parts.signed(*_OUTCOMES[row.success])
    if row.fit and row.rests_on_fit:
        result = parts.to(cross_contracts.address(links, one, row.fit), result)
    elif row.verification:
        href = links.content(one, "verification-results", str(row.verification.id))
        result = parts.to(href, result)
    provider: Child = tag("span", "none", class_="quiet")
    if row.provider_version:
        provider = _version(call, known[row.provider_version[0]], on)
    else:
        provider = [parts.pacticipant(links, one.provider), tag("small", "no version is there")]
    more: list[Child] = [" ", parts.to(links.pact(one), "the pact")]
    if row.fit:
        more += [" ", parts.to(cross_contracts.address(links, one, row.fit), "the comparison")]
    ignored = tag("small", "ignored: it does not count") if row.is_ignored else None
    return [
        _version(call, known[one.version_id], on),
        provider,
        [result, ignored],
        [tag("span", abbreviated(_why(found, row)), class_="why"), more],
    ]


def _version(call: Call, one: Version, on: Found) -> list[Child]:
    number = parts.version(call.links, one.pacticipant, one.number)
    owner = parts.pacticipant(call.links, one.pacticipant)
    return [owner, " ", number, " ", parts.chips(call, one, on)]


def _why(found: Considered, row: Row) -> str:
    """Why a row is as it is; a result may be older than the version, where content is the same."""
    said, one = row.verification, row.publication
    if row.fit and row.rests_on_fit and row.success:
        return f"The document of version {row.fit.version} promises all that the pact expects."
    if row.success is None and row.fit is None and found.sides[one.provider_id].is_open:
        return f"No version of {one.provider} has verified this content."
    if said is None or (row.fit and row.success is False):
        return " ".join(f"{each}." for each in reasons.of_row(found, row))
    if not said.success:
        return f"Version {said.version} of {one.provider} does not do what the pact expects."
    if said.created_at < one.created_at:
        return (
            f"Verified before version {one.version} was published: "
            "its content is that of an earlier one."
        )
    return f"Version {said.version} verified this content."
