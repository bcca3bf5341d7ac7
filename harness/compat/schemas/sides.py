"""Schemas that are ready to be compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from harness.compat.schemas.bounds import Bounds, Work
from harness.compat.schemas.expanding import Expander
from harness.compat.schemas.judging import Judge
from harness.compat.schemas.oracle import certain, judge, usable
from harness.compat.schemas.rendering import with_definitions
from harness.compat.schemas.shapes import Part, World
from harness.domain.json import Json, mapping


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """
    A schema that is ready to be compared, with the definitions that it refers to.

    Shape: its validators and its `expander` are built when first needed and kept, so a side
    is best kept as well.
    """

    part: Part
    _judges: list[Judge] = field(default_factory=list)
    _sure: list[Judge] = field(default_factory=list)
    _expanders: list[Expander] = field(default_factory=list)

    @property
    def judge(self) -> Judge:
        """The validator of the whole schema, to which a part that cannot be told takes all."""
        if not self._judges:
            whole = with_definitions(self.part.schema, self.part.world)
            # What refers to nothing is mostly a scalar, the same in many places.
            self._judges.append(Judge(whole) if "$defs" in whole else judge(whole))
        return self._judges[0]

    @property
    def expander(self) -> Expander:
        """Tells the shapes of the schema and of its parts; its bounds begin anew with each use."""
        if not self._expanders:
            self._expanders.append(Expander(Work(Bounds())))
        self._expanders[0].work.spent = 0
        return self._expanders[0]

    def accepts_surely(self, value: Json) -> bool:
        """Whether a value is valid, whatever the parts that cannot be told take."""
        return all(judge.accepts(value) is True for judge in self._both())

    def refuses(self, value: Json) -> bool:
        """
        Whether a value is not valid, be it that the parts that cannot be told take all or nothing.

        Below `not` and beside other branches of `oneOf`, a part refuses by what it takes.
        """
        return all(judge.accepts(value) is False for judge in self._both())

    def _both(self) -> Iterator[Judge]:
        """The validators to which a part that cannot be told takes all, and nothing."""
        yield self.judge
        if not self._sure:
            whole = with_definitions(self.part.schema, self.part.world)
            sure = certain(whole)
            self._sure.append(self.judge if sure is whole else Judge(sure))
        if self._sure[0] is not self.judge:
            yield self._sure[0]


def side(schema: Json, *, closed: bool) -> Side:
    """A schema that stands alone, as a writer's (`closed`) or a reader's side."""
    try:
        ready = usable(schema)
    except RecursionError:
        ready = {"x-unknown-because": "nested too deeply to be read"}
    return Side(Part(ready, World(mapping(mapping(ready).get("$defs")), closed=closed)))
