"""What requests and their replies showed of a running service."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from harness.domain.crash import Crash

PROVIDER_STATE = "STATE"
"""The method of a step of a sequence that sets up a provider state instead of sending a request."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """
    A request as it was sent.

    Shape: `url` is path and query; where `method` is `PROVIDER_STATE` it is the quoted name of the
    state, behind the quoted name of a neighbour and a slash where it is a neighbour's, and `body`
    holds the parameters; secrets in `headers` are masked; `body` is text (undecodable
    bytes as base64 with `body_is_base64`).
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    body_is_base64: bool = False


@dataclass(frozen=True, slots=True)
class HttpReply:
    """A reply as it was received; `status` 0 means that none came and `body` says why."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and the reply to it."""

    request: HttpRequest
    reply: HttpReply


class Fault(Enum):
    """What a case showed, in the harness's own terms, whatever the fuzzer calls it."""

    CRASH = "crash"
    SERVER_ERROR = "server-error"
    RESPONSE_SCHEMA = "response-schema"
    CONTENT_TYPE = "content-type"
    RESPONSE_HEADERS = "response-headers"
    STATUS_UNDOCUMENTED = "status-undocumented"
    VALID_REJECTED = "valid-rejected"
    INVALID_ACCEPTED = "invalid-accepted"
    DELETED_SERVED = "deleted-served"
    CREATED_MISSING = "created-missing"
    AUTH_IGNORED = "auth-ignored"
    METHOD_ALLOWED = "method-allowed"
    NO_REPLY = "no-reply"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class CaseFailed:
    """
    One fault that generated traffic showed, once however many requests hit it.

    Shape: `exchanges` is the shortest sequence known to show it, the faulty one last; `where` is
    the JSON path within the reply or request, if any; `cause` tells two faults of one kind on one
    operation apart and holds nothing generated; `came_back` is whether the sequence showed it
    again on a fresh service (None: not tried), and `again` what was sent and received there where
    it did not; `occurrences` counts cases.
    """

    service: str
    operation: str
    fault: Fault
    message: str
    exchanges: tuple[Exchange, ...]
    where: str = ""
    cause: str = ""
    crash: Crash | None = None
    came_back: bool | None = None
    occurrences: int = 1
    again: tuple[Exchange, ...] = ()


class Depth(Enum):
    """How far generated traffic came on one operation."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ONLY_UNAUTHORISED = "only-401-403"
    ONLY_NOT_FOUND = "only-404"
    ONLY_FAILURES = "only-failures"
    NEVER_REACHED = "never-reached"


@dataclass(frozen=True, slots=True)
class OperationExercised:
    """
    How generated traffic fared on one operation.

    Units: counts of requests by the status of their replies: `accepted` 2xx and 3xx,
    `unauthorised` 401 and 403, `not_found` 404, `rejected` other 4xx, `failed` 5xx or no reply.
    """

    service: str
    operation: str
    accepted: int = 0
    rejected: int = 0
    unauthorised: int = 0
    not_found: int = 0
    failed: int = 0

    @property
    def cases(self) -> int:
        """Count all requests."""
        return self.accepted + self.rejected + self.unauthorised + self.not_found + self.failed

    @property
    def depth(self) -> Depth:
        """How far it came: what was taken once says more than all that was refused."""
        if not self.cases:
            return Depth.NEVER_REACHED
        if self.accepted:
            return Depth.ACCEPTED
        only = {
            self.unauthorised: Depth.ONLY_UNAUTHORISED,
            self.not_found: Depth.ONLY_NOT_FOUND,
            self.failed: Depth.ONLY_FAILURES,
        }
        return only.get(self.cases, Depth.REJECTED)


@dataclass(frozen=True, slots=True)
class RequestAccepted:
    """
    A request that an operation took while it was fuzzed.

    Shape: `exchanges` is the shortest sequence known that leads to it, the request itself last.
    """

    service: str
    operation: str
    exchanges: tuple[Exchange, ...]


@dataclass(frozen=True, slots=True)
class ServiceCrashed:
    """
    Something was raised in a service outside any request, or the service itself ended.

    Shape: `operation` is that of the request which got no reply because the service ended.
    """

    service: str
    message: str
    crash: Crash | None = None
    output: str = ""
    operation: str = ""


@dataclass(frozen=True, slots=True)
class Replayed:
    """A recorded sequence was sent again; `faults` says what it showed this time."""

    service: str
    recording: str
    exchanges: tuple[Exchange, ...] = ()
