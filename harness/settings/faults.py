"""Faults of a configuration: gathered, and told all at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from harness.domain.errors import Misused


@dataclass(frozen=True, slots=True)
class Fault:
    """
    One thing that is wrong with a configuration.

    Shape: `where` is `file` or `file:line`.
    """

    where: str
    message: str
    hint: str = ""


class Faults:
    """Gathers faults, so that a reader mends a file in one go."""

    def __init__(self) -> None:
        """Begin without a fault."""
        self._faults: dict[Fault, None] = {}

    def add(self, where: str, message: str, hint: str = "") -> None:
        """Keep a fault, once."""
        self._faults.setdefault(Fault(where, message, hint))

    def stop_if_any(self) -> None:
        """
        Tell what was gathered.

        Raises: Misused, with a line for each fault.
        """
        if not self._faults:
            return
        ordered = sorted(self._faults, key=lambda fault: _by_line(fault.where))
        if len(ordered) == 1:
            only = ordered[0]
            raise Misused(f"{only.where}: {only.message}", hint=only.hint)
        lines = [f"the configuration has {len(ordered)} faults"]
        for fault in ordered:
            lines.append(f"  {fault.where}: {fault.message}")
            if fault.hint:
                lines.append(f"    hint: {fault.hint}")
        raise Misused("\n".join(lines))


def nearest(name: str, names: Iterable[str]) -> str:
    """Find the name that was probably meant; empty if none is near."""
    pool = sorted(names)
    found = get_close_matches(name, pool, 1, 0.6)
    if found:
        return found[0]
    folded = [one for one in pool if one.casefold() == name.casefold()]
    return folded[0] if folded else ""


_MOST_NAMED = 40


def meant(name: str, names: Iterable[str]) -> str:
    """Suggest the nearest name, or else tell what there is, as far as it fits on a screen."""
    pool = sorted(names)
    near = nearest(name, pool)
    if near:
        return f"did you mean `{near}`?"
    more = f" and {len(pool) - _MOST_NAMED} more" if len(pool) > _MOST_NAMED else ""
    return "known: " + ", ".join(pool[:_MOST_NAMED]) + more if pool else ""


def _by_line(where: str) -> tuple[str, int]:
    file, _, line = where.rpartition(":")
    return (file, int(line)) if line.isdecimal() else (where, 0)
