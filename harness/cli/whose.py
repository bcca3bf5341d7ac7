"""Whose document it is, and which pacts are about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.cli.choosing import known
from harness.compat.versions import Described
from harness.documents.pacts import read_pact
from harness.domain.accepted import accepted_names, accepted_texts
from harness.domain.config import Config
from harness.domain.errors import DocumentUnreadable, Misused
from harness.domain.pact import Pact
from harness.domain.service import Service
from harness.domain.system import System


@dataclass(frozen=True, slots=True)
class Known:
    """
    The pacts that are about a document.

    Shape: `pacts` is None where none is known; `unread` are places, and why they could not be read.
    """

    provider: str = ""
    pacts: tuple[Pact, ...] | None = None
    unread: tuple[tuple[str, str], ...] = ()
    hint: str = ""


def of_files(paths: Iterable[str], provider: str) -> Known:
    """
    Read the pacts that were named.

    Raises: Misused, where one cannot be read, or they are of several providers and none was named.
    """
    pacts = tuple(_read(path) for path in _files(paths))
    providers = sorted({pact.provider for pact in pacts})
    if provider:
        known("provider with a pact", provider, providers)
    elif len(providers) > 1:
        raise Misused(
            f"the pacts are of several providers: {', '.join(providers)}",
            hint="say whose document it is: --provider NAME",
        )
    whose = provider or providers[0]
    found = tuple(pact for pact in pacts if pact.provider == whose)
    return Known(whose, found, tuple(_lost(found)))


def of_workspace(system: System, provider: str) -> Known:
    """Take the workspace's pacts with a provider, under either of its names."""
    if not provider:
        hint = "--provider NAME says whose document it is, and takes the workspace's pacts with it"
        return Known(hint=hint)
    pacts = tuple(
        one.pact
        for one in system.pacts
        if one.pact and system.config.name_of(one.pact.provider) == provider
    )
    refused = tuple((one.path, one.refused) for one in system.pacts if one.pact is None)
    return Known(provider, pacts, (*refused, *_lost(pacts)))


def provider_of(
    config: Config, places: tuple[str, ...], documents: tuple[Described, ...], given: str
) -> str:
    """
    Find the member that a document is of: by name, by its place, by its title; empty where none is.

    Raises: Misused, where a name is given that nobody has.
    """
    if given:
        members = [service.name for service in config.services]
        others = [one.name for one in config.externals]
        if (service := config.service(given)) is not None:
            return service.name
        return known("service", given, [*members, *others])
    lying = [s.name for s in config.services if any(_lies_at(s, at, config) for at in places)]
    called = [s.name for s in config.services if any(_is_called(s, one) for one in documents)]
    return next((found[0] for found in (lying, called) if len(found) == 1), "")


def mount_of(config: Config, provider: str, places: tuple[str, ...]) -> str:
    """What a member's contracts put before every path of a document at one of these places."""
    service = config.service(provider)
    sources = service.documents if service else ()
    for position, source in enumerate(sources, 1):
        name = accepted_names(provider, len(sources))[position - 1]
        files = {config.accepted and config.accepted / name}
        if service is not None and not source.is_served:
            files.add(service.directory / source.location)
        if len(sources) == 1 or any(_absolute(place, config.root) in files for place in places):
            return source.mount
    return ""


def _lies_at(service: Service, place: str, config: Config) -> bool:
    if "://" in place:
        return service.url is not None and place.startswith(service.url)
    path = _absolute(place, config.root)
    if config.accepted is not None and path.parent == config.accepted:
        return bool(accepted_texts(service.name, {path.name: ""}))
    return any(
        path == service.directory / source.location
        for source in service.documents
        if not source.is_served
    )


def _absolute(place: str, root: Path) -> Path:
    """
    The file that a place names; that of a revision begins at the repository's root.

    Shape: a repository that holds the workspace below its root is told by the end of the path.
    """
    path = Path(place).absolute()
    if path.exists() or ":" not in place:
        return path
    inside = place.partition(":")[2]
    for above in (root, *root.parents):
        if (above / ".git").exists():
            return above / inside
    return root / inside


def _is_called(service: Service, document: Described) -> bool:
    names = {service.name.casefold(), service.participant.casefold()}
    return document.title.strip().casefold() in names


def _files(paths: Iterable[str]) -> Iterator[Path]:
    for written in paths:
        path = Path(written)
        found = sorted(path.glob("*.json")) if path.is_dir() else [path]
        if not found:
            raise Misused(f"expected pact files in {written}, saw none")
        yield from found


def _read(path: Path) -> Pact:
    try:
        return read_pact(path.read_bytes(), path=str(path))
    except OSError as error:
        raise Misused(f"cannot read {path}: {error.strerror}") from None
    except DocumentUnreadable as error:
        raise Misused(error.message, hint=error.hint, detail=error.detail) from None


def _lost(pacts: Iterable[Pact]) -> Iterator[tuple[str, str]]:
    for pact in pacts:
        yield from ((f"{pact.path} {one.path}", one.message) for one in pact.notes if one.lost)
