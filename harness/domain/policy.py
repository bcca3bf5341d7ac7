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


class Mode(Enum):
    """Whether the verdict decides the exit code; an advisory gate tells it all the same."""

    ENFORCING = "enforcing"
    ADVISORY = "advisory"


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
class ServicePolicy:
    """
    The grading of what one service must mend.

    Shape: `at_most` and `legs` are ceilings, over all of its findings and over those of a leg;
    `levels` maps check ids to a severity, or to None for a check that is switched off.
    """

    levels: Mapping[str, Severity | None] = field(default_factory=dict)
    legs: Mapping[Leg, Severity] = field(default_factory=dict)
    at_most: Severity | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """
    The workspace's own grading.

    Shape: `levels` maps check ids to a severity, or to None for a check that is switched off;
    `legs` are ceilings over the findings of a leg; `services` maps a service to the grading of what
    it must mend; `required` are the legs that every edge must have evidence for (None: each leg
    that can be checked and has the input for it); `changes` maps rules of changes between versions
    to a severity, or to None for a rule that is passed over: it holds where a change breaks a
    consumer or none is known, and a change that breaks nobody weighs no more than that;
    `annotations` are passed over where code and values contradict each other; `day_demanded_by` is
    the line by which each waiver must have a last day, if any.
    """

    levels: Mapping[str, Severity | None] = field(default_factory=dict)
    required: tuple[Leg, ...] | None = None
    changes: Mapping[str, Severity | None] = field(default_factory=dict)
    annotations: tuple[Passed, ...] = ()
    legs: Mapping[Leg, Severity] = field(default_factory=dict)
    services: Mapping[str, ServicePolicy] = field(default_factory=dict)
    mode: Mode = Mode.ENFORCING
    day_demanded_by: str = ""

    def passes_over(self, one: Contradiction) -> Passed | None:
        """Give the entry by which a contradiction is passed over, if there is one."""
        return next((each for each in self.annotations if each.covers(one)), None)

    def level(self, check: str, default: Severity, leg: Leg | None, service: str = "") -> Level:
        """
        What a check is worth on its leg, for what one service must mend.

        Shape: from the general to the particular, where a level sets and a ceiling only lowers:
        the check's own default, the leg, the check, the service, the leg in it, the check in it.
        """
        return self._of_service(self._in_general(check, default, leg), check, leg, service)

    def graded(
        self,
        check: str,
        severity: Severity,
        rule: str = "",
        *,
        leg: Leg | None = None,
        service: str = "",
        breaks: bool = False,
    ) -> Severity | None:
        """
        What a flaw of a check is worth, `severity` unless policy says otherwise; None is off.

        Shape: `rule` is that of the change which it is about, if any, and `breaks` says that the
        change breaks a consumer. A rule outweighs what is said of its check in general, and not
        what is said of the service.
        """
        level = self._in_general(check, severity, leg)
        if level.severity is not None and rule in self.changes:
            told = self.changes[rule]
            level = Level(told if breaks else mildest(level.severity, told))
        return self._of_service(level, check, leg, service).severity

    def _in_general(self, check: str, default: Severity, leg: Leg | None) -> Level:
        level = Level(default).under(self.legs.get(leg) if leg else None, "legs", _word(leg))
        return level.set_by(self.levels, check, "levels", check)

    def _of_service(self, level: Level, check: str, leg: Leg | None, service: str) -> Level:
        own, key = self.services.get(service), ("services", service)
        if own is None:
            return level
        level = level.under(own.at_most, *key, "at_most")
        level = level.under(own.legs.get(leg) if leg else None, *key, "legs", _word(leg))
        return level.set_by(own.levels, check, *key, "levels", check)


@dataclass(frozen=True, slots=True)
class Level:
    """
    A severity in force, None where the check is off, and the key of policy that it comes from.

    Shape: `key` is empty where nothing but the check itself says so.
    """

    severity: Severity | None
    key: tuple[str, ...] = ()

    def under(self, ceiling: Severity | None, *key: str) -> Level:
        """Lower it to a ceiling, where there is one and it is lower."""
        if ceiling is None or mildest(self.severity, ceiling) == self.severity:
            return self
        return Level(ceiling, key)

    def set_by(self, levels: Mapping[str, Severity | None], check: str, *key: str) -> Level:
        """Take what is said of the check itself, where something is."""
        return Level(levels[check], key) if check in levels else self


def _word(leg: Leg | None) -> str:
    return leg.value if leg else ""


def gravest(severities: Iterable[Severity | None]) -> Severity | None:
    """The one that weighs most, None where all are off."""
    found = set(severities)
    return next((each for each in Severity if each in found), None)


def mildest(*severities: Severity | None) -> Severity | None:
    """The one that weighs least, None where one is off."""
    order = (None, *reversed(Severity))
    return min(severities, key=order.index)
