"""What a finding is worth, and which evidence must be there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from harness.domain.contradiction import Contradiction
from harness.domain.edge import Leg


class Severity(Enum):
    """How much a finding weighs: an error fails the gate."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Passed:
    """
    A contradiction that the workspace takes for right, and why.

    Shape: `code` is a function by its qualified name, or a module or package that holds it, or the
    name of a type whose values are meant.
    """

    code: str
    reason: str

    def covers(self, one: Contradiction) -> bool:
        """Whether a contradiction is meant."""
        site = f"{one.module}.{one.function}"
        return self.code in (site, one.seen_type) or site.startswith(f"{self.code}.")


@dataclass(frozen=True, slots=True)
class Policy:
    """
    The workspace's own grading.

    Shape: `levels` maps check ids to a severity, or to None for a check that is switched off;
    `required` are the legs that every edge must have evidence for (None: each leg that can be
    checked and has the input for it); `changes` maps rules of changes between versions to a
    severity, or to None for a rule that is passed over: it holds where a change breaks a consumer
    or none is known, and a change that breaks nobody weighs no more than that; `annotations` are
    passed over where code and values contradict each other.
    """

    levels: Mapping[str, Severity | None] = field(default_factory=dict)
    required: tuple[Leg, ...] | None = None
    changes: Mapping[str, Severity | None] = field(default_factory=dict)
    annotations: tuple[Passed, ...] = ()

    def passes_over(self, one: Contradiction) -> Passed | None:
        """Give the entry by which a contradiction is passed over, if there is one."""
        return next((each for each in self.annotations if each.covers(one)), None)

    def graded(
        self, check: str, severity: Severity, rule: str = "", *, breaks: bool = False
    ) -> Severity | None:
        """
        What a flaw of a check is worth, `severity` unless policy says otherwise; None is off.

        Shape: `rule` is that of the change which it is about, if any, and `breaks` says that the
        change breaks a consumer.
        """
        level = self.levels.get(check, severity)
        if level is None or rule not in self.changes:
            return level
        return self.changes[rule] if breaks else mildest(level, self.changes[rule])


def gravest(severities: Iterable[Severity | None]) -> Severity | None:
    """The one that weighs most, None where all are off."""
    found = set(severities)
    return next((each for each in Severity if each in found), None)


def mildest(*severities: Severity | None) -> Severity | None:
    """The one that weighs least, None where one is off."""
    order = (None, *reversed(Severity))
    return min(severities, key=order.index)
