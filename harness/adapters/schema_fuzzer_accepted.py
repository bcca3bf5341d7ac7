"""The shortest way that is known to a request that each operation took."""

from __future__ import annotations

from collections.abc import Iterator

from harness.adapters.schema_fuzzer_run import Run
from harness.adapters.schema_fuzzer_shortening import needed
from harness.adapters.schema_fuzzer_traffic import Sent

_LOOKED_AT = 3


def accepted_sequences(run: Run) -> Iterator[tuple[str, list[Sent]]]:
    """
    Give for each operation the requests that lead to one that it took, that one last.

    Shape: of the first few that were taken, the one that needs the fewest; nothing is sent for it.
    """
    found: dict[str, list[Sent]] = {}
    looked_at: dict[str, int] = {}
    for index, sent in enumerate(run.history):
        operation = run.operation(sent.operation)
        if operation is None or not sent.accepted or sent.method != operation.method.upper():
            continue
        label = sent.operation
        looked_at[label] = looked_at.get(label, 0) + 1
        if looked_at[label] > _LOOKED_AT:
            continue
        way = [*needed(run.history[:index], sent), sent]
        if label not in found or len(way) < len(found[label]):
            found[label] = way
    yield from sorted(found.items())
