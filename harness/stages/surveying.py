"""Find out what is there: services, documents and pacts, read once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from posixpath import normpath

from harness.documents.pacts import read_pact
from harness.domain.accepted import AcceptedDocument, accepted_texts
from harness.domain.config import Config
from harness.domain.errors import DocumentUnreadable
from harness.domain.system import FoundPact, System
from harness.stages.ports import Files


def survey(config: Config, files: Files) -> System:
    """
    Read the pacts that lie in the workspace, and the accepted versions of API documents.

    Shape: a pact that cannot be read is kept with its reason; those that were fetched come last.
    """
    lying = tuple(_pacts(config, files))
    return System(
        config=config,
        pacts=(*_binding(lying, config), *_published(lying, config)),
        accepted=tuple(_accepted(config, files, "")),
        base=tuple(_accepted(config, files, config.base)) if config.base else None,
    )


def _accepted(config: Config, files: Files, revision: str) -> Iterator[AcceptedDocument]:
    if config.accepted is None:
        return
    found = {
        name: content.decode("utf-8", "replace")
        for name, content in files.accepted_documents(config.accepted, revision)
    }
    inside = config.accepted.is_relative_to(config.root)
    directory = config.accepted.relative_to(config.root) if inside else config.accepted
    before = f"{revision}:" if revision else ""
    for service in config.services:
        for position, name in accepted_texts(service.name, found):
            place = f"{before}{(directory / name).as_posix()}"
            mounts = [source.mount for source in service.documents]
            mount = mounts[position - 1] if position <= len(mounts) else ""
            yield AcceptedDocument(service.name, position, place, found[name], mount)


def _pacts(config: Config, files: Files) -> Iterator[FoundPact]:
    seen: set[str] = set()
    for directory in config.pacts:
        for path, content in files.pact_files(directory):
            seen.add(path)
            yield _pact(path, content)
    for name, text in (config.snapshot.pacts if config.snapshot else {}).items():
        path = normpath(str(config.root / name))
        if path not in seen:
            yield replace(_pact(path, text.encode()), kept=True)


def _binding(lying: tuple[FoundPact, ...], config: Config) -> Iterator[FoundPact]:
    """The files that count: where members are held to what was published alone, no others do."""
    alone = config.fetched.wanted.alone if config.fetched else ""
    for one in lying:
        if not alone or config.name_of(one.provider) != alone:
            yield one


def _published(lying: tuple[FoundPact, ...], config: Config) -> Iterator[FoundPact]:
    """The pacts that were fetched; what a consumer of this repository says now goes before them."""
    if config.fetched is None:
        return
    alone = config.fetched.wanted.alone
    at_hand = {config.name_of(one.consumer) for one in lying if one.pact}
    at_hand |= {one.name for one in config.services if one.contract_tests}
    for one in config.fetched.pacts:
        consumer = config.service(one.consumer)
        if alone or consumer is None or consumer.name not in at_hand:
            found = _pact(one.publication.url, one.text.encode())
            yield replace(found, published=one.publication)


def _pact(path: str, content: bytes) -> FoundPact:
    text = content.decode("utf-8", "replace")
    try:
        pact = read_pact(content, path=path)
    except DocumentUnreadable as error:
        return FoundPact(path, text, refused=error.message, hint=error.hint)
    return FoundPact(path, text, pact)
