"""A pact against a document, from two files of anywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.cli.app import main

INTEGER = {"type": "integer"}
NULLABLE = {"type": ["integer", "null"]}
STOCK: dict[str, Any] = {
    "type": "object",
    "properties": {"sku": {"type": "string"}, "on_hand": INTEGER},
    "required": ["sku", "on_hand"],
}
LIKE = {"$": {"combine": "AND", "matchers": [{"match": "type"}]}}
MESSAGE = {
    "type": "Asynchronous/Messages",
    "description": "a thing was sold",
    "contents": {"content": {"sku": "A"}, "contentType": "application/json", "encoded": False},
}

Compat = Callable[..., "Ended"]


class Ended:
    """How a comparison ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def report(self) -> Any:
        """The report for programs."""
        return json.loads(self.out)

    @property
    def verdict(self) -> str:
        """The last line."""
        return self.out.splitlines()[-1]


def stock(**on_hand: Any) -> dict[str, Any]:
    """The schema of a stock with another field in place of `on_hand`, or with one more."""
    return {**STOCK, "properties": {**STOCK["properties"], **on_hand}}


def document(schema: Any = STOCK, path: str = "/stock/{sku}") -> dict[str, Any]:
    """A document whose one operation replies with JSON of a schema."""
    reply = {"description": "ok", "content": {"application/json": {"schema": schema}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "inventory", "version": "1"},
        "paths": {path: {"get": {"responses": {"200": reply}}}},
    }


def asking(
    body: Any = None, reader: Any = None, description: str = "the stock", path: str = "/stock/A"
) -> dict[str, Any]:
    """An interaction that expects a JSON body, with or without the consumer's own reader."""
    content = {"sku": "A", "on_hand": 3} if body is None else body
    written: dict[str, Any] = {
        "type": "Synchronous/HTTP",
        "description": description,
        "providerStates": [{"name": "a sku exists"}],
        "request": {"method": "GET", "path": path},
        "response": {
            "status": 200,
            "body": {"content": content, "contentType": "application/json", "encoded": False},
            "matchingRules": {"body": LIKE},
        },
    }
    if reader is not None:
        written["comments"] = {"contract-harness": {"v": 1, "reader": reader}}
    return written


def pact(*interactions: Any) -> dict[str, Any]:
    """A pact of version 4."""
    return {
        "consumer": {"name": "orders"},
        "provider": {"name": "inventory"},
        "interactions": list(interactions),
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }


@pytest.fixture
def compat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Compat:
    """Write two files where no workspace is, and compare them."""
    monkeypatch.chdir(tmp_path)

    def compare(consumer: Any, provider: Any, *words: str) -> Ended:
        Path("pact.json").write_text(json.dumps(consumer), "utf-8")
        Path("openapi.json").write_text(json.dumps(provider), "utf-8")
        code = main(["compat", "pact.json", "openapi.json", *words])
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return compare


def test_what_fits_is_proven(compat: Compat) -> None:
    """Where the reader covers the reply, the whole report says so and nothing else."""
    ended = compat(pact(asking(reader=STOCK)), document())

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "orders and inventory: 1 interaction of pact.json",
        "against openapi.json",
        "",
        "proven        the stock · given a sku exists",
        "",
        "passed: 1 proven, 0 broken, 0 unknown · exit 0",
    ]


def test_a_nullable_field_breaks_a_declared_reader(compat: Compat) -> None:
    """The place, what is sent, what is accepted and a reply that shows it are told."""
    ended = compat(pact(asking(reader=STOCK)), document(stock(on_hand=NULLABLE)))
    head, *lines = ended.out.splitlines()[3:9]

    assert ended.code == 1
    assert head.startswith("broken ")
    assert lines[:4] == [
        "    GET /stock/{sku}",
        "    reply-body $.on_hand: may-break",
        "        the provider may send: null",
        "        the consumer accepts: a whole number",
    ]
    witness = json.loads(lines[4].removeprefix("        witness: "))
    assert witness.keys() == {"sku", "on_hand"}
    assert witness["on_hand"] is None
    assert ended.verdict == "failed: 0 proven, 1 broken, 0 unknown · exit 1: findings"


