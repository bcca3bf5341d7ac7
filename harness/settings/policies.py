"""The policy in force: the workspace's own, over the shared ones that it extends."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from harness.domain.edge import Leg
from harness.domain.errors import Misused
from harness.domain.policy import Mode, Passed, Policy, ServicePolicy, Severity
from harness.settings.faults import Faults, meant
from harness.settings.schema import (
    Ceiling,
    LegName,
    PolicyFile,
    PolicyTable,
    ServicePolicyTable,
    WorkspaceTable,
)
from harness.settings.source import Source, read_toml
from harness.settings.tables import parse

PolicyKey = tuple[str, ...]
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Layer:
    """One policy table and where it stands."""

    table: PolicyTable
    source: Source
    is_own: bool = False


def layers(
    workspace: WorkspaceTable,
    source: Source,
    checks: Collection[str],
    rules: Collection[str],
    faults: Faults,
) -> tuple[Layer, ...]:
    """Read the workspace's policy and all that it extends, own first."""
    found = [Layer(workspace.policy, source.inner("policy"), is_own=True)]
    seen: set[Path] = {source.file}
    extends, holder = workspace.extends, source
    while extends is not None:
        file = Path(os.path.normpath(holder.directory / extends))
        shared = _shared(file, holder, seen, faults)
        if shared is None:
            break
        seen.add(file)
        table = parse(PolicyFile, shared, faults, fill={})
        found.append(Layer(table, shared))
        extends, holder = table.extends, shared.named(source.directory)
    for layer in found:
        _known_ids(layer, ("levels",), "check", layer.table.levels, checks, faults)
        _known_ids(layer, ("changes",), "rule", layer.table.changes, rules, faults)
        for name, own in layer.table.services.items():
            _known_ids(layer, ("services", name, "levels"), "check", own.levels, checks, faults)
    return tuple(found)


def known_services(found: tuple[Layer, ...], known: Collection[str], faults: Faults) -> None:
    """Tell where the workspace's own policy grades a service that is not there."""
    for own in (one for one in found if one.is_own):
        # A shared policy may name services of other workspaces.
        _known_ids(own, ("services",), "service", own.table.services, known, faults)


def merged(found: tuple[Layer, ...]) -> Policy:
    """Put the layers over one another, key by key: what is nearer to the workspace wins."""
    tables = [layer.table for layer in found]
    required = _nearest(table.required for table in tables)
    names = dict.fromkeys(name for table in tables for name in table.services)
    passed = (one for table in tables for one in table.annotations)
    return Policy(
        levels=_severities(_over(table.levels for table in tables)),
        required=None if required is None else tuple(Leg(name) for name in required),
        changes=_severities(_over(table.changes for table in tables)),
        annotations=tuple(Passed(one.ignore.replace(":", "."), one.reason) for one in passed),
        legs=_ceilings(_over(table.legs for table in tables)),
        services={
            name: _service([one for table in tables if (one := table.services.get(name))])
            for name in names
        },
        mode=Mode(_nearest(table.mode for table in tables) or Mode.ENFORCING),
        day_demanded_by=_day_demanded_by(found),
    )


def _day_demanded_by(found: tuple[Layer, ...]) -> str:
    """Name the line that demands a last day of each waiver; empty where none does."""
    for layer in found:
        if layer.table.expiry is not None:
            return layer.source.where("expiry") if layer.table.expiry == "required" else ""
    return ""


def in_force(found: tuple[Layer, ...]) -> Mapping[PolicyKey, tuple[object, str]]:
    """
    Tell for each key of the policy in force its value, and the file and line of it.

    Shape: what is put together from several files has the place of the nearest.
    """
    values = {
        path: (value, layer.source.where(*path))
        for layer in reversed(found)
        for path, value in _keys(layer.table)
    }
    passed = [one for layer in found for one in layer.table.annotations]
    if passed:
        values["annotations",] = (passed, values["annotations",][1])
    return values


def _keys(table: BaseModel) -> Iterator[tuple[PolicyKey, object]]:
    """Give each key of a table, those of tables within it too, with its value."""
    for name, value in table:
        if isinstance(value, dict):
            for key, inner in value.items():
                if isinstance(inner, BaseModel):
                    yield from (((name, key, *path), one) for path, one in _keys(inner))
                else:
                    yield (name, key), inner
        elif value is not None and value != []:
            yield (name,), value


def _service(tables: Sequence[ServicePolicyTable]) -> ServicePolicy:
    at_most = _nearest(table.at_most for table in tables)
    return ServicePolicy(
        levels=_severities(_over(table.levels for table in tables)),
        legs=_ceilings(_over(table.legs for table in tables)),
        at_most=Severity(at_most) if at_most else None,
    )


def _over(written: Iterable[Mapping[K, V]]) -> dict[K, V]:
    """Put tables over one another, the nearest first."""
    found: dict[K, V] = {}
    for one in written:
        found = {**one, **found}
    return found


def _nearest(values: Iterable[V | None]) -> V | None:
    return next((one for one in values if one is not None), None)


def _ceilings(written: Mapping[LegName, Ceiling]) -> Mapping[Leg, Severity]:
    return {Leg(name): Severity(level) for name, level in written.items()}


def _severities(written: Mapping[str, str]) -> Mapping[str, Severity | None]:
    return {name: None if level == "off" else Severity(level) for name, level in written.items()}


def _shared(file: Path, holder: Source, seen: set[Path], faults: Faults) -> Source | None:
    where = holder.where("extends")
    if file in seen:
        faults.add(where, f"`extends`: {file.name} extends itself, by way of {len(seen)} files")
        return None
    if not file.is_file():
        faults.add(where, f"`extends`: there is no policy file {file}")
        return None
    try:
        found = read_toml(file)
    except Misused as error:
        faults.add(where, f"`extends`: {error.message}")
        return None
    return found.named(holder.directory) if found else None


def _known_ids(
    layer: Layer,
    path: tuple[str, ...],
    kind: str,
    written: Collection[str],
    known: Collection[str],
    faults: Faults,
) -> None:
    for name in written:
        if name not in known:
            faults.add(
                layer.source.where(*path, name),
                f"`{'.'.join(path)}`: there is no {kind} `{name}`",
                meant(name, known),
            )
