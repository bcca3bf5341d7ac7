"""Contract tests of a shop, run once for their pact and then against replies of its provider."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from harness.consumer.asks import Ask, Asks
from harness.documents.pacts import read_pact
from harness.domain.json import Json
from harness.domain.pact import Interaction
from harness.domain.possible import Origin, PossibleReply
from tests.consumer.support import run

CLIENT = """
import json
from urllib.error import HTTPError
from urllib.request import urlopen


class Closed(Exception): pass


def get(url, path="/stock"):
    try:
        return json.load(urlopen(f"{url}{path}"))
    except HTTPError as error:
        return json.load(error)


def on_hand(url, path="/stock"):
    return get(url, path)["on_hand"] + 1


def on_purpose(url, path="/stock"):
    if get(url, path)["on_hand"] is None:
        raise Closed("nothing on hand")
"""
PLAIN = """
import pytest
from pact import Pact, match
from shop.client import Closed, get, on_hand, on_purpose


def told(*descriptions, status=200):
    pact = Pact("shop", "till")
    for one in descriptions or ["stock"]:
        pact.upon_receiving(one).with_request("GET", "/" + one).will_respond_with(status).with_body(
            {"on_hand": match.int(3)}, "application/json")
    return pact


def kept(pact):
    pact.write_file("pacts")
"""
GOOD: Json = {"on_hand": 4}
BAD: Json = {"on_hand": None}


@dataclass(frozen=True, slots=True)
class Told:
    """
    What a run answered.

    Shape: `answers` are by the descriptions of interactions, `lines` as they were written.
    """

    result: pytest.RunResult
    lines: tuple[Mapping[str, Any], ...]
    answers: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)

    def received(self, description: str = "stock") -> list[tuple[str, str]]:
        """Who was asked about an interaction, and what became of each reply."""
        return [(one["asked"], one["reception"]) for one in self.answers.get(description, ())]

    def only(self, description: str = "stock") -> Mapping[str, Any]:
        """The one answer about an interaction."""
        (one,) = self.answers[description]
        return one


@dataclass(frozen=True, slots=True)
class _Given:
    """An interaction that a run gave, and where it comes from."""

    consumer: str
    provider: str
    test: str
    interaction: Interaction


def project(pytester: pytest.Pytester, *, client: str = CLIENT, **tests: str) -> None:
    """A package `shop` and its contract tests beside it."""
    package = pytester.mkpydir("shop")
    (package / "client.py").write_text(client)
    for name, text in tests.items():
        (pytester.path / f"test_{name}.py").write_text(text)


def driven(
    pytester: pytest.Pytester,
    replies: Mapping[str, Sequence[Json]],
    *arguments: str,
    tests: Mapping[str, str] | None = None,
    **held: tuple[str, ...],
) -> Told:
    """
    What becomes of replies, by the descriptions of their interactions.

    Shape: `tests` names other tests than those that gave the interactions; `held` is what is told
    beside the questions.
    """
    return put(pytester, questions(pytester, replies, tests or {}, **held), *arguments)


def questions(
    pytester: pytest.Pytester,
    replies: Mapping[str, Sequence[Json]],
    tests: Mapping[str, str] | None = None,
    **held: tuple[str, ...],
) -> Asks:
    """The questions about interactions that the project's tests give when they run."""
    asks = tuple(
        Ask(
            id=one.interaction.description,
            consumer=one.consumer,
            provider=one.provider,
            interaction=one.interaction.key,
            description=one.interaction.description,
            test=(tests or {}).get(one.interaction.description, one.test),
            by_model=one.interaction.reader is not None,
            replies=tuple(map(reply, replies[one.interaction.description])),
        )
        for one in _given(pytester)
        if one.interaction.description in replies
    )
    assert {one.id for one in asks} == set(replies)
    beside: dict[str, Any] = {"packages": ("shop",), "tests": (str(pytester.path),), **held}
    return Asks(asks=asks, **beside)


def offers(
    pytester: pytest.Pytester,
    replies: Mapping[str, Sequence[PossibleReply]],
    *,
    until: str = "",
    **beside: Any,
) -> Asks:
    """Questions about whole replies, all of which are put unless `until` settles them before."""
    asks = questions(pytester, {name: [] for name in replies})
    told = (
        replace(one, replies=tuple(replies[one.id]), until=until, by_model=False)
        for one in asks.asks
    )
    return replace(asks, asks=tuple(told), **beside)


def reply(body: Json) -> PossibleReply:
    """A body that may come, under its own text as its name."""
    return PossibleReply(json.dumps(body), Origin.DOCUMENT, body=json.dumps(body))


def put(pytester: pytest.Pytester, asks: Asks, *arguments: str) -> Told:
    """Put questions as they are, and read the answers."""
    (pytester.path / "asks.json").write_text(asks.text())
    options = ("--harness-asks", "asks.json", "--harness-evidence", "answers.jsonl", *arguments)
    result = run(pytester, *options)
    lines = _lines(pytester, "answers.jsonl")
    answers: dict[str, tuple[Mapping[str, Any], ...]] = {}
    for one in lines:
        if one["kind"] == "answer":
            answers[one["id"]] = (*answers.get(one["id"], ()), one)
    return Told(result, lines, answers)


def _given(pytester: pytest.Pytester) -> Iterator[_Given]:
    run(pytester, "--harness-evidence", "first.jsonl", "--pact-dry-run")
    for one in _lines(pytester, "first.jsonl"):
        if one["kind"] != "pact" or one["content"] is None:
            continue
        tests = {each["location"]: each["nodeid"] for each in one["interactions"]}
        for each in read_pact(json.dumps(one["content"])).interactions:
            yield _Given(one["consumer"], one["provider"], tests.get(each.location, ""), each)


def _lines(pytester: pytest.Pytester, name: str) -> tuple[Mapping[str, Any], ...]:
    text = (pytester.path / name).read_text(encoding="utf-8")
    return tuple(json.loads(line) for line in text.splitlines())
