"""The mocks that belong to a test while it runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from harness.consumer.collecting import asked_by, exchanged_by, received_by

if TYPE_CHECKING:
    from harness.consumer.exchanging import Exchanges
    from harness.consumer.receiving import Deliveries, DeliveryOf, Instead
    from harness.consumer.running import PactOf, RunningMocks

_PACT_OF = pytest.StashKey["PactOf"]()
_MOCKS = pytest.StashKey["RunningMocks"]()
_INSTEAD = pytest.StashKey["tuple[Instead, DeliveryOf]"]()
_DELIVERIES = pytest.StashKey["Deliveries"]()
_EXCHANGES_AS = pytest.StashKey["Exchanges"]()
_EXCHANGES = pytest.StashKey["Exchanges"]()


def take_pacts_from(config: pytest.Config, pact_of: PactOf) -> None:
    """Let the mocks of a run be of pacts that it keeps, where it goes through its tests often."""
    config.stash[_PACT_OF] = pact_of


def mocks_of(item: pytest.Item) -> RunningMocks:
    """The mocks of what a test declares, made when they are first asked for."""
    # Imported late: a run without contracts never pays for it.
    from harness.consumer.running import RunningMocks

    if _MOCKS not in item.stash:
        declared = asked_by(item)
        kept = item.config.stash.get(_PACT_OF, None)
        item.stash[_MOCKS] = RunningMocks(declared, kept) if kept else RunningMocks(declared)
    return item.stash[_MOCKS]


def hand_out(config: pytest.Config, instead: Instead, delivered: DeliveryOf) -> None:
    """Let other messages be handed out in the place of those that tests declare."""
    config.stash[_INSTEAD] = (instead, delivered)


def deliveries_of(item: pytest.Item) -> Deliveries:
    """The messages of what a test declares."""
    from harness.consumer.receiving import Deliveries

    if _DELIVERIES not in item.stash:
        declared = received_by(item)
        instead = item.config.stash.get(_INSTEAD, None)
        item.stash[_DELIVERIES] = Deliveries(declared, *(instead or ()))
    return item.stash[_DELIVERIES]


def exchange_as(config: pytest.Config, exchanges: Exchanges) -> None:
    """Let the requests of tests be answered as these exchanges are, which declare none."""
    config.stash[_EXCHANGES_AS] = exchanges


def exchanges_of(item: pytest.Item) -> Exchanges:
    """The exchanges of what a test declares."""
    from harness.consumer.exchanging import Exchanges

    if _EXCHANGES not in item.stash:
        declared = exchanged_by(item)
        kept = item.config.stash.get(_EXCHANGES_AS, None)
        made = replace(kept, declarations=declared) if kept else Exchanges(declared)
        item.stash[_EXCHANGES] = made
    return item.stash[_EXCHANGES]


def let_go(item: pytest.Item) -> None:
    """Stop the mocks of a test, also of one that never ran."""
    running = item.stash.get(_MOCKS, None)
    if running is not None:
        running.stop()
        del item.stash[_MOCKS]
    if _DELIVERIES in item.stash:
        del item.stash[_DELIVERIES]
    if _EXCHANGES in item.stash:
        del item.stash[_EXCHANGES]
