"""What a webhook tells once a pact has been compared with documents of its provider."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TypeAlias

Parameters: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Awaited:
    """
    A comparison that decides what is told.

    Shape: `version` is the number of the provider version whose documents are meant, and
    `version_id` its identifier; `fits` and `misfits` are the parameters that follow, none where
    nothing is to be told then. What the comparison leaves open is told as it is known without
    it, or `only_decided`, and then not at all.
    """

    content_id: int
    version_id: int
    version: str
    fits: Parameters | None = None
    misfits: Parameters | None = None
    only_decided: bool = False

    def outcome(self, *, success: bool) -> Parameters | None:
        """What is told where the pact fits, or where it does not."""
        return self.fits if success else self.misfits


def to_text(one: Awaited) -> str:
    """As it is kept: JSON of ASCII."""
    return json.dumps(asdict(one))


def from_text(text: str) -> Awaited:
    """As it was kept."""
    return Awaited(**json.loads(text))