def test_the_page_shows_what_is_printed(compat: Compat) -> None:
    """The example of the documentation is the output of a real comparison."""
    ended = compat(pact(asking(reader=STOCK)), document(stock(on_hand=NULLABLE)))
    page = (Path(__file__).parents[2] / "docs" / "compat.md").read_text("utf-8")

    assert f"$ harness compat pact.json openapi.json\n{ended.out}```" in page


def test_a_hypothesis_turns_nothing(compat: Compat) -> None:
    """What only one example shows is told as unconfirmed, and the comparison passes."""
    ended = compat(pact(asking()), document(stock(on_hand=NULLABLE)))

    assert ended.code == 0
    assert "    reply-body $.on_hand: may-break, unconfirmed" in ended.out.splitlines()
    assert ended.verdict == "passed: 0 proven, 0 broken, 0 unknown, 1 unconfirmed · exit 0"


def test_a_field_that_the_schema_never_mentions(compat: Compat) -> None:
    """A field that is read and not described is certain, whoever reads it."""
    ended = compat(pact(asking({"sku": "A", "ghost": 1})), document())

    assert ended.code == 1
    assert "    reply-body $.ghost: undeclared" in ended.out.splitlines()


def test_an_unknown_operation_names_the_nearest(compat: Compat) -> None:
    """A request that nothing answers is told with what looks like it."""
    ended = compat(pact(asking(path="/stocks/A")), document())

    assert ended.code == 1
    assert ended.out.splitlines()[4:7] == [
        "    operation-unknown: undeclared",
        "        the consumer sends: GET /stocks/A",
        "        the nearest that the provider has: GET /stock/{sku}",
    ]


def test_what_the_consumer_sends_is_told_from_its_side(compat: Compat) -> None:
    """Of a request the consumer is the writer."""
    provider = document()
    provider["paths"]["/stock/{sku}"]["get"]["parameters"] = [
        {"name": "site", "in": "query", "required": True, "schema": INTEGER}
    ]
    ended = compat(pact(asking(reader=STOCK)), provider)

    assert ended.code == 1
    assert "        the consumer sends: nothing" in ended.out.splitlines()
    assert '        the provider accepts: {"type": "integer"}' in ended.out.splitlines()


def test_what_is_unknown_never_passes(compat: Compat) -> None:
    """A reply of which the document says nothing is unknown, with the reason and the tries."""
    ended = compat(pact(asking(reader=STOCK)), document({}))

    assert ended.code == 3
    assert (
        "    reply-body: unknown, not tried: the document says nothing of this body"
        in ended.out.splitlines()
    )
    assert ended.verdict.startswith("inconclusive: 0 proven, 0 broken, 1 unknown · exit 3")


def test_what_is_certain_outweighs_what_is_unknown(compat: Compat) -> None:
    """A certain misfit beside an unknown one fails."""
    unknown, broken = asking(path="/stock/A"), asking(path="/nowhere")

    assert compat(pact(unknown, broken), document({})).code == 1


@pytest.mark.parametrize("interactions", [(), (MESSAGE,)], ids=["none", "messages"])
@pytest.mark.parametrize("written", ["text", "json", "opc"])
def test_nothing_to_compare_never_passes(
    compat: Compat, interactions: tuple[Any, ...], written: str
) -> None:
    """A pact without an interaction over HTTP shows nothing, in any format."""
    assert compat(pact(*interactions), document(), "--format", written).code == 3


def test_messages_are_named(compat: Compat) -> None:
    """A message is told as not compared, and turns nothing where something else was compared."""
    ended = compat(pact(asking(reader=STOCK), MESSAGE), document())

    assert ended.code == 0
    assert "not compared  a thing was sold" in ended.out.splitlines()
    assert ended.verdict == "passed: 1 proven, 0 broken, 0 unknown, 1 not compared · exit 0"


