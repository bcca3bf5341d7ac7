"""How a change is put."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from harness.compat.versions.catalogue import rule
from harness.compat.versions.comparing import Told
from harness.domain.change import Change


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a document a change lies."""

    operation: str = ""
    status: str = ""
    media_type: str = ""
    name: str = ""
    of: str = ""

    def at(self, **more: str) -> Spot:
        """A spot within."""
        return replace(self, **more)

    def told(self, id_: str, before: str = "", after: str = "", path: str = "") -> Change:
        """A change under a rule, as grave as the rule says."""
        its = rule(id_)
        return self._change(Told(its, its.breaks, path, before, after))

    def schema(self, told: Iterable[Told]) -> Iterator[Change]:
        """The changes of a schema that stands here."""
        return (self._change(each) for each in told)

    def _change(self, told: Told) -> Change:
        return Change(
            rule=told.rule.id,
            breaks=told.breaks,
            part=told.rule.part,
            operation=self.operation,
            status=self.status,
            media_type=self.media_type,
            name=self.name,
            path=told.path,
            before=told.before,
            after=told.after,
            message=_sentence(self, told),
            oasdiff=told.rule.oasdiff,
            also=told.also,
            of=self.of,
            witness=told.witness,
        )


def _sentence(spot: Spot, told: Told) -> str:
    """What was, what is, and where."""
    where = [f"`{each}`" for each in (spot.of, spot.name, told.path) if each and each != "$"]
    said = told.rule.sentence.removesuffix(".")
    placed = f"{said}: {', '.join(where)}" if where else said
    change = f" (before: {told.before or 'none'}, now: {told.after or 'none'})"
    return placed + (change if told.before or told.after else "")
