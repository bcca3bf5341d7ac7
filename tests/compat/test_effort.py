"""What a comparison costs, counted in calls: a figure that may only fall."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from harness.compat.http.interactions import Provider
from harness.documents.openapi import read_document
from harness.documents.pacts import read_pact
from harness.domain.pact import Interaction
from tests.compat.effort import within
from tests.compat.samples import document, interaction
from tests.shop import pacts_over_http

CALLS_PER_INTERACTION = 20_000
CALLS_OF_THE_DEAREST = 120_000
CONTRACTS = Path(__file__).parents[2] / "contracts"


def agreed() -> Iterator[tuple[Provider, Interaction]]:
    """Each interaction of the sample shop, with its provider as its document tells it."""
    for path in pacts_over_http():
        pact = read_pact(path.read_bytes(), path.name)
        written = (CONTRACTS / "documents" / f"{pact.provider}.json").read_bytes()
        provider = Provider(read_document(written))
        yield from ((provider, each) for each in pact.interactions)


def test_an_interaction_costs_little_on_average() -> None:
    """All the contracts of the sample shop together stay within so many calls for each of them."""
    held = list(agreed())
    found = within(
        CALLS_PER_INTERACTION * len(held), lambda: [one.compared(each) for one, each in held]
    )

    assert len(found) >= 40
    assert sum(each.is_judged for each in found) >= 40


def test_no_interaction_costs_much() -> None:
    """The dearest contract of the sample shop stays within a bound of its own."""
    for provider, each in agreed():
        within(CALLS_OF_THE_DEAREST, partial(provider.compared, each))


def test_what_else_a_document_has_costs_an_interaction_nothing() -> None:
    """Beside a thousand schemas that it does not touch, an interaction costs what it did alone."""
    schemas = {f"S{at}": {"type": "object", "properties": {}} for at in range(1_000)}
    large = Provider(document({}, schemas=schemas))

    assert within(1_000, lambda: large.compared(interaction())).misfits == ()
