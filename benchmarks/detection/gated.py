"""The whole gate on a seeded copy, and whether what it finds is the fault."""

from __future__ import annotations

from typing import Any

from benchmarks.detection.seed import Seed
from tests.shop import Outcome, Shop, subject

LIMIT_S = 1800


def gated(shop: Shop, seed: Seed, examples: int) -> Outcome:
    """
    Run the gate: on the services that a fault is seeded in, and on all for a harmless change.

    Every tool looks at the services that were edited; that nothing rings is asked of the whole.
    """
    slices = seed.services if seed.checks else ()
    chosen = [word for name in slices for word in ("--service", name)]
    return shop.run("gate", *chosen, "--examples", str(examples), timeout_s=LIMIT_S)


def errors(outcome: Outcome) -> list[dict[str, Any]]:
    """The findings that turn the verdict."""
    return [finding for finding in outcome.findings if finding["severity"] == "error"]


def is_found(seed: Seed, outcome: Outcome) -> bool:
    """Whether the gate fails and names the fault; for a harmless change, whether it fails."""
    if not seed.checks:
        return outcome.exit_code != 0
    return outcome.exit_code == 1 and any(names(finding, seed) for finding in errors(outcome))


def names(finding: dict[str, Any], seed: Seed) -> bool:
    """Whether a finding is of a check that the seed expects, and names one of its places."""
    file = finding["location"]["file"] if finding["location"] else ""
    field = str(finding["path"]).rpartition(".")[2].partition("[")[0]
    told = {finding["operation"], file.removeprefix("sample_services/"), field}
    return finding["check"] in seed.checks and bool(told & seed.places)


def line(finding: dict[str, Any]) -> str:
    """A finding in one line."""
    file = finding["location"]["file"] if finding["location"] else ""
    parts = (finding["check"], subject(finding), finding["operation"], finding["path"], file)
    return " ".join(str(part) for part in parts if part)
