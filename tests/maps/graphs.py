"""Systems made for maps: of any size, with circles, lone services, and names that nobody chose."""

from __future__ import annotations

from random import Random

from harness.domain.edge import Edge, EdgeReport, Leg, LegReport, LegStatus, Pair
from harness.domain.service_map import Link, Participant, ServiceMap

NAMES = (
    "orders",
    "a-service-that-somebody-gave-a-name-of-far-more-words-than-any-box-could-ever-hold",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    "訂單處理與庫存管理服務的總稱及其所有附屬的模組",
    "größe/of\u00a0things",
    "שירות הזמנות",
    "e\u0301" * 30,
    "\U0001f69a delivery",
    "<script>alert('&')</script>",
    'quote " and \\ backslash',
    "a\nb\x1b[2J\u202e]]>" + "\x07" * 40,
    "",
)


def random_arcs(names: tuple[str, ...], count: int, chance: Random) -> frozenset[tuple[str, str]]:
    """Arcs of a system in four tiers, of which one in thirty leads back."""
    tier = {name: chance.randrange(4) for name in names}
    arcs: set[tuple[str, str]] = set()
    for _ in range(count * 20):
        start, end = chance.choice(names), chance.choice(names)
        if len(arcs) < count and (tier[start] < tier[end] or not chance.randrange(30)):
            arcs.add((start, end))
    return frozenset(arcs)


def a_map(size: int, links: int, seed: int = 1) -> ServiceMap:
    """A system of so many services, some with odd names, with all that a run may know of links."""
    chance = Random(seed)
    plain = tuple(f"service-{at}" for at in range(max(size - len(NAMES), 3)))
    names = (*plain, *NAMES)[:size] if size > len(NAMES) else plain[:size] + NAMES[: size - 3]
    arcs = sorted(random_arcs(names[:-1], links, chance))
    return ServiceMap(
        tuple(Participant(name, "team", chance.random() < 0.9) for name in sorted(names)),
        tuple(
            Link(Pair(*arc), 3, declared=True, edges=(_edge(Pair(*arc), chance),)) for arc in arcs
        ),
        "this run",
    )


def _edge(pair: Pair, chance: Random) -> EdgeReport:
    legs = tuple(LegReport(leg, chance.choice(list(LegStatus))) for leg in Leg)
    return EdgeReport(Edge(pair, "GET /things/{id}"), legs)
