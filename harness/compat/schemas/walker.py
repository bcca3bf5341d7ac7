"""What the comparisons of objects and of lists need of the walk that they are part of."""

from __future__ import annotations

from typing import Protocol

from harness.compat.schemas.expanding import Expander
from harness.compat.schemas.places import Found
from harness.compat.schemas.sampling import Emptiness, Sampler
from harness.compat.schemas.shapes import Node, Shape


class Walker(Protocol):
    """A walk of a writer and a reader side by side."""

    expander: Expander
    sampler: Sampler
    empty: Emptiness

    def compare(self, writer: Node, reader: Node, depth: int = 0) -> Found:
        """What does not fit between two nodes."""

    def searched(self, shape: Shape, readers: list[Shape], reason: str) -> Found:
        """Look for a value that the readers refuse, where nothing could be proven."""

    def as_a_whole(self, shape: Shape, reader: Shape, reason: str) -> Found:
        """What a reader asks of no part of a value alone is judged by the whole."""
