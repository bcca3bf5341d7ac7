"""A member as it is written becomes a `Service`; what it names must be there."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from harness.domain.compatibility import ChannelPolicy
from harness.domain.service import Consumption, DocumentSource, EnvValue, Publisher, Service
from harness.settings.brokers import broker_of
from harness.settings.codeowners import Ownership, owner_of
from harness.settings.faults import Faults
from harness.settings.members import Member
from harness.settings.schema import Description, DocumentTable, FromVariable


def service_of(
    member: Member,
    root: Path,
    owners: tuple[Ownership, ...],
    faults: Faults,
    kept: Mapping[str, str],
) -> Service:
    """
    Build a service, and tell every file and directory that it names and that is not there.

    Shape: `kept` are documents of a snapshot, by their paths from the root.
    """
    table = member.table
    _one_way_to_answer(member, faults)
    _one_variable_each(member, faults)
    return Service(
        name=member.name,
        directory=member.directory,
        app=table.app,
        command=tuple(table.command or ()),
        url=table.url,
        jobs=_jobs(member, faults),
        python=_python(member, faults),
        root=_directory(member, "root", table.root, faults),
        packages=tuple(table.packages),
        documents=_documents(member, root, faults, kept),
        base_path=table.base_path.rstrip("/"),
        env={name: _env_value(value) for name, value in table.env.items()},
        prepare=tuple(tuple(command) for command in table.prepare),
        reset=table.reset,
        states=table.states,
        auth=table.auth,
        messages=table.messages,
        publisher=_publisher(member, faults),
        contract_tests=_contract_tests(member, faults),
        consumes=_consumes(table),
        owner=table.owner or inherited_owner(member, root, owners),
        pacticipant=table.pacticipant or "",
        requires=tuple(table.requires),
        start_timeout_s=table.start_timeout_s,
        raises=tuple(table.raises),
        broker=broker_of(member, faults),
        worker=tuple(table.worker or ()),
        handlers=tuple(table.handlers),
        channels={name: ChannelPolicy(one.compatibility) for name, one in table.channels.items()},
        described_in=member.source.shown,
    )


def inherited_owner(member: Member, root: Path, owners: tuple[Ownership, ...]) -> str | None:
    """Look a member's directory up in CODEOWNERS."""
    if not member.directory.is_relative_to(root):
        return None
    found = owner_of(member.directory.relative_to(root).as_posix(), owners)
    return " ".join(found.owners) if found else None


def _one_way_to_answer(member: Member, faults: Faults) -> None:
    ways = [way for way in ("app", "command", "url", "jobs") if getattr(member.table, way)]
    if len(ways) > 1:
        faults.add(
            member.source.where(ways[1]),
            f"{member.name}: expected one of `app`, `command`, `url` and `jobs`, saw "
            + " and ".join(f"`{way}`" for way in ways),
        )


def _jobs(member: Member, faults: Faults) -> dict[str, tuple[str, ...]]:
    """What the interpreter runs, by the job's name: the host runs no other program."""
    for name, command in member.table.jobs.items():
        is_python = command[0] == "{python}" and len(command) > 1 + (command[1:2] == ["-m"])
        if not is_python:
            faults.add(
                member.source.where("jobs", name),
                f"`jobs.{name}` of {member.name}: expected a command of Python, "
                f"saw {json.dumps(command, ensure_ascii=False)}",
                'write ["{python}", "-m", "module", …] or ["{python}", "file.py", …]',
            )
    return {name: tuple(command[1:]) for name, command in member.table.jobs.items()}


def _publisher(member: Member, faults: Faults) -> Publisher | None:
    """What publishes, which can be watched under the host alone."""
    written = member.table.publisher
    if written is None:
        return None
    if member.table.app is None and not member.table.jobs:
        faults.add(
            member.source.where("publisher"),
            f"`publisher` of {member.name}: expected a service with an `app` or `jobs`, in whose "
            "process it can be watched",
            'name the functions that make its messages instead: messages = "package.messages"',
        )
    if isinstance(written, str):
        return Publisher(written)
    return Publisher(written.function, written.sends)


def _one_variable_each(member: Member, faults: Faults) -> None:
    """Two providers behind one variable cannot be told apart."""
    seen: dict[str, str] = {}
    for one in _consumes(member.table):
        if one.env in seen:
            faults.add(
                member.source.where("consumes", one.provider),
                f"{member.name}: {one.env} is to hold the address of {seen[one.env]} and of "
                f"{one.provider}",
                "give each provider a variable of its own",
            )
        seen[one.env] = one.provider


def _python(member: Member, faults: Faults) -> Path | None:
    """Find the interpreter that `python` names; links are kept, for they make the environment."""
    written = member.table.python
    if written is None:
        return None
    path = Path(os.path.normpath(member.directory / written))
    inside = path / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    by_name = shutil.which(written) if Path(written).name == written else None
    for candidate in (inside, path, Path(by_name) if by_name else inside):
        if candidate.is_file():
            return candidate
    faults.add(
        member.source.where("python"),
        f"`python` of {member.name}: expected a virtual environment or an interpreter at "
        f"{path}, saw {'neither in that directory' if path.is_dir() else 'nothing'}",
        "make the environment first, or leave `python` out to use the harness's own interpreter",
    )
    return None


def _directory(member: Member, key: str, written: str | None, faults: Faults) -> Path | None:
    if written is None:
        return None
    path = Path(os.path.normpath(member.directory / written))
    if not path.is_dir():
        where = member.source.where(key)
        faults.add(where, f"`{key}` of {member.name}: there is no directory {path}")
    return path


def _documents(
    member: Member, root: Path, faults: Faults, kept: Mapping[str, str]
) -> tuple[DocumentSource, ...]:
    found = []
    for index, entry in enumerate(member.table.documents):
        source = (
            DocumentSource(entry.path, entry.mount.rstrip("/"))
            if isinstance(entry, DocumentTable)
            else DocumentSource(entry)
        )
        file = member.directory / source.location
        name = Path(os.path.relpath(os.path.normpath(file), root)).as_posix()
        if not source.is_served and not file.is_file() and name in kept:
            source = replace(source, kept=kept[name])
        elif not source.is_served and not file.is_file():
            faults.add(
                member.source.where("documents", index),
                f"`documents` of {member.name}: there is no file {file}",
                "a path that the running app serves begins with `/`",
            )
        found.append(source)
    return tuple(found)


def _contract_tests(member: Member, faults: Faults) -> tuple[Path, ...]:
    found = []
    for index, written in enumerate(member.table.contract_tests):
        path = Path(os.path.normpath(member.directory / written))
        if not path.exists():
            faults.add(
                member.source.where("contract_tests", index),
                f"`contract_tests` of {member.name}: there is no file or directory {path}",
            )
        found.append(path)
    return tuple(found)


def _consumes(table: Description) -> tuple[Consumption, ...]:
    return tuple(
        Consumption(provider, entry)
        if isinstance(entry, str)
        else Consumption(provider, entry.env, entry.suffix)
        for provider, entry in table.consumes.items()
    )


def _env_value(value: str | FromVariable) -> EnvValue:
    return (
        EnvValue(secret_from=value.source) if isinstance(value, FromVariable) else EnvValue(value)
    )
