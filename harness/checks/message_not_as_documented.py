"""Find messages that a service really makes and that its own document does not allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.compat.messages.documented import Departure, Documented, Holder
from harness.domain.edge import Leg, Pair
from harness.domain.finding import Confirmation, Flaw
from harness.domain.pact import Interaction
from harness.domain.policy import Severity
from harness.domain.produced import MessageShown, read

_Place = tuple[str, str, str, str]


def _judge(facts: Facts) -> Iterator[Flaw]:
    holders = {name: [Holder(one) for one in each] for name, each in facts.messaging.items()}
    contracts = {(one.edge.pair, one.interaction.key): one.interaction for one in facts.contracts}
    found: dict[_Place, list[tuple[MessageShown, Departure]]] = {}
    for shown in facts.of(MessageShown):
        documented = _held(shown, holders.get(shown.service, []), contracts)
        for one in documented.departures if documented else ():
            channel = documented.channel if documented else ""
            place = (shown.service, channel or shown.function, one.message, one.where)
            found.setdefault(place, []).append((shown, one))
    for place, seen in found.items():
        yield _flaw(facts, place, *min(seen, key=_rank), len(seen))


def _held(
    shown: MessageShown,
    holders: list[Holder],
    contracts: Mapping[tuple[Pair, str], Interaction],
) -> Documented | None:
    """What the document says that knows the message best."""
    interaction = contracts.get((Pair(shown.consumer, shown.service), shown.interaction))
    made = read(shown.text)
    told = (one.held(made, interaction, is_reply=shown.is_reply) for one in holders)
    known = [one for one in told if one is not None]
    return min(known, key=lambda one: (not one.channel, len(one.departures)), default=None)


def _rank(told: tuple[MessageShown, Departure]) -> tuple[bool, int]:
    """An example comes before a generated request, and a short one before a long one."""
    shown = told[0]
    length = sum(len(each.request.url) + len(each.request.body or "") for each in shown.exchanges)
    return (not shown.example, length)


def _flaw(
    facts: Facts, place: _Place, shown: MessageShown, one: Departure, occurrences: int
) -> Flaw:
    service, operation, message, where = place
    named = f"the message {message}" if message else "a message"
    return Flaw(
        service=service,
        operation=_operation(facts, shown, operation, one),
        message=f"{named} of {_by(shown)} is not as its document says: {one.said}{_led(shown)}",
        hint="mend what is sent, or the document together with those who read it",
        cause=f"{message} departs".lstrip(),
        where=where,
        expected=one.expected,
        seen=one.seen,
        detail=_request(shown),
        confirmation=Confirmation.BY_SCHEMA,
        occurrences=occurrences,
    )


def _operation(facts: Facts, shown: MessageShown, operation: str, one: Departure) -> str:
    """The edge that it was made for, where the document does not know its channel."""
    edge = None
    if one.where == "channel":
        edge = facts.edge_of(Pair(shown.consumer, shown.service), shown.interaction)
    return edge.operation if edge else operation


def _by(shown: MessageShown) -> str:
    return f"{shown.function} on {shown.broker}" if shown.broker else shown.function


def _led(shown: MessageShown) -> str:
    if shown.consumer:
        return f"; made for {shown.example}"
    if shown.example:
        return f"; published for {shown.example}"
    return f"; published while it served {shown.operation}" if shown.operation else ""


def _request(shown: MessageShown) -> str:
    """The request that led to it, as it was sent."""
    texts = []
    for each in shown.exchanges:
        asked = each.request
        headers = "".join(f"\n{name}: {value}" for name, value in asked.headers)
        texts.append(f"{asked.method} {asked.url}{headers}\n\n{asked.body or ''}".rstrip())
    return "\n\n".join(texts)


MESSAGE_NOT_AS_DOCUMENTED = Check(
    id="message-not-as-documented",
    title="a service makes or publishes a message that its own document does not allow",
    severity=Severity.ERROR,
    leg=Leg.PROVIDER,
    needs=frozenset({"answers", "fuzz", "verify", "wire"}),
    judge=_judge,
)
