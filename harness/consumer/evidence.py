"""
What a run tells the gate: JSON lines, version 1.

Shape: the first line is {"kind": "evidence", "v": 1}. Then one line a test:

    {"kind": "test", "nodeid", "outcome", "duration_ms", "message", "file", "line", "longrepr",
     "pairs": [[consumer, provider], ...], "declared": bool}

`outcome` is passed, failed, error, skipped, xfailed or not run; `file` and `line` are where it
failed, else where the test stands (paths relative to the root directory where they lie below it).
Then one line a pact:

    {"kind": "pact", "consumer", "provider", "path", "content", "complete", "why_not",
     "red": bool, "interactions": [{"location", "description", "states", "nodeid"}, ...]}

`path` is absolute: where it was, or would have been, written; `content` is what this run saw, null
if nothing; `complete` tells whether the run allows to write it, `why_not` why not, and `red` that
only tests that failed are in the way. The last line is
{"kind": "run", "exit_status", "whole": bool, "why_not"}: a file without it was cut short.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from harness.consumer import pact_files
from harness.consumer.ledger import ItemFacts, Ledger, Outcome, PactPlan
from harness.domain.json import Json

VERSION = 1


def write_evidence(path: Path, ledger: Ledger, plans: Sequence[PactPlan], exit_status: int) -> None:
    """Put the whole of a run's evidence in one file, at once."""
    lines = [json.dumps(each, sort_keys=True) for each in _lines(ledger, plans, exit_status)]
    pact_files.put_in_place(path, "\n".join(lines) + "\n")


def _lines(
    ledger: Ledger, plans: Sequence[PactPlan], exit_status: int
) -> Iterator[Mapping[str, Json]]:
    yield {"kind": "evidence", "v": VERSION}
    for nodeid in sorted(ledger.tests.keys() | ledger.outcomes.keys()):
        yield _of_test(nodeid, ledger)
    for plan in plans:
        yield _of_pact(plan)
    why_not = "; ".join(ledger.whole_run)
    yield {"kind": "run", "exit_status": exit_status, "whole": not why_not, "why_not": why_not}


def _of_test(nodeid: str, ledger: Ledger) -> Mapping[str, Json]:
    facts = ledger.tests.get(nodeid, ItemFacts(nodeid, "other", nodeid.partition("::")[0], 0))
    ended = ledger.outcomes.get(nodeid, Outcome(outcome="not run"))
    return {
        "kind": "test",
        "nodeid": nodeid,
        "outcome": ended.outcome,
        "duration_ms": round(ended.duration_ms, 3),
        "message": ended.message,
        "file": ended.file or facts.file,
        "line": ended.line or facts.line,
        "longrepr": ended.longrepr,
        "pairs": [list(pair) for pair in sorted(ledger.pairs_of(nodeid))],
        "declared": facts.kind == "declared",
    }


def _of_pact(plan: PactPlan) -> Mapping[str, Json]:
    return {
        "kind": "pact",
        "consumer": plan.pair[0],
        "provider": plan.pair[1],
        "path": str(plan.path),
        "content": plan.content,
        "complete": not plan.why_not,
        "why_not": plan.why_not,
        "red": plan.is_red,
        "interactions": [
            {
                "location": location,
                "description": pact_files.described(each),
                "states": each.get("providerStates", []) if isinstance(each, Mapping) else [],
                "nodeid": plan.sources.get(pact_files.identity(each), ""),
            }
            for location, each in _located(plan.content)
        ],
    }


def _located(document: Json) -> Iterator[tuple[str, Json]]:
    """The interactions and messages of a pact, each with its JSON path."""
    counts: dict[str, int] = {}
    for name, each in pact_files.interactions_of(document):
        at = counts.setdefault(name, 0)
        counts[name] += 1
        yield f"$.{name}[{at}]", each
