"""What one run of tests did for its pacts, and which of them it may write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath

from harness.consumer import pact_files
from harness.consumer.capture import Capture
from harness.domain.json import Json, canonical

Pair = tuple[str, str]

_RED = frozenset({"failed", "error"})


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """
    What is known of a test before it runs.

    Shape: `kind` is `declared`, `plain` (its module or fixtures name pact-python) or `other`.
    """

    nodeid: str
    kind: str
    file: str
    line: int
    pairs: tuple[Pair, ...] = ()


@dataclass(slots=True)
class Outcome:
    """How a test ended, over all its phases."""

    outcome: str = ""
    duration_ms: float = 0.0
    message: str = ""
    file: str = ""
    line: int = 0
    longrepr: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A pact that one test would have written; `directory` is None for a declared one."""

    capture: Capture
    nodeid: str

    @property
    def pair(self) -> Pair:
        """Consumer and provider, as the document names them."""
        document = self.capture.document
        held = document if isinstance(document, Mapping) else {}
        return (_name(held.get("consumer")), _name(held.get("provider")))


@dataclass(frozen=True, slots=True)
class PactPlan:
    """
    One pact file: what it would hold, and why it may not be written.

    Shape: `is_red` says that nothing but tests that failed is in the way.
    """

    pair: Pair
    path: Path
    content: Mapping[str, Json] | None
    sources: Mapping[str, str]
    why_not: str
    conflict: str = ""
    is_red: bool = False


@dataclass(slots=True)
class Ledger:
    """Everything that the controlling process learns of a run."""

    tests: dict[str, ItemFacts] = field(default_factory=dict)
    deselected: dict[str, ItemFacts] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    kept: list[Kept] = field(default_factory=list)
    used: dict[str, set[Pair]] = field(default_factory=dict)
    collected_files: set[str] = field(default_factory=set)
    skipped_files: set[str] = field(default_factory=set)
    left_out_files: set[str] = field(default_factory=set)
    whole_run: list[str] = field(default_factory=list)

    def shipped(self) -> str:
        """What a worker knows of its collection, as text."""
        return json.dumps(
            {
                "tests": [asdict(each) for each in self.tests.values()],
                "deselected": [asdict(each) for each in self.deselected.values()],
                "collected_files": sorted(self.collected_files),
                "skipped_files": sorted(self.skipped_files),
            }
        )

    def take_in(self, text: str) -> None:
        """Add what a worker knows; all workers know the same."""
        told = json.loads(text)
        for name, held in (("tests", self.tests), ("deselected", self.deselected)):
            for each in told[name]:
                pairs = tuple((consumer, provider) for consumer, provider in each.pop("pairs"))
                held[each["nodeid"]] = ItemFacts(**each, pairs=pairs)
        self.collected_files.update(told["collected_files"])
        self.skipped_files.update(told["skipped_files"])

    def pairs_of(self, nodeid: str) -> set[Pair]:
        """The pairs that a test is about: declared, used or written."""
        facts = self.tests.get(nodeid) or self.deselected.get(nodeid)
        return {*(facts.pairs if facts else ()), *self.used.get(nodeid, ())}

    def plans(self, directory: Path) -> list[PactPlan]:
        """Every pact of this run, in the order of their paths."""
        groups: dict[tuple[Path, Pair], list[Kept]] = {}
        for facts in self.tests.values():
            for pair in facts.pairs:
                groups.setdefault((directory / pact_files.file_name(*pair), pair), [])
        for kept in self.kept:
            groups.setdefault((_path_of(kept, directory), kept.pair), []).append(kept)
        shared = [path for path, _ in groups]
        return [
            self._plan(path, pair, kept, shared.count(path) > 1)
            for (path, pair), kept in sorted(groups.items(), key=lambda item: item[0])
        ]

    def _plan(self, path: Path, pair: Pair, kept: list[Kept], shared: bool) -> PactPlan:
        conflict = _conflict(kept)
        if shared:
            conflict = "another pair has the same file name"
        faults = self._faults(pair[0])
        reasons = [*self.whole_run, *self.not_green(pair[0]), *([conflict] if conflict else [])]
        is_red = len(reasons) == len(faults) > 0 and faults.keys() <= _RED
        if not kept and not reasons:
            reasons.append("no test of it passed")
        ordered = sorted(kept, key=lambda each: (each.nodeid, canonical(each.capture.document)))
        return PactPlan(
            pair=pair,
            path=path,
            content=pact_files.merged(each.capture.document for each in ordered) if kept else None,
            sources=_sources(ordered),
            why_not="; ".join(reasons),
            conflict=conflict,
            is_red=is_red,
        )

    def not_green(self, consumer: str) -> list[str]:
        """Why this run says too little of a consumer to write its pacts."""
        homes, counts = self._homes(consumer), self._faults(consumer)
        told = [f"{count} {_tests(count)} {fault}" for fault, count in sorted(counts.items())]
        told += _files(self.skipped_files, homes, "skipped")
        return told + _files(self.left_out_files, homes, "not collected")

    def _faults(self, consumer: str) -> dict[str, int]:
        """Count the tests that stand in the way of a consumer's pacts, by how."""
        homes = self._homes(consumer)
        counts: dict[str, int] = {}
        for facts in self.tests.values():
            fault = self._fault(facts, consumer, homes)
            if fault:
                counts[fault] = counts.get(fault, 0) + 1
        left_out = [each for each in self.deselected.values() if _may_be(each, consumer)]
        if left_out:
            counts["deselected"] = len(left_out)
        return counts

    def _homes(self, consumer: str) -> set[str]:
        """The directories that hold tests of a consumer."""
        return {
            str(PurePosixPath(facts.file).parent)
            for facts in self.tests.values()
            if any(pair[0] == consumer for pair in self.pairs_of(facts.nodeid))
        }

    def _fault(self, facts: ItemFacts, consumer: str, homes: set[str]) -> str:
        """How a test stands in the way of a consumer's pacts; empty if it does not."""
        ended = self.outcomes.get(facts.nodeid, Outcome())
        outcome = ended.outcome or "not run"
        pairs = self.pairs_of(facts.nodeid)
        if outcome == "passed" or (pairs and all(pair[0] != consumer for pair in pairs)):
            return ""
        if pairs or facts.kind == "plain":
            return "xfailed" if outcome == "xfailed" else outcome
        near = str(PurePosixPath(facts.file).parent) in homes
        return outcome if near and outcome in ("failed", "error") else ""


