"""Whether anything was seen of what a service is declared to publish."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from harness.domain.channel import MessagingDocument
from harness.domain.evidence import Observed, Unobserved
from harness.domain.produced import PublisherWatched
from harness.domain.selection import Selection
from harness.domain.steps import Fuzz, VerifyPacts


def uncalled(
    observed: Iterable[Observed],
    documents: Mapping[str, tuple[MessagingDocument, ...]],
    selection: Selection,
) -> Iterator[Observed]:
    """
    Name the services whose publisher was never called, though they were looked at as a whole.

    Shape: each with the channels that its documents say it sends to. Where edges or checks were
    chosen, or a step did not come to its end, nothing is told.
    """
    if selection.edges or selection.checks:
        return
    watched: dict[str, dict[str, PublisherWatched | None]] = {}
    for one in observed:
        kind, service = [*one.step.split(":"), ""][:2]
        if kind in (Fuzz.kind, VerifyPacts.kind) and selection.wants_provider(service):
            told = (each for each in one.evidence if isinstance(each, PublisherWatched))
            watched.setdefault(service, {})[one.step] = next(told, None)
    for service, steps in watched.items():
        seen = [one for one in steps.values() if one is not None]
        channels = [address for each in documents.get(service, ()) for address in each.sent_to]
        if channels and len(seen) == len(steps) and all(one.calls == 0 for one in seen):
            yield Observed(f"publisher:{service}", (_uncalled(seen[0], channels),))


def _uncalled(one: PublisherWatched, channels: list[str]) -> Unobserved:
    return Unobserved(
        f"what {one.service} publishes by {one.function}",
        "it was called by nothing that was verified and fuzzed, though the document of "
        f"{one.service} sends to {', '.join(dict.fromkeys(channels))}",
        "name as `publisher` the function that its code calls to publish, add a contract or an "
        "example that leads there, or leave `publisher` out where nothing that it answers does",
    )
