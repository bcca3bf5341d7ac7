"""Look at what the gate needs around it: interpreters, tools, ports, files and addresses."""

from __future__ import annotations

import os
import re
import socket
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from harness.adapters.consumer_tests import interpreter_for_tests
from harness.adapters.examining_tools import tools_examined
from harness.adapters.interpreters import not_found
from harness.adapters.members import import_root, relative
from harness.adapters.revisions import has_whole_history
from harness.documents.described import read_described
from harness.domain.config import Config
from harness.domain.errors import DocumentUnreadable, HarnessError, Misused
from harness.domain.health import Examined, Need, amiss, note, well
from harness.domain.service import DocumentSource, Service
from harness.domain.system import System
from harness.services.environment import interpreter_of
from harness.services.processes import LOOPBACK

_PORTS = {
    "amqp": 5672, "amqps": 5671, "http": 80, "https": 443, "kafka": 9092, "mongodb": 27017,
    "mysql": 3306, "nats": 4222, "postgres": 5432, "postgresql": 5432, "redis": 6379,
    "rediss": 6379,
}  # fmt: skip
_PATIENCE_S = 3.0


def examined(system: System, needs: Mapping[str, tuple[Need, ...]]) -> Iterator[Examined]:
    """
    Look at everything, one thing after another.

    Shape: `needs` maps services to the modules that their applications import.
    """
    config = system.config
    yield from tools_examined()
    yield _ports(config)
    yield _kept(config)
    yield _history(config)
    for service in config.services:
        yield from _service(service, config, needs.get(service.name, ()))
    yield from _documents(config)
    yield from _pacts(system, config)
    yield from _owners(config)
    yield _waivers(config)


def _ports(config: Config) -> Examined:
    """Take as many ports at a time as the whole system would."""
    count = 2 * len(config.services) + 2
    taken: list[socket.socket] = []
    try:
        for _ in range(count):
            one = socket.socket()
            taken.append(one)
            one.bind((LOOPBACK, 0))
    except OSError as error:
        said = f"of {count} free ports on {LOOPBACK}, {len(taken) - 1} were had: {error.strerror}"
        return amiss("ports", said, "let processes of this user listen on loopback")
    finally:
        for one in taken:
            one.close()
    return well("ports", f"{count} free ones on {LOOPBACK}")


def _kept(config: Config) -> Examined:
    place = config.kept
    if place.exists() and not place.is_dir():
        return amiss(".harness", f"{place} is no directory", "move it out of the way")
    there = place if place.is_dir() else config.root
    try:
        with tempfile.NamedTemporaryFile(dir=there, prefix=".contract-harness-"):
            pass
    except OSError as error:
        said = f"{there} cannot be written to: {error.strerror}"
        return amiss(".harness", said, f"give this user leave to write to {place}")
    return well(".harness", "can be written")


def _history(config: Config) -> Examined:
    try:
        is_whole = has_whole_history(config.root)
    except Misused as error:
        fix = "needed only for `harness gate --base REV` and `harness diff REV:FILE`"
        return note("git", error.message, fix)
    if is_whole:
        return well("git", "the whole history is there")
    said = "a shallow clone: `harness gate --base REV` finds no older revision in it"
    return note("git", said, "git fetch --unshallow; in CI fetch-depth: 0, or GIT_DEPTH: 0")


def _service(service: Service, config: Config, needs: tuple[Need, ...]) -> Iterator[Examined]:
    python = interpreter_of(service)
    yield from _interpreter(service, python, config, needs)
    if service.contract_tests:
        yield _test_tools(service, python)
    yield from _addresses(service)
    for name, value in service.env.items():
        if value.secret_from is not None and value.secret_from not in os.environ:
            said = f"{name} is taken from {value.secret_from}, which is not set"
            yield amiss(service.name, said, f"export {value.secret_from}")


