"""Hold a service's channels to their policies, against accepted versions of today and before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.adapters.retained import retained
from harness.compat.versions import Described
from harness.compat.versions.promised import Promised
from harness.documents.described import read_described
from harness.domain.accepted import AcceptedDocument
from harness.domain.channel import MessagingDocument
from harness.domain.compatibility import Fits
from harness.domain.errors import DocumentUnreadable
from harness.domain.evidence import ChannelCompared, Evidence, Unobserved
from harness.domain.service import Service
from harness.stages.ports import StepContext


def channels_compared(
    name: str,
    versions: tuple[AcceptedDocument, ...],
    heads: Mapping[int, Described | None],
    context: StepContext,
) -> Iterator[Evidence]:
    """
    Yield each way in which a document's channels and an accepted version do not go together.

    Shape: `heads` are the documents of today by their positions; what cannot be told is unobserved.
    """
    service = context.config.service(name)
    if service is None:
        return
    for one in versions:
        head = heads.get(one.position)
        if isinstance(head, MessagingDocument):
            promised = Promised(head, service.channels)
            yield from _against(service, promised, one.text, one.place, last=True)
            if promised.is_transitive:
                yield from _before(service, promised, one, context)
    yield from _nameless(service, heads)


def _nameless(service: Service, heads: Mapping[int, Described | None]) -> Iterator[Unobserved]:
    """Tell the channels that the table names and no document has, if all could be read."""
    if None in heads.values():
        return
    spoken = (head for head in heads.values() if isinstance(head, MessagingDocument))
    known = {name for head in spoken for name in Promised(head, {}).names}
    for name in sorted(service.channels.keys() - known):
        there = ", ".join(sorted(known)) or "none"
        yield Unobserved(
            f"compatibility of {name}",
            f"`channels` of {service.name} names {name}, and its documents have: {there}",
            "name a channel by its address or by its name in the AsyncAPI document",
        )


def _against(
    service: Service, promised: Promised, text: str, place: str, *, last: bool
) -> Iterator[Evidence]:
    version = read_described(text, place)
    if not isinstance(version, MessagingDocument):
        return
    for policy, given, found in promised.kept(version, last=last):
        if found.fits is Fits.UNKNOWN:
            yield Unobserved(
                f"whether {found.channel} of {service.name} is {policy.value}: "
                f"{found.message} against {place}",
                found.reason,
                'compatibility = "NONE" in the channel\'s table asks nothing of it',
            )
        else:
            yield ChannelCompared(service.name, place, policy, given, found)


def _before(
    service: Service, promised: Promised, accepted: AcceptedDocument, context: StepContext
) -> Iterator[Evidence]:
    """Against every earlier text of the accepted file that git has, each once."""
    found = retained(accepted, context.config)
    for place, text in found.texts:
        yield from _earlier(service, promised, text, place)
    if found.short:
        yield _short(service, accepted, found.short)


def _earlier(service: Service, promised: Promised, text: str, place: str) -> Iterator[Evidence]:
    try:
        yield from _against(service, promised, text, place, last=False)
    except DocumentUnreadable as error:
        yield Unobserved(f"compatibility of {service.name} with {place}", error.message, error.hint)


def _short(service: Service, accepted: AcceptedDocument, reason: str) -> Unobserved:
    return Unobserved(
        f"channels of {service.name} against every version of {accepted.place}",
        reason,
        "fetch the whole history (in CI fetch-depth: 0), or give the channels a policy that is "
        "not transitive",
    )
