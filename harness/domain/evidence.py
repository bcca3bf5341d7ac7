"""What tools saw. Evidence holds no opinion: checks judge it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from harness.domain.broker_answers import BrokerUnreached, DeployabilityTold, NothingPublished
from harness.domain.change import Change
from harness.domain.contradiction import Contradiction
from harness.domain.coping import AddressRefused, RepliesPut, ReplyRefused, WitnessPut
from harness.domain.crash import Crash
from harness.domain.fit import InteractionCompat
from harness.domain.reuse import Provenance


class Outcome(Enum):
    """How one contract test or one interaction went."""

    PASSED = "passed"
    FAILED = "failed"
    STATE_MISSING = "state-missing"
    STATE_FAILED = "state-failed"
    ERROR = "error"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class TypesChecked:
    """
    The type checker ran to its end over one service.

    Shape: `boundary` are the modules that contract tests drive, in which `Any` was looked for.
    """

    service: str
    tool: str
    targets: tuple[str, ...] = ()
    elapsed_ms: int = 0
    boundary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TypeDiagnostic:
    """
    One error of the type checker.

    Shape: `file` is relative to the workspace where it lies below it; `line` and `column` count
    from 1; `scope` is the module-qualified function around the line, if any.
    """

    service: str
    file: str
    line: int
    column: int
    code: str
    message: str
    scope: str = ""
    statement: str = ""


class AnyOrigin(Enum):
    """What lets in a value of which the type checker knows nothing."""

    DECODED = "decoded"
    CAST = "cast"
    IMPORT = "import"
    PARAMETER = "parameter"
    UNTYPED_FUNCTION = "untyped-function"


@dataclass(frozen=True, slots=True)
class AnyLeak:
    """
    One place in a module that contract tests drive where `Any` begins and is used unchecked.

    Shape: `expression` is the text of the beginning, `value` that of what a model should read, and
    `used` what is done with it first; `expressions` counts those that are `Any` by it, itself among
    them; `unread` says that it lies in a function without annotations, into which the type checker
    does not look; `models` names the library that the module makes models with, empty for none;
    `asked` are texts of the tests that drive it, among which interactions are named.
    """

    service: str
    file: str
    line: int
    module: str
    scope: str
    origin: AnyOrigin
    expression: str
    value: str
    used: str
    expressions: int
    unread: bool = False
    models: str = ""
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ContractTestRan:
    """
    One contract test of a consumer ran.

    Shape: `providers` and `interactions` (keys) are what it declared, as far as it got.
    """

    consumer: str
    test: str
    outcome: Outcome
    message: str = ""
    detail: str = ""
    file: str = ""
    line: int | None = None
    providers: tuple[str, ...] = ()
    elapsed_ms: int = 0


@dataclass(frozen=True, slots=True)
class PactGathered:
    """
    A pact that a consumer's tests gave.

    Shape: `text` is the pact file; `complete` is false, with `reason`, when the run was partial or
    red, and the pact must not be kept; `is_red` says that nothing but tests that failed is in the
    way; `path` is where the tests would have it written; `tests` holds, for JSON paths of
    interactions, the node ids of the tests that gave them.
    """

    consumer: str
    provider: str
    text: str
    complete: bool = True
    reason: str = ""
    is_red: bool = False
    path: str = ""
    tests: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """
    One API document as the service serves it or its file holds it.

    Shape: `of_messages` says that it is AsyncAPI, and not OpenAPI.
    """

    service: str
    location: str
    text: str
    mount: str = ""
    of_messages: bool = False


@dataclass(frozen=True, slots=True)
class DocumentRefused:
    """One API document that could not be read at all."""

    service: str
    location: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """
    One difference between what a contract expects and what the provider sent.

    Shape: `where` is `status`, `header:NAME`, or a JSON path (`$.on_hand`) of the body.
    """

    where: str
    expected: str
    actual: str
    message: str


@dataclass(frozen=True, slots=True)
class InteractionVerified:
    """
    One interaction of one pact was replayed against the provider.

    Shape: `interaction` is the interaction's key; `states` are names; `crash` is what was raised
    inside the provider while it answered; `detail` a traceback of a state, or a tool's words;
    `contract` is the digest of the pact.
    """

    consumer: str
    provider: str
    interaction: str
    description: str
    outcome: Outcome
    method: str = ""
    path: str = ""
    states: tuple[str, ...] = ()
    mismatches: tuple[Mismatch, ...] = ()
    crash: Crash | None = None
    detail: str = ""
    pending: bool = False
    elapsed_ms: int = 0
    contract: str = ""


@dataclass(frozen=True, slots=True)
class InteractionCompared:
    """
    One interaction of one pact was compared with its provider's document.

    Shape: `interaction` is the interaction's key, and `contract` the digest of the pact.
    """

    consumer: str
    provider: str
    interaction: str
    compat: InteractionCompat
    contract: str = ""


@dataclass(frozen=True, slots=True)
class DocumentChanged:
    """One change of a service's document since the version that it is compared with."""

    service: str
    change: Change


