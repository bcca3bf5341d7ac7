"""What a shard has seen, as a file that another machine judges."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import TypeAdapter

from harness import __version__
from harness.adapters.evidence_codec import decode, encode
from harness.adapters.evidence_places import Directory, PlaceFailed
from harness.domain.errors import Misused
from harness.domain.evidence import Observed
from harness.domain.reuse import Provenance
from harness.domain.selection import Selection
from harness.domain.shard import Cut, Shard, ShardSeen
from harness.domain.steps import Step

_FORMAT: Final = "contract-harness-shard"
_VERSION: Final = 1
_KINDS: Final[Mapping[str, Any]] = {kind.kind: kind for kind in get_args(Step)}
_SELECTION: Final[TypeAdapter[Selection]] = TypeAdapter(Selection)


def write_shard(file: Path, seen: ShardSeen, clean: Callable[[str], str]) -> None:
    """
    Write a file for its owner's eyes alone, as a whole; `clean` takes secrets out.

    Raises: Misused, where it cannot be written.
    """
    body = clean("".join(_lines(seen)))
    header = {
        "format": _FORMAT,
        "version": _VERSION,
        "harness": __version__,
        "sha256": _digest(body),
        "shard": [seen.shard.index, seen.shard.count],
        "owned": [sorted(each) for each in seen.cut.owned],
        "plan": seen.cut.plan,
        "expected_ms": list(seen.cut.expected_ms),
        "commit": seen.commit,
        "selection": _SELECTION.dump_python(seen.selection, mode="json"),
        "seed": seen.seed,
        "examples": seen.examples,
        "base": seen.base,
        "elapsed_ms": seen.elapsed_ms,
        "interrupted": seen.interrupted,
        "notes": dict(seen.notes),
        "unkept": seen.unkept,
    }
    whole = f"{json.dumps(header)}\n{body}".encode("ascii")
    try:
        Directory(file.absolute().parent).write(file.name, whole)
    except PlaceFailed as error:
        raise Misused(f"cannot write to {file}: {error}") from error


def read_shard(file: Path) -> ShardSeen:
    """
    Read what a shard has seen.

    Raises: Misused, where the file is none of this version, or is damaged.
    """
    try:
        first, _, body = file.read_bytes().partition(b"\n")
    except OSError as error:
        raise Misused(f"cannot read {file}: {error.strerror}") from None
    header = _header(first, file)
    try:
        text = body.decode("ascii")
        if header["sha256"] != _digest(text):
            raise ValueError("another digest")
        return _seen(header, text)
    except (ValueError, KeyError, TypeError, StopIteration, IndexError) as error:
        raise Misused(
            f"{file} is damaged, or was cut short", hint="run this shard again"
        ) from error


def _header(line: bytes, file: Path) -> Mapping[str, Any]:
    try:
        header: Mapping[str, Any] = json.loads(line)
        form, version = header["format"], header["version"]
    except (ValueError, KeyError, TypeError):
        form, version, header = "", 0, {}
    if form != _FORMAT:
        raise Misused(
            f"{file}: expected the evidence of a shard, saw something else",
            hint=f"harness gate --shard 1/2 --output evidence={file}",
        )
    if version != _VERSION or header.get("harness") != __version__:
        raise Misused(
            f"{file} was written by version {header.get('harness')} of contract-harness, and this"
            f" is {__version__}",
            hint="use one version for all shards and for merging them",
        )
    return header


def _seen(header: Mapping[str, Any], body: str) -> ShardSeen:
    steps, observed = [], []
    for step, seen in _observed(iter(body.split("\n")[:-1])):
        steps.append(step)
        observed.append(seen)
    index, count = header["shard"]
    owned = tuple(frozenset(each) for each in header["owned"])
    cut = Cut(owned, str(header["plan"]), tuple(header["expected_ms"]))
    return ShardSeen(
        shard=Shard(int(index), int(count)),
        cut=cut,
        commit=str(header["commit"]),
        selection=_SELECTION.validate_python(header["selection"]),
        seed=int(header["seed"]),
        examples=int(header["examples"]),
        base=str(header["base"]),
        steps=tuple(steps),
        observed=tuple(observed),
        elapsed_ms=int(header["elapsed_ms"]),
        interrupted=bool(header["interrupted"]),
        notes={str(name): str(note) for name, note in header["notes"].items()},
        unkept=str(header["unkept"]),
    )


def _lines(seen: ShardSeen) -> Iterator[str]:
    for step, observed in zip(seen.steps, seen.observed, strict=True):
        told = {
            "step": {"kind": step.kind, **asdict(step)},
            "elapsed_ms": observed.elapsed_ms,
            "reused": asdict(observed.reused) if observed.reused else None,
            "evidence": len(observed.evidence),
        }
        yield json.dumps(told) + "\n"
        for one in observed.evidence:
            yield encode(one) + "\n"


def _observed(lines: Iterator[str]) -> Iterator[tuple[Step, Observed]]:
    for line in lines:
        told = json.loads(line)
        fields = told["step"]
        step: Step = TypeAdapter(_KINDS[fields.pop("kind")]).validate_python(fields)
        evidence = tuple(decode(next(lines)) for _ in range(told["evidence"]))
        reused = Provenance(**told["reused"]) if told["reused"] else None
        yield step, Observed(step.id, evidence, int(told["elapsed_ms"]), reused)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()
