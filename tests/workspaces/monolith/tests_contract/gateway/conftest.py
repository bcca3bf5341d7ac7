"""Each test adds what it asks for to the pact of its pair."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pact import Pact

PACTS = Path(__file__).parents[2] / "build" / "pacts"


@pytest.fixture
def accounts() -> Iterator[Pact]:
    pact = Pact("gateway", "accounts")
    yield pact
    pact.write_file(PACTS)


@pytest.fixture
def billing() -> Iterator[Pact]:
    pact = Pact("gateway", "billing")
    yield pact
    pact.write_file(PACTS)
