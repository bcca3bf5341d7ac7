"""What services beyond this repository have published, fetched once before a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.domain.broker_answers import BrokerUnreached, NothingPublished
from harness.domain.json import Json


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    Which pacts a provider asks a broker for.

    Shape: `selectors` are those of the protocol; `wip_since` is a date in ISO 8601, empty where
    work in progress is not wanted; `branch` is the provider's, empty where it is not known; `alone`
    names the member that is asked for, and held to these pacts and to no file, empty for all.
    """

    selectors: tuple[Mapping[str, Json], ...] = (
        {"mainBranch": True},
        {"deployedOrReleased": True},
    )
    pending: bool = True
    wip_since: str = ""
    branch: str = ""
    alone: str = ""


@dataclass(frozen=True, slots=True)
class Publication:
    """
    Which publication a fetched pact is.

    Shape: `version` is the consumer's; `why` says in the broker's words how it was selected; `url`
    is the pact's address and `results` the one that takes results; `interactions` are the broker's
    ids in the pact's order, empty where it gave none. One that is `pending` turns no verdict, and
    neither does one that is work in progress.
    """

    version: str
    url: str
    why: str = ""
    results: str = ""
    interactions: tuple[str, ...] = ()
    pending: bool = False
    wip: bool = False


@dataclass(frozen=True, slots=True)
class FetchedPact:
    """A pact as it was published, without what the broker adds to it."""

    consumer: str
    provider: str
    text: str
    publication: Publication


@dataclass(frozen=True, slots=True)
class Fetched:
    """
    All that was fetched for a workspace.

    Shape: `broker` is its address as messages name it, empty where none was asked, and `place` the
    one it was reached by, or `embedded`; `documents` maps neighbours to texts, one of each kind;
    `vacuous` are the members that no consumer is known of; `from_snapshot` are the names of what
    was taken from one, since it could not be fetched.
    """

    broker: str = ""
    wanted: Wanted = field(default_factory=Wanted)
    pacts: tuple[FetchedPact, ...] = ()
    documents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    missed: tuple[BrokerUnreached | NothingPublished, ...] = ()
    vacuous: tuple[str, ...] = ()
    from_snapshot: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class InteractionResult:
    """
    How one interaction of a published pact went.

    Shape: `id` is the broker's, empty where it gave none; `mismatches` are pairs of a place
    (`status`, `header:NAME`, or a JSON path of the body) and a sentence.
    """

    id: str
    description: str
    success: bool
    mismatches: tuple[tuple[str, str], ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class PactResult:
    """How the verification of one published pact went, every interaction of it seen."""

    pact: FetchedPact
    success: bool
    interactions: tuple[InteractionResult, ...]


@dataclass(frozen=True, slots=True)
class Unpublished:
    """A published pact whose verification was not seen whole, and why."""

    consumer: str
    provider: str
    why: str


@dataclass(frozen=True, slots=True)
class ResultsTold:
    """
    What became of the results of published pacts.

    Shape: `count` counts the pacts, `version` is the provider's; `why_not` says why nothing was
    published, and `failed` is there where it should have been.
    """

    broker: str
    version: str
    branch: str
    count: int
    why_not: str = ""
    failed: BrokerUnreached | None = None
