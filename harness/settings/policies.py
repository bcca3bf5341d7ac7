"""The policy in force: the workspace's own, over the shared ones that it extends."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.domain.edge import Leg
from harness.domain.errors import Misused
from harness.domain.policy import Passed, Policy, Severity
from harness.settings.faults import Faults, meant
from harness.settings.schema import PolicyFile, PolicyTable, WorkspaceTable
from harness.settings.source import Source, read_toml
from harness.settings.tables import parse


@dataclass(frozen=True, slots=True)
class Layer:
    """One policy table and where it stands."""

    table: PolicyTable
    source: Source


def layers(
    workspace: WorkspaceTable,
    source: Source,
    checks: Collection[str],
    rules: Collection[str],
    faults: Faults,
) -> tuple[Layer, ...]:
    """Read the workspace's policy and all that it extends, own first."""
    found = [Layer(workspace.policy, source.inner("policy"))]
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
        _known_ids("levels", "check", layer, layer.table.levels, checks, faults)
        _known_ids("changes", "rule", layer, layer.table.changes, rules, faults)
    return tuple(found)


def merged(found: tuple[Layer, ...]) -> Policy:
    """Put the layers over one another: what is nearer to the workspace wins."""
    levels: dict[str, Severity | None] = {}
    changes: dict[str, Severity | None] = {}
    required: tuple[Leg, ...] | None = None
    for layer in reversed(found):
        levels.update(_severities(layer.table.levels))
        changes.update(_severities(layer.table.changes))
        if layer.table.required is not None:
            required = tuple(Leg(name) for name in layer.table.required)
    passed = (one for layer in found for one in layer.table.annotations)
    return Policy(
        levels=levels,
        required=required,
        changes=changes,
        annotations=tuple(Passed(one.ignore.replace(":", "."), one.reason) for one in passed),
    )


def level_origins(found: tuple[Layer, ...]) -> Mapping[tuple[str, str], str]:
    """Tell for each graded check, and each graded rule, the file and line that graded it."""
    return {
        (key, name): layer.source.where(key, name)
        for layer in reversed(found)
        for key, graded in (("levels", layer.table.levels), ("changes", layer.table.changes))
        for name in graded
    }


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
    key: str,
    kind: str,
    layer: Layer,
    written: Collection[str],
    known: Collection[str],
    faults: Faults,
) -> None:
    for name in written:
        if name not in known:
            faults.add(
                layer.source.where(key, name),
                f"`{key}`: there is no {kind} `{name}`",
                meant(name, known),
            )
