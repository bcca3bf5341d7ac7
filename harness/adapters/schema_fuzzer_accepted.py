"""The shortest way that is known to a request that each operation took."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.adapters.schema_fuzzer_links import taken_in
from harness.adapters.schema_fuzzer_masking import Masker
from harness.adapters.schema_fuzzer_run import Run
from harness.adapters.schema_fuzzer_shortening import needed
from harness.adapters.schema_fuzzer_traffic import Sent, json_or_none, leaves
from harness.domain.traffic import PROVIDER_STATE, RequestAccepted

_LOOKED_AT = 3


def accepted(run: Run, masker: Masker) -> Iterator[RequestAccepted]:
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
        way = _way(run.history[:index], sent)
        if label not in found or len(way) < len(found[label]):
            found[label] = way
    for label, way in sorted(found.items()):
        yield RequestAccepted(run.service, label, tuple(map(masker.exchange, way)))


def _way(before: Sequence[Sent], last: Sent) -> list[Sent]:
    """What the last request needs, after the states that name what these requests are about."""
    kept = needed(before, last)
    about = set[str]().union(*map(taken_in, (*kept, last)))
    states = {
        one.path: one
        for one in before
        if one.method == PROVIDER_STATE and one.status and about & _params(one)
    }
    return [*(one for one in states.values() if one not in kept), *kept, last]


def _params(state: Sent) -> set[str]:
    return {str(value) for _, value in leaves(json_or_none(state.body))}
