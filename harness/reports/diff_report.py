"""Two versions of a document: what has changed, and who breaks; for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from harness import __version__
from harness.compat.versions.affected import Affected, Reach, Standing
from harness.domain.change import Change, Part
from harness.domain.compatibility import Compatibility, Fits
from harness.domain.fit import Misfit, sides
from harness.domain.json import Json
from harness.domain.policy import Severity
from harness.domain.verdict import Status
from harness.pages.plain import clipped, one_line
from harness.reports.compat_report import misfit_json
from harness.reports.json_text import json_text
from harness.reports.words import EXITS, counted

FORMAT = "contract-harness-diff"
FORMAT_VERSION = "1.2"

_CODES: Final = {Status.PASSED: 0, Status.FAILED: 1, Status.INCONCLUSIVE: 3}
_SHOWN: Final = {Part.SENT: "sent now, and not before"}
_FITS: Final = {
    Fits.YES: "compatible",
    Fits.IF_PRODUCER_IS_KNOWN: "compatible where the producer sends what its schema names alone",
    Fits.NO: "not compatible",
    Fits.UNKNOWN: "not known",
}
_LONGEST: Final = 400
_COLUMN: Final = 13


@dataclass(frozen=True, slots=True)
class Graded:
    """A change, whom it reaches, and what that weighs."""

    affected: Affected
    level: Severity


@dataclass(frozen=True, slots=True)
class Versions:
    """
    Two versions of a provider's document compared.

    Shape: `consumers` are those whose pacts are known, None where no pact is; `provider` is empty
    where nobody knows whose document it is; `apart` is what fits no more and no change accounts
    for; `owners` maps consumers to who mends them; `unread` are places of pacts, and why they could
    not be read; `hint` says how more could be known; `compatibility` is what was asked for beside.
    """

    base: str
    head: str
    changes: tuple[Graded, ...]
    provider: str = ""
    consumers: tuple[str, ...] | None = None
    apart: tuple[Reach, ...] = ()
    owners: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    compatibility: tuple[Compatibility, ...] = ()

    @property
    def status(self) -> Status:
        """The verdict: what was not seen never passes."""
        apart = any(reach.standing is Standing.BREAKS for reach in self.apart)
        fits = {one.fits for one in self.compatibility}
        if self.count(Severity.ERROR) or apart or Fits.NO in fits:
            return Status.FAILED
        is_open = Fits.UNKNOWN in fits or any(
            one.affected.of(Standing.UNKNOWN) for one in self.changes
        )
        return Status.INCONCLUSIVE if is_open or self.unread else Status.PASSED

    @property
    def exit_code(self) -> int:
        """What the shell is told."""
        return _CODES[self.status]

    @property
    def broken(self) -> tuple[str, ...]:
        """The consumers that certainly break."""
        return self._of(Standing.BREAKS)

    @property
    def doubtful(self) -> tuple[str, ...]:
        """The consumers that may break, as far as their pacts show."""
        return self._of(Standing.MAY_BREAK)

    def count(self, level: Severity) -> int:
        """How many changes have a level."""
        return sum(1 for one in self.changes if one.level is level)

    def _of(self, standing: Standing) -> tuple[str, ...]:
        found = (reach for one in self.changes for reach in one.affected.of(standing))
        apart = (reach for reach in self.apart if reach.standing is standing)
        return tuple(sorted({reach.consumer for reach in (*found, *apart)}))


def render_text(run: Versions) -> str:
    """Write the report for people."""
    return "\n".join(_lines(run)) + "\n"


def render_json(run: Versions) -> str:
    """
    Write the report for programs.

    Shape: as the report of `harness compat`.
    """
    report: Json = {
        "format": {"name": FORMAT, "version": FORMAT_VERSION},
        "tool": {"name": "contract-harness", "version": __version__},
        "status": run.status.value,
        "exit_code": run.exit_code,
        "base": run.base,
        "head": run.head,
        "provider": run.provider or None,
        "consumers": None if run.consumers is None else list(run.consumers),
        "counts": {
            "changes": len(run.changes),
            "errors": run.count(Severity.ERROR),
            "warnings": run.count(Severity.WARNING),
            "information": run.count(Severity.INFORMATION),
            "broken_consumers": len(run.broken),
        },
        "changes": [_change(one, run) for one in run.changes],
        "compatibility": [_compatibility(one) for one in run.compatibility],
        "unaccounted": [_reach(one, run) for one in run.apart],
        "unread": [{"path": path, "reason": reason} for path, reason in run.unread],
    }
    return json_text(report)


def change_line(change: Change) -> str:
    """Name a change in one line: where, and what."""
    where = " · ".join(_where(change))
    said = change.message or change.rule
    return one_line(f"{where}: {said}" if where else said)


def _lines(run: Versions) -> Iterator[str]:
    yield _line(f"{run.provider or 'the document'}: from {run.base}")
    yield _line(f"{'':{len(run.provider or 'the document')}}    to {run.head}")
    yield ""
    for one in run.changes:
        yield from _told(one, run)
    for reach in run.apart:
        yield _headed("error" if reach.standing is Standing.BREAKS else "warning", "no change")
        yield "    this fits no more, and none of the changes accounts for it"
        yield from _reach_lines(reach, run)
    for path, reason in run.unread:
        yield _headed("unread", f"{path}: {reason}")
    for each in run.compatibility:
        yield from _compatible(each)
    if run.changes or run.apart or run.unread or run.compatibility:
        yield ""
    if run.hint:
        yield _line(f"hint: {run.hint}")
    yield _line(_verdict(run), limit=10 * _LONGEST)


def _compatible(one: Compatibility) -> Iterator[str]:
    yield _headed(one.way.value, f"{one.channel} · {_message(one)}: {_FITS[one.fits]}")
    if one.counterexample:
        yield _line(f"    written, and not read: {one.counterexample}")
    if one.reason:
        yield _line(f"    {one.reason}")


def _message(one: Compatibility) -> str:
    return f"headers of {one.message}" if one.of_headers else one.message


def _compatibility(one: Compatibility) -> Json:
    return {
        "channel": one.channel,
        "message_type": one.message,
        "part": "headers" if one.of_headers else "payload",
        "way": one.way.value,
        "compatible": one.fits.value,
        "counterexample": json.loads(one.counterexample) if one.counterexample else None,
        "reason": one.reason,
    }


def _told(one: Graded, run: Versions) -> Iterator[str]:
    change = one.affected.change
    yield _headed(one.level.value, " · ".join(_where(change)) or "the document")
    theirs = f" ({change.oasdiff})" if change.oasdiff and change.oasdiff != change.rule else ""
    yield _line(f"    {change.rule}{theirs}: {change.message or change.breaks.value}")
    if change.witness:
        yield _line(f"    {_SHOWN.get(change.part, 'refused now')}: {change.witness}")
    if run.consumers is None:
        return
    if not one.affected.reached:
        yield "    no known consumer reads this"
    for reach in one.affected.reached:
        yield from _reach_lines(reach, run)


def _where(change: Change) -> Iterable[str]:
    parts = (
        *(change.operation, change.of, change.status),
        *(change.media_type, change.name, change.path),
    )
    return (part for part in parts if part)


def _reach_lines(reach: Reach, run: Versions) -> Iterator[str]:
    owner = run.owners.get(reach.consumer, "")
    whom = f"{reach.consumer} ({owner})" if owner else reach.consumer
    if reach.standing is Standing.COPES:
        yield _line(f"    {whom} reads it, and copes")
        return
    yield _line(f"    {whom} {_becomes(reach)}: {reach.interaction.description}")
    if reach.misfit is not None:
        yield from _misfit_lines(reach.misfit)
    if reach.gap is not None:
        yield _line(f"        {reach.gap.path or reach.gap.code.value}: {reach.gap.reason}")


def _becomes(reach: Reach) -> str:
    return "cannot be judged" if reach.standing is Standing.UNKNOWN else reach.standing.value


def _misfit_lines(misfit: Misfit) -> Iterator[str]:
    sends, takes = sides(misfit.code)
    place = " ".join(part for part in (misfit.name, misfit.path) if part)
    yield _line(f"        {misfit.code.value} {place}".rstrip())
    if misfit.sent:
        yield _line(f"        {sends}: {misfit.sent}")
    if misfit.accepted:
        yield _line(f"        {takes}: {misfit.accepted}")
    if misfit.witnesses:
        value = json.loads(misfit.witnesses[0])
        yield _line(f"        witness: {json.dumps(value, ensure_ascii=False)}")


def _verdict(run: Versions) -> str:
    found = [
        counted(len(run.changes), "change"),
        counted(run.count(Severity.ERROR), "error"),
        counted(run.count(Severity.WARNING), "warning"),
        f"{run.count(Severity.INFORMATION):,} information",
    ]
    return f"{run.status.value}: {', '.join(found)} · {_who(run)} · {EXITS[run.status]}"


def _who(run: Versions) -> str:
    if run.consumers is None:
        return "no pact is known, so nobody can say who breaks"
    if run.broken:
        return ", ".join(run.broken) + (" breaks" if len(run.broken) == 1 else " break")
    if run.consumers and run.doubtful:
        return ", ".join(run.doubtful) + " may break, unconfirmed"
    return f"none of {counted(len(run.consumers), 'known consumer')} breaks"


def _headed(word: str, text: str) -> str:
    return _line(f"{word:<{_COLUMN}}{text}")


def _line(text: str, limit: int = _LONGEST) -> str:
    """One harmless line, indented as it was."""
    indent = len(text) - len(text.lstrip(" "))
    return " " * indent + clipped(one_line(text), limit)


def _change(one: Graded, run: Versions) -> Json:
    change = one.affected.change
    return {
        "rule": change.rule,
        "level": one.level.value,
        "oasdiff": change.oasdiff or None,
        "breaks": change.breaks.value,
        "part": change.part.value,
        "operation": change.operation or None,
        "message_type": change.of or None,
        "status": change.status or None,
        "media_type": change.media_type or None,
        "name": change.name or None,
        "path": change.path or None,
        "before": change.before,
        "after": change.after,
        "message": change.message,
        "witness": json.loads(change.witness) if change.witness else None,
        "readers": None
        if run.consumers is None
        else [_reach(reach, run) for reach in one.affected.reached],
    }


def _reach(reach: Reach, run: Versions) -> Json:
    misfit = reach.misfit
    return {
        "consumer": reach.consumer,
        "owner": run.owners.get(reach.consumer) or None,
        "standing": reach.standing.value,
        "interaction": {
            "key": reach.interaction.key,
            "description": reach.interaction.description,
        },
        "misfit": None if misfit is None else misfit_json(misfit),
        "reason": reach.gap.reason if reach.gap else None,
    }