def test_an_interaction_that_cannot_be_read_never_passes(compat: Compat) -> None:
    """A pact that is not seen whole is inconclusive, with the place."""
    ended = compat(pact(asking(reader=STOCK), 5), document())

    assert ended.code == 3
    assert "unread        $.interactions[1]: expected an interaction" in ended.out
    assert ended.verdict.startswith("inconclusive: 1 proven, 0 broken, 0 unknown, 1 unread")


def test_what_was_passed_over_is_noted(compat: Compat) -> None:
    """A reader of a version not known here is noted, and so are a document's own faults."""
    odd = asking()
    odd["comments"] = {"contract-harness": {"v": 99, "reader": STOCK}}
    provider = document()
    provider["paths"]["/stock/{sku}"]["get"]["responses"]["nine"] = {"description": "odd"}
    ended = compat(pact(odd), provider)
    notes = [line for line in ended.out.splitlines() if line.startswith("note ")]
    told = compat(pact(odd), provider, "--format", "json").report["notes"]

    assert ended.code == 0
    assert [line.split()[1] for line in notes] == ["pact.json:", "openapi.json:"]
    assert [each["file"] for each in told] == ["pact.json", "openapi.json"]


def test_many_notes_are_counted(compat: Compat) -> None:
    """People are shown the first notes and the number of the others."""
    provider = document()
    responses = provider["paths"]["/stock/{sku}"]["get"]["responses"]
    responses.update({f"odd {number}": {} for number in range(25)})
    ended = compat(pact(asking()), provider)

    assert ended.out.count("\nnote ") == 20
    assert "… and 5 more notes; --format json shows them" in ended.out.splitlines()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "error: cannot read {name}: No such file or directory\n"),
        ("{", "error: {name}: expected JSON"),
        ("[]", "error: {name}: expected "),
    ],
    ids=["missing", "broken", "something else"],
)
@pytest.mark.parametrize("name", ["pact.json", "openapi.json"])
def test_a_file_that_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, told: str, name: str
) -> None:
    """Each file that is not what it should be is named in one sentence, and nothing is compared."""
    files = {"pact.json": json.dumps(pact(asking())), "openapi.json": json.dumps(document())}
    for each, text in (files | {name: content}).items():
        if text is not None:
            (tmp_path / each).write_text(text, "utf-8")
    code = main(["compat", str(tmp_path / "pact.json"), str(tmp_path / "openapi.json")])
    captured = capsys.readouterr()

    assert (code, captured.out) == (2, "")
    assert captured.err.startswith(told.format(name=tmp_path / name))


