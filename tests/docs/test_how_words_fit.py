"""The page that explains the comparison: its example and its table are what is so."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from harness.cli.app import main
from harness.compat.http.interactions import Provider
from harness.domain.fit import InteractionCompat, Kind
from tests.compat.samples import LIKE, interaction, replying
from tests.docs.test_docs import DOCS, cells, fences

PAGE = DOCS / "how-words-fit.md"
_EXAMPLE = re.compile(r"<!-- example: (\w+) -->\n```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples() -> dict[str, Any]:
    """The schemas of the page's example by name."""
    return {name: json.loads(text) for name, text in _EXAMPLE.findall(PAGE.read_text("utf-8"))}


def kinds() -> list[list[Any]]:
    """The rows of the table of kinds: a name, then schema, reader, example and witness."""
    _, _, rest = PAGE.read_text("utf-8").partition("<!-- table: kinds -->")
    lines = [line for line in rest.split("\n\n")[1].splitlines() if line.startswith("|")][2:]
    rows = [cells(line) for line in lines]
    return [[name, *(json.loads(cell.strip("`")) for cell in row)] for name, *row in rows]


def compared(schema: Any, example: Any, rules: Any, reader: Any) -> InteractionCompat:
    """What an interaction comes to against a reply of a schema."""
    return Provider(replying(schema)).compared(interaction(example, rules, reader))


def test_the_example_prints_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command of the page, on the schemas of the page, prints the page's output."""
    monkeypatch.chdir(tmp_path)
    found = examples()
    content = {"application/json": {"schema": found["schema"]}}
    reply = {"200": {"description": "ok", "content": content}}
    document = {"openapi": "3.1.0", "info": {"title": "inventory", "version": "1"}}
    document["paths"] = {"/stock/{sku}": {"get": {"responses": reply}}}
    body = {"content": {"sku": "A-1", "on_hand": 3}, "contentType": "application/json"}
    asked = {
        "type": "Synchronous/HTTP",
        "description": "the stock of a sku",
        "request": {"method": "GET", "path": "/stock/A-1"},
        "response": {"status": 200, "body": {**body, "encoded": False}},
        "comments": {"contract-harness": {"v": 1, "reader": found["reader"]}},
    }
    pact = {
        "consumer": {"name": "orders"},
        "provider": {"name": "inventory"},
        "interactions": [asked],
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }
    Path("pact.json").write_text(json.dumps(pact), "utf-8")
    Path("openapi.json").write_text(json.dumps(document), "utf-8")
    command, _, shown = fences(PAGE, "console")[0].partition("\n")

    assert main(command.removeprefix("$ harness ").split()) == 1
    assert capsys.readouterr().out == shown


def test_five_kinds_are_told() -> None:
    """The table has the five kinds that an example lets through."""
    assert [row[0] for row in kinds()] == [
        "optional field",
        "nullable field",
        "wider enum",
        "list that may be empty",
        "one branch without the field",
    ]


@pytest.mark.parametrize(("schema", "reader", "example", "witness"), [row[1:] for row in kinds()])
def test_each_kind_is_found_with_a_declared_reader(
    schema: Any, reader: Any, example: Any, witness: Any
) -> None:
    """The consumer's own word makes it certain, with the witness that the page shows."""
    (misfit,) = compared(schema, example, {"$": LIKE}, reader).misfits

    assert (misfit.kind, misfit.hypothesis) == (Kind.MAY_BREAK, False)
    assert json.loads(misfit.witnesses[0]) == witness


@pytest.mark.parametrize(("schema", "example"), [(row[1], row[3]) for row in kinds()])
def test_each_kind_is_a_hypothesis_with_a_derived_reader(schema: Any, example: Any) -> None:
    """One example against the same schema is no finding yet, and has a witness to try."""
    listed = {"$.lines": {"combine": "AND", "matchers": [{"match": "type", "min": 1}]}}
    rules = {} if "size" in example else listed if "lines" in example else {"$": LIKE}
    found = compared(schema, example, rules, None)

    assert found.misfits
    for misfit in found.misfits:
        assert (misfit.kind, misfit.hypothesis) == (Kind.MAY_BREAK, True)
        assert misfit.witnesses
