"""What a comparison of a writer with a reader can say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from harness.domain.fit import Kind
from harness.domain.json import Json, json_path


class Any(Enum):
    """A step into every item of a list, or into every value of a map."""

    ITEM = "[*]"
    VALUE = ".*"


Step: TypeAlias = str | int | Any
Path: TypeAlias = tuple[Step, ...]


def path_text(path: Path) -> str:
    """The JSON path of a place: `$.lines[*].sku`."""
    pieces = [step.value if isinstance(step, Any) else json_path((step,))[1:] for step in path]
    return "$" + "".join(pieces)


@dataclass(frozen=True, slots=True)
class Witness:
    """
    A concrete value that the writer may send and the reader refuses, for one place of it.

    Shape: `value` is whole and minimal; `path` is the place that is off, as a JSON path with `[*]`
    for any item and `.*` for any value of a map, and `place` is the same as steps; `sent` and
    `accepted` are sentences' parts; `others` are further values that show the place.
    """

    path: str
    value: Json
    sent: str
    accepted: str
    kind: Kind
    place: Path = ()
    others: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """
    Neither a proof nor a witness was found at a place.

    Units: `tried` is the number of generated values that the reader accepted.
    """

    tried: int
    reason: str
    path: str = "$"


@dataclass(frozen=True, slots=True)
class Proven:
    """Everything that the writer may send, the reader accepts."""


@dataclass(frozen=True, slots=True)
class Broken:
    """
    At least one value is sent and refused.

    Shape: `witnesses` has one for each place; `unknown` lists the places left open beside them.
    """

    witnesses: tuple[Witness, ...]
    unknown: tuple[Unknown, ...] = ()


Comparison: TypeAlias = Proven | Broken | Unknown
