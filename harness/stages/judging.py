"""Let every check judge what was seen, and sign what it finds."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace

from harness.checks.check import Catalog, Check
from harness.checks.facts import Contract, Facts
from harness.compat.messages.channels import Spoken, spoken_of
from harness.documents.routing import Router
from harness.domain.channel import MessagingDocument
from harness.domain.config import Config
from harness.domain.document import Document
from harness.domain.edge import Edge, Leg, Pair
from harness.domain.errors import DocumentUnreadable
from harness.domain.evidence import DocumentChanged, Observed
from harness.domain.finding import Finding, Flaw, Location, fingerprint, mender_of, subject_of
from harness.domain.pact import HttpRequest, Interaction, Pact
from harness.domain.policy import Severity
from harness.domain.selection import Selection
from harness.domain.service import Service
from harness.domain.system import System
from harness.stages.publishing import uncalled
from harness.stages.reading import Documents, pacts_in_force, read_accepted, read_documents


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the checks found, and which of them could not judge."""

    findings: tuple[Finding, ...]
    broken_checks: tuple[tuple[str, str], ...] = ()


def gather(system: System, observed: tuple[Observed, ...], selection: Selection) -> Facts:
    """Parse the documents and pacts in the evidence, and lay every interaction on its edge."""
    documents = read_documents(observed)
    fresh, found = pacts_in_force(system, observed)
    pacts = (*fresh, *found)
    routes = _Routes(system, documents)
    contracts = tuple(
        contract
        for pact in pacts
        for contract in _contracts(pact, system, routes, is_fresh=pact in fresh)
        if selection.wants_pair(contract.edge.pair)
    )
    extra = Observed("documents", documents.refused)
    return Facts(
        system=system,
        observed=(
            *observed,
            *_missed(system, selection),
            *([extra] if extra.evidence else []),
            *uncalled(observed, documents.of_messages, selection),
        ),
        documents=documents.over_http,
        messaging=documents.of_messages,
        pacts=pacts,
        contracts=contracts,
        pairs=tuple(pair for pair in system.declared_pairs if selection.wants_pair(pair)),
        accepted=_accepted(system, observed),
    )


def _missed(system: System, selection: Selection) -> tuple[Observed, ...]:
    """What could not be fetched for the services that are looked at."""
    fetched = system.config.fetched
    missed = fetched.missed if fetched else ()
    consumed = {one.provider for one in system.declared_pairs if selection.wants_pair(one)}
    wanted = (one for one in missed if one.service in consumed or selection.takes_part(one.service))
    return tuple(Observed("fetching", (one,)) for one in wanted)


def judge(facts: Facts, catalog: Catalog, selection: Selection) -> Judgement:
    """Run the wanted checks; one that breaks is named and does not stop the others."""
    findings: list[Finding] = []
    broken: list[tuple[str, str]] = []
    for check in catalog:
        if selection.checks and check.id not in selection.checks:
            continue
        try:
            flaws = list(check.judge(facts))
        except Exception as error:  # noqa: BLE001 - the fault is told as the check's own
            broken.append((check.id, f"{type(error).__name__}: {error}"))
            continue
        findings.extend(sign(check, flaw, facts) for flaw in flaws)
    return Judgement(tuple(_one_for_each_cause(findings)), tuple(broken))


def sign(check: Check, flaw: Flaw, facts: Facts) -> Finding:
    """Give a flaw its identity, its owner, and the line that shows it again."""
    flaw = _of_whom(flaw, facts.system)
    identity = fingerprint(check.id, flaw)
    mender = mender_of(flaw, check.leg)
    service, external = facts.service(mender), facts.system.config.external(mender)
    owner = service.owner if service else external.owner if external else None
    base = facts.system.config.base
    return Finding(
        check=check.id,
        severity=check.severity,
        leg=check.leg,
        flaw=flaw,
        owner=owner or "",
        fingerprint=identity,
        reproduce=_reproduce(check, flaw, identity, is_member=service is not None)
        + (f" --base {shlex.quote(base)}" if flaw.rule and base else ""),
        described_in=_described_in(service, facts.system.config),
    )


def _of_whom(flaw: Flaw, system: System) -> Flaw:
    """Say which version of a consumer is concerned, and whether its pact may fail yet."""
    one = system.publication(flaw.contract) if flaw.contract else None
    if one is None:
        return flaw
    whose = f"; in the pact of {flaw.consumer} {one.version}".rstrip()
    why = f" ({one.why})" if one.why else ""
    may = ", which is pending and fails nothing yet" if one.pending else ""
    return replace(flaw, message=flaw.message + whose + why + may, pending=one.pending)


def _described_in(service: Service | None, config: Config) -> str:
    """Name the file of the workspace that describes a service, or else the workspace itself."""
    found = Location(service.described_in) if service and service.described_in else None
    return found.file if found and found.is_inside else config.source.name


def _reproduce(check: Check, flaw: Flaw, identity: str, *, is_member: bool) -> str:
    if flaw.exchanges:
        return f"harness reproduce {identity}"
    if flaw.consumer:
        edge = shlex.quote(f"{flaw.consumer}:{flaw.service}")
        return f"harness gate --edge {edge} --check {check.id}"
    if not is_member:  # a file, say
        return f"harness gate --check {check.id}"
    return f"harness gate --service {shlex.quote(flaw.service)} --check {check.id}"


