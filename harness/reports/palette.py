"""The colours and signs of what reports tell; the colours themselves are those of all pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.domain.edge import Leg, LegStatus
from harness.domain.policy import Severity
from harness.domain.verdict import Status

LEGS: Final[Mapping[LegStatus, tuple[str, str]]] = {
    LegStatus.PROVEN: ("proven", "≡"),
    LegStatus.TESTED: ("good", "✓"),
    LegStatus.FAILED: ("bad", "✕"),
    LegStatus.MISSING: ("open", "?"),
    LegStatus.NOT_LOOKED_AT: ("none", "–"),
}
"""The colour and the sign of what is known of a leg: the sign says it alone."""

SEVERITIES: Final[Mapping[Severity, tuple[str, str]]] = {
    Severity.ERROR: ("bad", "✕"),
    Severity.WARNING: ("open", "!"),
    Severity.INFORMATION: ("accent", "i"),
}

VERDICTS: Final[Mapping[Status, tuple[str, str]]] = {
    Status.PASSED: ("good", "✓"),
    Status.FAILED: ("bad", "✕"),
    Status.INCONCLUSIVE: ("open", "?"),
    Status.INTERRUPTED: ("open", "…"),
    Status.BROKEN: ("bad", "!"),
}

LEG_TITLES: Final[Mapping[Leg, str]] = {
    Leg.PROVIDER: "provider keeps its word",
    Leg.FIT: "words fit",
    Leg.CONSUMER: "consumer copes",
}
