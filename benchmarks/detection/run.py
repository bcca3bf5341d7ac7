"""Lets tools look at seeded copies, and writes down what each said."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from benchmarks.detection import results
from benchmarks.detection.gated import errors, gated, is_found, line
from benchmarks.detection.results import CLEAN, Seen
from benchmarks.detection.seed import Seed, seeded
from benchmarks.detection.tools import Tool
from tests.shop import Shop

T = TypeVar("T")
GATE = "gate"
SERVICES = ("catalog", "inventory", "orders", "stocktake", "storefront")


@dataclass(frozen=True, slots=True)
class Run:
    """
    Where is written down what is seen, and the tools beside the gate by name.

    Units: `examples` of the gate for each operation and phase.
    """

    path: Path
    tools: Mapping[str, Tool]
    examples: int

    def see(self, seed: Seed, tool: str) -> None:
        """Let a tool look at a seed, unless it did."""
        if (seed.name, tool) not in results.read(self.path):
            self._add(self._gated(seed) if tool == GATE else self._alarmed(seed, tool))

    def _add(self, one: Seen) -> None:
        results.add(self.path, one)
        told = "; ".join(one.alarms) or "silent"
        sys.stderr.write(f"{one.seed} {one.tool} {one.elapsed_s:.1f} s: {told}\n")

    def _gated(self, seed: Seed) -> Seen:
        outcome, elapsed_s = _on_copy(seed, lambda shop: gated(shop, seed, self.examples))
        lines = tuple(sorted(map(line, errors(outcome))))
        return Seen(seed.name, GATE, is_found(seed, outcome), elapsed_s, lines)

    def _alarmed(self, seed: Seed, tool: str) -> Seen:
        known = self._clean(tool).alarms
        look = self.tools[tool]
        alarms, elapsed_s = _on_copy(seed, lambda shop: look(shop, seed.services))
        if alarms is None:
            return Seen(seed.name, tool, None, elapsed_s, ())
        new = tuple(sorted(alarms.difference(known)))
        return Seen(seed.name, tool, bool(new), elapsed_s, new)

    def _clean(self, tool: str) -> Seen:
        """What a tool says of the clean copy, which no seed is charged with."""
        known = results.read(self.path).get((CLEAN, tool))
        if known is None:
            look = self.tools[tool]
            alarms, elapsed_s = _on_copy(None, lambda shop: look(shop, SERVICES))
            known = Seen(CLEAN, tool, bool(alarms), elapsed_s, tuple(sorted(alarms or ())))
            self._add(known)
        return known


def _on_copy(seed: Seed | None, work: Callable[[Shop], T]) -> tuple[T, float]:
    """Do something to a copy, and tell how many seconds it took, the copying left out."""
    with tempfile.TemporaryDirectory() as name:
        shop = Shop.copy_to(Path(name)) if seed is None else seeded(seed, Path(name))
        started = time.monotonic()
        done = work(shop)
        return done, time.monotonic() - started
