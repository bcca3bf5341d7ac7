"""Findings beside the lines of a change, for the builds of GitHub and Azure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from harness.domain.evidence import Unobserved
from harness.domain.finding import Finding, Location
from harness.domain.policy import Severity
from harness.domain.verdict import Status, Verdict
from harness.reports.log_commands import azure_command, disarmed, github_command
from harness.reports.plain import clipped, one_line, plain
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


_ADVISED: Final = {
    Severity.ERROR: Severity.WARNING,
    Severity.WARNING: Severity.WARNING,
    Severity.INFORMATION: Severity.INFORMATION,
}


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
    told = [
        *(_of_finding(one) for one in ranked(verdict.findings) if not one.is_waived),
        *(_of_reason(one) for one in verdict.reasons),
    ]
    if verdict.advisory:
        told = [replace(one, level=_ADVISED[one.level]) for one in told]
    told = [*_of_the_gate(verdict), *told]
    for level in levels:
        graded = [one for one in told if one.level is level]
        shown = graded if len(graded) <= LIMIT else graded[: LIMIT - 1]
        yield from shown
        if len(graded) > len(shown):
            more = counted(len(graded) - len(shown), f"more {_WORDS[level]}")
            yield Annotation(level, "contract-harness", f"and {more}: the report holds all of them")


def _of_the_gate(verdict: Verdict) -> Iterator[Annotation]:
    if verdict.status not in _NOTHING_FAILED:
        yield Annotation(Severity.ERROR, "contract-harness", EXITS[verdict.status])


def _of_finding(finding: Finding) -> Annotation:
    flaw = finding.flaw
    parts = (
        flaw.message,
        f"expected: {flaw.expected}" if flaw.expected else "",
        f"seen: {flaw.seen}" if flaw.seen else "",
        f"owner: {finding.owner}" if finding.owner else "",
        f"hint: {flaw.hint}" if flaw.hint else "",
        f"reproduce: {finding.reproduce}",
    )
    text = "\n".join(clipped(disarmed(plain(part)), _LONGEST) for part in parts if part)
    place = " ".join(part for part in (finding.subject, flaw.operation, flaw.where) if part)
    return Annotation(
        level_of(finding), disarmed(one_line(f"{finding.check}: {place}")), text, finding.anchor
    )


def _of_reason(reason: Unobserved) -> Annotation:
    """What was not seen keeps the verdict from passing, as an error does."""
    parts = (reason.reason, f"hint: {reason.hint}" if reason.hint else "")
    text = "\n".join(clipped(disarmed(plain(part)), _LONGEST) for part in parts if part)
    return Annotation(Severity.ERROR, disarmed(one_line(f"not observed: {reason.what}")), text)


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
