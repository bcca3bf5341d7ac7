"""Which directories a workspace takes in, and where each service is described."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.domain.errors import Misused
from harness.settings.faults import Faults
from harness.settings.schema import Description, ServiceTable, WorkspaceTable
from harness.settings.source import (
    OWN_FILE,
    PROJECT_FILE,
    TOOL,
    Source,
    read_directory,
)
from harness.settings.tables import parse

_WILD = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Member:
    """A service as it is written, with the place where it is written."""

    name: str
    directory: Path
    table: Description
    source: Source


def members(workspace: WorkspaceTable, source: Source, faults: Faults) -> tuple[Member, ...]:
    """Find and read every member of a workspace."""
    found: list[Member] = []
    if "service" in source.table:
        found.append(_own(workspace, source))
    found.extend(_described_here(workspace, source, faults))
    for directory in _directories(workspace, source, faults):
        member = _read(directory, source.directory, faults)
        if member:
            found.append(member)
    if not (found or workspace.services):
        faults.add(
            source.where(),
            "the workspace names no service",
            'write `services = ["services/*"]`, a [service] table, or [members.NAME] tables',
        )
    return tuple(found)


def claims(source: Source, directory: Path) -> bool:
    """Whether a workspace's globs take in a directory."""
    patterns = source.table.get("services")
    if not isinstance(patterns, list):
        return False
    return any(directory in _expand(source.directory, str(pattern)) for pattern in patterns)


def _own(table: WorkspaceTable, source: Source) -> Member:
    """Take the service that a directory describes; what is wrong with it has been told before."""
    inside = source.inner("service")
    fill = {"name": source.directory.name}
    service = table.service or parse(ServiceTable, inside, Faults(), fill=fill)
    return Member(service.name, source.directory, service, inside)


def _described_here(workspace: WorkspaceTable, source: Source, faults: Faults) -> Iterator[Member]:
    for name, table in workspace.members.items():
        inside = source.inner("members", name)
        directory = _absolute(source.directory, table.directory)
        if not directory.is_dir():
            where = inside.where("directory")
            faults.add(where, f"`directory` of {name}: there is no directory {directory}")
        else:
            yield Member(name, directory, table, inside)


def _directories(workspace: WorkspaceTable, source: Source, faults: Faults) -> list[Path]:
    """Expand the globs; each directory once, in the order of the patterns."""
    left_out = {path for one in workspace.exclude for path in _expand(source.directory, one)}
    found: dict[Path, None] = {}
    for index, pattern in enumerate(workspace.services):
        where = source.where("services", index)
        matched = [path for path in _expand(source.directory, pattern) if path not in left_out]
        holding = [path for path in matched if _is_candidate(path, pattern)]
        if not holding:
            faults.add(
                where,
                f'`services`: expected directories of services at "{pattern}", saw none',
                f"a service's directory holds a {PROJECT_FILE} or {OWN_FILE}",
            )
        found.update(dict.fromkeys(holding))
    return [path for path in found if path != source.directory]


def _is_candidate(path: Path, pattern: str) -> bool:
    return not _WILD.search(pattern) or any(
        (path / name).is_file() for name in (PROJECT_FILE, OWN_FILE)
    )


def _expand(root: Path, pattern: str) -> list[Path]:
    if not _WILD.search(pattern):
        path = _absolute(root, pattern)
        return [path] if path.is_dir() else []
    if Path(pattern).is_absolute():
        return []
    return [
        _absolute(root, str(path))
        for path in sorted(root.glob(pattern))
        if path.is_dir() and not path.name.startswith((".", "__"))
    ]


def _read(directory: Path, root: Path, faults: Faults) -> Member | None:
    try:
        found = read_directory(directory)
    except Misused as error:
        faults.add(*_split(error, root))
        return None
    if found is None or "service" not in found.table:
        faults.add(
            (found.named(root) if found else _missing(directory, root)).where(),
            f"expected a table [tool.{TOOL}.service] that describes a service, saw none",
            "describe the service there, or name the directory in the workspace's `exclude`",
        )
        return None
    found = found.named(root)
    # The rest of a member's own table speaks when it is gated alone; here only its keys are read.
    return _own(parse(WorkspaceTable, found, faults, fill={}), found)


def _missing(directory: Path, root: Path) -> Source:
    return Source(directory / PROJECT_FILE, "", (), {}, {}).named(root)


def _split(error: Misused, root: Path) -> tuple[str, str, str]:
    where, _, message = error.message.partition(": ")
    return where.removeprefix(f"{root}/"), message, error.hint


def _absolute(root: Path, path: str) -> Path:
    """Join and fold `..` without following links: a link's own place is what was named."""
    return Path(os.path.normpath(root / path))
