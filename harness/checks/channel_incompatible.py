"""Find channels whose versions do not go together as their policy asks."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.domain.compatibility import Compatibility, Fits, Way
from harness.domain.evidence import ChannelCompared
from harness.domain.finding import Confirmation, Flaw
from harness.domain.policy import Severity

_READERS = {
    Way.BACKWARD: "the version of now does not read what {place} allows",
    Way.FORWARD: "readers of {place} do not read what is allowed now",
}


def _judge(facts: Facts) -> Iterator[Flaw]:
    found: dict[tuple[str, ...], list[ChannelCompared]] = {}
    for seen in facts.of(ChannelCompared):
        one = seen.compared
        key = (seen.service, one.channel, one.action.value, _named(one), one.way.value)
        found.setdefault(key, []).append(seen)
    for each in found.values():
        yield _flaw(min(each, key=_is_mild), len(each))


def _is_mild(seen: ChannelCompared) -> bool:
    """A known producer is read; and a reader may pass by a kind of message that is new to it."""
    one = seen.compared
    is_new_kind = one.way is Way.FORWARD and not one.counterexample
    return one.fits is Fits.IF_PRODUCER_IS_KNOWN or is_new_kind


def _flaw(seen: ChannelCompared, count: int) -> Flaw:
    one = seen.compared
    usual = "" if seen.given else ", as is usual there"
    others = f", and so with {count - 1} more" if count > 1 else ""
    return Flaw(
        service=seen.service,
        operation=one.channel,
        message=f"{one.message} is not {one.way.value} compatible{_where(one)}, which "
        f"{seen.policy.value} asks{usual}: {_READERS[one.way].format(place=seen.place)}{others}"
        f"{_why(seen)}",
        hint="take the change back, or send it as a new message or channel; another policy: "
        f'channels."{one.channel}".compatibility in the table of {seen.service}',
        cause=f"{one.action.value} {_named(one)} {one.way.value}",
        witness=one.counterexample,
        confirmation=Confirmation.BY_SCHEMA,
        mild=_is_mild(seen),
    )


def _named(one: Compatibility) -> str:
    return f"{one.message} headers" if one.of_headers else one.message


def _where(one: Compatibility) -> str:
    return " in its headers" if one.of_headers else ""


def _why(seen: ChannelCompared) -> str:
    """The strict verdict and the lenient one, with a message that shows it."""
    one = seen.compared
    shown = f", such as {one.counterexample}" if one.counterexample else ""
    because = f" ({one.reason})" if one.reason else ""
    if one.fits is Fits.IF_PRODUCER_IS_KNOWN:
        return (
            f"{shown}{because}; strictly it breaks, and leniently it does not: "
            "a producer that sends what its schema names alone is read"
        )
    return f"{shown}{because}; it breaks strictly and leniently"


CHANNEL_INCOMPATIBLE = Check(
    id="channel-incompatible",
    title="the versions of a channel do not go together as its policy asks",
    severity=Severity.ERROR,
    leg=None,
    needs=frozenset({"diff"}),
    judge=_judge,
)
