"""JSON that may be printed in the log of a build."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from harness.reports.json_text import json_text

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.text("#[]vso:\n ", max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_a_reader_gets_the_value_and_a_log_no_command(value: object) -> None:
    """Whatever it holds, the text reads back as the value, and no line of it is a command."""
    text = json_text(value)  # type: ignore[arg-type]  # any JSON value

    assert json.loads(text) == value
    assert "##" not in text
    assert text.isascii()
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())


def test_a_lone_surrogate_is_written_as_its_escape() -> None:
    """What many readers refuse is told as text."""
    assert json.loads(json_text({"\ud800": ["\udfff"]})) == {"\\ud800": ["\\udfff"]}
