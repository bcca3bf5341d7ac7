"""What the comparison relies on in jsonschema_rs, so that an upgrade says what it changed."""

from __future__ import annotations

import jsonschema_rs
from jsonschema_rs import CanonicalSchema, FancyRegexOptions, canonicalize
from jsonschema_rs.canonical import Containment


def canonical(schema: dict[str, object]) -> CanonicalSchema:
    """Bring a schema to canonical form, as the comparison does."""
    return canonicalize(
        schema,
        draft=jsonschema_rs.Draft202012,
        validate_formats=True,
        offline=True,
        pattern_options=FancyRegexOptions(),
    )


def test_containment_has_its_answers() -> None:
    """A wider schema covers a narrower one, and not the other way round."""
    wide, narrow = canonical({"type": ["integer", "null"]}), canonical({"type": "integer"})

    assert wide.covers(narrow) == Containment.YES
    assert narrow.covers(wide) == Containment.NO


def test_formats_are_judged_when_asked() -> None:
    """2020-12 leaves formats aside unless a validator is told to judge them."""
    validator = jsonschema_rs.Draft202012Validator(
        {"type": "string", "format": "date"}, validate_formats=True, offline=True
    )

    assert validator.is_valid("2026-11-22")
    assert not validator.is_valid("tomorrow")
