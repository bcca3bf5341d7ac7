"""Reading JSON values by hand: each function gives the type it says, or raises ReplyInvalid."""

import math
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from storefront.clients.errors import ReplyInvalid

JsonObject = dict[str, object]
_Value = TypeVar("_Value")
_Choice = TypeVar("_Choice", bound=StrEnum)


def as_object(value: object) -> JsonObject:
    """A JSON object."""
    if not isinstance(value, dict):
        raise ReplyInvalid("expected an object")
    return value


def as_list(value: object) -> list[object]:
    """A JSON array."""
    if not isinstance(value, list):
        raise ReplyInvalid("expected an array")
    return value


def field(source: JsonObject, key: str) -> object:
    """A field that must be there."""
    if key not in source:
        raise ReplyInvalid(f"no field {key!r}")
    return source[key]


def text(value: object) -> str:
    """A text that can be written again."""
    if not isinstance(value, str):
        raise ReplyInvalid("expected a text")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ReplyInvalid("a text is broken") from error
    return value


def integer(value: object) -> int:
    """A whole number."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ReplyInvalid("expected a whole number")
    return value


def number(value: object) -> float:
    """A finite number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ReplyInvalid("expected a number")
    try:
        parsed = float(value)
    except OverflowError as error:
        raise ReplyInvalid("a number is too large") from error
    if not math.isfinite(parsed):
        raise ReplyInvalid("expected a finite number")
    return parsed


def amount(value: object) -> Decimal:
    """An amount of money, written as text."""
    try:
        parsed = Decimal(text(value))
    except InvalidOperation as error:
        raise ReplyInvalid("expected an amount") from error
    if not parsed.is_finite() or parsed < 0:
        raise ReplyInvalid("expected an amount of zero or more")
    return parsed


def moment(value: object) -> datetime:
    """A date and time with its offset."""
    try:
        parsed = datetime.fromisoformat(text(value).upper())
    except ValueError as error:
        raise ReplyInvalid("expected a date and time") from error
    if parsed.tzinfo is None:
        raise ReplyInvalid("a date and time has no offset")
    return parsed


def day(value: object) -> date:
    """A date."""
    try:
        return date.fromisoformat(text(value))
    except ValueError as error:
        raise ReplyInvalid("expected a date") from error


def identifier(value: object) -> UUID:
    """A UUID."""
    try:
        return UUID(text(value))
    except ValueError as error:
        raise ReplyInvalid("expected a UUID") from error


def choice(kind: type[_Choice], value: object) -> _Choice:
    """A member of an enumeration."""
    try:
        return kind(text(value))
    except ValueError as error:
        raise ReplyInvalid(f"expected a {kind.__name__}") from error


def nullable(parse: Callable[[object], _Value], value: object) -> _Value | None:
    """A value that may be null."""
    return None if value is None else parse(value)


def many(parse: Callable[[object], _Value], value: object) -> list[_Value]:
    """An array, each item read alike."""
    return [parse(item) for item in as_list(value)]