def _one_for_each_cause(findings: list[Finding]) -> Iterator[Finding]:
    """
    Keep one finding for each identity, each line that raised, and each place that does not fit.

    The checks are in the catalog's order, so a crash outranks the broken promise that it causes;
    what shows the same cause is counted with the one that is kept.
    """
    kept: dict[tuple[str, ...], Finding] = {}
    places: dict[tuple[str, ...], tuple[str, ...]] = {}
    for finding in findings:
        flaw = finding.flaw
        site = flaw.raise_site
        # The code that raised is the consumer's where its leg is refuted.
        raiser = (finding.leg is Leg.CONSUMER and flaw.consumer) or flaw.service
        key: tuple[str, ...] = ("raised", raiser + site) if site else ("", finding.fingerprint)
        if finding.leg is Leg.FIT:
            key = places.setdefault(_place(flaw), key)
        first = kept.setdefault(key, finding)
        if first.flaw.pending and not finding.flaw.pending:
            kept[key] = _with_another(finding, first)  # what fails is told
        elif first is not finding:
            kept[key] = _with_another(first, finding)
    order = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFORMATION: 2}
    yield from sorted(kept.values(), key=lambda f: (order[f.severity], subject_of(f.flaw)))


def _place(flaw: Flaw) -> tuple[str, ...]:
    """What does not fit, and where on which edge."""
    return flaw.consumer, flaw.service, flaw.operation, flaw.where, flaw.same_as or flaw.cause


def _with_another(kept: Finding, other: Finding) -> Finding:
    if other.flaw.rule:
        return _since(kept, other)
    message = kept.flaw.message
    if other.check != kept.check and other.flaw.consumer and other.leg is not Leg.FIT:
        promise = f"; it breaks a promise to {other.flaw.consumer} ({other.flaw.operation})"
        message += promise if promise not in message else ""
    count = kept.flaw.occurrences + other.flaw.occurrences
    return replace(kept, flaw=replace(kept.flaw, message=message, occurrences=count))


def _since(kept: Finding, other: Finding) -> Finding:
    """Add to what does not fit the change that it comes from."""
    message, rule = kept.flaw.message, other.flaw.rule
    if rule in kept.rules:
        return kept
    message += f"; also {rule}" if kept.rules else f"; since the accepted version: {rule}"
    also = (*kept.also, (other.check, other.severity, rule))
    return replace(kept, flaw=replace(kept.flaw, message=message), also=also)


def _accepted(
    system: System, observed: tuple[Observed, ...]
) -> dict[str, tuple[Document | MessagingDocument, ...]]:
    """Read the versions that documents have changed since, which the step could read."""
    changed = {
        seen.service
        for one in observed
        for seen in one.evidence
        if isinstance(seen, DocumentChanged)
    }
    return {
        service: tuple(map(read_accepted, system.compared_with(service)))
        for service in sorted(changed)
    }


@dataclass(slots=True)
class _Routes:
    """Which operation or channel an interaction means; what is gone is named as accepted."""

    system: System
    documents: Documents
    _now: dict[str, tuple[Router, ...]] = field(default_factory=dict)
    _before: dict[str, tuple[Document | MessagingDocument, ...]] = field(default_factory=dict)

    def label(self, provider: str, interaction: Interaction) -> str:
        """Name the operation or the channel, or else the request or the message itself."""
        if interaction.request is not None:
            return self._operation(provider, interaction.request)
        return self._channel(provider, interaction) or interaction.description

    def _channel(self, provider: str, interaction: Interaction) -> str:
        before = (one for one in self._accepted(provider) if isinstance(one, MessagingDocument))
        known = (*self.documents.of_messages.get(provider, ()), *before)
        spoken = (spoken_of(document, interaction) for document in known)
        return next((one.operation.channel.label for one in spoken if isinstance(one, Spoken)), "")

    def _operation(self, provider: str, request: HttpRequest) -> str:
        before = (one for one in self._accepted(provider) if isinstance(one, Document))
        for routers in (self._present(provider), map(Router, before)):
            for router in routers:
                operation = router.match(request.method, request.path)
                if operation is not None:
                    return operation.label
        return f"{request.method} {request.path}"

    def _present(self, provider: str) -> tuple[Router, ...]:
        if provider not in self._now:
            self._now[provider] = tuple(map(Router, self.documents.over_http.get(provider, ())))
        return self._now[provider]

    def _accepted(self, provider: str) -> tuple[Document | MessagingDocument, ...]:
        if provider not in self._before:
            self._before[provider] = ()
            # One that cannot be read is told by the step that compares versions.
            with suppress(DocumentUnreadable):
                known = map(read_accepted, self.system.compared_with(provider))
                self._before[provider] = tuple(known)
        return self._before[provider]


def _contracts(
    pact: Pact, system: System, routes: _Routes, *, is_fresh: bool
) -> Iterator[Contract]:
    pair = Pair(*map(system.config.name_of, (pact.consumer, pact.provider)))
    for interaction in pact.interactions:
        label = routes.label(pair.provider, interaction)
        yield Contract(Edge(pair, label), interaction, is_fresh)
