"""A change that is seeded in a copy of the sample system, and what counts as finding it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.alarm.faults import Edit
from tests.shop import Shop


class Kind(StrEnum):
    """Where a change is made, or that it harms nobody."""

    PROVIDER = "provider"
    CONSUMER = "consumer"
    SCHEMA = "schema"
    TYPE = "type"
    HARMLESS = "harmless"


@dataclass(frozen=True, slots=True)
class Seed:
    """
    One change of the sample services.

    Shape: `story` is one sentence that says what happened in the team. The gate finds the fault
    with an error of one of `checks` whose operation, file or last name of its JSON path is one of
    `places`; a harmless change has neither.
    """

    name: str
    kind: Kind
    story: str
    edits: tuple[Edit, ...]
    checks: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()

    @property
    def services(self) -> tuple[str, ...]:
        """The services whose files are edited."""
        return tuple(sorted({edit.file.split("/")[0] for edit in self.edits}))


def seeded(seed: Seed, directory: Path) -> Shop:
    """A copy of the sample system with the change in it."""
    shop = Shop.copy_to(directory)
    for edit in seed.edits:
        shop.edit(edit.file, edit.old, edit.new)
    return shop
