"""The network: who consumes whom, as a picture coloured by how each pair stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final

from harness.broker.semantics.networks import within
from harness.broker.server import finding
from harness.broker.server.answers import Answer
from harness.broker.server.asking import Call
from harness.broker.server.pages import frame, parts
from harness.broker.server.routing import Route, page, steady
from harness.broker.server.standing import FAILED, Standing, standings
from harness.broker.store import integrations, pacticipants
from harness.broker.store.integrations import Pair
from harness.broker.store.statements import Page
from harness.pages.markup import Child, Markup, tag
from harness.pages.pictures import Line, Node, picture
from harness.pages.plain import one_line

_MOST: Final = 150
"""How many pairs are drawn: more are slow to lay out, and nobody could read them."""


def whole(call: Call) -> Answer:
    """All pairs; of a system that is too large for a picture, what to choose."""
    pairs, total = integrations.every(call.db, Page(1, _MOST + 1))
    if total > _MOST:
        said = (
            f"{total:,} pairs are too many for one picture. "
            "Choose a pacticipant: its page leads to the network around it."
        )
        shown: Child = [tag("p", said), _choice(call)]
    else:
        shown = _drawn(call, pairs)
    return frame.page(
        call,
        "Network",
        shown,
        lead=tag("p", "Who consumes whom. A line leads to the pair, a box to the pacticipant."),
    )


def around(call: Call) -> Answer:
    """What is connected with a pacticipant, as many steps away as fit into a picture."""
    owner, pairs = finding.pacticipant(call), integrations.every(call.db)[0]
    near, steps, is_all = within(owner.id, pairs, _MOST)
    part = Page(parts.part_of(call).number, _MOST)
    if len(near) > _MOST:
        said = f"Its own {len(near):,} pairs are too many for one picture, and drawn in parts."
    elif is_all:
        said = "All that is connected with it."
    else:
        said = f"What is at most {steps} {'step' if steps == 1 else 'steps'} away from it."
    drawn = near[part.skipped : part.skipped + part.size]
    return frame.page(
        call,
        f"The network of {owner.name}",
        _drawn(call, drawn) if near else tag("p", "It is in no pact.", class_="quiet"),
        parts.pager(call, part, len(near)),
        lead=[
            tag("p", said),
            parts.terms(
                ("pacticipant", parts.pacticipant(call.links, owner.name)),
                ("all", parts.to(call.links.to("network"), "the whole network")),
            ),
        ],
    )


def _drawn(call: Call, pairs: Sequence[Pair]) -> Child:
    if not pairs:
        return tag("p", "No pact was published yet.", class_="quiet")
    how = standings(call.db, pairs)
    names = sorted({name for each in pairs for name in (each.consumer, each.provider)})
    failed = Counter(
        each.provider for each in pairs if how[each.consumer_id, each.provider_id].status == FAILED
    )
    title = f"{len(names):,} pacticipants and {len(pairs):,} pairs of consumer and provider"
    drawn = picture(
        title,
        [_node(call, each, failed[each]) for each in names],
        [_line(call, each, how[each.consumer_id, each.provider_id]) for each in pairs],
    )
    return tag(
        "figure",
        tag("div", drawn, class_="wide", tabindex=0, role="region", aria_label="Network"),
        tag("figcaption", "From consumers to their providers. ", _legend(how.values())),
    )


def _node(call: Call, name: str, failed: int) -> Node:
    title = one_line(name)
    if failed:
        title += f": {failed:,} of its consumers' pacts {'fails' if failed == 1 else 'fail'}"
    return Node(name, title, call.links.pacticipant(name), errors=failed)


def _line(call: Call, pair: Pair, how: Standing) -> Line:
    colour, sign, words = parts.STATES[how.status]
    title = one_line(f"{pair.consumer} consumes {pair.provider}: {words}")
    href = call.links.to("dashboard", "provider", pair.provider, "consumer", pair.consumer)
    return Line(pair.consumer, pair.provider, title, (colour,), ((colour, sign),), href)


def _legend(found: Collection[Standing]) -> Markup:
    counts = Counter(each.status for each in found)
    return tag(
        "ul",
        [
            tag("li", parts.signed(colour, sign, f"{words}: {counts[status]:,}"))
            for status, (colour, sign, words) in parts.STATES.items()
            if counts[status]
        ],
        class_="signs",
    )


def _choice(call: Call) -> Child:
    text, part = call.query("q"), parts.part_of(call)
    found, total = pacticipants.every(call.db, part, text=text)
    rows: list[list[Child]] = [
        [
            parts.pacticipant(call.links, each.name),
            parts.to(call.links.pacticipant(each.name, "network"), "network around it"),
        ]
        for each in found
    ]
    return [
        parts.search(call, "Name"),
        parts.table(("Name", "Picture"), rows, empty="No name holds this."),
        parts.pager(call, part, total),
    ]


ROUTES: Final[tuple[Route, ...]] = steady(
    page("/network", whole),
    page("/pacticipants/{pacticipant}/network", around),
)
