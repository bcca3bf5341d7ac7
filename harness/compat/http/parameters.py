"""What the text of a parameter means, in each of the ways that its style allows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from harness.compat.schemas.bounds import Exhausted
from harness.compat.schemas.expanding import Expander
from harness.compat.schemas.shapes import Node, kind_of_value
from harness.compat.schemas.sides import Side
from harness.domain.document import Location, Parameter
from harness.domain.json import Json, is_json_media_type, sequence

# Frameworks read `007` as seven, which JSON does not.
_NUMBER = re.compile(r"(-?)0*(\d+(\.\d+)?([eE][+-]?\d+)?)")
_DELIMITERS = {"spaceDelimited": (" ", "%20"), "pipeDelimited": ("|", "%7C", "%7c"), "tsv": ("\t",)}
_KEY = re.compile(r"\[([^\[\]]*)\]")
_MOST_TEXT = 20_000


def is_accepted(parameter: Parameter, texts: Sequence[str], side: Side) -> bool | None:
    """Whether a parameter's schema accepts its texts in any reading, or none if nobody can tell."""
    if side.judge.fault or sum(map(len, texts)) > _MOST_TEXT:
        return None
    if any(parameter.allow_empty and text == "" for text in texts):
        return True
    return accepts_any(side, readings(parameter, texts))


def accepts_any(side: Side, trees: Iterable[Json]) -> bool | None:
    """Whether a schema accepts one of some values whose scalars are texts yet."""
    unsure = False
    for value in _with_types(side, trees):
        answer = side.judge.accepts(value)
        if answer:
            return True
        unsure = unsure or answer is None
    return None if unsure else False


def _with_types(side: Side, trees: Iterable[Json]) -> Iterator[Json]:
    """Each tree as it is, and then with the types that a schema wants."""
    for tree in trees:
        yield tree
        yield _Typing(side.expander).typed(tree, (side.part,))


def readings(parameter: Parameter, texts: Sequence[str]) -> Iterator[Json]:
    """The values that the texts of a parameter may stand for."""
    if is_json_media_type(parameter.media_type):
        yield from (_parsed(text) for text in texts)
        return
    bare = [_bare(parameter, text) for text in texts]
    if len(bare) == 1:
        yield bare[0]
    parts = [part for text in bare for part in _split(parameter, text)]
    yield bare
    yield parts
    yield from _objects(parameter, parts)


@dataclass(frozen=True, slots=True)
class _Typing:
    """Gives texts the types that a schema wants, where they can be read so."""

    expander: Expander

    def typed(self, tree: Json, node: Node) -> Json:
        """A tree of texts with its scalars as the schema has them."""
        try:
            return self._typed(tree, node)
        except (Exhausted, RecursionError):
            return tree

    def _typed(self, tree: Json, node: Node) -> Json:
        shapes = self.expander.shapes(node)
        if isinstance(tree, str):
            kinds = {shape.kind for shape in shapes}
            return next((each for each in scalars(tree) if kind_of_value(each) in kinds), tree)
        if isinstance(tree, Mapping):
            objects = [shape for shape in shapes if shape.kind == "object"]
            return {
                key: self._typed(each, objects[0].child(key) if objects else ())
                for key, each in tree.items()
            }
        lists = [shape for shape in shapes if shape.kind == "array"]
        return [
            self._typed(each, lists[0].item(at) if lists else ())
            for at, each in enumerate(sequence(tree))
        ]


def scalars(text: str) -> Iterator[Json]:
    """The scalars that a text may stand for, the text itself first."""
    yield text
    if number := _NUMBER.fullmatch(text):
        yield _number(number[1] + number[2])
    if text in ("true", "false"):
        yield text == "true"
    if text in ("", "null"):
        yield None


def object_reading(texts: Mapping[str, Sequence[str]]) -> Json:
    """The object that pairs of a query stand for, by the `[key][key]` behind their name."""
    made: dict[str, Json] = {}
    for written, listed in texts.items():
        keys = _KEY.findall(written)
        at = made
        for key in keys[:-1]:
            below = at.setdefault(key, {})
            if not isinstance(below, dict):
                break
            at = below
        if keys:
            at[keys[-1]] = listed[0] if len(listed) == 1 else list(listed)
    return made


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
        bare = text.removeprefix(";")
        return "" if bare == parameter.name else bare.removeprefix(f"{parameter.name}=")
    return text


def _split(parameter: Parameter, text: str) -> list[str]:
    if parameter.location is Location.QUERY and parameter.explode:
        # Each value comes as a pair of its own, and servers read a comma as part of the text.
        return [text]
    for delimiter in _DELIMITERS.get(parameter.style, (",", "%2C")):
        if delimiter in text:
            # Lists of headers may have blanks behind their commas.
            is_header = parameter.location is Location.HEADER
            return [part.strip() if is_header else part for part in text.split(delimiter)]
    if parameter.style == "label" and "." in text:
        return text.split(".")
    if parameter.style == "matrix" and ";" in text:
        return [part.removeprefix(f"{parameter.name}=") for part in text.split(";")]
    return [text]


def _objects(parameter: Parameter, parts: list[str]) -> Iterator[Json]:
    if parameter.explode and all("=" in part for part in parts):
        pairs = [part.partition("=")[::2] for part in parts]
    elif len(parts) % 2 == 0:
        pairs = list(zip(parts[::2], parts[1::2], strict=True))
    else:
        return
    yield dict(pairs)
