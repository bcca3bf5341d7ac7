"""Each test adds what it hears to the pact of the notifier and the warehouse."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pact import Pact

PACTS = Path(__file__).parents[1] / "build" / "pacts"


@pytest.fixture
def warehouse() -> Iterator[Pact]:
    pact = Pact("notifier", "warehouse")
    yield pact
    pact.write_file(PACTS)
