"""Texts become JSON values within bounds, or one sentence."""

from __future__ import annotations

import time

import pytest

from harness.documents import json_text as texts
from harness.documents.json_text import Duplicate, parse_json
from harness.documents.text import parse_json_or_yaml
from harness.domain.errors import DocumentUnreadable
from harness.domain.json import Json, canonical, digest, json_path


def value(text: str | bytes) -> Json:
    """What a text holds."""
    return parse_json_or_yaml(text, "stock.yaml").value


def refusal(text: str | bytes) -> str:
    """The sentence in which a text is refused."""
    with pytest.raises(DocumentUnreadable) as caught:
        parse_json_or_yaml(text, "stock.yaml")

    assert "\n" not in caught.value.message
    return caught.value.message


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("on", "on"),
        ("yes", "yes"),
        ("No", "No"),
        ("2020-01-01", "2020-01-01"),
        ("2020-01-01T10:00:00Z", "2020-01-01T10:00:00Z"),
        ("12:30:00", "12:30:00"),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("'1'", "1"),
        ("!!str 1", "1"),
        ("~", None),
        ("", None),
        ("true", True),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("=", "="),
    ],
)
def test_yaml_scalars_follow_the_core_schema(written: str, expected: Json) -> None:
    """A plain scalar is what YAML 1.2 says: no dates, no `on`, no octal without its mark."""
    assert value(f"a: {written}") == {"a": expected}


def test_yaml_keys_are_the_text_that_was_written() -> None:
    """A key of JSON is text: the status 200 stays `200`, and `on` stays `on`."""
    assert value("200: a\non: b\n1.0: c\ntrue: d") == {
        "200": "a",
        "on": "b",
        "1.0": "c",
        "true": "d",
    }


def test_yaml_merges_and_aliases_are_expanded() -> None:
    """A merge key gives what the mapping itself does not have."""
    text = "base: &b {x: 1, y: 2}\none: {<<: *b, y: 3}\ntwo: {<<: [*b, {z: 4}]}\nthree: *b"

    assert value(text) == {
        "base": {"x": 1, "y": 2},
        "one": {"x": 1, "y": 3},
        "two": {"x": 1, "y": 2, "z": 4},
        "three": {"x": 1, "y": 2},
    }


@pytest.mark.parametrize(
    "text",
    ['{"a": 1, "b": {"c": 1, "c": 2}}', "a: 1\nb:\n  c: 1\n  c: 2\n", "{a: 1, b: {c: 1, c: 2}}"],
)
def test_a_key_that_stands_twice_is_told(text: str) -> None:
    """The last of equal keys is taken, and the path of it is known."""
    parsed = parse_json_or_yaml(text, "stock")

    assert parsed.value == {"a": 1, "b": {"c": 2}}
    assert parsed.duplicates == (Duplicate("$.b.c", "c"),)


def test_byte_order_marks_and_utf_16_are_read() -> None:
    """A text is found behind its byte order mark."""
    assert value(b"\xef\xbb\xbf{}") == {}
    assert value("\ufeff{}") == {}
    assert value("a: é".encode("utf-16")) == {"a": "é"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "an empty text"),
        (" \n\t ", "an empty text"),
        (b'{"a": "\xff"}', "byte 0xff at offset 7"),
        ('{"a": [1,', "the end of the text at line 1 column 10"),
        ('{"a": 1]', "line 1 column 8"),
        ('{"a": NaN}', "NaN"),
        ('{"a": 1e999}', "1e999"),
        ('{"a": ' + "9" * 5000 + "}", "limit"),
        ("<!doctype html>", "begins with '<'"),
        ("a: [1, 2", "line 2 column 1"),
        ("a: !include other.yaml", '"!include" at line 1'),
        ("a: !!python/object:os.system x", "python/object"),
        ("a: 1\n---\nb: 2", "a second one at line 2"),
        ("? [a]\n: 1", "a collection as a key at line 1"),
        ("a: &a [*a]", "*a at line 1"),
        ("a: *b", "*b at line 1"),
        ("a: {<<: [1]}", "<<"),
        ("a: \x00", "control characters"),
        ('a: "\ud800"', "surrogates"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(text: str | bytes, said: str) -> None:
    """A refusal names the text, and what was seen in it."""
    sentence = refusal(text)

    assert sentence.startswith("stock.yaml: expected ")
    assert said in sentence


def test_a_truncated_json_text_is_called_cut_short() -> None:
    """The hint tells a text that ends early from one that is wrong."""
    with pytest.raises(DocumentUnreadable) as caught:
        parse_json('{"a": "b', "orders.json")

    assert caught.value.hint == "the text is cut short"


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "[" * 500 + "]" * 500,
        "- " * 100_000 + "x",
        "{a: " * 5_000,
    ],
)
def test_nesting_is_bounded(text: str) -> None:
    """A text nested too deep is refused, however its parser would take it."""
    assert "nesting of at most" in refusal(text)


def test_what_anchors_multiply_is_bounded() -> None:
    """A few lines that expand to a billion values are refused at once."""
    lines = ["a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]"]
    lines += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]" for at in range(1, 12)]

    start = time.perf_counter()
    assert "anchors expanded" in refusal("\n".join(lines))
    assert time.perf_counter() - start < 2


def test_size_and_number_of_values_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts too long, and texts with too many values, are refused before they are built."""
    assert "at most 32 MiB, seen 50,000,000 bytes" in refusal("x" * 50_000_000)
    assert "values, seen more" in refusal("[" + "[]," * 4_000_000 + "[]]")
    monkeypatch.setattr(texts, "MAX_NODES", 100)
    assert "values, seen more" in refusal("- a\n" * 101)
    assert "values, seen more" in refusal("[" + "1, " * 150 + "1]")


def test_canonical_text_does_not_know_order_or_notation() -> None:
    """The same value gives the same digest, from JSON or YAML, whatever the order."""
    assert digest(value('{"b": [1, null], "a": "é"}')) == digest(value("a: é\nb: [1, ~]"))
    assert canonical({"b": "\ud800", "a": 1}) == '{"a":1,"b":"\\ud800"}'


def test_json_paths_quote_what_is_not_a_plain_name() -> None:
    """Names with slashes, spaces and signs are quoted, positions are numbers."""
    parts = ("paths", "/stock/{sku}", "get", "x-y", "200", 0, "$ref")

    assert json_path(parts) == '$.paths["/stock/{sku}"].get.x-y["200"][0].$ref'
