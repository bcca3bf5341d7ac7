"""`harness replies`: what is asked of the house, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.domain.service import DocumentSource
from tests.cli.conftest import FakeDoors, Type


@pytest.fixture
def suite(root: Path) -> Path:
    """Tests and a document, in a directory that is no workspace."""
    (root / "tests").mkdir()
    (root / "till.json").write_text("{}", "utf-8")
    return root


def test_a_suite_and_a_document_are_all_that_it_takes(
    run: Type, doors: FakeDoors, suite: Path
) -> None:
    """The tests become those of one consumer, and the provider is known by its document alone."""
    ended = run("replies", "tests", "--document", "till=till.json", "--examples", "7")

    assert ended.code == 0
    assert doors.config is not None
    (consumer,) = doors.config.services
    assert consumer.contract_tests == (suite / "tests",)
    assert consumer.root == suite
    assert doors.config.examples == 7
    (till,) = doors.config.externals
    assert (till.name, till.documents[0]) == ("till", DocumentSource("till.json"))
    assert doors.selection is not None
    assert "reply-crashes-consumer" in doors.selection.checks


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Missing argument"),
        (("elsewhere",), "expected contract tests at elsewhere"),
        (("tests", "--document", "till.json"), "expected PROVIDER=FILE, seen till.json"),
        (("tests", "--document", "till=none.json"), "expected a file at none.json"),
        (("tests", "--examples", "0"), "--examples"),
        (("tests", "-q", "-v"), "-q and -v exclude each other"),
    ],
)
@pytest.mark.usefixtures("suite")
def test_what_is_not_there_is_told(run: Type, words: tuple[str, ...], said: str) -> None:
    """Nothing is run, and the sentence says what was expected and seen."""
    ended = run("replies", *words)

    assert ended.code == 2
    assert said in ended.err
