"""Evidence as lines of JSON, so that it crosses process borders and outlives a killed step."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter

from harness.domain.evidence import ContractTestRan, Evidence, Observed

_KINDS: dict[str, type[Evidence]] = {kind.__name__: kind for kind in get_args(Evidence)}


@functools.cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(_KINDS[name])


def encode(evidence: Evidence) -> str:
    """Write one piece of evidence as one line of JSON."""
    name = type(evidence).__name__
    value = _adapter(name).dump_python(evidence, mode="json", warnings="error")
    return json.dumps({"kind": name, "value": value})


def decode(line: str) -> Evidence:
    """
    Read one piece of evidence.

    Raises: ValueError, where the line was cut short or is of another shape.
    """
    record = json.loads(line)
    evidence: Evidence = _adapter(record["kind"]).validate_python(record["value"])
    return evidence


def read_lines(path: Path) -> Iterator[Evidence]:
    """Read what was written before its writer ended; a last line cut short is left out."""
    if not path.exists():
        return
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.endswith("\n"):
                yield decode(line)


def digest_of(observed: Observed) -> str:
    """
    Digest what a step saw and another may take.

    Shape: whatever time it took, which no two runs have in common, and however single tests went,
    which no step reads: the words of one that failed tell of ports and addresses.
    """
    whole = hashlib.sha256()
    for one in observed.evidence:
        if isinstance(one, ContractTestRan):
            continue
        name = type(one).__name__
        value = _adapter(name).dump_python(one, mode="json", warnings="error")
        value.pop("elapsed_ms", None)
        whole.update(json.dumps([name, value], sort_keys=True).encode())
    return whole.hexdigest()
