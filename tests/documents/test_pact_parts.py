"""Queries, headers, bodies and matching rules have one form in every version of a pact."""

from __future__ import annotations

import base64

import pytest

from harness.domain.json import Json
from harness.domain.pact import HttpRequest, HttpResponse, Presence, Rule
from tests.documents.samples import first, interaction, pact


def request(version: str, **parts: Json) -> HttpRequest:
    """The request of a pact's only interaction."""
    found = first(pact(version, interaction(request=parts))).request
    assert found is not None

    return found


def response(version: str, **parts: Json) -> HttpResponse:
    """The response of a pact's only interaction."""
    found = first(pact(version, interaction(response=parts))).response
    assert found is not None

    return found


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (None, {}),
        ("", {}),
        ("a=1&b=2&a=3", {"a": ("1", "3"), "b": ("2",)}),
        ("?q=a+b%26&empty=", {"q": ("a b&",), "empty": ("",)}),
        ({"a": ["1", "3"], "b": "2"}, {"a": ("1", "3"), "b": ("2",)}),
        ({"a": [None, 1, True]}, {"a": (None, "1", "true")}),
    ],
)
def test_queries_are_lists_of_values(
    written: Json, expected: dict[str, tuple[str | None, ...]]
) -> None:
    """Text and lists say the same."""
    assert request("3.0.0", query=written).query == expected


def test_headers_are_lists_of_values() -> None:
    """A text is one value, for a date holds a comma."""
    headers: Json = {"Date": "Mon, 1 Jan", "Accept": ["a/b", "c/d"], "X-Count": 1}

    assert request("4.0", headers=headers).headers == {
        "Date": ("Mon, 1 Jan",),
        "Accept": ("a/b", "c/d"),
        "X-Count": ("1",),
    }


@pytest.mark.parametrize(
    ("parts", "presence", "value", "is_json"),
    [
        ({}, Presence.ABSENT, None, False),
        ({"body": None}, Presence.NULL, None, True),
        ({"body": ""}, Presence.EMPTY, "", False),
        ({"body": {"a": 1}}, Presence.PRESENT, {"a": 1}, True),
        ({"body": "text"}, Presence.PRESENT, "text", True),
        ({"body": "t", "headers": {"content-type": "text/plain"}}, Presence.PRESENT, "t", False),
        ({"body": False}, Presence.PRESENT, False, True),
    ],
)
def test_bodies_of_older_versions_stand_as_they_are(
    parts: dict[str, Json], presence: Presence, value: Json, is_json: bool
) -> None:
    """Absent, null, empty and false are four things."""
    body = response("2.0.0", **parts).body

    assert (body.presence, body.value, body.is_json) == (presence, value, is_json)


def encoded(data: bytes) -> str:
    """Bytes in base64."""
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("node", "value", "is_json"),
    [
        (
            {"content": {"a": 1}, "contentType": "application/json", "encoded": False},
            {"a": 1},
            True,
        ),
        ({"content": {"a": 1}}, {"a": 1}, True),
        ({"content": "a", "contentType": "application/problem+json"}, "a", True),
        ({"content": "a", "contentType": "text/plain"}, "a", False),
        ({"content": "a"}, "a", False),
        ({"content": '"a"', "contentType": "application/json", "encoded": "JSON"}, "a", True),
        ({"content": encoded(b"[1]"), "contentType": "a/b+json", "encoded": "base64"}, [1], True),
        (
            {"content": encoded(b"\xff"), "contentType": "image/png", "encoded": True},
            b"\xff",
            False,
        ),
        ({"content": encoded(b"a"), "contentType": "text/csv", "encoded": "base64"}, "a", False),
        ({"content": encoded(b"\xff"), "contentType": "text/csv", "encoded": True}, b"\xff", False),
    ],
)
def test_bodies_of_version_4_are_decoded(
    node: dict[str, Json], value: Json | bytes, is_json: bool
) -> None:
    """A body is JSON, text or bytes, by its type and encoding."""
    body = response("4.0", body=node).body

    assert (body.presence, body.value, body.is_json) == (Presence.PRESENT, value, is_json)


def test_a_body_with_content_is_plain_before_version_4() -> None:
    """A reply may have a field of that name."""
    assert response("3.0.0", body={"content": 1}).body.value == {"content": 1}


@pytest.mark.parametrize(
    ("version", "rules"),
    [
        (
            "2.0.0",
            {
                "$.path": {"match": "regex", "regex": "/a"},
                "$.query.q": {"match": "type"},
                "$.headers['X-Id']": {"regex": "[0-9]+"},
                "$.body": {"match": "type"},
                "$.body.a[*].b": {"min": 1},
            },
        ),
        (
            "3.0.0",
            {
                "path": {"matchers": [{"match": "regex", "regex": "/a"}]},
                "query": {"q": {"matchers": [{"match": "type"}]}},
                "header": {"X-Id": {"matchers": [{"match": "regex", "regex": "[0-9]+"}]}},
                "body": {
                    "$": {"matchers": [{"match": "type"}], "combine": "AND"},
                    "$.a[*].b": {"matchers": [{"match": "type", "min": 1}]},
                },
            },
        ),
    ],
)
def test_matching_rules_have_one_form(version: str, rules: Json) -> None:
    """Rules are found by part and expression, whatever their version."""
    found = request(version, matchingRules=rules).rules

    assert found == {
        "path": {"": Rule(({"match": "regex", "regex": "/a"},))},
        "query": {"q": Rule(({"match": "type"},))},
        "header": {"X-Id": Rule(({"match": "regex", "regex": "[0-9]+"},))},
        "body": {
            "$": Rule(({"match": "type"},)),
            "$.a[*].b": Rule(({"match": "type", "min": 1},)),
        },
    }


def test_combined_and_status_rules_are_kept() -> None:
    """Matchers joined by OR stay so."""
    rules: Json = {
        "status": {"$": {"matchers": [{"match": "statusCode", "status": "success"}]}},
        "body": {"$.a": {"combine": "OR", "matchers": [{"match": "null"}, {"match": "type"}]}},
    }
    found = response("4.0", matchingRules=rules).rules

    assert found["status"][""].matchers == ({"match": "statusCode", "status": "success"},)
    assert found["body"]["$.a"].combine == "OR"
