"""JSON as a type, its one canonical text, and what is asked of it everywhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, TypeGuard

Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None

# Kept, since making one costs as much as a small value.
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)
# An abstract class answers slowly, and is asked of every word of every schema.
_NO_MAPPING = frozenset({bool, int, float, str, list, type(None)})
_PLAIN_START = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$")


def canonical(value: Json) -> str:
    """
    The one text of a value: sorted keys, no blanks, ASCII only.

    Shape: ASCII, so that a lone surrogate from a hostile text can still be encoded.
    Raises: ValueError for a number that JSON cannot hold.
    """
    return _CANONICAL.encode(value)


def digest(value: Json) -> str:
    """The SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode("ascii")).hexdigest()


def kind_of(value: Json) -> str:
    """What a value is, in the words of JSON and with its article."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {shortened(value, 40)}"
    if isinstance(value, str):
        return f"the text {shortened(value, 60)}"
    return "an object" if isinstance(value, Mapping) else "a list"


def shortened(value: Json, limit: int = 80) -> str:
    """A value as JSON text for a sentence, cut at `limit` characters."""
    text = json.dumps(value[:limit] if isinstance(value, str) else value)
    return text if len(text) <= limit + 2 else text[:limit] + "…"


def json_path(parts: Iterable[str | int]) -> str:
    """The JSON path of nested keys and positions: `$.paths["/stock/{sku}"].get.parameters[0]`."""
    return "$" + "".join(_step(part) for part in parts)


def _step(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    if part[:1] in _PLAIN_START and part.replace("-", "_").replace("$", "_").isidentifier():
        return f".{part}"
    return f"[{json.dumps(part)}]"


def is_json_media_type(media_type: str) -> bool:
    """Whether bodies of a media type are JSON: `application/json`, `text/json` and any `+json`."""
    essence = media_type_essence(media_type)
    return essence in {"application/json", "text/json"} or essence.endswith("+json")


def media_type_essence(media_type: str) -> str:
    """A media type without its parameters, in lower case."""
    return media_type.partition(";")[0].strip().lower()


def is_mapping(value: Json) -> TypeGuard[Mapping[str, Json]]:
    """Whether a value is an object."""
    kind = type(value)
    return kind is dict or (kind not in _NO_MAPPING and isinstance(value, Mapping))


def mapping(value: Json) -> Mapping[str, Json]:
    """A mapping, or an empty one for anything else."""
    if type(value) is dict:
        return value
    return value if is_mapping(value) else {}


def sequence(value: Json) -> Sequence[Json]:
    """A list, or an empty one for anything else."""
    if type(value) is list:
        return value
    if value is None or isinstance(value, str):
        return ()
    return value if isinstance(value, Sequence) else ()
