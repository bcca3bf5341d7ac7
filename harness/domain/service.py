"""A service as its own table describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from harness.domain.compatibility import ChannelPolicy

RUN: Final = "RUN"
"""The method of the request by which a job is run, where others have GET or POST."""


BROKER: Final = "broker"
"""Where a document is that a broker keeps."""


@dataclass(frozen=True, slots=True)
class EnvValue:
    """
    One environment variable handed to a service.

    Shape: `text` may hold `{tmp}`, the instance's own directory; `secret_from` names the variable
    of the gate's environment that holds a secret, which is masked wherever text leaves the harness.
    """

    text: str = ""
    secret_from: str | None = None


@dataclass(frozen=True, slots=True)
class Consumption:
    """How a service reaches one provider: the variable that holds its base URL."""

    provider: str
    env: str
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class DocumentSource:
    """
    Where an API document is found, be it OpenAPI or AsyncAPI.

    Shape: `location` is a path that the running application serves when it begins with `/`, else a
    file below the service's directory, the address of a neighbour's, or `broker`; `mount` is put
    before every path of the document; `kept` is what a snapshot holds of a file that is not there,
    or what was fetched.
    """

    location: str
    mount: str = ""
    kept: str | None = None

    @property
    def is_served(self) -> bool:
        """Whether the running application serves the document."""
        return self.location.startswith("/")

    @property
    def is_remote(self) -> bool:
        """Whether it lies beyond this repository, and is fetched before a run."""
        return self.location == BROKER or "://" in self.location


@dataclass(frozen=True, slots=True)
class BrokerUse:
    """
    The message broker that a service meets others at, and the names that it uses there.

    Shape: `kind` as `harness messaging up` has it; names may hold `{namespace}`, a prefix that
    keeps two runs apart, and `{address}`, a channel's; an empty one is what is usual for the kind.
    Of AWS, `topic` is that of SNS which feeds the queue, `is_raw` as its subscription delivers.
    Without `is_asked` nothing is carried over it in this run. Of ZeroMQ, `ports` in a row are the
    service's, and messages have a frame of headers before the payload where it `has_headers`.
    """

    kind: str
    address: str = ""
    exchange: str = ""
    group: str = ""
    dead_letters: str = ""
    topic: str = ""
    is_raw: bool = True
    is_asked: bool = True
    ports: int = 1
    has_headers: bool = True


@dataclass(frozen=True, slots=True)
class Publisher:
    """The one function by which a service publishes; it is watched, and called where it `sends`."""

    function: str
    sends: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """
    A member of the workspace.

    Shape: exactly one of `app`, `command` and `url` tells how it answers; `jobs`, by name, are the
    arguments that its interpreter runs programs with that serve nothing; none of these marks one
    that nobody starts (a worker at a queue). `messages` names the functions that make what it
    publishes. Paths are absolute. `raises` are the qualified names
    of exceptions that its code lets out on purpose; `described_in` is the file that holds its
    table, relative to the workspace. `worker` is the program that consumes messages from the broker
    of `broker`, and `handlers` are the modules, or `module:function`, that it hands them to.
    `channels` holds, by address or name, what is asked of the versions of a channel.
    """

    name: str
    directory: Path
    app: str | None = None
    command: tuple[str, ...] = ()
    jobs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    url: str | None = None
    python: Path | None = None
    root: Path | None = None
    packages: tuple[str, ...] = ()
    documents: tuple[DocumentSource, ...] = ()
    base_path: str = ""
    env: Mapping[str, EnvValue] = field(default_factory=dict)
    prepare: tuple[tuple[str, ...], ...] = ()
    reset: str = "restart"
    states: str | None = None
    auth: str | None = None
    messages: str | None = None
    publisher: Publisher | None = None
    contract_tests: tuple[Path, ...] = ()
    consumes: tuple[Consumption, ...] = ()
    owner: str | None = None
    pacticipant: str = ""
    requires: tuple[str, ...] = ()
    start_timeout_s: float = 30.0
    raises: tuple[str, ...] = ()
    broker: BrokerUse | None = None
    worker: tuple[str, ...] = ()
    handlers: tuple[str, ...] = ()
    channels: Mapping[str, ChannelPolicy] = field(default_factory=dict)
    described_in: str = ""

    @property
    def serves(self) -> bool:
        """Whether the service answers requests at all."""
        return self.app is not None or bool(self.command) or self.url is not None

    @property
    def is_run(self) -> bool:
        """Whether it can be started here: it answers, or has jobs."""
        return self.url is None and (self.serves or bool(self.jobs))

    @property
    def can_be_verified(self) -> bool:
        """Whether there is anything of it to hold contracts against: answers, or messages."""
        return self.serves or self.messages is not None

    @property
    def may_describe_itself(self) -> bool:
        """Whether an API document of it may be found: a file is there without an answer."""
        return self.serves or bool(self.documents)

    @property
    def may_keep_contracts(self) -> bool:
        """Whether contracts of its consumers can be held against anything of it."""
        return self.can_be_verified or self.may_describe_itself

    @property
    def participant(self) -> str:
        """The name that pacts use for this service."""
        return self.pacticipant or self.name


def variable_of(kind: str) -> str:
    """The variable of the environment that tells where a message broker of a kind runs already."""
    return f"HARNESS_BROKER_{kind.upper()}"


def speaks_of_broker(text: str) -> bool:
    """Whether a text of a table means anything only where a message broker is there."""
    return "{broker}" in text or "{namespace}" in text
