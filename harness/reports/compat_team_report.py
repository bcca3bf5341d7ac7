"""What all pacts of a consumer and the documents of its providers say of each other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from harness import __version__
from harness.domain.json import Json
from harness.domain.published import PublishedPact
from harness.domain.verdict import Status
from harness.pages.plain import clipped, one_line
from harness.reports import compat_report
from harness.reports.compat_report import Comparisons
from harness.reports.json_text import cleaned, json_text
from harness.reports.words import EXITS, counted

FORMAT: Final = "contract-harness-compat-team"
FORMAT_VERSION: Final = "1.0"

_LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class Pair:
    """A pact with what comparing it came to, or the reason why it was not compared."""

    pact: PublishedPact
    run: Comparisons | None = None
    reason: str = ""

    @property
    def provider(self) -> str:
        """Whose document it was compared with."""
        return self.pact.provider

    @property
    def status(self) -> Status:
        """The verdict on one pact: what was not compared never passes."""
        return self.run.status if self.run is not None else Status.INCONCLUSIVE


@dataclass(frozen=True, slots=True)
class Team:
    """
    The pacts of a consumer.

    Shape: `chosen` says which version they are of; `unused` names providers whose document was
    given and who have no pact.
    """

    consumer: str
    broker: str
    chosen: str
    pairs: tuple[Pair, ...]
    unused: tuple[str, ...] = ()

    @property
    def status(self) -> Status:
        """The gravest of the pacts' verdicts; without a pact nothing was seen."""
        statuses = {each.status for each in self.pairs}
        if Status.FAILED in statuses:
            return Status.FAILED
        if Status.INCONCLUSIVE in statuses or not self.pairs:
            return Status.INCONCLUSIVE
        return Status.PASSED

    @property
    def exit_code(self) -> int:
        """What the shell is told."""
        return compat_report.CODES[self.status]


def verdict_line(team: Team) -> str:
    """Say the verdict in one line."""
    if not team.pairs:
        told = f"the broker has no pact of {team.consumer}"
    else:
        words = {Status.PASSED: "passed", Status.FAILED: "failed"}
        told = ", ".join(
            f"{sum(1 for each in team.pairs if each.status is status):,} "
            f"{words.get(status, 'inconclusive')}"
            for status in (Status.PASSED, Status.FAILED, Status.INCONCLUSIVE)
        )
        told = f"{counted(len(team.pairs), 'pact')}: {told}"
    return _line(f"{team.status.value}: {told} · {EXITS[team.status]}")


def render_text(team: Team) -> str:
    """Write the report for people."""
    return "\n".join(_lines(team)) + "\n"


def _lines(team: Team) -> Iterator[str]:
    yield _line(f"{team.consumer} at {team.broker}: {team.chosen}")
    yield ""
    for each in team.pairs:
        if each.run is not None:
            yield compat_report.render_text(each.run)
        else:
            yield _line(f"{team.consumer} and {each.provider}: inconclusive: {each.reason}")
            yield ""
    for provider in team.unused:
        yield _line(f"note          a document of {provider} was given, and it has no pact")
    yield verdict_line(team)


def render_json(team: Team) -> str:
    """Write the report for programs."""
    report: Json = {
        "format": {"name": FORMAT, "version": FORMAT_VERSION},
        "tool": {"name": "contract-harness", "version": __version__},
        "status": team.status.value,
        "exit_code": team.exit_code,
        "consumer": team.consumer,
        "broker": team.broker,
        "chosen": team.chosen,
        "unused_documents": list(team.unused),
        "pacts": [_pair(each) for each in team.pairs],
    }
    return json_text(report)


def _pair(pair: Pair) -> Json:
    return {
        "provider": pair.provider,
        "consumer_version": pair.pact.consumer_version,
        "url": pair.pact.url,
        "status": pair.status.value,
        "reason": pair.reason or None,
        "report": compat_report.report_of(pair.run) if pair.run is not None else None,
    }


def render_opc(team: Team) -> str:
    """Write one JSON object a line, with the codes that the field knows and their provider."""
    lines: list[Json] = [
        {"provider": each.provider, **line}
        for each in team.pairs
        if each.run is not None
        for line in compat_report.opc_lines(each.run)
    ]
    return "".join(json.dumps(cleaned(line)) + "\n" for line in lines)


def _line(text: str) -> str:
    return clipped(one_line(text), _LONGEST)