@dataclass(frozen=True, slots=True)
class DocumentDrifted:
    """
    A service's document is another than the accepted version that lies in the workspace.

    Shape: `accepted` are the files of that version.
    """

    service: str
    accepted: tuple[str, ...]
    changes: int


@dataclass(frozen=True, slots=True)
class PactRefused:
    """A pact file that could not be read, or names another provider than its edge."""

    path: str
    message: str
    hint: str = ""


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


@dataclass(frozen=True, slots=True)
class CodeContradicted:
    """
    A service's code saw a value that is another than the code says, once for each place in it.

    Shape: `example` names the interaction that was verified meanwhile, empty where a generated
    request led there; `exchanges`, `came_back` and `again` are as of a `CaseFailed`, empty and None
    outside of any request.
    """

    service: str
    contradiction: Contradiction
    operation: str = ""
    example: str = ""
    exchanges: tuple[Exchange, ...] = ()
    came_back: bool | None = None
    again: tuple[Exchange, ...] = ()


@dataclass(frozen=True, slots=True)
class TypesObserved:
    """
    The annotations of a service's packages were held against its values while a step's traffic ran.

    Shape: `why_not` says why they were not, where that is no fault.
    """

    service: str
    step: str
    why_not: str = ""


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


@dataclass(frozen=True, slots=True)
class Unobserved:
    """
    What should have been seen and was not, with the reason.

    Shape: `what` names the thing (a step, an operation, a pact); `detail` is kept output.
    """

    what: str
    reason: str
    hint: str = ""
    detail: str = ""


Evidence = (
    TypesChecked
    | TypeDiagnostic
    | AnyLeak
    | ContractTestRan
    | PactGathered
    | PactRefused
    | DocumentRead
    | DocumentRefused
    | InteractionVerified
    | InteractionCompared
    | WitnessPut
    | RepliesPut
    | ReplyRefused
    | AddressRefused
    | DocumentChanged
    | DocumentDrifted
    | CaseFailed
    | CodeContradicted
    | TypesObserved
    | OperationExercised
    | RequestAccepted
    | ServiceCrashed
    | Replayed
    | BrokerUnreached
    | NothingPublished
    | DeployabilityTold
    | Unobserved
)


@dataclass(frozen=True, slots=True)
class Observed:
    """
    All evidence of one step, in the order in which it came.

    Shape: `reused` says who saw it, where an earlier run did.
    """

    step: str
    evidence: tuple[Evidence, ...] = field(default=())
    elapsed_ms: int = 0
    reused: Provenance | None = None

    @property
    def failed_to_observe(self) -> tuple[Unobserved, ...]:
        """What this step should have seen and did not."""
        return tuple(one for one in self.evidence if isinstance(one, Unobserved))
