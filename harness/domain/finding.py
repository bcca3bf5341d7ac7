"""What a check found, and how its identity outlives edits."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum

from harness.domain.edge import Edge, Leg, Pair
from harness.domain.policy import Severity
from harness.domain.traffic import Exchange
from harness.domain.waiver import Waiver

FINGERPRINT = r"[0-9]+:[0-9a-f]{20}"
"""How a fingerprint is written, as a regular expression."""


class Confirmation(Enum):
    """Whose judgement a finding rests on."""

    BY_CODE = "by-code"
    BY_MODEL = "by-model"
    BY_SCHEMA = "by-schema"
    BY_TOOL = "by-tool"


@dataclass(frozen=True, slots=True)
class Location:
    """A line of somebody's file, relative to the workspace where it lies below it."""

    file: str
    line: int | None = None

    @property
    def is_inside(self) -> bool:
        """Whether it lies in the workspace."""
        return not (self.file.startswith(("/", "../")) or "\\" in self.file or ":" in self.file)

    def __str__(self) -> str:
        """Write the location as editors read it."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Flaw:
    """
    What one check saw wrong, before policy grades it.

    Shape: `service` is whose code or contract is at fault; `consumer` names the other side where
    the fault lies on an edge; `where` is a canonical JSON path or empty; `cause` completes the
    identity (see `fingerprint`) and must hold nothing generated, no line number and no path prefix.
    `exchanges` are sent again to see the fault again; without any, the check itself is run again.
    `witness` is the JSON text of a value that shows the fault where one side sends it, and
    `example` that of what the contract's own example holds in its place.
    `raise_site` names the line of code that raised: flaws that share one have one cause. `rule`
    names the change since the accepted version that the flaw is about, `same_as` the cause of the
    flaw at the same place of the same edge that it accounts for, and `named_as` the check that
    tells that one: the two have one fingerprint. `readers` are the known consumers that the change
    reaches, None where the flaw is about none that breaks nobody. Where it is
    `flaky`, `again` is what a second run sent and got where the first one showed it, and
    `seen_again` says what it saw. `contract` is the digest of the pact that it is about, where it
    is about one alone; what is wrong with a `pending` one weighs no more than a warning, as does
    what is `mild`.
    """

    service: str
    message: str
    hint: str
    cause: str
    consumer: str = ""
    operation: str = ""
    where: str = ""
    expected: str = ""
    seen: str = ""
    location: Location | None = None
    exchanges: tuple[Exchange, ...] = ()
    witness: str = ""
    detail: str = ""
    confirmation: Confirmation = Confirmation.BY_TOOL
    raise_site: str = ""
    rule: str = ""
    same_as: str = ""
    example: str = ""
    named_as: str = ""
    readers: tuple[str, ...] | None = None
    flaky: bool = False
    contract: str = ""
    pending: bool = False
    mild: bool = False
    again: tuple[Exchange, ...] = ()
    seen_again: str = ""
    occurrences: int = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """
    A flaw that a named check found, graded, owned, and with the way to see it again.

    Shape: `also` are flaws of other checks that were taken into this one, each with the severity of
    its check; `waiver` is who answers for it until when, and `expired` says that this is over;
    `described_in` is the file of the workspace whose table describes who must mend it.
    """

    check: str
    severity: Severity
    leg: Leg | None
    flaw: Flaw
    owner: str
    fingerprint: str
    reproduce: str
    also: tuple[tuple[str, Severity, str], ...] = ()
    waiver: Waiver | None = None
    expired: bool = False
    described_in: str = "pyproject.toml"

    @property
    def anchor(self) -> Location:
        """
        A line of a file of the workspace to show it at, where each finding must have one.

        Shape: its own location where that lies in the workspace, else the beginning of the file
        that describes who must mend it.
        """
        found = self.flaw.location
        if found is None or not found.is_inside:
            return Location(self.described_in, 1)
        return Location(found.file, found.line or 1)

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules of the changes since the accepted version that it comes from."""
        found = (self.flaw.rule, *(rule for _, _, rule in self.also))
        return tuple(dict.fromkeys(rule for rule in found if rule))

    @property
    def is_waived(self) -> bool:
        """Whether somebody answers for it today."""
        return self.waiver is not None and not self.expired

    @property
    def refutes(self) -> bool:
        """Whether it refutes what it is about, whoever answers for it: an error that came back."""
        return self.severity is Severity.ERROR and not self.flaw.flaky

    @property
    def fails(self) -> bool:
        """Whether it fails the gate: it refutes, and nobody answers for it."""
        return self.refutes and not self.is_waived

    @property
    def subject(self) -> str:
        """Name the service, or the consumer and provider, that the finding is about."""
        return subject_of(self.flaw)

    @property
    def mender(self) -> str:
        """The service that must mend it: on its own leg the consumer, else the one at fault."""
        return mender_of(self.flaw, self.leg)

    @property
    def identity(self) -> Identity:
        """What its fingerprint is made of."""
        return identity_of(self.check, self.flaw)

    @property
    def named(self) -> Named:
        """What is kept of it beyond its run."""
        return Named(
            self.fingerprint, self.check, self.subject, self.owner, self.severity, self.identity
        )

    @property
    def edge(self) -> Edge | None:
        """The edge that the finding lies on, if it lies on one."""
        if not self.flaw.consumer:
            return None
        return Edge(Pair(self.flaw.consumer, self.flaw.service), self.flaw.operation)


@dataclass(frozen=True, slots=True)
class Identity:
    """
    What a fingerprint is made of: no line, no path prefix, no seed, no port, no tool's wording.

    Shape: `check` and `cause` are those of the check that tells the same where two tell it;
    `subject` is `service` or `consumer:provider`.
    """

    check: str
    subject: str
    operation: str = ""
    where: str = ""
    cause: str = ""

    @property
    def fingerprint(self) -> str:
        """`1:` and 20 hexadecimal digits; what is before the colon is the recipe's version."""
        parts = (self.check, self.subject, self.operation, self.where, self.cause)
        digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
        return f"1:{digest[:20]}"


@dataclass(frozen=True, slots=True)
class Named:
    """
    What is known of a finding when its run is over.

    Shape: `identity` is None where its record does not tell.
    """

    fingerprint: str
    check: str
    subject: str
    owner: str = ""
    severity: Severity = Severity.ERROR
    identity: Identity | None = None

    @property
    def about(self) -> str:
        """Whom a waiver of it names: the consumer, or the service where no edge is concerned."""
        return self.subject.partition(":")[0]


def subject_of(flaw: Flaw) -> str:
    """Name whom a flaw is about: `service`, or `consumer:provider`."""
    return f"{flaw.consumer}:{flaw.service}" if flaw.consumer else flaw.service


def mender_of(flaw: Flaw, leg: Leg | None) -> str:
    """Name who must mend a flaw: on the consumer's leg the consumer, else the service at fault."""
    return flaw.consumer if leg is Leg.CONSUMER and flaw.consumer else flaw.service


def fingerprint(check: str, flaw: Flaw) -> str:
    """Give a flaw of a check the identity that line moves, seeds and tool upgrades leave alone."""
    return identity_of(check, flaw).fingerprint


def identity_of(check: str, flaw: Flaw) -> Identity:
    """What another check would tell of the same keeps that name, whichever of the two is asked."""
    return Identity(
        flaw.named_as or check,
        subject_of(flaw),
        flaw.operation,
        flaw.where,
        flaw.same_as or flaw.cause,
    )
