"""The accepted version of a service's API document, and how its file is called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from harness.domain.change import Change

_COUNTED = re.compile(r"\.(?=\d+$)")
_UNWRITABLE = re.compile(r'[/\\%*?"<>|:\x00-\x1f]')


@dataclass(frozen=True, slots=True)
class AcceptedDocument:
    """
    One API document as it was accepted.

    Shape: `place` is the file, with the revision before it where it was read from one; `position`
    counts a service's documents from 1, in the order in which its table names them; `mount` is put
    before every path.
    """

    service: str
    position: int
    place: str
    text: str
    mount: str = ""


class Acceptance(Enum):
    """What became of the file of an accepted version."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "the same"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Accepted:
    """
    The file of an accepted version, and what accepting the present one meant.

    Shape: `changes` are those since the version before; a file may be written anew without one.
    """

    place: str
    acceptance: Acceptance
    changes: tuple[Change, ...] = ()


def accepted_names(service: str, count: int) -> tuple[str, ...]:
    """
    The names of the files of a service's documents: `orders.json`, or `orders.1.json` and so on.

    Shape: what a file name cannot hold is written as a URL would; a service called `orders.1` is
    not taken for the first document of `orders`.
    """
    plain = _UNWRITABLE.sub(lambda sign: f"%{ord(sign[0]):02X}", service)
    stem = _COUNTED.sub("%2E", plain)
    if count == 1:
        return (f"{stem}.json",)
    return tuple(f"{stem}.{position}.json" for position in range(1, count + 1))


def accepted_texts(service: str, texts: Mapping[str, str]) -> tuple[tuple[int, str], ...]:
    """
    The positions and names of a service's documents among the names of a directory.

    Shape: one file without a position stands for the only document.
    """
    (single,) = accepted_names(service, 1)
    if single in texts:
        return ((1, single),)
    stem = re.escape(single.removesuffix(".json"))
    found = (re.fullmatch(rf"{stem}\.([1-9]\d{{0,5}})\.json", name) for name in texts)
    return tuple(sorted((int(each[1]), each[0]) for each in found if each))
