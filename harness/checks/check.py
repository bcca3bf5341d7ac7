"""What a check is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from harness.checks.facts import Facts
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.policy import Severity

Judge = Callable[[Facts], Iterable[Flaw]]


@dataclass(frozen=True, slots=True)
class Check:
    """
    A named fault, and the function that recognises it in evidence.

    Shape: `needs` are the kinds of steps whose evidence it judges; `severity` holds unless policy
    says otherwise; `leg` is the claim that the fault refutes, None where it refutes none.
    """

    id: str
    title: str
    severity: Severity
    leg: Leg | None
    needs: frozenset[str]
    judge: Judge


Catalog = tuple[Check, ...]
