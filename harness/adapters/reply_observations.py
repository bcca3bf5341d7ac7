"""What a consumer's code saw that is another than it says, while replies were put to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from harness.adapters.consumer_tests_evidence import Record, place_of
from harness.adapters.members import without_secrets
from harness.domain.config import Config
from harness.domain.contradiction import Contradicted, Contradiction
from harness.domain.evidence import Evidence
from harness.domain.service import Service
from harness.domain.typed import CodeContradicted, TypesObserved


@dataclass(slots=True)
class CodeSeen:
    """
    The contradictions of one run, each place in the code once.

    Shape: `why_not` is None until the run told whether its code could be observed.
    """

    service: Service
    config: Config
    why_not: str | None = None
    _found: dict[str, CodeContradicted] = field(default_factory=dict)

    def take(self, told: Record, led_by: str) -> None:
        """Take in one record; the first reply that led to a place is the plainest."""
        if told["kind"] == "observed":
            self.why_not = str(told["why_not"])
            return
        one = self._contradiction(told["contradiction"])
        known = self._found.get(one.cause)
        if known is None:
            self._found[one.cause] = CodeContradicted(self.service.name, one, example=led_by)
        else:
            count = known.contradiction.occurrences + one.occurrences
            counted = replace(known.contradiction, occurrences=count)
            self._found[one.cause] = replace(known, contradiction=counted)

    def evidence(self, step: str) -> Iterator[Evidence]:
        """What was seen, and whether anything could be."""
        yield from self._found.values()
        if self.why_not is not None:
            yield TypesObserved(self.service.name, step, self.why_not)

    def _contradiction(self, told: Record) -> Contradiction:
        return Contradiction(
            kind=Contradicted(told["kind"]),
            file=place_of(told["file"], self.service, self.config),
            line=told["line"],
            module=told["module"],
            function=told["function"],
            what=told["what"],
            expected=told["expected"],
            seen=without_secrets(told["seen"], self.service),
            detail=without_secrets(told["detail"], self.service),
            occurrences=told["occurrences"],
        )
