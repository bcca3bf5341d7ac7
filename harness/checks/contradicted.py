"""What the checks of observed code have in common: a contradiction becomes a flaw."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.facts import Facts
from harness.domain.contradiction import Contradicted, Contradiction
from harness.domain.finding import Confirmation, Flaw, Location
from harness.domain.traffic import Exchange
from harness.domain.typed import CodeContradicted


def flaws_of(facts: Facts, kinds: frozenset[Contradicted], hint: str) -> Iterator[Flaw]:
    """
    Give one flaw for each place in the code, with the simplest request that led there.

    Shape: its identity is the place alone, whichever operation or example leads there.
    """
    sites: dict[tuple[str, str], list[CodeContradicted]] = {}
    policy = facts.system.config.policy
    for one in facts.of(CodeContradicted):
        if one.contradiction.kind in kinds and not policy.passes_over(one.contradiction):
            sites.setdefault((one.service, one.contradiction.cause), []).append(one)
    for seen in sites.values():
        yield _flaw(facts, min(seen, key=_rank), seen, hint)


def _rank(one: CodeContradicted) -> tuple[bool, bool, bool, int]:
    """An example comes before a generated request, and a short one before a long one."""
    length = sum(len(each.request.url) + len(each.request.body or "") for each in one.exchanges)
    return (not one.exchanges, one.came_back is False, not one.example, length)


def _flaw(facts: Facts, told: CodeContradicted, seen: list[CodeContradicted], hint: str) -> Flaw:
    one = told.contradiction
    location = Location(facts.relative(one.file), one.line)
    return Flaw(
        service=told.service,
        message=f"{location} {one.function}() {_what(one)}{_led_by(told)}",
        hint=hint,
        cause=one.cause,
        expected=one.expected,
        seen=one.seen,
        location=location,
        exchanges=told.exchanges,
        confirmation=Confirmation.BY_CODE,
        flaky=all(each.came_back is False for each in seen),
        again=told.again,
        occurrences=sum(each.contradiction.occurrences for each in seen),
    )


def _what(one: Contradiction) -> str:
    if one.kind is Contradicted.COERCED:
        return f"returned {one.seen_type} at {one.what}, of which its framework made {one.expected}"
    if one.kind is Contradicted.DROPPED:
        return f"returned {one.seen} at {one.what}, which {one.expected} does not have: dropped"
    if one.kind is Contradicted.UNCHECKED:
        read = "which nothing held against its response model"
        return f"sent {one.seen_type} at {one.what}, {read}: expected {one.expected}"
    if one.kind is Contradicted.UNDECLARED:
        return f"sent {one.seen} at {one.what}, past {one.expected}, which does not have it"
    inside = f": {one.detail}" if one.detail else ""
    return f"{one.what}: expected {one.expected}, saw {one.seen_type}{inside}"


def _led_by(told: CodeContradicted) -> str:
    if told.example:
        return f"; led there by {told.example}"
    if told.exchanges:
        return f"; led there by {_named(told.exchanges[-1])}"
    running = [f"{each.method} {each.path}" for each in told.contradiction.in_flight]
    return "; outside of any request" + (f", during {', '.join(running)}" if running else "")


def _named(exchange: Exchange) -> str:
    return f"{exchange.request.method} {exchange.request.url}"
