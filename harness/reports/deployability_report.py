"""Whether versions may be deployed, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from harness import __version__
from harness.domain.deploying import Answer, Cell, Deployability
from harness.domain.json import Json
from harness.pages.plain import one_line
from harness.reports.json_text import json_text

FORMAT: Final = "contract-harness-can-i-deploy"
FORMAT_VERSION: Final = "1.0"

_CODES: Final = {Answer.YES: 0, Answer.NO: 1, Answer.UNKNOWN: 3}
_WORDS: Final = {True: "yes", False: "no", None: "unknown"}
_MAY: Final = {Answer.YES: "may go", Answer.NO: "may not go", Answer.UNKNOWN: "may perhaps go"}
_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Told:
    """
    An answer as it is told.

    Shape: with `refuses_vacuous` a yes that rests on nothing counts as unknown.
    Units: `waited_s` in seconds.
    """

    found: Deployability
    waited_s: float = 0.0
    refuses_vacuous: bool = False

    @property
    def answer(self) -> Answer:
        """The answer that counts."""
        return Answer.UNKNOWN if self.refuses_vacuous and self.found.vacuous else self.found.answer

    @property
    def exit_code(self) -> int:
        """What the shell is told."""
        return _CODES[self.answer]


def waiting_for(found: Deployability) -> str:
    """Say who has still to verify what."""
    missing = [_pair(each) for each in found.cells if each.success is None and not each.is_ignored]
    what = missing[0] if missing else next((each.text for each in found.notices), "")
    more = f" and {len(missing) - 1:,} more" if len(missing) > 1 else ""
    return one_line(f"unknown: waiting for {what or 'verification results'}{more}")


def render_text(told: Told) -> str:
    """Write the answer for people: each pact, the broker's own words, and one line."""
    return "\n".join(_lines(told)) + "\n"


def _lines(told: Told) -> Iterator[str]:
    found = told.found
    # What decides comes first.
    order = {False: 0, None: 1, True: 2}
    cells = sorted(found.cells, key=lambda each: (each.is_ignored, order[each.success]))
    for each in cells[:_MOST]:
        word = "ignored" if each.is_ignored else _WORDS[each.success]
        yield one_line(f"{word:<8} {_pair(each)}")
    if len(cells) > _MOST:
        yield f"and {len(cells) - _MOST:,} more"
    if cells:
        yield ""
    for notice in found.notices:
        yield one_line(notice.text)
    if found.notices:
        yield ""
    yield _verdict(told)
    if found.absent:
        place = found.question.target.environment
        yield one_line(
            f"hint: no version of {', '.join(found.absent)} is recorded as deployed to {place}: "
            "deploy it first, and record it with `harness record-deployment`"
        )
    elif told.answer is Answer.UNKNOWN and not found.vacuous:
        yield "hint: providers answer when their builds verify; --wait 600 waits for them"


def _verdict(told: Told) -> str:
    found, question = told.found, told.found.question
    what = ", ".join(map(str, question.selected))
    counts = (
        f"{found.success:,} verified, {found.failed:,} failed, {found.unknown:,} unknown"
        if not found.vacuous
        else f"vacuous: {found.vacuous}, so no contract was looked at"
    )
    waited = f" · waited {told.waited_s:,.0f} s" if told.waited_s >= 1 else ""
    said = f"{told.answer.value}: {what} {_MAY[told.answer]} {question.target}: {counts}"
    return one_line(f"{said}{waited} · exit {told.exit_code}")


def _pair(cell: Cell) -> str:
    consumer = f"{cell.consumer} {cell.consumer_version}"
    if cell.provider_version:
        return f"{consumer} and {cell.provider} {cell.provider_version}"
    return f"{consumer} and {cell.provider}, which has not verified it"


def render_json(told: Told) -> str:
    """Write the answer for programs."""
    found = told.found
    report: Json = {
        "format": {"name": FORMAT, "version": FORMAT_VERSION},
        "tool": {"name": "contract-harness", "version": __version__},
        "answer": told.answer.value,
        "deployable": {Answer.YES: True, Answer.NO: False}.get(told.answer),
        "vacuous": found.vacuous or None,
        "exit_code": told.exit_code,
        "broker": found.broker,
        "pacticipants": [
            {
                "name": each.pacticipant,
                "version": each.version or None,
                "branch": each.branch or None,
                "tag": each.tag or None,
            }
            for each in found.question.selected
        ],
        "to": {
            "environment": found.question.target.environment or None,
            "tag": found.question.target.tag or None,
            "main_branch": found.question.target.main_branch,
        },
        "counts": {
            "success": found.success,
            "failed": found.failed,
            "unknown": found.unknown,
            "ignored": sum(each.is_ignored for each in found.cells),
        },
        "absent": list(found.absent),
        "notices": [{"type": each.kind, "text": each.text} for each in found.notices],
        "matrix": [_cell(each) for each in found.cells],
        "waited_s": told.waited_s,
    }
    return json_text(report)


def _cell(cell: Cell) -> Json:
    return {
        "consumer": cell.consumer,
        "consumer_version": cell.consumer_version,
        "provider": cell.provider,
        "provider_version": cell.provider_version or None,
        "success": cell.success,
        "ignored": cell.is_ignored,
        "pact": cell.url or None,
    }
