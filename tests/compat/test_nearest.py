"""Witnesses that are like the contract's own example."""

from __future__ import annotations

import json

from harness.compat.http.interactions import Provider
from harness.compat.schemas.bounds import Bounds
from harness.compat.schemas.grafting import completed, grafts
from harness.domain.json import Json
from tests.compat.samples import INTEGER, LIKE, TEXT, interaction, items, record, replying


def test_an_example_is_made_whole_by_a_witness() -> None:
    """What an example leaves out comes from the witness, and what it says stays."""
    example: Json = {"id": "A-1", "lines": [{"sku": "D"}, {"sku": "E"}]}
    witness: Json = {"id": "a", "total": 1, "lines": [{"sku": "a", "quantity": 2}]}

    whole = {
        "id": "A-1",
        "total": 1,
        "lines": [{"sku": "D", "quantity": 2}, {"sku": "E", "quantity": 2}],
    }
    assert completed(example, witness) == whole


def test_a_witness_changes_one_place_of_an_example() -> None:
    """A graft keeps all else as the example has it, or takes the place away."""
    assert list(grafts({"a": 1, "b": 2}, {"a": None, "b": 9}, ("a",))) == [{"a": None, "b": 2}]
    assert list(grafts({"a": 1, "b": 2}, {"b": 9}, ("a",))) == [{"b": 2}]


def test_an_example_of_what_is_read_alone_still_gives_a_near_reply() -> None:
    """A contract names what its consumer reads; a reply to be tried holds its values for that."""
    nullable = {"type": ["string", "null"]}
    schema = record({"id": TEXT, "name": nullable, "born": TEXT}, "id", "name", "born")
    provider = Provider(replying(schema), Bounds(others=8))

    found = provider.compared(interaction({"name": "Ann", "born": "2001-02-03"}, {"$": LIKE}))

    (misfit,) = [each for each in found.misfits if each.path == "$.name"]
    assert misfit.nearest
    for text in misfit.nearest:
        reply = json.loads(text)
        assert (reply["name"], reply["born"]) == (None, "2001-02-03")


def test_a_list_is_not_put_to_code_for_what_one_of_its_items_holds() -> None:
    """Replies that show a list to be empty hold no list with an item that is refused."""
    line = record({"sku": {"type": ["string", "null"]}}, "sku")
    provider = Provider(replying(record({"lines": items(line)}, "lines")), Bounds(others=8))
    reader = record(
        {"lines": {**items(record({"sku": TEXT}, "sku")), "minItems": 1}, "n": INTEGER}, "lines"
    )

    found = provider.compared(interaction({"lines": [{"sku": "D"}]}, {}, reader))

    (misfit,) = [each for each in found.misfits if each.path == "$.lines"]
    assert {json.dumps(json.loads(text)["lines"]) for text in misfit.nearest} == {"[]"}
