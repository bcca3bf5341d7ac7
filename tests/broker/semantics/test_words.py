"""Names, query strings, the word for why a pact was given, differences and badges."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.broker.semantics.badges import badge, verdict
from harness.broker.semantics.differences import told
from harness.broker.semantics.metadata import Given, decoded, encoded
from harness.broker.semantics.names import alike, humanised
from harness.broker.semantics.nesting import objects, parsed, texts, written


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("MyService", "my-service"),
        ("my_services", "My Service"),
        ("orders", "order-api"),
        ("HTTPGateway", "http gateway"),
        ("Größe", "größe-provider"),
    ],
)
def test_likenesses_are_seen(name: str, known: str) -> None:
    """Case, separators, plural and usual endings do not tell names apart."""
    assert alike(name, ["other", known]) == [known]


@pytest.mark.parametrize(("name", "known"), [("orders", "stock"), ("a1", "a2"), ("api", "service")])
def test_other_names_are_no_likeness(name: str, known: str) -> None:
    """Names whose words differ, or that have no word of their own."""
    assert alike(name, [known]) == []


@pytest.mark.parametrize(("name", "shown"), [("uat", "Uat"), ("pre-prod_eu", "Pre prod eu")])
def test_names_are_humanised(name: str, shown: str) -> None:
    """As people would write them."""
    assert humanised(name) == shown


def test_a_repeated_key_begins_the_next_object() -> None:
    """The order of parameters says what belongs together."""
    query = "q[][pacticipant]=Foo&q[][version]=1&q[][pacticipant]=Bar&q[][latest]=true&tag=a%26b"

    found = parsed(query)

    assert objects(found["q"]) == [
        {"pacticipant": "Foo", "version": "1"},
        {"pacticipant": "Bar", "latest": "true"},
    ]
    assert found["tag"] == "a&b"
    assert texts(parsed("success[]=true&success[]=")["success"]) == ["true", ""]


@given(st.text(max_size=60))
def test_any_query_string_is_read(query: str) -> None:
    """Whatever comes is understood somehow, and raises nothing."""
    assert isinstance(parsed(query), dict)


@given(
    st.lists(st.tuples(st.text("ab", min_size=1), st.text(max_size=5)), unique_by=lambda p: p[0])
)
def test_what_is_written_is_read(pairs: list[tuple[str, str]]) -> None:
    """Names and values come back."""
    assert parsed(written(pairs)) == dict(pairs)


@given(st.lists(st.integers(0, 9**9)), st.none() | st.booleans(), st.booleans())
def test_why_a_pact_was_given_comes_back(ids: list[int], pending: bool | None, wip: bool) -> None:
    """The word of an address holds all of it."""
    asked = Given(tuple(ids), pending, wip)

    assert decoded(encoded(asked)) == asked


@given(st.text(max_size=30))
def test_a_word_that_nobody_wrote_says_nothing_wrong(word: str) -> None:
    """What clients send back is not believed to be whole."""
    assert isinstance(decoded(word), Given)


def test_only_what_matters_differs() -> None:
    """Neither order nor digests of interactions are differences."""
    one, two = {"description": "a", "_id": "1"}, {"description": "b", "_id": "2"}

    assert told({"interactions": [one, two]}, {"interactions": [two, one]}, "x", "y") == ""
    difference = told({"interactions": [one]}, {"interactions": [two]}, "x", "y")
    assert '-      "description": "a"' in difference.splitlines()
    assert '+      "description": "b"' in difference.splitlines()


@given(st.text(max_size=80), st.sampled_from([True, False, None]))
def test_a_badge_is_a_picture_whatever_it_says(label: str, success: bool | None) -> None:
    """Names from outside are escaped, and shown."""
    word, colour = verdict(success, ("yes", "no", "unknown"))

    picture = ElementTree.fromstring(badge(label, word, colour))

    assert picture.tag.endswith("svg")
    assert word in "".join(picture.itertext())
