"""The scan that tells the line of each key."""

from __future__ import annotations

import tomllib
from textwrap import dedent

import pytest

from harness.settings.positions import KeyPath, positions

SAMPLE = dedent(
    '''
    # a comment = "not a key"
    title = "a [bracket] and a # mark"  # "quoted" comment
    [tool.one]
    plain = 1
    dotted.inner.key = true
    "quoted key" = 'single # quoted'
    multi = """
    fake = 1
    with \\""" an escape and a quote""""
    literal = \'\'\'
    [not.a.table]
    \'\'\'
    list = [
      "a",  # comma, in a comment ]
      { name = "b", deep = { x = [1, 2] } },
      [3,
       4],
    ]
    date = 1979-05-27 07:32:00
    inline = { "a.b" = 1, c = 2 }

    [[tool.many]]
    name = "first"
    [[tool.many]]
    name = "second"
    [tool.many.sub]
    deep = 1
    '''
).lstrip("\n")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("tool", "one"), 3),
        (("tool", "one", "plain"), 4),
        (("tool", "one", "dotted", "inner", "key"), 5),
        (("tool", "one", "quoted key"), 6),
        (("tool", "one", "multi"), 7),
        (("tool", "one", "literal"), 10),
        (("tool", "one", "list"), 13),
        (("tool", "one", "list", 0), 14),
        (("tool", "one", "list", 1, "deep", "x", 1), 15),
        (("tool", "one", "list", 2, 1), 17),
        (("tool", "one", "date"), 19),
        (("tool", "one", "inline", "a.b"), 20),
        (("tool", "many", 0, "name"), 23),
        (("tool", "many", 1, "name"), 25),
        (("tool", "many", 1, "sub", "deep"), 27),
    ],
)
def test_a_key_stands_on_its_line(path: KeyPath, line: int) -> None:
    """Every way of writing a key leads to the line on which it was written."""
    assert positions(SAMPLE)[path] == line


def test_every_value_has_a_line_and_nothing_else_has() -> None:
    """The scan and `tomllib` see the same keys."""
    parsed = _paths(tomllib.loads(SAMPLE), ())

    assert set(positions(SAMPLE)) == parsed


def _paths(value: object, at: KeyPath) -> set[KeyPath]:
    found = {at} if at else set()
    if isinstance(value, dict):
        for key, inner in value.items():
            found |= _paths(inner, (*at, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found |= _paths(inner, (*at, index))
    return found


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment", "a = 1", "a = []", "a = {}"])
def test_small_texts_end_well(text: str) -> None:
    """A text may end without a newline, and may be empty."""
    assert set(positions(text)) == _paths(tomllib.loads(text), ())
