"""A pact beside the documents of its provider, compared interaction by interaction."""

from __future__ import annotations

from collections.abc import Sequence

from harness.compat.contracts import promises
from harness.domain.channel import MessagingDocument
from harness.domain.document import Document
from harness.domain.pact import Pact
from harness.reports.compat_report import Compared, Comparisons

Described = Document | MessagingDocument


def same_kind(documents: Sequence[Described]) -> bool:
    """Whether two of some documents are of the same kind, so that one would hide the other."""
    return len({type(each) for each in documents}) < len(documents)


def comparisons(
    pact: Pact, names: Sequence[str], documents: Sequence[Described], written: str
) -> Comparisons:
    """
    Compare each interaction of a pact with what its provider's documents promise.

    Shape: `written` is the format of the report; the field's own tool finds operations whatever the
    case of their paths, so its format does as well.
    """
    is_opc = written == "opc"
    held = promises(documents, ignore_case=is_opc)
    compared: list[Compared] = []
    for each in pact.interactions:
        found = held.compared(each)
        results = tuple(held.results(each, found)) if is_opc else ()
        compared.append(Compared(each, found, results))
    notes = tuple(
        (name, problem.path, problem.message)
        for name, document in zip(names, documents, strict=True)
        for problem in document.problems
    )
    return Comparisons(pact, tuple(names), tuple(compared), notes)
