"""Two services that meet in a request message and its reply: all three legs of that edge."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.domain.edge import Leg
from tests.gate.workspaces import Place

pytestmark = [pytest.mark.tools, pytest.mark.slow, pytest.mark.xdist_group("exchanges")]

HOME = Path(__file__).parents[1] / "workspaces" / "prices"
DOCUMENT = "asyncapi/prices.yaml"


def test_an_exchange_that_fits_is_held_in_all_three_legs(tmp_path: Path) -> None:
    """The reply is verified, its words are proven, and the client copes with what may come."""
    ended = Place.copied(HOME, tmp_path).gate(COLUMNS="160")

    assert (ended.code, ended.findings, ended.reasons) == (0, [], {}), ended.text
    (fit,), (kept,) = ended.fit_legs.values(), ended.legs(Leg.PROVIDER).values()
    (copes,) = ended.legs(Leg.CONSUMER).values()
    assert (fit["status"], fit["proven"]) == ("proven", 1)
    assert (kept["status"], kept["interactions"]) == ("tested", 1)
    assert (copes["status"], copes["cases"] > 10) == ("tested", True)


@pytest.mark.parametrize(
    ("file", "old", "new", "found", "told"),
    [
        (
            DOCUMENT,
            "{type: string, format: date}",
            "{type: string}",
            "reply-crashes-consumer",
            "till fails with ValueError: Invalid isoformat string",
        ),
        (
            DOCUMENT,
            "{type: integer, minimum: 0}",
            "{type: number}",
            "reply-not-accepted",
            "prices may send",
        ),
        (
            "src/prices/answers.py",
            '"cents": 900',
            '"cents": "900"',
            "message-not-accepted",
            "to be an integer",
        ),
    ],
    ids=["a text that is no date", "a number that is not whole", "a text for a number"],
)
def test_what_does_not_hold_is_found(
    tmp_path: Path, file: str, old: str, new: str, found: str, told: str
) -> None:
    """A fault in each leg is an error that names the channel."""
    place = Place.copied(HOME, tmp_path)
    place.edit(file, old, new)

    ended = place.gate(COLUMNS="160")

    assert ended.code == 1, ended.text
    seen = [one for one in ended.found(found) if told in one["message"]]
    assert [one["operation"] for one in seen] == ["prices.asked"], ended.text
