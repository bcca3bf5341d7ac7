"""What the pytest plugin of contract authors wrote of one run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.adapters.members import relative, without_secrets
from harness.consumer.pact_files import text_of
from harness.domain.config import Config
from harness.domain.evidence import ContractTestRan, Evidence, Outcome, PactGathered, Unobserved
from harness.domain.service import Service

_VERSION = 1
_OUTCOMES = {
    "passed": Outcome.PASSED,
    "failed": Outcome.FAILED,
    "error": Outcome.ERROR,
    "skipped": Outcome.SKIPPED,
    "xfailed": Outcome.SKIPPED,
}

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """
    One run of contract tests.

    Shape: `ended` says that the plugin told all it had to tell; `tests` counts those collected.
    """

    evidence: tuple[Evidence, ...] = ()
    tests: int = 0
    ended: bool = False
    why_partial: str = ""


def read_run(path: Path, service: Service, config: Config) -> Run:
    """Read the file of a run, as far as it was written."""
    told = list(records(path))
    if not told or told[0].get("v") != _VERSION:
        return Run()
    last = told[-1]
    ended = last["kind"] == "run"
    return Run(
        evidence=tuple(_evidence(told, service, config)),
        tests=sum(1 for record in told if record["kind"] == "test"),
        ended=ended,
        why_partial=str(last["why_not"]) if ended else "",
    )


def records(path: Path) -> Iterator[Record]:
    """Read the lines that the plugin wrote, as far as they are whole."""
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            yield json.loads(line)
        except ValueError:  # the line at which the writer was cut off
            return


def _evidence(records: list[Record], service: Service, config: Config) -> Iterator[Evidence]:
    for record in records:
        if record["kind"] == "test":
            yield _of_test(record, service, config)
        elif record["kind"] == "pact":
            yield _of_pact(record)


def _of_test(record: Record, service: Service, config: Config) -> Evidence:
    outcome = _OUTCOMES.get(record["outcome"])
    if outcome is None:
        return Unobserved(record["nodeid"], "the test was collected and did not run to its end")
    message = without_secrets(record["message"], service)
    return ContractTestRan(
        consumer=service.name,
        test=record["nodeid"],
        outcome=outcome,
        message=next(iter(message.strip().splitlines()), ""),
        detail=without_secrets(record["longrepr"], service),
        file=place_of(record["file"], service, config),
        line=record["line"] or None,
        providers=tuple(dict.fromkeys(provider for _, provider in record["pairs"])),
        elapsed_ms=round(record["duration_ms"]),
    )


def place_of(file: str, service: Service, config: Config) -> str:
    """The file that pytest named, whichever directory it took for its root."""
    bases = [config.root, *service.contract_tests, *_above(service.contract_tests)]
    for base in bases:
        if (base / file).is_file():
            return relative(base / file, config)
    return file


def _above(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        yield from path.parents


def _of_pact(record: Record) -> PactGathered:
    content = record["content"]
    return PactGathered(
        consumer=record["consumer"],
        provider=record["provider"],
        text="" if content is None else text_of(content),
        complete=bool(record["complete"]) and content is not None,
        reason=record["why_not"],
        is_red=record["red"],
        path=record["path"],
        tests=tuple((one["location"], one["nodeid"]) for one in record["interactions"]),
    )
