"""Links and members of resources in HAL."""

from __future__ import annotations

from typing import Any

import pytest

from harness.broker.hal import Resource
from harness.broker.wire import expanded


def resource(**body: Any) -> Resource:
    """A resource with a body."""
    return Resource("https://broker.example/", body)


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ({"a": {"href": "/x"}}, ["/x"]),
        ({"a": [{"href": "/x"}, {"href": "/y"}]}, ["/x", "/y"]),
        ({"a": [{"href": "/x"}, {"name": "no"}, "/z", {"href": 5}, {"href": ""}]}, ["/x"]),
        ({"a": "/x"}, []),
        ({"b": {"href": "/x"}}, []),
        (None, []),
        ([], []),
    ],
)
def test_a_relation_is_a_link_or_a_list_of_links(links: Any, expected: list[str]) -> None:
    """What is neither is no link, and does no harm."""
    found = resource(_links=links)

    assert found.links("a") == expected
    assert found.link("a") == (expected[0] if expected else "")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("orders", "orders"),
        ("a/b", "a%2Fb"),
        ("a b", "a%20b"),
        ("50%", "50%25"),
        ("a?b#c", "a%3Fb%23c"),
        ("größe", "gr%C3%B6%C3%9Fe"),
        ("{version}", "%7Bversion%7D"),
        ("..", ".."),
    ],
)
def test_a_template_takes_values_whole(value: str, written: str) -> None:
    """A value is one segment, whatever is in it, and never a template itself."""
    template = "/pacticipants/{pacticipant}/versions/{version}"

    assert expanded(template, pacticipant=value, version="1") == (
        f"/pacticipants/{written}/versions/1"
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"_embedded": {"consumer": {"name": "a"}}}, "a"),
        ({"_embedded": {"consumer": {"name": 5}}}, ""),
        ({"_embedded": {"consumer": "a"}}, ""),
        ({"_embedded": []}, ""),
        ({}, ""),
    ],
)
def test_what_is_embedded_is_found_by_its_names(body: Any, expected: str) -> None:
    """A text below embedded objects, or nothing."""
    assert resource(**body).embedded("consumer", "name") == expected


def test_a_member_is_text_or_nothing() -> None:
    """Another kind of value is not taken for text."""
    assert resource(number="1").text("number") == "1"
    assert resource(number=1).text("number") == ""
