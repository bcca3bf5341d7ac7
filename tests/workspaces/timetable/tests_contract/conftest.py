"""Each test adds what it asks for to the pact of the board and the timetable."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pact import Pact

PACTS = Path(__file__).parents[1] / "build" / "pacts"


@pytest.fixture
def timetable() -> Iterator[Pact]:
    pact = Pact("board", "timetable")
    yield pact
    pact.write_file(PACTS)
