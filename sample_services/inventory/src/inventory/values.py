"""The field types of requests, as strict as their schemas say."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields, validate

SKU_PATTERN = r"^[A-Z0-9][A-Z0-9-]{0,31}$"
LINE_PATTERN = r"^[^\x00-\x1f\x7f]+$"
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}):([0-9]{2})(\.[0-9]+)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DIGITS = re.compile(r"-?[0-9]{1,18}")
_LEAP_SECOND = "60"


class Pattern:
    """Refuses texts that a pattern does not describe whole, or that are not Unicode."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._regex = re.compile(pattern.removesuffix("$"))

    def __call__(self, value: str) -> None:
        """Raise when the text does not match."""
        if self._regex.fullmatch(value) is None or not _is_unicode(value):
            raise ValidationError(f"Must match {self.pattern}")


def _is_unicode(value: str) -> bool:
    """Whether the text has no half of a surrogate pair."""
    return not any("\ud800" <= character <= "\udfff" for character in value)


def sku_field() -> fields.String:
    """A required sku."""
    return fields.String(
        required=True,
        validate=Pattern(SKU_PATTERN),
        metadata={"pattern": SKU_PATTERN, "example": "DESK-120"},
    )


def line_field(*, required: bool) -> fields.String:
    """A line of text; one that is not required may be null."""
    return fields.String(
        required=required,
        allow_none=not required,
        validate=[validate.Length(min=1, max=80), Pattern(LINE_PATTERN)],
        metadata={"pattern": LINE_PATTERN},
    )


def whole_field(minimum: int, maximum: int) -> fields.Integer:
    """A required whole number within bounds."""
    return WholeNumber(required=True, validate=validate.Range(min=minimum, max=maximum))


class WholeNumber(fields.Integer):
    """A whole number, which JSON may write as 5 or as 5.0."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class TextInteger(fields.Integer):
    """A whole number written in plain digits, for queries."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        if not isinstance(value, str) or _DIGITS.fullmatch(value) is None:
            raise self.make_error("invalid", input=value)
        return int(value)


class StrictUUID(fields.UUID):
    """A UUID written with hyphens."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> UUID:
        if not isinstance(value, str) or _UUID.fullmatch(value) is None:
            raise self.make_error("invalid_uuid")
        return UUID(value)


class Instant(fields.AwareDateTime):
    """An aware moment in UTC; one beyond the calendar becomes the calendar's first or last."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> datetime:
        match = _INSTANT.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            raise self.make_error("invalid", input=value, obj_type="date and time with its zone")
        day, minute, second, fraction, zone = match.groups()
        second = "59" if second == _LEAP_SECOND else second
        text = f"{day}T{minute}:{second}{(fraction or '')[:7]}{zone.upper()}"
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as error:
            raise self.make_error("invalid", input=value, obj_type="date and time") from error
        try:
            return moment.astimezone(UTC)
        except OverflowError:
            edge = datetime.min if moment.year == 1 else datetime.max
            return edge.replace(tzinfo=UTC)