def _interpreter(
    service: Service, python: str, config: Config, needs: tuple[Need, ...]
) -> Iterator[Examined]:
    root = import_root(service)
    try:
        absent = not_found(Path(python), root, [need.module for need in needs])
    except HarnessError as error:
        yield amiss(service.name, error.message, error.hint)
        return
    for need in needs:
        if need.module not in absent:
            continue
        if not need.where:
            said = f"{service.app}: {python} finds no module {need.module} from {root}"
            yield amiss(service.name, said, "correct `app` or `root` in the service's table")
            continue
        where = f"{relative(root, config)}/{need.where}".removeprefix("./")
        said = f"{where} imports {need.module}, which {python} does not have"
        fix = f"install its distribution: {python} -m pip install …"
        yield amiss(service.name, said, fix)
    if not absent:
        loaded = f", and has the {len(needs)} modules that {service.app} needs" if needs else ""
        yield well(service.name, f"{python} starts{loaded}")


def _test_tools(service: Service, python: str) -> Examined:
    try:
        found = interpreter_for_tests(Path(python), service).found
    except HarnessError as error:
        return amiss(service.name, error.message, error.hint)
    return well(
        service.name,
        f"its contract tests have pytest {found['pytest']} and pact-python {found['pact']}",
    )


def _addresses(service: Service) -> Iterator[Examined]:
    for need in service.requires:
        variable = re.sub(r"\W", "_", need).upper() + "_URL"
        address = os.environ.get(variable, "")
        if not address:
            said = f"requires {need}, and {variable} is not set"
            yield amiss(service.name, said, f"start {need}, and set {variable} to its address")
        else:
            yield _reached(service.name, f"{need} of {variable}", address)
    if service.url is not None:
        yield _reached(service.name, "its `url`", service.url)


def _reached(service: str, what: str, address: str) -> Examined:
    """Whether somebody listens; the address is not shown whole, since it may hold a password."""
    fix = f"start it, or correct the address of {what}"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or _PORTS.get(parts.scheme.partition("+")[0])
    except ValueError:
        host, port = None, None
    if address.startswith("sqlite"):
        return well(service, f"{what} is a file")
    if not host or not port:
        return amiss(service, f"{what}: expected an address with a host and a port", fix)
    try:
        with socket.create_connection((host, port), _PATIENCE_S):
            return well(service, f"{what} answers at {host}:{port}")
    except OSError as error:
        said = f"{what}: nobody answers at {host}:{port}: {error.strerror or error}"
        return amiss(service, said, fix)


def _documents(config: Config) -> Iterator[Examined]:
    for name, directory, source in _filed(config):
        file = directory / source.location
        shown = relative(file, config)
        try:
            content = file.read_bytes() if source.kept is None else source.kept.encode()
            read_described(content, shown)
        except DocumentUnreadable as error:
            yield amiss(name, error.message, _mending(shown, error.hint))
        except OSError as error:
            yield amiss(name, f"{shown} cannot be read: {error.strerror}", f"mend {shown}")
        else:
            yield well(name, f"{shown} is an API document")


def _filed(config: Config) -> Iterator[tuple[str, Path, DocumentSource]]:
    for service in config.services:
        for source in service.documents:
            if not source.is_served:
                yield service.name, service.directory, source
    for external in config.externals:
        for source in external.documents:
            if not source.is_remote:
                yield external.name, config.source.parent, source


def _mending(file: str, hint: str) -> str:
    return f"mend {file}: {hint}" if hint else f"mend {file}"


def _pacts(system: System, config: Config) -> Iterator[Examined]:
    for one in system.pacts:
        if one.pact is None:
            yield amiss("pacts", one.refused, _mending(relative(Path(one.path), config), one.hint))
    count = sum(1 for one in system.pacts if one.pact)
    yield well("pacts", f"{count} can be read")


def _owners(config: Config) -> Iterator[Examined]:
    nobodys = [one.name for one in config.services if not one.owner]
    if nobodys:
        said = f"nobody owns {', '.join(nobodys)}: findings there name no one"
        yield note("owners", said, "write `owner` into their tables, or a CODEOWNERS file")
    elif config.services:
        yield well("owners", "every service has one")


def _waivers(config: Config) -> Examined:
    """A file with a fault ends the reading of the configuration, with the line of each."""
    count = len(config.waivers)
    return well("waivers", f"{count} can be read" if count else "there are none")
