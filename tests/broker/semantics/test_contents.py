"""What a pact's content is, and two contents as one."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.broker.semantics.contents import (
    Conflicting,
    merged,
    sha_of,
    states_of,
    with_ids,
)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
INTERACTIONS = st.lists(
    st.fixed_dictionaries({"description": st.text(max_size=5), "response": VALUES}), max_size=4
)


def pact(interactions: list[Any], **more: Any) -> dict[str, Any]:
    """A pact of interactions."""
    return {
        "consumer": {"name": "a"},
        "provider": {"name": "b"},
        "interactions": interactions,
    } | more


def asking(description: str, path: str = "/", status: int = 200, state: str = "") -> dict[str, Any]:
    """An interaction."""
    return {
        "description": description,
        "providerStates": [{"name": state}] if state else [],
        "request": {"method": "GET", "path": path},
        "response": {"status": status},
    }


def test_the_recipe_is_that_of_the_reference() -> None:
    """The digest is made of the sorted interactions and the version of the specification."""
    made = pact([{"b": 1, "a": "ü"}], metadata={"pactSpecification": {"version": "3.0.0"}})
    text = '{"interactions":[{"a":"ü","b":1}],"pact_specification_version":"3.0.0"}'

    assert sha_of(made) == hashlib.sha1(text.encode()).hexdigest()


@given(INTERACTIONS, st.randoms(use_true_random=False))
def test_order_makes_no_difference(interactions: list[Any], chance: Any) -> None:
    """Neither the order of interactions nor that of keys changes the digest."""
    moved = [dict(reversed(each.items())) for each in interactions]
    chance.shuffle(moved)

    assert sha_of(pact(interactions)) == sha_of(pact(moved))


def test_names_and_other_metadata_make_no_difference() -> None:
    """Only what a verification sees counts."""
    plain = pact([asking("a")])

    assert sha_of(plain) == sha_of(
        {**plain, "metadata": {"client": "x"}, "consumer": {"name": "c"}}
    )


def test_the_version_of_the_specification_and_ids_make_a_difference() -> None:
    """As for the reference, which takes a pact downloaded from it for another one."""
    plain = pact([asking("a")])

    assert sha_of(plain) != sha_of({**plain, "metadata": {"pactSpecification": {"version": "4"}}})
    assert sha_of(plain) != sha_of(with_ids(plain))


@pytest.mark.parametrize("whole", [{}, {"interactions": []}, {"a": 1}, {"interactions": {"b": 1}}])
def test_whatever_is_published_has_a_digest(whole: dict[str, Any]) -> None:
    """A content without interactions counts whole."""
    assert len(sha_of(whole)) == 40


@given(INTERACTIONS)
def test_ids_are_settled(interactions: list[Any]) -> None:
    """To name the interactions again names them the same, and interactions differ by name."""
    named = with_ids(pact(interactions))

    assert with_ids(named) == named
    ids = {each["_id"] for each in named["interactions"]}  # type: ignore[index, union-attr, call-overload]
    assert len(ids) == len({sha_of(pact([each])) for each in interactions})


def test_merging_adds_and_keeps() -> None:
    """What both hold is one, and what either holds is there."""
    old, new = pact([asking("a"), asking("b")]), pact([asking("b"), asking("c", state="x")])

    joined = merged(old, new)

    assert joined["interactions"] == [asking("a"), asking("b"), asking("c", state="x")]
    assert merged(joined, new) == joined


def test_a_newer_response_goes_before_an_older_one() -> None:
    """The same request with another response is the newer publication's word."""
    joined = merged(pact([asking("a", status=200)]), pact([asking("a", status=201)]))

    assert joined["interactions"] == [asking("a", status=201)]


def test_another_request_of_the_same_name_is_a_conflict() -> None:
    """Description and states name an interaction; it cannot ask for two things."""
    with pytest.raises(Conflicting, match="'a'"):
        merged(pact([asking("a", "/x")]), pact([asking("a", "/y")]))
    states = merged(pact([asking("a", "/x", state="s")]), pact([asking("a", "/y")]))
    assert len(states["interactions"]) == 2  # type: ignore[arg-type]


def test_messages_are_merged_where_they_are_the_same() -> None:
    """A message counts whole."""
    one: dict[str, Any] = {"description": "m", "contents": 1}
    two: dict[str, Any] = {"description": "m", "contents": 2}

    assert merged({"messages": [one]}, {"messages": [one]}) == {"messages": [one]}
    with pytest.raises(Conflicting):
        merged({"messages": [one]}, {"messages": [two]})


def test_states_of_all_specifications_are_read() -> None:
    """As a text, and as a list with parameters."""
    assert list(states_of({"providerState": "s"})) == [("s", ())]
    listed: dict[str, Any] = {
        "providerStates": [{"name": "s", "params": {"id": 1}}, {"name": "t"}, 7]
    }
    assert list(states_of(listed)) == [("s", ("id",)), ("t", ())]
