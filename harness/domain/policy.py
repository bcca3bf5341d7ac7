"""What a finding is worth, and which evidence must be there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from harness.domain.edge import Leg


class Severity(Enum):
    """How much a finding weighs: an error fails the gate."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Policy:
    """
    The workspace's own grading.

    Shape: `levels` maps check ids to a severity, or to None for a check that is switched off;
    `required` are the legs that every edge must have evidence for (None: each leg that can be
    checked and has the input for it).
    """

    levels: Mapping[str, Severity | None] = field(default_factory=dict)
    required: tuple[Leg, ...] | None = None
