"""Text in, `Config` out; or every fault at once."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from harness.documents.snapshots import read_snapshot
from harness.domain.config import Config, External
from harness.domain.errors import DocumentUnreadable, Misused
from harness.domain.service import BROKER, DocumentSource, Service
from harness.domain.snapshot import Snapshot
from harness.settings.codeowners import read_owners
from harness.settings.faults import Faults, meant
from harness.settings.members import Member, claims, members
from harness.settings.policies import in_force, known_services, layers, merged
from harness.settings.schema import WorkspaceTable
from harness.settings.services import inherited_owner, service_of
from harness.settings.shown import Setting, dotted, settings_of
from harness.settings.source import (
    OWN_FILE,
    PROJECT_FILE,
    TOOL,
    Source,
    read_directory,
    read_given,
    shown,
)
from harness.settings.tables import parse
from harness.settings.waivers import read_waivers

# Credentials have no place in a file that is committed.
_ADDRESS: Final = re.compile(
    r"https?://[^\s@/]+/[^\s@]*"
    r"|git\+(?:(?:https?|file)://[^\s#@]+|ssh://[^\s#]+)#[^\s@]+(?:@\S+)?"
)


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace's configuration, and where each value of it came from."""

    config: Config
    settings: tuple[Setting, ...]

    def setting(self, *path: str) -> Setting | None:
        """Find the value of a key, if something has set it."""
        key = dotted(path)
        return next((one for one in self.settings if one.key == key), None)


def load(
    start: Path,
    *,
    given: Path | None = None,
    checks: Collection[str],
    rules: Collection[str] = (),
    snapshot: Path | None = None,
    takes_snapshot: bool = True,
) -> Workspace:
    """
    Read the workspace around a directory, or the one at a given path.

    Shape: `checks` are the ids, and `rules` those of changes, that a policy may name;
    `snapshot` outweighs the one that the workspace names, and without `takes_snapshot` neither is
    read.
    Raises: Misused, with all faults of the configuration.
    """
    source = read_given(given) if given else find(start)
    source = source.named(source.directory)
    faults = Faults()
    table = parse(WorkspaceTable, source, faults, fill={})
    found = members(table, source, faults)
    owners = read_owners(source.directory)
    kept = _snapshot(snapshot, table, source, faults) if takes_snapshot else None
    held = kept.documents if kept else {}
    services = tuple(service_of(one, source.directory, owners, faults, held) for one in found)
    externals = _externals(table, source, faults, held)
    found_policy = layers(table, source, checks, rules, faults)
    policy = merged(found_policy)
    waivers_file = Path(os.path.normpath(source.directory / table.waivers))
    day = policy.day_demanded_by
    waivers = read_waivers(waivers_file, source.directory, faults, day_demanded_by=day)
    known_services(found_policy, _names(services, externals), faults)
    _distinct(found, services, table, source, faults)
    _known_providers(found, services, externals, faults)
    faults.stop_if_any()
    config = Config(
        root=source.directory,
        source=source.file,
        services=services,
        externals=externals,
        pacts=_pacts(table, source),
        neighbours=table.neighbours,
        examples=table.budget.examples,
        seed=table.budget.seed,
        workers=table.workers,
        time_cap_s=table.budget.time_cap_s,
        patience_s=table.budget.patience_s,
        policy=policy,
        accepted=Path(os.path.normpath(source.directory / table.accepted)),
        waivers=waivers,
        waivers_file=waivers_file,
        snapshot=kept,
        snapshot_file=_named_snapshot(table, source),
        evidence=table.evidence,
        broker=table.broker or "",
        deploys_to=tuple(table.deploys_to),
    )
    owned = {one.name: inherited_owner(one, source.directory, owners) for one in found}
    return Workspace(config, settings_of(table, source, found, owned, in_force(found_policy)))


def find(start: Path) -> Source:
    """
    Look from a directory upward for the workspace that takes it in.

    Raises: Misused, if there is none.
    """
    found = around(start)
    if found is not None:
        return found
    raise Misused(
        f"expected a workspace in {start.absolute()} or above it, saw no {PROJECT_FILE} with "
        f"[tool.{TOOL}] and no {OWN_FILE}",
        hint="`harness init` finds your services and describes them",
    )


def around(start: Path) -> Source | None:
    """
    Find the workspace that takes a directory in, or none.

    A service's own table is a workspace of one only where no workspace above claims it.
    """
    start = start.absolute()
    alone: Source | None = None
    for directory in (start, *start.parents):
        source = read_directory(directory)
        if source is None:
            continue
        is_member = set(source.table) == {"service"}
        if alone is not None and claims(source, alone.directory):
            return source
        if alone is None and not is_member:
            return source
        alone = alone or source
    return alone


