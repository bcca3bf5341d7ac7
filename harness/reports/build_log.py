"""Findings beside the lines of a change, for the builds of GitHub and Azure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from harness.domain.evidence import Unobserved
from harness.domain.finding import Finding, Location
from harness.domain.policy import Severity
from harness.domain.verdict import Status, Verdict
from harness.pages.plain import clipped, one_line, plain
from harness.reports.log_commands import azure_command, disarmed, github_command
from harness.reports.ranking import level_of, ranked
from harness.reports.surroundings import Surroundings
from harness.reports.words import EXITS, counted

LIMIT: Final = 10
"""How many annotations of one level a step may give: both builds drop what comes after."""

_LONGEST: Final = 2000
_NOTHING_FAILED: Final = frozenset({Status.PASSED, Status.FAILED, Status.INCONCLUSIVE})
_GITHUB: Final = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFORMATION: "notice",
}
_WORDS: Final = {**_GITHUB, Severity.INFORMATION: "note"}
_AZURE: Final = {Severity.ERROR: "error", Severity.WARNING: "warning"}


Told = Finding | Unobserved | str


@dataclass(frozen=True, slots=True)
class Annotation:
    """What is told at a line, or of the whole run."""

    level: Severity
    title: str
    text: str
    location: Location | None = None


def render_github(verdict: Verdict, around: Surroundings) -> str:
    """Write workflow commands, at most ten of each level."""
    return _lines(
        github_command(_GITHUB[one.level], _github_place(one, around), one.text)
        for one in annotated(verdict, tuple(_GITHUB))
    )


def render_azure(verdict: Verdict, around: Surroundings) -> str:
    """Write logging commands, at most ten of each level; Azure knows errors and warnings alone."""
    return _lines(
        azure_command(
            "task.logissue",
            {"type": _AZURE[one.level], **_azure_place(one, around)},
            f"{one.title}: {one.text}",
        )
        for one in annotated(verdict, tuple(_AZURE))
    )


def annotated(verdict: Verdict, levels: tuple[Severity, ...]) -> Iterator[Annotation]:
    """
    Give what is told at each level, the gravest first, and where there is more, how much.

    Of an advisory gate nothing is an error but that the gate itself broke.
    """
    told: list[tuple[Severity, Told]] = [
        *((level_of(one), one) for one in ranked(verdict.findings) if not one.is_waived),
        *((Severity.ERROR, one) for one in verdict.reasons),
    ]
    broken = [EXITS[verdict.status]] if verdict.status not in _NOTHING_FAILED else []
    for level in levels:
        grades = [grade for grade in Severity if _told_as(grade, verdict) is level]
        graded: list[Told] = [*broken] if level is Severity.ERROR else []
        graded += [one for grade, one in told if grade in grades]
        shown = graded if len(graded) <= LIMIT else graded[: LIMIT - 1]
        yield from (_annotation(level, one) for one in shown)
        if len(graded) > len(shown):
            more = counted(len(graded) - len(shown), f"more {_WORDS[level]}")
            yield Annotation(level, "contract-harness", f"and {more}: the report holds all of them")


def _told_as(grade: Severity, verdict: Verdict) -> Severity:
    is_softened = verdict.advisory and grade is Severity.ERROR
    return Severity.WARNING if is_softened else grade


def _annotation(level: Severity, one: Told) -> Annotation:
    if isinstance(one, Finding):
        return _of_finding(level, one)
    if isinstance(one, Unobserved):
        return _of_reason(level, one)
    return Annotation(level, "contract-harness", one)


def _of_finding(level: Severity, finding: Finding) -> Annotation:
    flaw = finding.flaw
    place = " ".join(part for part in (finding.subject, flaw.operation, flaw.where) if part)
    parts = (
        flaw.message,
        f"expected: {flaw.expected}" if flaw.expected else "",
        f"seen: {flaw.seen}" if flaw.seen else "",
        f"owner: {finding.owner}" if finding.owner else "",
        f"hint: {flaw.hint}" if flaw.hint else "",
        f"reproduce: {finding.reproduce}",
    )
    return Annotation(level, _line(f"{finding.check}: {place}"), _text(parts), finding.anchor)


def _of_reason(level: Severity, reason: Unobserved) -> Annotation:
    """What was not seen keeps the verdict from passing, as an error does."""
    parts = (reason.reason, f"hint: {reason.hint}" if reason.hint else "")
    return Annotation(level, _line(f"not observed: {reason.what}"), _text(parts))


def _line(text: str) -> str:
    return disarmed(one_line(text))


def _text(parts: Iterable[str]) -> str:
    return "\n".join(clipped(disarmed(plain(part)), _LONGEST) for part in parts if part)


def _github_place(one: Annotation, around: Surroundings) -> dict[str, str]:
    if one.location is None:
        return {"title": one.title}
    line = str(one.location.line or 1)
    return {"file": disarmed(around.path(one.location)), "line": line, "title": one.title}


def _azure_place(one: Annotation, around: Surroundings) -> dict[str, str]:
    if one.location is None:
        return {}
    return {
        "sourcepath": disarmed(around.path(one.location)),
        "linenumber": str(one.location.line or 1),
        "columnnumber": "1",
    }


def _lines(commands: Iterable[str]) -> str:
    return "".join(f"{command}\n" for command in commands)
