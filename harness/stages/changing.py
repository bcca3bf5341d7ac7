"""Which part of the system a change concerns, and why each step is chosen or left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from harness.domain.accepted import accepted_texts
from harness.domain.config import Config
from harness.domain.edited import Edited
from harness.domain.selection import Selection, Since
from harness.domain.steps import LeftOut, Step


def selection_since(edited: Edited, config: Config, selection: Selection) -> Selection:
    """
    Select the members that edited files concern, and with them every edge that touches one.

    Shape: a pact wakes its provider; a file of which nobody can say whom it concerns selects all.
    What lies beside the workspace, where no member has sources, concerns nobody.
    """
    places = {name: _Places(given) for name, given in edited.places.items()}
    because: dict[str, list[str]] = {}
    for_all: list[str] = []
    apart: list[str] = []
    for file in edited.files:
        told = _told(file, config)
        if file.is_relative_to(config.kept):
            continue
        members = _concerned(file, edited, places, config)
        for name in members or ():
            because.setdefault(name, []).append(told)
        if members is None:
            (for_all if _is_ours(file, config) else apart).append(told)
    since = Since(
        edited.revision,
        tuple((name, _words(files)) for name, files in sorted(because.items())),
        _words(for_all) + ", which may concern all" if for_all else "",
        tuple(apart),
    )
    return replace(selection, services=() if for_all else tuple(sorted(because)), since=since)


def explained(steps: Iterable[Step], selection: Selection) -> Iterator[Step]:
    """Say of each step what has changed that it looks at."""
    since = selection.since
    for step in steps:
        yield replace(step, why=f"{step.why}; {_reason(step, since)}") if since else step


def left_out_since(
    whole: Iterable[Step], chosen: Iterable[Step], since: Since
) -> Iterator[LeftOut]:
    """Name the steps of the whole plan that nothing calls for."""
    ids = {step.id for step in chosen}
    for step in whole:
        if step.id not in ids:
            yield LeftOut(step.id, f"nothing that it looks at has changed since {since.revision}")
    if since.apart:
        why = "no member has sources there, so they concern nobody"
        yield LeftOut(f"{_words(since.apart)} beside the workspace", why)


def _concerned(
    file: Path, edited: Edited, places: Mapping[str, _Places], config: Config
) -> tuple[str, ...] | None:
    """Name those whom a file concerns; None where nobody can say."""
    if file in edited.pacts:
        pairs = edited.pacts[file]
        return tuple(dict.fromkeys(_waked(*pair, config) for pair in pairs)) or None
    if config.accepted is not None and file.parent == config.accepted:
        found = [
            one.name for one in config.services if any(accepted_texts(one.name, {file.name: ""}))
        ]
        return tuple(found) or None
    return tuple(name for name, those in places.items() if those.have(file)) or None


def _waked(consumer: str, provider: str, config: Config) -> str:
    """A provider that is not of the workspace cannot be looked at; its consumer can."""
    return config.name_of(provider if config.service(provider) else consumer)


@dataclass(frozen=True)
class _Places:
    """Where the sources of one member lie."""

    given: frozenset[Path]

    def have(self, file: Path) -> bool:
        """Whether a file is one of them, lies in one, or is a repository that holds one."""
        return not self.given.isdisjoint((file, *file.parents)) or file in self._around

    @cached_property
    def _around(self) -> frozenset[Path]:
        return frozenset(each for place in self.given for each in place.parents)


def _is_ours(file: Path, config: Config) -> bool:
    """Whether a file lies in the workspace, or, as a lock does, in a directory around it."""
    return file.is_relative_to(config.root) or config.root.is_relative_to(file.parent)


def _reason(step: Step, since: Since) -> str:
    if since.for_all:
        return since.for_all
    because = dict(since.because)
    if step.service in because:
        return because[step.service]
    others = (*getattr(step, "consumers", ()), *getattr(step, "providers", ()))
    named = [name for name in (*others, getattr(step, "provider", "")) if name in because]
    return f"of {named[0]}: {because[named[0]]}" if named else "what it gives is asked for"


def _told(file: Path, config: Config) -> str:
    for place in (config.root, config.root.parent):
        if file.is_relative_to(place):
            return file.relative_to(place).as_posix()
    return file.as_posix()


def _words(files: Iterable[str]) -> str:
    first, *rest = sorted(set(files))
    more = f" and {len(rest)} more" if rest else ""
    return f"{first}{more} changed"