def test_a_directory_is_no_pact(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be opened is told by the system's own reason."""
    assert main(["compat", str(tmp_path), str(tmp_path)]) == 2
    assert "cannot read" in capsys.readouterr().err


def test_files_in_the_wrong_order(compat: Compat) -> None:
    """A document in the place of the pact is told, with what it seems to be."""
    ended = compat(document(), pact(asking()))

    assert ended.code == 2
    assert "is this an OpenAPI document?" in ended.err


def test_the_report_for_programs(compat: Compat) -> None:
    """It is a versioned object that holds what people are told, values whole."""
    consumer = pact(asking(reader=STOCK), asking(path="/nowhere", description="lost"), MESSAGE)
    ended = compat(consumer, document(stock(on_hand=NULLABLE)), "--format", "json")
    report = ended.report
    nullable, lost, message = report["interactions"]
    (misfit,) = nullable["misfits"]

    assert report["format"] == {"name": "contract-harness-compat", "version": "1.0"}
    assert (report["status"], report["exit_code"], ended.code) == ("failed", 1, 1)
    assert (report["consumer"], report["provider"]) == ("orders", "inventory")
    assert report["counts"] == {
        "proven": 0,
        "broken": 2,
        "unknown": 0,
        "unconfirmed": 0,
        "not_compared": 1,
        "unread": 0,
    }
    assert (misfit["code"], misfit["path"], misfit["unconfirmed"]) == (
        "reply-body",
        "$.on_hand",
        False,
    )
    assert misfit["witness"]["value"]["on_hand"] is None
    assert (nullable["operation"], nullable["reader_declared"]) == ("GET /stock/{sku}", True)
    assert (lost["operation"], lost["misfits"][0]["witness"]) == (None, None)
    assert (message["answer"], message["misfits"]) == ("not compared", [])


def test_a_witness_may_be_null(compat: Compat) -> None:
    """A reply that is null is a witness, and not the lack of one."""
    provider = document({"anyOf": [STOCK, {"type": "null"}]})
    report = compat(pact(asking(reader=STOCK)), provider, "--format", "json").report
    (misfit,) = report["interactions"][0]["misfits"]

    assert (misfit["path"], misfit["witness"]) == ("$", {"value": None})


def test_the_reasons_of_the_unknown_for_programs(compat: Compat) -> None:
    """What is unknown has its reason and the number of tries."""
    report = compat(pact(asking(reader=STOCK)), document({}), "--format", "json").report

    assert report["status"] == "inconclusive"
    assert report["interactions"][0]["unknown"] == [
        {
            "code": "reply-body",
            "path": "",
            "reason": "the document says nothing of this body",
            "tried": 0,
        }
    ]


def test_the_established_codes(compat: Compat) -> None:
    """A line of JSON for each code, with the place in the pact; the verdict is beside."""
    consumer = pact(MESSAGE, asking({"ghost": 1}), asking(path="/nowhere", description="lost"))
    ended = compat(consumer, document(), "--format", "opc")
    lines = [json.loads(line) for line in ended.out.splitlines()]

    assert ended.code == 1
    assert [(line["interaction"], line["code"], line["type"]) for line in lines] == [
        (1, "response.body.incompatible", "error"),
        (2, "request.path-or-method.unknown", "error"),
    ]
    assert lines[0]["path"] == "$.ghost"
    assert ended.err.startswith("failed: 0 proven, 2 broken")


def test_the_established_codes_find_paths_in_any_case(compat: Compat) -> None:
    """The comparator finds operations whatever the case of their paths; we do in its format."""
    consumer = pact(asking(reader=STOCK, path="/STOCK/A"))

    opc = compat(consumer, document(), "--format", "opc")
    assert (opc.code, opc.out) == (0, "")
    assert compat(consumer, document()).code == 1


@pytest.mark.parametrize("written", ["text", "json", "opc"])
def test_text_from_outside_does_no_harm(compat: Compat, written: str) -> None:
    """No character of a pact or a document can move a cursor or break a line."""
    evil = "\x1b[31m\u202e\ud800\r\nX"
    consumer = pact(asking({evil: evil, "ghost": 1}, description=evil, path=f"/{evil}"), 5)
    consumer["consumer"]["name"] = evil
    seen = [
        compat(consumer, document({}, path=f"/{evil}"), "--format", written),
        compat(consumer, document(), "--format", written),
        compat(pact(asking({evil: 1}, description=evil)), document(), "--format", written),
    ]

    for ended in seen:
        assert ended.code in (1, 3)
        text = ended.out + ended.err
        assert not {"\x1b", "\u202e", "\ud800", "\r"} & set(text)
        assert "\nX" not in text
        if written == "json":
            ended.out.encode("ascii")
            assert json.dumps(ended.report, ensure_ascii=False).encode("utf-8")


def test_no_description_is_said(compat: Compat) -> None:
    """An interaction without a description still has a line."""
    ended = compat(pact(asking(reader=STOCK, description="")), document())

    assert "proven        an interaction without a description" in ended.out


def test_yaml_in_another_process(tmp_path: Path) -> None:
    """The real command takes a document in YAML, and its exit code is the shell's."""
    (tmp_path / "pact.json").write_text(json.dumps(pact(asking(reader=STOCK))), "utf-8")
    schema = json.dumps(STOCK)
    (tmp_path / "api.yaml").write_text(
        "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths:\n  /stock/{sku}:\n    get:\n"
        "      responses:\n        '200':\n          description: ok\n"
        f"          content: {{application/json: {{schema: {schema}}}}}\n",
        "utf-8",
    )
    ended = subprocess.run(
        [sys.executable, "-m", "harness", "compat", "pact.json", "api.yaml"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "passed: 1 proven" in ended.stdout
