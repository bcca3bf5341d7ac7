"""What the checks of generated traffic have in common: a failed case becomes a flaw."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.facts import Facts
from harness.domain.finding import Confirmation, Flaw
from harness.domain.raise_site import raise_site
from harness.domain.traffic import CaseFailed, Fault


def flaws_of(facts: Facts, faults: frozenset[Fault], hint: str) -> Iterator[Flaw]:
    """Give one flaw for each failed case that shows one of these faults."""
    for case in facts.of(CaseFailed):
        if case.fault in faults:
            yield flaw_of(facts, case, hint)


def flaw_of(facts: Facts, case: CaseFailed, hint: str) -> Flaw:
    """Turn one failed case into a flaw."""
    last = case.exchanges[-1].reply if case.exchanges else None
    return Flaw(
        service=case.service,
        operation=case.operation,
        message=case.message,
        hint=hint,
        cause=case.cause or case.fault.value,
        where=case.where,
        seen=f"{last.status}" if last and last.status else "",
        location=facts.raised_at(case.crash, case.service),
        exchanges=case.exchanges,
        detail=case.crash.traceback if case.crash else "",
        confirmation=Confirmation.BY_CODE if case.crash else Confirmation.BY_SCHEMA,
        raise_site=raise_site(case.crash, facts.packages(case.service)) if case.crash else "",
        flaky=case.came_back is False,
        again=case.again,
        occurrences=case.occurrences,
    )
