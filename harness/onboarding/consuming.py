"""Whom a service uses, and what tests that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.onboarding.api_documents import FoundDocument
from harness.onboarding.clients import (
    Call,
    call_with,
    first_library,
    host_key,
    name_key,
    named_service,
    nearest,
)
from harness.onboarding.contract_files import ContractTest, PactFile, places_of
from harness.onboarding.environment import Read
from harness.onboarding.found import Entry, ExternalFound, remark
from harness.onboarding.projects import Project
from harness.onboarding.tree import is_below, seen_from


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """
    What a service may use, and what was found of that.

    Shape: `names` maps the keys of services to their names.
    """

    names: Mapping[str, str]
    reads: tuple[Read, ...]
    calls: tuple[Call, ...]
    documents: tuple[FoundDocument, ...]
    tests: tuple[ContractTest, ...]
    pacts: tuple[PactFile, ...]


def externals(projects: tuple[Project, ...], around: Neighbourhood) -> tuple[ExternalFound, ...]:
    """Neighbours that somebody reads the address of, and that a document here describes."""
    found: dict[str, ExternalFound] = {}
    for project in projects:
        for read, key in _addresses(project, around):
            document = next((one for one in around.documents if key in one.keys), None)
            if provider_of(read, key, around.names) is None and document and document.kind:
                why = f"{read.variable} holds its address ({read.where}), and this describes it"
                found.setdefault(key, ExternalFound(key, document.path, why, document.path))
    return tuple(found.values())


def provider_of(read: Read, key: str, names: Mapping[str, str]) -> str | None:
    """The service here whose address a variable holds: by its name, else by its default's host."""
    return nearest(key, names) or nearest(host_key(read.default), names)


def consumed(project: Project, around: Neighbourhood) -> Iterator[Entry]:
    """The providers of a service, and the variables that hold their addresses."""
    paths = {module.path for module in project.modules}
    calls = tuple(one for one in around.calls if one.module.path in paths)
    held: dict[str, str] = {}
    for read, key in _addresses(project, around):
        provider = provider_of(read, key, around.names)
        used = _used(read, calls, first_library(project.modules, key))
        if provider == project.name:
            continue
        if provider is None:
            why = f"nothing here is called so: if it is a service, describe it as [external.{key}]"
            yield Entry(f"consumes.{key}", read.variable, f"{why}{used}", read.where, sure=False)
        elif provider in held:
            yield remark(f"{read.variable} seems to hold the address of {provider} too", read.where)
        else:
            held[provider] = read.variable
            why = f"{read.variable} holds the address of {provider}{used}"
            yield Entry(f"consumes.{provider}", read.variable, why, read.where)
    for call in calls:
        provider = nearest(host_key(call.address), around.names) if call.address else None
        if provider and provider not in held:
            why = f"the address of {provider} is written into the code: read it from a variable"
            yield remark(f"{why}, and name that in `consumes`", call.where)


def _used(read: Read, calls: tuple[Call, ...], library: str) -> str:
    call = call_with(read, calls)
    if call:
        return f"; {call.library} uses it at {call.where}"
    return f"; requests are sent with {library}" if library else ""


def _addresses(project: Project, around: Neighbourhood) -> Iterator[tuple[Read, str]]:
    paths = {module.path for module in project.modules}
    seen = set[str]()
    for read in around.reads:
        key = named_service(read, project.name) if read.module.path in paths else None
        if key and read.variable not in seen:
            seen.add(read.variable)
            yield read, key


def tested(project: Project, around: Neighbourhood) -> Iterator[Entry]:
    """Where the contract tests of a service lie."""
    own = [one for one in around.tests if is_of(one, project, around.names)]
    others = [one for one in around.tests if one not in own]
    places = sorted(places_of(own, others))
    if places:
        where = min(one.where for one in own)
        written = tuple(seen_from(project.directory, one) for one in places)
        why = f"contract tests of {project.name}, in {len(own)} file{'s' * (len(own) > 1)}"
        yield Entry("contract_tests", written, why, where)
    for one in around.tests:
        if one.is_of_provider and project.directory and is_below(one.path, project.directory):
            yield remark("verifies pacts; the gate does that by itself", one.where)
    participants = {name for one in around.pacts for name in (one.consumer, one.provider)}
    participants |= {name for one in around.tests for name in (one.consumer, *one.providers)}
    for name in sorted(participants):
        if name and name != project.name and name_key(name) == project.key:
            yield Entry("pacticipant", name, "what pacts call it")
            return


def is_of(test: ContractTest, project: Project, names: Mapping[str, str]) -> bool:
    """Whether a service's contracts are tested: by the name in them, else by where they lie."""
    if test.is_of_provider:
        return False
    if test.consumer:
        return names.get(name_key(test.consumer)) == project.name
    directories = test.path.split("/")[:-1]
    by_path = next(
        (names[name_key(one)] for one in reversed(directories) if name_key(one) in names), None
    )
    return by_path == project.name
