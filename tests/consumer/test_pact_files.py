"""A pact file has one name, one order and one text, and is put in place whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.consumer import pact_files
from harness.domain.json import Json


def pact(*told: str, **more: Json) -> Json:
    """A pact of interactions that are told as `description@state`."""
    interactions: list[Json] = [
        {"description": name, "providerStates": [{"name": state}] if state else []}
        for name, _, state in (each.partition("@") for each in told)
    ]
    return {
        "consumer": {"name": "a"},
        "provider": {"name": "b"},
        "interactions": interactions,
        **more,
    }


def test_the_order_is_that_of_descriptions_then_states() -> None:
    """However tests were ordered, a pact is ordered by what it tells."""
    one = pact_files.merged([pact("b", "a of x@s"), pact("a@2", "a@1", "a")])
    other = pact_files.merged([pact("a", "a@1", "a@2", "a of x@s", "b")])
    assert pact_files.text_of(one) == pact_files.text_of(other)
    listed = one["interactions"]
    assert isinstance(listed, list)
    assert [pact_files.described(each) for each in listed] == ["a", "a", "a", "a of x", "b"]


def test_what_changes_with_tools_is_left_out() -> None:
    """The versions of pact's own libraries are no part of a contract; an author's metadata is."""
    metadata: Json = {
        "pactRust": {"ffi": "0.5.12"},
        "pactSpecification": {"version": "4.0"},
        "team": {"name": "web"},
    }
    merged = pact_files.merged([pact("a", metadata=metadata)])
    assert merged["metadata"] == {"pactSpecification": {"version": "4.0"}, "team": {"name": "web"}}


@pytest.mark.parametrize(
    ("names", "file"),
    [
        (("orders", "inventory"), "orders-inventory.json"),
        (("../orders", "a/b"), "%2E.%2Forders-a%2Fb.json"),
        (("two words", "100%"), "two%20words-100%25.json"),
        (("café", "..."), "caf%C3%A9-%2E...json"),
        (("a\\b", "c:d"), "a%5Cb-c%3Ad.json"),
    ],
)
def test_a_name_is_a_file_name(names: tuple[str, str], file: str) -> None:
    """No name leaves the directory, and different names stay different."""
    assert pact_files.file_name(*names) == file


def test_long_names_stay_apart() -> None:
    """A name beyond what file systems hold is cut, and told apart by its digest."""
    one, other = (pact_files.file_name("a" * 300, end) for end in ("b", "c"))
    assert one != other
    assert max(len(one), len(other)) < 255


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    """What cannot be written leaves neither a part nor a leftover."""
    path = tmp_path / "deep" / "a-b.json"
    assert pact_files.put_in_place(path, "one\n")
    assert not pact_files.put_in_place(path, "one\n")
    blocked = tmp_path / "deep" / "taken.json"
    blocked.mkdir()
    with pytest.raises(OSError, match="taken"):
        pact_files.put_in_place(blocked, "two\n")
    assert sorted(each.name for each in path.parent.iterdir()) == ["a-b.json", "taken.json"]
    assert path.read_text() == "one\n"
