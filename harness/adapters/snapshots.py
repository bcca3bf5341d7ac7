"""Take a snapshot of a workspace's pacts and documents."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from harness.adapters.revisions import commit_at
from harness.domain.broker_answers import BrokerUnreached
from harness.domain.config import Config
from harness.domain.errors import Misused
from harness.domain.snapshot import Snapshot
from harness.domain.system import System


def taken(system: System, now: datetime) -> Snapshot:
    """
    Keep every pact of the workspace, every document that lies in a file, and what was fetched.

    Raises: Misused, where there is nothing to keep, or a file that nobody could read later.
    """
    config = system.config
    broken = next((one for one in system.pacts if one.pact is None), None)
    if broken is not None:
        raise Misused(broken.refused, hint=broken.hint or "mend it first")
    lying = [one for one in system.pacts if one.published is None]
    pacts = {_named(Path(one.path), config): _text(Path(one.path)) for one in lying}
    documents = {_named(file, config): _text(file) for file in _files(config)}
    fetched = config.fetched
    if fetched and (lost := [one for one in fetched.missed if isinstance(one, BrokerUnreached)]):
        what = f"{lost[0].what} of {lost[0].service}"
        raise Misused(f"{what} cannot be fetched: {lost[0].message}", hint=lost[0].hint)
    has_fetched = fetched is not None and bool(fetched.pacts or fetched.documents)
    if not (pacts or documents or has_fetched):
        raise Misused(
            "expected pacts or documents in files to keep, saw none",
            hint="name directories in `pacts`, and files in `documents` or [external] tables",
        )
    commit, is_clean = commit_at(config.root)
    made_at = now.isoformat(timespec="seconds")
    kept = fetched if has_fetched else None
    return Snapshot(made_at, commit, is_clean, pacts, documents, fetched=kept)


def _files(config: Config) -> Iterator[Path]:
    for service in config.services:
        for source in service.documents:
            if not source.is_served:
                yield service.directory / source.location
    for external in config.externals:
        for source in external.documents:
            if not source.is_remote:
                yield config.root / source.location


def _named(file: Path, config: Config) -> str:
    return Path(os.path.relpath(os.path.normpath(file), config.root)).as_posix()


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except OSError as error:
        raise Misused(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise Misused(f"{file}: expected UTF-8, saw another byte at {error.start}") from None
