"""Compares a writer with what a contract's example shows, and puts witnesses into that example."""

from __future__ import annotations

from dataclasses import dataclass

from harness.compat.schemas.bounds import Bounds
from harness.compat.schemas.engine import compare_sides, shows
from harness.compat.schemas.grafting import completed, grafts
from harness.compat.schemas.outcome import Comparison, Witness
from harness.compat.schemas.sides import Side
from harness.domain.json import canonical
from harness.domain.pact import Body


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """What was compared with what, and what came of it."""

    writer: Side
    reader: Side
    found: Comparison

    @classmethod
    def of(cls, writer: Side, reader: Side, bounds: Bounds) -> Compared:
        """Compare both."""
        return cls(writer, reader, compare_sides(writer, reader, bounds=bounds))

    def nearest(self, witness: Witness, body: Body) -> tuple[str, ...]:
        """
        The contract's own example, made whole, with nothing changed but what the witness shows.

        Shape: JSON texts; none where the example is no JSON or cannot show it.
        """
        if not body.is_json or isinstance(body.value, bytes):
            return ()
        found = (
            made
            for at, value in enumerate((witness.value, *witness.others))
            for made in grafts(completed(body.value, value), value, witness.place)
            if shows(self.writer, self.reader, made, witness.place, by_a_part_of_it=at == 0)
        )
        return tuple(dict.fromkeys(map(canonical, found)))
