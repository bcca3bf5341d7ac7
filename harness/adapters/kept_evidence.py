"""Evidence of earlier runs, kept under the keys of their steps."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from harness.adapters.evidence_codec import decode, encode
from harness.adapters.evidence_places import DRAFT, Held, Place, PlaceFailed
from harness.adapters.step_keys import StepKeys
from harness.domain.evidence import Observed
from harness.domain.reuse import Provenance, StepKey, Unkeyed
from harness.domain.steps import Step
from harness.domain.system import System

FORMAT: Final = "contract-harness-evidence"
VERSION: Final = 1
_ENDING: Final = ".jsonl"
_LONGEST_WRITE_S: Final = 3600.0
_DAMAGED: Final = "what is kept of it is damaged, and is not used"


@dataclass(slots=True)
class KeptEvidence:
    """
    Meets `Memory` with a place that outlives the run.

    Shape: a place that fails once is left alone for the rest of the run; `clean` masks secrets:
    what holds one is not kept at all, since a masked text is no evidence. `fresh` reads nothing.
    """

    place: Place
    keys: StepKeys
    by: str
    now: Callable[[], str]
    clean: Callable[[str], str]
    fresh: bool = False
    problem: str = field(default="", init=False)

    def key(
        self, step: Step, system: System, taken: Mapping[str, Observed], *, anew: bool = False
    ) -> StepKey | Unkeyed:
        """Name all that a step's evidence depends on."""
        keys = self.keys.anew() if anew else self.keys
        return keys.key(step, system, taken)

    def recalled(self, step: Step, key: StepKey) -> tuple[Observed | None, str]:
        """Give what is kept under a key, checked against its digest."""
        if self.fresh or self.problem:
            return None, ""
        try:
            content = self.place.read(_name(key))
        except PlaceFailed as error:
            self.problem = f"{self.place.told} cannot be read: {error}"
            return None, ""
        if content is None:
            return None, ""
        self.place.used(_name(key))
        return _read(content, step, key)

    def keep(self, step: Step, key: StepKey, observed: Observed) -> str:
        """Keep whole evidence, unless it holds a secret."""
        if self.problem:
            return ""
        body = "".join(f"{encode(one)}\n" for one in observed.evidence)
        if self.clean(body) != body:
            return "it holds a secret"
        header = {
            "format": FORMAT,
            "version": VERSION,
            "step": step.id,
            "key": key.digest,
            "by": self.by,
            "at": self.now(),
            "elapsed_ms": observed.elapsed_ms,
            "sha256": _digest(body),
        }
        try:
            self.place.write(_name(key), f"{json.dumps(header)}\n{body}".encode("ascii"))
        except PlaceFailed as error:
            self.problem = f"{self.place.told} cannot be written: {error}"
        return ""


def prune(place: Place, older_than_s: float) -> tuple[int, int]:
    """
    Remove what nobody has used for a time, and what killed writers left.

    Shape: how many were removed, and how many bytes they held.
    Raises: PlaceFailed.
    """
    removed = [one for one in place.held() if one.unused_s >= older_than_s or _is_left(one)]
    for one in removed:
        place.remove(one.name)
    return len(removed), sum(one.size_bytes for one in removed)


def _is_left(held: Held) -> bool:
    """Whether a thing is a draft whose writer cannot be at work any more."""
    return held.name.rpartition("/")[2].startswith(DRAFT) and held.unused_s > _LONGEST_WRITE_S


def _read(content: bytes, step: Step, key: StepKey) -> tuple[Observed | None, str]:
    header = _header(content)
    if header.get("format") == FORMAT and header.get("version") != VERSION:
        return None, f"what is kept of it is of format {header.get('version')}, and is not used"
    try:
        body = content.partition(b"\n")[2].decode("ascii")
        is_whole = header["sha256"] == _digest(body) and header["key"] == key.digest
        if not is_whole or header["step"] != step.id:
            return None, _DAMAGED
        evidence = tuple(map(decode, _lines(body)))
        who = Provenance(str(header["by"]), str(header["at"]), int(str(header["elapsed_ms"])))
    except (ValueError, KeyError, TypeError):
        return None, _DAMAGED
    return Observed(step.id, evidence, 0, who), ""


def _header(content: bytes) -> dict[str, object]:
    try:
        told = json.loads(content.partition(b"\n")[0])
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _lines(body: str) -> Iterable[str]:
    return body.split("\n")[:-1]


def _name(key: StepKey) -> str:
    return f"{key.digest[:2]}/{key.digest[2:]}{_ENDING}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()
