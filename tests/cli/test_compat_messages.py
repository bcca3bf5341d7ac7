"""Pacts of messages, and of both kinds, against documents from files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.cli.app import main
from tests.cli.test_compat import LIKE, MESSAGE, STOCK, Ended, asking, document, pact

Compat = Callable[..., Ended]

ASYNC: dict[str, Any] = {
    "asyncapi": "3.0.0",
    "info": {"title": "inventory", "version": "1"},
    "channels": {"sales": {"address": "things.sold", "messages": {"sold": {"payload": STOCK}}}},
    "operations": {"sell": {"action": "send", "channel": {"$ref": "#/channels/sales"}}},
}


def heard(body: Any = None, to: str | None = "sell", **more: Any) -> dict[str, Any]:
    """An interaction whose consumer receives a message."""
    named = {"references": {"AsyncAPI": {"operationId": to}}} if to else {}
    content = {"sku": "A", "on_hand": 3} if body is None else body
    return {
        **MESSAGE,
        "contents": {"content": content, "contentType": "application/json", "encoded": False},
        "matchingRules": {"body": LIKE},
        "comments": named,
        **more,
    }


@pytest.fixture
def compat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Compat:
    """Write a pact and documents where no workspace is, and compare them."""
    monkeypatch.chdir(tmp_path)

    def compare(consumer: Any, documents: dict[str, Any], *words: str) -> Ended:
        Path("pact.json").write_text(json.dumps(consumer), "utf-8")
        for name, written in documents.items():
            Path(name).write_text(json.dumps(written), "utf-8")
        code = main(["compat", "pact.json", *documents, *words])
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return compare


def test_messages_are_compared_with_an_asyncapi_document(compat: Compat) -> None:
    """A document of either kind is told by looking at it."""
    ended = compat(pact(heard()), {"asyncapi.json": ASYNC})

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "orders and inventory: 1 interaction of pact.json",
        "against asyncapi.json",
        "",
        "proven        a thing was sold",
        "",
        "passed: 1 proven, 0 broken, 0 unknown · exit 0",
    ]


def test_a_message_that_does_not_fit_is_told_with_its_sides(compat: Compat) -> None:
    """The operation with its message, the place, what is sent and what is accepted."""
    ended = compat(pact(heard({"ghost": 1})), {"asyncapi.json": ASYNC})

    assert ended.code == 1
    assert ended.out.splitlines()[3:8] == [
        "broken        a thing was sold",
        "    send things.sold (sold)",
        "    message-payload $.ghost: undeclared",
        "        the provider may send: nothing",
        "        the consumer accepts: a number",
    ]


def test_an_operation_that_the_document_does_not_have_is_told_with_those_that_it_has(
    compat: Compat,
) -> None:
    """The pact's word stands beside the document's."""
    ended = compat(pact(heard(to="gone")), {"asyncapi.json": ASYNC})

    assert ended.out.splitlines()[4:7] == [
        "    message-operation-unknown gone: undeclared",
        "        the document has: sell",
        "        the pact names: gone",
    ]


def test_how_an_operation_was_found_is_told(compat: Compat) -> None:
    """Where the pact names none, people and programs learn by what it was found."""
    consumer = pact(heard(to=None, metadata={"topic": "things.sold"}))
    text = compat(consumer, {"asyncapi.json": ASYNC})
    found = compat(consumer, {"asyncapi.json": ASYNC}, "--json").report["interactions"][0]

    assert '    send things.sold (sold) · found by its metadata topic "things.sold"' in text.out
    assert (found["answer"], found["found_by"]) == ("proven", 'its metadata topic "things.sold"')


@pytest.mark.parametrize("is_first", [True, False])
def test_a_pact_of_both_kinds_takes_two_documents(compat: Compat, is_first: bool) -> None:
    """Each interaction is compared with the document of its kind, in whatever order they come."""
    names = {"openapi.json": document(), "asyncapi.json": ASYNC}
    documents = names if is_first else dict(reversed(names.items()))
    ended = compat(pact(heard(), asking(reader=STOCK)), documents, "--json")

    assert ended.code == 0
    assert [each["answer"] for each in ended.report["interactions"]] == ["proven", "proven"]
    assert ended.report["documents"] == list(documents)
    assert ended.report["document"] == next(iter(documents))


@pytest.mark.parametrize(
    ("documents", "answers", "said"),
    [
        ({"a.json": ASYNC}, ["not compared", "proven"], "no OpenAPI document was given"),
        ({"a.json": document()}, ["proven", "not compared"], "no AsyncAPI document was given"),
    ],
)
def test_what_has_no_document_of_its_kind_is_not_compared(
    compat: Compat, documents: Any, answers: list[str], said: str
) -> None:
    """It is named with its reason, and turns nothing, as long as something is compared."""
    consumer = pact(asking(reader=STOCK), heard())
    ended = compat(consumer, documents)
    report = compat(consumer, documents, "--json").report

    assert ended.code == 0
    assert said in ended.out
    assert [each["answer"] for each in report["interactions"]] == answers


@pytest.mark.parametrize(
    ("consumer", "given"), [(pact(asking()), ASYNC), (pact(heard()), document())]
)
def test_nothing_compared_never_passes(compat: Compat, consumer: Any, given: Any) -> None:
    """A pact without an interaction of the document's kind is inconclusive."""
    ended = compat(consumer, {"a.json": given})

    assert ended.code == 3
    assert ended.verdict.startswith("inconclusive: no interaction to compare with what was given")


def test_the_established_codes_of_messages(compat: Compat) -> None:
    """A match has no position there; everything else has."""
    consumer = pact(heard(), heard({"ghost": 1}), heard(to=None), asking({"ghost": 1}))
    documents = {"openapi.json": document(), "asyncapi.json": ASYNC}
    ended = compat(consumer, documents, "--format", "opc")
    lines = [json.loads(line) for line in ended.out.splitlines()]

    assert ended.code == 1
    assert [(line["interaction"], line["code"], line["type"]) for line in lines] == [
        (None, "message.matched", "info"),
        (1, "message.no.match", "error"),
        (2, "message.references.missing", "error"),
        (3, "response.body.incompatible", "error"),
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["pact.json"], "expected a pact and one or two documents, saw 1 file"),
        (["pact.json", "a.json", "b.json", "c.json"], "saw 4 files"),
        (["pact.json", "a.json", "b.json"], "documents of the same kind"),
        (["pact.json", "gone.json"], "cannot read gone.json"),
        (["pact.json", "https://a.example/a.json"], "expected a file, saw the address"),
        (["pact.json", "a.json", "--json", "--format", "opc"], "give one"),
        (["pact.json", "a\0b.json"], "no file is called so"),
        (["pact.json", "pact.json"], "is the path of a pact given?"),
        (["a.json", "pact.json"], "a.json: expected a name as `consumer.name`"),
        (["pact.json", "a.json", "--consumer", "x"], "go with --broker"),
        (["--broker", "http://a"], "--broker takes --consumer and no files"),
        (["a.json", "--broker", "http://a", "--consumer", "x"], "no files"),
        (
            ["--broker", "http://a", "--consumer", "x", "--branch", "a", "--tag", "b"],
            "--branch and --tag cannot both choose the pacts",
        ),
    ],
)
def test_what_is_misused_is_told_in_a_sentence(
    compat: Compat, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    """Exit code 2, and no traceback."""
    compat(pact(heard()), {"a.json": ASYNC, "b.json": ASYNC})
    code = main(["compat", *words])
    captured = capsys.readouterr()

    assert code == 2
    assert said in captured.err
    assert captured.out == ""
