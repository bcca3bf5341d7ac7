"""What can be done: a step is a value that owns everything it starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class TypeCheck:
    """Run the static type checker over one service, with that service's own configuration."""

    service: str
    why: str = ""
    takes: tuple[str, ...] = ()
    limit_s: float = 300.0
    kind: ClassVar[str] = "types"

    @property
    def id(self) -> str:
        """Name the step."""
        return f"{self.kind}:{self.service}"


@dataclass(frozen=True, slots=True)
class ConsumerTests:
    """Run one consumer's contract tests in its own interpreter, and gather the pacts they give."""

    service: str
    why: str = ""
    takes: tuple[str, ...] = ()
    limit_s: float = 300.0
    kind: ClassVar[str] = "consumer-tests"

    @property
    def id(self) -> str:
        """Name the step."""
        return f"{self.kind}:{self.service}"


@dataclass(frozen=True, slots=True)
class Describe:
    """Start one service, see that it answers, and read its API documents."""

    service: str
    why: str = ""
    takes: tuple[str, ...] = ()
    limit_s: float = 120.0
    kind: ClassVar[str] = "describe"

    @property
    def id(self) -> str:
        """Name the step."""
        return f"{self.kind}:{self.service}"


@dataclass(frozen=True, slots=True)
class VerifyPacts:
    """
    Replay every interaction that consumers have of one provider against the provider itself.

    Shape: `consumers` limits the pacts to those of these pacticipants; empty means all.
    """

    service: str
    consumers: tuple[str, ...] = ()
    why: str = ""
    takes: tuple[str, ...] = ()
    limit_s: float = 600.0
    kind: ClassVar[str] = "verify"

    @property
    def id(self) -> str:
        """Name the step."""
        return f"{self.kind}:{self.service}" + "".join(f":{name}" for name in self.consumers)


@dataclass(frozen=True, slots=True)
class Fuzz:
    """
    Send one service what its API document allows, and what it does not.

    Shape: `operations` are labels (`GET /stock/{sku}`) that this part covers, empty for all;
    `part` tells parts of one service apart; `sequences` asks for the stateful phase.
    Units: `examples` is the budget for each operation and phase.
    """

    service: str
    seed: int
    examples: int
    operations: tuple[str, ...] = ()
    sequences: bool = True
    part: str = ""
    why: str = ""
    takes: tuple[str, ...] = ()
    limit_s: float = 900.0
    kind: ClassVar[str] = "fuzz"

    @property
    def id(self) -> str:
        """Name the step."""
        return f"{self.kind}:{self.service}" + (f":{self.part}" if self.part else "")


@dataclass(frozen=True, slots=True)
class Compare:
    """
    Compare every interaction that consumers have of one provider with the provider's documents.

    Shape: `consumers` limits the pacts to those of these members; empty means all.
    """

    service: str
    consumers: tuple[str, ...] = ()
    why: str = ""
    takes: tuple[str, ...] = ()
    limit_s: float = 300.0
    kind: ClassVar[str] = "compare"

    @property
    def id(self) -> str:
        """Name the step."""
        return f"{self.kind}:{self.service}" + "".join(f":{name}" for name in self.consumers)


@dataclass(frozen=True, slots=True)
class DriveReplies:
    """
    Put replies that a provider may send to one consumer's models and code.

    Shape: `service` is the consumer; the replies are the witnesses in the evidence that it takes.
    """

    service: str
    provider: str
    why: str = ""
    takes: tuple[str, ...] = ()
    limit_s: float = 300.0
    kind: ClassVar[str] = "replies"

    @property
    def id(self) -> str:
        """Name the step."""
        return f"{self.kind}:{self.service}:{self.provider}"


