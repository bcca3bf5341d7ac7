"""What tools saw. Evidence holds no opinion: checks judge it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from harness.domain.broker_answers import BrokerUnreached, DeployabilityTold, NothingPublished
from harness.domain.carried import MessagesCarried, RequestCarried
from harness.domain.change import Change
from harness.domain.compatibility import ChannelPolicy, Compatibility
from harness.domain.coping import AddressRefused, RepliesPut, ReplyRefused, WitnessPut
from harness.domain.crash import Crash
from harness.domain.fit import InteractionCompat
from harness.domain.message import UsedBroker
from harness.domain.produced import MessageShown, PublisherWatched
from harness.domain.reuse import Provenance
from harness.domain.traffic import (
    CaseFailed,
    OperationExercised,
    Replayed,
    RequestAccepted,
    ServiceCrashed,
)
from harness.domain.typed import (
    AnyLeak,
    CodeContradicted,
    TypeDiagnostic,
    TypesChecked,
    TypesObserved,
)


class Outcome(Enum):
    """How one contract test or one interaction went; `unnamed` is a message nobody makes."""

    PASSED = "passed"
    FAILED = "failed"
    STATE_MISSING = "state-missing"
    STATE_FAILED = "state-failed"
    ERROR = "error"
    UNNAMED = "unnamed"
    SKIPPED = "skipped"


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

    Shape: `where` is `status`, `header:NAME`, or a JSON path (`$.on_hand`) of the body; of a
    message `metadata:NAME`, and of one of several replies `reply 2 $.on_hand`.
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
    `contract` is the digest of the pact. Of an interaction `of_message` the provider's own function
    made what was judged: `function` names it, and `lacking` what is beside the body in the contract
    and not in the message; `over` is what carried it here from the service's own worker.
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
    of_message: bool = False
    function: str = ""
    lacking: tuple[str, ...] = ()
    over: UsedBroker | None = None

    @property
    def of_whom(self) -> tuple[str, str, str, str]:
        """The interaction, which may be verified in more ways than one."""
        return self.consumer, self.provider, self.contract, self.interaction


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
class ChannelCompared:
    """
    One way in which two versions of a channel's message do not plainly go together.

    Shape: `place` is the accepted version; `policy` asks for it, by the service's table where it is
    `given`, else by what is usual for the channel.
    """

    service: str
    place: str
    policy: ChannelPolicy
    given: bool
    compared: Compatibility


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
    | MessageShown
    | PublisherWatched
    | InteractionCompared
    | WitnessPut
    | RepliesPut
    | ReplyRefused
    | AddressRefused
    | MessagesCarried
    | RequestCarried
    | DocumentChanged
    | ChannelCompared
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
