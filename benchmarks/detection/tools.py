"""
What a team runs one after another, each tool by itself on a copy of the sample system.

Each gives its alarms as texts without line numbers, so that those of the clean copy can be taken
off, or None where it has nothing to look at.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from xml.etree import ElementTree

from benchmarks.gate import started
from harness.domain.config import Config
from harness.services import RunningService
from harness.settings.load import load
from tests.shop import Shop

SEED = 0
_COMPARE = Path(__file__).with_name("compare.mjs")
# Nothing that an earlier run has learnt is used again.
_FRESH = '[cache]\nenabled = false\n[generation]\ndatabase = "none"\n'

Alarms = frozenset[str] | None


class Tool(Protocol):
    """Looks at those services of a copy that were edited."""

    def __call__(self, shop: Shop, services: tuple[str, ...]) -> Alarms: ...


@dataclass(frozen=True, slots=True)
class Mypy:
    """mypy with each service's own strict configuration, what is installed cached."""

    cache: Path

    def __call__(self, shop: Shop, services: tuple[str, ...]) -> Alarms:
        """Check the services' packages."""
        return frozenset(alarm for name in services for alarm in self._checked(shop, name))

    def _checked(self, shop: Shop, name: str) -> Iterator[str]:
        cache = ("--cache-dir", str(self.cache / name))
        command = [sys.executable, "-m", "mypy", "--output", "json", *cache]
        done = _call(command, shop.root / "sample_services" / name, codes=(0, 1))
        for line in filter(str.strip, done.stdout.splitlines()):
            told = json.loads(line)
            if told["severity"] == "error":
                yield f"{name} {told['file']}: {told['message']} [{told['code']}]"


def pact(shop: Shop, services: tuple[str, ...]) -> Alarms:
    """The consumers' contract tests, then a plain verifier against each provider of theirs."""
    config = _config(shop)
    tested = [name for name in services if (shop.root / "contracts" / name).is_dir()]
    alarms = [alarm for name in tested for alarm in _contract_tests(shop, name)]
    pacts = list(_pacts(shop, services))
    for provider in sorted({provider for _, provider in pacts}):
        theirs = [str(path) for path, about in pacts if about == provider]
        alarms += _verified(config, provider, theirs)
    return frozenset(alarms) if tested or pacts else None


@dataclass(frozen=True, slots=True)
class StRun:
    """`st run` against each service, beside its real neighbours and with its credentials."""

    examples: int

    def __call__(self, shop: Shop, services: tuple[str, ...]) -> Alarms:
        """Fuzz the services that serve a document."""
        config = _config(shop)
        serving = [name for name in services if config.by_name[name].documents]
        alarms = [alarm for name in serving for alarm in _fuzzed(config, name, self.examples)]
        return frozenset(alarms) if serving else None


@dataclass(frozen=True, slots=True)
class Comparator:
    """openapi-pact-comparator on each pact and the document of its provider."""

    node: str
    module: Path

    def __call__(self, shop: Shop, services: tuple[str, ...]) -> Alarms:
        """
        Compare the pacts that an edited service has a side in.

        A provider that was not edited serves its accepted document.
        """
        config = _config(shop)
        pacts = list(_pacts(shop, services))
        alarms: list[str] = []
        for provider in sorted({provider for _, provider in pacts}):
            document = shop.root / "contracts/documents" / f"{provider}.json"
            if provider in services:
                with started(config, provider) as service:
                    document.write_bytes(_document(service))
            for path, about in pacts:
                if about == provider:
                    alarms += self._compared(document, path)
        return frozenset(alarms) if pacts else None

    def _compared(self, document: Path, path: Path) -> Iterator[str]:
        command = [self.node, str(_COMPARE), str(self.module), str(document), str(path)]
        for line in _call(command, path.parent).stdout.splitlines():
            told = json.loads(line)
            if told["type"] == "error":
                yield f"{path.stem} {told['code']}: {told['interaction']}"


def _config(shop: Shop) -> Config:
    return load(shop.root, checks=()).config


def _pacts(shop: Shop, services: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    """The pacts of which a service is the consumer or the provider, with the provider's name."""
    for path in sorted((shop.root / "contracts/pacts").glob("*.json")):
        consumer, provider = path.stem.split("-")
        if consumer in services or provider in services:
            yield path, provider


def _contract_tests(shop: Shop, consumer: str) -> Iterator[str]:
    report = shop.root / f"{consumer}.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    _call([*command, f"--junit-xml={report}", f"contracts/{consumer}"], shop.root, codes=(0, 1, 2))
    for case in ElementTree.parse(report).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            yield f"{consumer} {case.get('classname')}::{case.get('name')}"


def _verified(config: Config, provider: str, pacts: list[str]) -> list[str]:
    with tempfile.TemporaryDirectory() as scratch, started(config, provider) as service:
        results = Path(scratch, "results.json")
        script = [sys.executable, "-m", "benchmarks.detection.verify", provider]
        _call(
            [*script, service.url, service.state_url, str(results), *pacts],
            Path(__file__).parents[2],
        )
        failed: list[str] = json.loads(results.read_text("utf-8"))
    return failed


def _fuzzed(config: Config, name: str, examples: int) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as scratch, started(config, name) as service:
        settings, report = Path(scratch, "schemathesis.toml"), Path(scratch, "report.json")
        settings.write_text(_FRESH, encoding="utf-8")
        command = [
            *(str(Path(sys.executable).with_name("st")), "--config-file", str(settings), "run"),
            service.url + service.service.documents[0].location,
            *("--max-examples", str(examples), "--seed", str(SEED), "--no-color"),
            *("--report-json-path", str(report), *_headers(service)),
        ]
        _call(command, Path(scratch), codes=(0, 1))
        told = json.loads(report.read_text("utf-8"))
    for failure in told["failures"]:
        for operation in failure["operations"]:
            yield f"{name} {failure['code']} {failure['title']}: {operation}"


def _headers(service: RunningService) -> list[str]:
    pairs = [pair for one in service.credentials().values() for pair in one.items()]
    return [part for name, value in pairs for part in ("--header", f"{name}: {value}")]


def _document(service: RunningService) -> bytes:
    return service.fetch(service.service.documents[0].location)


def _call(
    command: list[str], directory: Path, codes: tuple[int, ...] = (0,)
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode not in codes:
        raise SystemExit(
            f"{' '.join(command)} exited {done.returncode}\n{done.stdout}{done.stderr}"
        )
    return done
