"""Two versions of one place, and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from harness.compat.schemas.outcome import Path, Step
from harness.compat.versions.views import Seen, Views


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """
    A schema before and after.

    Shape: `top` is what is compared whole and not a part of it; `unsent` is what never travels in
    this direction; `murky` lies below a negation or a condition, where narrow and wide say
    nothing; `shaky` lies in one of branches that exclude each other, where narrow may let
    others in; `around` is the conjunction that both take part in.
    """

    old: Seen
    new: Seen
    path: Path = ()
    top: bool = True
    unsent: bool = False
    murky: bool = False
    shaky: bool = False
    around: tuple[Seen, Seen] | None = None

    def within(self, old: Seen, new: Seen, *steps: Step) -> Pair:
        """A part of the value, some steps on."""
        path = (*self.path, *steps)
        flags = (self.unsent, self.murky, self.shaky)
        return Pair(old, new, path, False, *flags)

    def beside(self, old: Seen, new: Seen, *, murky: bool = False, shaky: bool = False) -> Pair:
        """Another schema of the same value."""
        inner = self.within(old, new)
        return replace(inner, murky=self.murky or murky, shaky=self.shaky or shaky)

    def member(self, old: Seen, new: Seen) -> Pair:
        """One of the schemas that all hold of the same value."""
        return replace(self.within(old, new), around=self.conjunction)

    @property
    def conjunction(self) -> tuple[Seen, Seen]:
        """All that holds of the value."""
        return self.around or (self.old, self.new)


@dataclass(frozen=True, slots=True)
class Said:
    """
    One difference at a pair.

    Shape: `key` ends the id of a rule; `step` is the property concerned, where it is one of the
    pair's own; `unsure` says that the effect of the rule may not be that of the case.
    """

    key: str
    before: str = ""
    after: str = ""
    step: str | None = None
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Versions:
    """
    The schemas of both documents.

    Shape: `loose` says that the value travels as text, so that text takes every scalar;
    `single` that it is one text and no document; `request` that it is the consumer who sends it.
    """

    old: Views
    new: Views
    request: bool
    loose: bool = False
    single: bool = False

    @property
    def mark(self) -> str:
        """The flag of what never travels this way."""
        return "readOnly" if self.request else "writeOnly"


Told: TypeAlias = Said | Pair