@dataclass(frozen=True, slots=True)
class DriveService:
    """
    Run one consumer whole, and vary what its providers reply while its own operations are called.

    Shape: `providers` limits whose replies are varied, empty for all; everyone it consumes is posed
    all the same.
    Units: `examples` is the budget of bodies for each own request and each reply that it leads to.
    """

    service: str
    seed: int
    examples: int
    providers: tuple[str, ...] = ()
    why: str = ""
    takes: tuple[str, ...] = ()
    limit_s: float = 600.0
    kind: ClassVar[str] = "service-replies"

    @property
    def id(self) -> str:
        """Name the step."""
        return f"{self.kind}:{self.service}" + "".join(f":{name}" for name in self.providers)


@dataclass(frozen=True, slots=True)
class DriveWorker:
    """
    Let a broker carry to one consumer's worker what it agreed to, and what nobody can read.

    Shape: `providers` are those whose messages it agreed to and that are wanted; `is_further` says
    that only its contract tests named them, so that another step may be there for those known.
    """

    service: str
    providers: tuple[str, ...]
    is_further: bool = False
    why: str = ""
    takes: tuple[str, ...] = ()
    limit_s: float = 600.0
    kind: ClassVar[str] = "wire"

    @property
    def id(self) -> str:
        """Name the step."""
        further = self.providers if self.is_further else ()
        return f"{self.kind}:{self.service}" + "".join(f":{name}" for name in further)


@dataclass(frozen=True, slots=True)
class AskWorker:
    """
    Ask one provider's worker, over what carries its requests, what its consumers agreed to ask.

    Shape: `consumers` are those whose requests are wanted, empty for all; `is_further` says that
    only their tests named it, so that another step may be there for those known.
    """

    service: str
    consumers: tuple[str, ...] = ()
    is_further: bool = False
    why: str = ""
    takes: tuple[str, ...] = ()
    limit_s: float = 600.0
    kind: ClassVar[str] = "answers"

    @property
    def id(self) -> str:
        """Name the step."""
        further = self.consumers if self.is_further else ()
        return f"{self.kind}:{self.service}" + "".join(f":{name}" for name in further)


@dataclass(frozen=True, slots=True)
class FuzzReplies:
    """
    Put every reply that may come from its providers to one consumer's client code.

    Shape: `service` is the consumer.
    Units: `examples` is the budget of bodies for each interaction.
    """

    service: str
    providers: tuple[str, ...]
    seed: int
    examples: int
    why: str = ""
    takes: tuple[str, ...] = ()
    limit_s: float = 900.0
    kind: ClassVar[str] = "reply-fuzz"

    @property
    def id(self) -> str:
        """Name the step."""
        return f"{self.kind}:{self.service}" + "".join(f":{name}" for name in self.providers)


@dataclass(frozen=True, slots=True)
class Replay:
    """
    Send a recorded sequence of requests once more to a freshly started service.

    Shape: `finding` is the fingerprint of the finding that the recording was made of.
    """

    service: str
    recording: str
    finding: str = ""
    why: str = ""
    takes: tuple[str, ...] = ()
    limit_s: float = 120.0
    kind: ClassVar[str] = "replay"

    @property
    def id(self) -> str:
        """Name the step."""
        return f"{self.kind}:{self.service}"


@dataclass(frozen=True, slots=True)
class DiffVersions:
    """Compare the documents of one service with their accepted versions."""

    service: str
    why: str = ""
    takes: tuple[str, ...] = ()
    limit_s: float = 120.0
    kind: ClassVar[str] = "diff"

    @property
    def id(self) -> str:
        """Name the step."""
        return f"{self.kind}:{self.service}"


Step = (
    TypeCheck
    | ConsumerTests
    | Describe
    | DiffVersions
    | VerifyPacts
    | Fuzz
    | Compare
    | DriveReplies
    | DriveService
    | DriveWorker
    | AskWorker
    | FuzzReplies
    | Replay
)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that will not be done, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What will be done, and why each step; steps that only evidence can name come later.

    Shape: `kinds` are those of all steps that it may come to.
    """

    steps: tuple[Step, ...]
    left_out: tuple[LeftOut, ...] = field(default=())
    kinds: frozenset[str] = frozenset()
