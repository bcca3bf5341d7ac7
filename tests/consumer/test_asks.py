"""Questions and answers as they travel between the gate and a consumer's interpreter."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest

from harness.consumer.asks import UNTIL_REFUSED, Answer, AnswerFile, Ask, Asks, read_asks
from harness.domain.fit import Asked, Reception
from harness.domain.possible import Fault, Origin, PossibleReply

SITE = "KeyError in shop.client.get: held['sku']"
REPLIES = (
    PossibleReply("bare", Origin.DOCUMENT),
    PossibleReply("empty", Origin.DOCUMENT, media_type="", body="", place="$.a"),
    PossibleReply("the stöck\u2028\ud800", Origin.DOCUMENT, body='{"a":"\ud800"}'),
    PossibleReply("moved", Origin.NETWORK, 302, "text/html", "<p>", elsewhere="/sign-in"),
    *(
        PossibleReply(f"{origin.value} {fault and fault.value}", origin, 500, fault=fault)
        for origin, fault in product(Origin, (None, *Fault))
    ),
)
ASK = Ask("k $.a", "shop", "till", "k", "the stöck\u2028", "test_a.py::test", True, REPLIES)
ASKS = Asks(
    ("shop",),
    ("/tests",),
    ("shop.Closed",),
    (
        ASK,
        Ask("l", "", "", "l", "", "", False, (), until=""),
        Ask("m", "a", "b", "m", "c", "d", False, (), SITE),
    ),
    ("/src",),
    ("db.example",),
    patience_s=1.5,
    waits_s=0.5,
)


@pytest.mark.parametrize("asks", [ASKS, Asks()])
def test_what_is_asked_is_read(tmp_path: Path, asks: Asks) -> None:
    """Every question comes back as it was, with all that a reply may hold."""
    path = tmp_path / "asks.json"
    path.write_text(asks.text(), encoding="utf-8")

    assert read_asks(path) == asks


def test_what_is_as_by_default_is_left_out() -> None:
    """A reply travels with its name and origin, and with what it changes."""
    (first, second, *_) = json.loads(ASKS.text())["asks"][0]["replies"]

    assert first == {"what": "bare", "origin": "document"}
    assert second == {
        "what": "empty",
        "origin": "document",
        "media_type": "",
        "body": "",
        "place": "$.a",
    }


def test_another_version_is_refused(tmp_path: Path) -> None:
    """What a newer gate asks is not half understood."""
    path = tmp_path / "asks.json"
    path.write_text(ASKS.text().replace('"v": 2', '"v": 3'), encoding="utf-8")

    with pytest.raises(ValueError, match="expected version 2 of the asks, seen 3"):
        read_asks(path)


@pytest.mark.parametrize(
    ("until", "reception", "site", "settled"),
    [
        (UNTIL_REFUSED, Reception.TAKEN, "", False),
        (UNTIL_REFUSED, Reception.REFUSED, SITE, True),
        (UNTIL_REFUSED, Reception.UNASKED, "", True),
        ("", Reception.TAKEN, "", False),
        ("", Reception.REFUSED, SITE, False),
        ("", Reception.UNASKED, "", False),
        (SITE, Reception.REFUSED, SITE, True),
        (SITE, Reception.REFUSED, "KeyError in shop.client.put: held['sku']", False),
        (SITE, Reception.TAKEN, "", False),
    ],
)
def test_when_a_question_is_settled(
    tmp_path: Path, until: str, reception: Reception, site: str, settled: bool
) -> None:
    """By the first that is not taken, by none, or by the first that is refused at one site."""
    answers = AnswerFile(tmp_path / "answers.jsonl")
    answers.open()
    answers.add(Answer("k", Asked.CODE, reception, "{}", site=site), until)

    assert ("k" in answers.settled) is settled


def test_each_answer_is_there_as_soon_as_it_is_given(tmp_path: Path) -> None:
    """The file is whole after every line, and its last says that all was told."""
    path = tmp_path / "answers.jsonl"
    path.write_text("of an earlier run\n")
    answers = AnswerFile(path)
    kinds: list[list[str]] = []
    for step in (
        answers.open,
        lambda: answers.put(ASK, REPLIES[0]),
        lambda: answers.add(Answer("k", Asked.MODEL, Reception.TAKEN, "{}", crash={"type": "E"})),
        lambda: answers.tell_address("db.example:5432", "test_a.py::test", {"frames": []}),
        lambda: answers.close(2),
    ):
        step()
        lines = path.read_text(encoding="utf-8").splitlines()
        kinds.append([json.loads(line)["kind"] for line in lines])

    assert [told[-1] for told in kinds] == ["answers", "put", "answer", "address", "run"]
    assert [len(told) for told in kinds] == [1, 2, 3, 4, 5]
    assert json.loads(path.read_text().splitlines()[1]) == {
        "kind": "put",
        "id": "k $.a",
        "what": "bare",
    }
    assert json.loads(path.read_text().splitlines()[-1])["exit_status"] == 2
