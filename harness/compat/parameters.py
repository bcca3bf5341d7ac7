"""What the text of a parameter means, in each of the ways that its style allows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import unquote

from harness.compat.oracle import Judge
from harness.domain.document import Location, Parameter
from harness.domain.json import Json, is_json_media_type

_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_DELIMITERS = {"spaceDelimited": (" ", "%20"), "pipeDelimited": ("|", "%7C", "%7c"), "tsv": ("\t",)}
_KEY = re.compile(r"\[([^\[\]]*)\]")
_MOST_TEXT = 20_000


def is_accepted(parameter: Parameter, texts: Sequence[str], judge: Judge) -> bool | None:
    """Whether a parameter's schema accepts its texts in any reading, or none if nobody can tell."""
    if judge.fault or sum(map(len, texts)) > _MOST_TEXT:
        return None
    if any(parameter.allow_empty and text == "" for text in texts):
        return True
    answers = [judge.accepts(value) for value in readings(parameter, texts)]
    if any(answers):
        return True
    return None if None in answers else False


def readings(parameter: Parameter, texts: Sequence[str]) -> Iterator[Json]:
    """The values that the texts of a parameter may stand for."""
    if is_json_media_type(parameter.media_type):
        yield from (_parsed(text) for text in texts)
        return
    bare = [_bare(parameter, text) for text in texts]
    if len(bare) == 1:
        yield from scalars(bare[0])
    parts = [part for text in bare for part in _split(parameter, text)]
    for listed in (bare, parts):
        yield list(listed)
        yield [_likeliest(text) for text in listed]
    yield from _objects(parameter, parts)


def scalars(text: str) -> Iterator[Json]:
    """The scalars that a text may stand for, the text itself first."""
    yield text
    if _NUMBER.fullmatch(text):
        yield _number(text)
    if text in ("true", "false"):
        yield text == "true"
    if text in ("", "null"):
        yield None


def object_readings(texts: Mapping[str, Sequence[str]]) -> Iterator[Json]:
    """The objects that pairs of a query may stand for, by the `[key][key]` behind their name."""
    yield _nested(texts, lambda text: text)
    yield _nested(texts, _likeliest)


def _nested(texts: Mapping[str, Sequence[str]], read: Callable[[str], Json]) -> Json:
    made: dict[str, Json] = {}
    for written, listed in texts.items():
        keys = _KEY.findall(written)
        if not keys:
            continue
        values = [read(text) for text in listed]
        at = made
        for key in keys[:-1]:
            below = at.setdefault(key, {})
            if not isinstance(below, dict):
                break
            at = below
        at[keys[-1]] = values[0] if len(values) == 1 else values
    return made


def _likeliest(text: str) -> Json:
    return list(scalars(text))[-1]


def _number(text: str) -> Json:
    value: Json = json.loads(text) if len(text) < 400 else text
    return value


def _parsed(text: str) -> Json:
    for written in (text, unquote(text)):
        try:
            value: Json = json.loads(written)
        except (ValueError, RecursionError):
            continue
        return value
    return text


def _bare(parameter: Parameter, text: str) -> str:
    """The text of a path's parameter without the sign of its style."""
    if parameter.location is not Location.PATH:
        return text
    text = unquote(text)
    if parameter.style == "label":
        return text.removeprefix(".")
    if parameter.style == "matrix":
        return text.removeprefix(";").removeprefix(parameter.name).removeprefix("=")
    return text


def _split(parameter: Parameter, text: str) -> list[str]:
    for delimiter in _DELIMITERS.get(parameter.style, (",", "%2C")):
        if delimiter in text:
            return text.split(delimiter)
    if parameter.style == "label" and "." in text:
        return text.split(".")
    return [text]


def _objects(parameter: Parameter, parts: list[str]) -> Iterator[Json]:
    if parameter.explode and all("=" in part for part in parts):
        pairs = [part.partition("=")[::2] for part in parts]
    elif len(parts) % 2 == 0:
        pairs = list(zip(parts[::2], parts[1::2], strict=True))
    else:
        return
    yield dict(pairs)
    yield {name: _likeliest(text) for name, text in pairs}
