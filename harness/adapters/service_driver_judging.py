"""Whether a consumer coped with a reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.adapters.schema_fuzzer_traffic import Sent
from harness.adapters.service_driver_bench import Seen
from harness.adapters.service_driver_calls import Call
from harness.adapters.service_driver_upstream import Upstream
from harness.domain.crash import Crash
from harness.domain.document import Document
from harness.domain.possible import PossibleReply
from harness.domain.raise_site import raise_site
from harness.domain.service import Service

_UNDECLARED_FROM = 500
_DEALT_WITH = frozenset({"handler", "log"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """
    A reply that a consumer did not cope with.

    Shape: `identity` is alike for all that raise at one place; `waited_s` is 0 unless it hung.
    """

    call: Call
    upstream: Upstream
    reply: PossibleReply
    identity: tuple[str, ...]
    error: str
    crash: Crash | None = None
    waited_s: float = 0.0
    came_back: bool | None = None
    occurrences: int = 1

    def once_more(self) -> Refusal:
        """The same, seen another time."""
        return replace(self, occurrences=self.occurrences + 1)


@dataclass(frozen=True, slots=True)
class Judge:
    """Knows what the consumer declares that it answers, and what it raises on purpose."""

    service: Service
    documents: Sequence[Document]

    def refusal(
        self, call: Call, upstream: Upstream, reply: PossibleReply, seen: Seen
    ) -> Refusal | None:
        """What became of a reply that was put, or none where the consumer coped."""
        identity: tuple[str, ...]
        if seen.ended:
            error = f"the process of {self.service.name} {seen.ended}"
            identity = ("ended", call.operation, upstream.provider, upstream.key, seen.ended)
            return Refusal(call, upstream, reply, identity, error)
        if seen.waited_s:
            error = f"no answer within {seen.waited_s:.0f} s"
            identity = ("hung", call.operation, upstream.provider, upstream.key)
            return Refusal(call, upstream, reply, identity, error, waited_s=seen.waited_s)
        for crash in seen.crashes:
            if self._counts(crash, call, seen.sent):
                identity = ("raised", raise_site(crash, self.service.packages))
                error = f"{crash.type}: {crash.message}"
                return Refusal(call, upstream, reply, identity, error, crash)
        return None

    def _counts(self, crash: Crash, call: Call, sent: Sent | None) -> bool:
        """
        Whether an exception is one that the consumer did not deal with.

        Shape: one that left the application, or that its framework calls unhandled, always is. One
        that a handler turned into a server error is dealt with where the document tells callers
        that this operation may answer so: to them it is an answer like any other. Where it tells
        nothing of the kind, somebody only kept the exception from being seen.
        """
        if crash.type in self.service.raises:
            return False
        is_dealt_with = crash.source in _DEALT_WITH
        return not (is_dealt_with and sent is not None and self.declares(call.operation, sent))

    def declares(self, operation: str, sent: Sent) -> bool:
        """Whether an answer is one that the consumer's document has for an operation."""
        for document in self.documents:
            found = document.operation(operation)
            response = found.response_for(sent.status) if found else None
            if response is not None:
                media_type = sent.reply_header("content-type")
                return not response.content or response.content_for(media_type) is not None
        return False

    def is_odd(self, call: Call, seen: Seen) -> bool:
        """Whether an answer says that something in the consumer may be amiss from now on."""
        sent = seen.sent
        return (
            sent is None
            or bool(seen.crashes)
            or sent.status == 0
            or (sent.status >= _UNDECLARED_FROM and not self.declares(call.operation, sent))
        )