def _named_snapshot(table: WorkspaceTable, source: Source) -> Path | None:
    return source.directory / table.snapshot if table.snapshot else None


def _snapshot(
    given: Path | None, table: WorkspaceTable, source: Source, faults: Faults
) -> Snapshot | None:
    """
    Read the snapshot that is given, else the one that the workspace names.

    Raises: Misused, for one that is given and cannot be taken.
    """
    file = given or _named_snapshot(table, source)
    if file is None:
        return None
    try:
        return read_snapshot(file.read_bytes(), shown(file.absolute(), source.directory))
    except OSError as error:
        message, hint = f"{file}: {error.strerror}", "harness snapshot writes one"
    except DocumentUnreadable as error:
        message, hint = error.message, error.hint
    if given:
        raise Misused(message, hint=hint)
    faults.add(source.where("snapshot"), f"`snapshot`: {message}", hint)
    return None


def _externals(
    table: WorkspaceTable, source: Source, faults: Faults, kept: Mapping[str, str]
) -> tuple[External, ...]:
    found = []
    for name, one in table.external.items():
        document = DocumentSource(one.document) if one.document else None
        if document and document.is_remote:
            _remote_document(name, document.location, table, source, faults)
        elif document and not (source.directory / document.location).is_file():
            document = replace(document, kept=kept.get(os.path.normpath(document.location)))
        if document and not document.is_remote and document.kept is None:
            _external_document(name, document.location, source, faults)
        found.append(External(name, (document,) if document else (), one.owner))
    return tuple(found)


def _external_document(name: str, written: str, source: Source, faults: Faults) -> None:
    if written.startswith("/") or not (source.directory / written).is_file():
        faults.add(
            source.where("external", name, "document"),
            f"`document` of {name}: expected a file below {source.directory}, saw none at "
            f"{written}",
        )


def _remote_document(
    name: str, written: str, table: WorkspaceTable, source: Source, faults: Faults
) -> None:
    """Refuse an address that could not be asked."""
    where, what = source.where("external", name, "document"), f"`document` of {name}"
    if written == BROKER:
        if table.broker is None:
            said = f"{what}: the workspace names no broker"
            faults.add(where, said, 'broker = "embedded", or the address of a Pact Broker')
    elif not _ADDRESS.fullmatch(written):
        said = f"{what}: expected a file, `broker` or an address without credentials, saw {written}"
        forms = "https://host/{service}.json, or git+https://host/repository.git#path@revision"
        faults.add(where, said, forms)
    elif "{environment}" in written and not table.deploys_to:
        said = f"{what}: expected an environment to put in, saw none"
        faults.add(where, said, 'name it in the workspace: deploys_to = ["production"]')


def _distinct(
    found: tuple[Member, ...],
    services: tuple[Service, ...],
    table: WorkspaceTable,
    source: Source,
    faults: Faults,
) -> None:
    """Every name means one service, whether it is the service's own or the one in pacts."""
    taken = {name: source.where("external", name) for name in table.external}
    for member, service in zip(found, services, strict=True):
        where = member.source.where("name")
        for name in dict.fromkeys((service.name, service.participant)):
            if name in taken:
                faults.add(
                    where,
                    f'two services are called "{name}": here, and at {taken[name]}',
                    "give one of them another `name`",
                )
            taken.setdefault(name, where)


def _names(services: tuple[Service, ...], externals: tuple[External, ...]) -> list[str]:
    return [*(one.name for one in services), *(one.name for one in externals)]


def _known_providers(
    found: tuple[Member, ...],
    services: tuple[Service, ...],
    externals: tuple[External, ...],
    faults: Faults,
) -> None:
    known = {service.name for service in services} | {one.name for one in externals}
    for member, service in zip(found, services, strict=True):
        for one in service.consumes:
            if one.provider not in known:
                faults.add(
                    member.source.where("consumes", one.provider),
                    f"`consumes` of {member.name}: {one.provider} is neither a member nor external",
                    meant(one.provider, known)
                    + f"; a neighbour that lives elsewhere has a table [external.{one.provider}]",
                )


def _pacts(table: WorkspaceTable, source: Source) -> tuple[Path, ...]:
    written = [table.pacts] if isinstance(table.pacts, str) else table.pacts
    return tuple(Path(os.path.normpath(source.directory / one)) for one in written)