def _may_be(facts: ItemFacts, consumer: str) -> bool:
    if facts.pairs:
        return any(pair[0] == consumer for pair in facts.pairs)
    return facts.kind == "plain"


def _files(files: Iterable[str], homes: set[str], fate: str) -> list[str]:
    """What became of the files that stand beside a consumer's tests, the first by name."""
    near = sorted(file for file in files if str(PurePosixPath(file).parent) in homes)
    if len(near) < 2:
        return [f"{file} was {fate}" for file in near]
    return [f"{near[0]} and {len(near) - 1} more were {fate}"]


def _tests(count: int) -> str:
    return "test" if count == 1 else "tests"


def _name(value: Json) -> str:
    return str(value.get("name", "")) if isinstance(value, Mapping) else ""


def _path_of(kept: Kept, directory: Path) -> Path:
    if kept.capture.directory is None:
        return directory / pact_files.file_name(*kept.pair)
    name = kept.capture.file_name
    plain = name and not name.startswith(".")
    return Path(kept.capture.directory, name if plain else pact_files.file_name(*kept.pair))


def _conflict(kept: Iterable[Kept]) -> str:
    """An interaction told twice and differently, or two versions of the specification."""
    seen: dict[str, tuple[str, str]] = {}
    versions: set[str] = set()
    for each in kept:
        document = each.capture.document
        held = document if isinstance(document, Mapping) else {}
        metadata = held.get("metadata")
        named = metadata.get("pactSpecification") if isinstance(metadata, Mapping) else None
        versions.add(canonical(named))
        for _, interaction in pact_files.interactions_of(document):
            text = canonical(interaction)
            before, where = seen.setdefault(pact_files.identity(interaction), (text, each.nodeid))
            if before != text:
                name = pact_files.described(interaction)
                return f"{name!r} is told twice and differently, in {where} and {each.nodeid}"
    return "its tests write two versions of the specification" if len(versions) > 1 else ""


def _sources(kept: Iterable[Kept]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in kept:
        for _, interaction in pact_files.interactions_of(each.capture.document):
            found.setdefault(pact_files.identity(interaction), each.nodeid)
    return found
