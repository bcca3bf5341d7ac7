"""How long steps took, kept beside evidence, so that shards can be made of about one length."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from harness.adapters.evidence_places import Place, PlaceFailed

_NAME: Final = "durations.json"
_VERSION: Final = 1


def read_durations(place: Place) -> dict[str, int]:
    """Give the milliseconds that steps took, by their ids; nothing where none are kept."""
    try:
        told = json.loads(place.read(_NAME) or b"{}")
        if told.get("contract-harness-durations") != _VERSION:
            return {}
        return {str(id): int(took) for id, took in told["steps"].items()}
    except (PlaceFailed, ValueError, KeyError, TypeError, AttributeError):
        return {}


def keep_durations(place: Place, took_ms: Mapping[str, int]) -> None:
    """Keep what steps took, beside what is known of others; a place that fails keeps nothing."""
    if not took_ms:
        return
    told = dict(sorted({**read_durations(place), **took_ms}.items()))
    record = {"contract-harness-durations": _VERSION, "steps": told}
    with suppress(PlaceFailed):  # whether evidence can be kept there is told by the run itself
        place.write(_NAME, json.dumps(record, indent=1).encode("ascii"))
