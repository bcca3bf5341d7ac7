"""Questions and answers as they travel between the gate and a consumer's interpreter."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.consumer.asks import Answer, AnswerFile, Ask, Asks, read_asks
from harness.domain.fit import Asked, Reception

ASK = Ask(
    "k $.a", "shop", "till", "k", "the stöck\u2028", "test_a.py::test", True, ('{"a":1}', "{}")
)
ASKS = Asks(("shop",), ("/tests",), ("shop.Closed",), (ASK, ASK), ("/src",))


@pytest.mark.parametrize("asks", [ASKS, Asks()])
def test_what_is_asked_is_read(tmp_path: Path, asks: Asks) -> None:
    """Every question comes back as it was."""
    path = tmp_path / "asks.json"
    path.write_text(asks.text(), encoding="utf-8")

    assert read_asks(path) == asks


def test_another_version_is_refused(tmp_path: Path) -> None:
    """What a newer gate asks is not half understood."""
    path = tmp_path / "asks.json"
    path.write_text(ASKS.text().replace('"v": 1', '"v": 2'), encoding="utf-8")

    with pytest.raises(ValueError, match="expected version 1 of the asks, seen 2"):
        read_asks(path)


@pytest.mark.parametrize(
    ("reception", "settled"),
    [(Reception.TAKEN, False), (Reception.REFUSED, True), (Reception.UNASKED, True)],
)
def test_only_a_reply_that_was_taken_leaves_its_question_open(
    tmp_path: Path, reception: Reception, settled: bool
) -> None:
    """After a refusal, and where nobody can be asked, nothing more is tried."""
    answers = AnswerFile(tmp_path / "answers.jsonl")
    answers.open()
    answers.add(Answer("k", Asked.CODE, reception, "{}"))

    assert ("k" in answers.settled) is settled


def test_each_answer_is_there_as_soon_as_it_is_given(tmp_path: Path) -> None:
    """The file is whole after every answer, and its last line says that all was told."""
    path = tmp_path / "answers.jsonl"
    path.write_text("of an earlier run\n")
    answers = AnswerFile(path)
    kinds: list[list[str]] = []
    for step in (
        answers.open,
        lambda: answers.add(Answer("k", Asked.MODEL, Reception.TAKEN, "{}", crash={"type": "E"})),
        lambda: answers.close(2),
    ):
        step()
        lines = path.read_text(encoding="utf-8").splitlines()
        kinds.append([json.loads(line)["kind"] for line in lines])

    assert kinds == [["answers"], ["answers", "answer"], ["answers", "answer", "run"]]
    assert json.loads(path.read_text().splitlines()[-1])["exit_status"] == 2
