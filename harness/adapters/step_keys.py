"""The key of a step: a digest of everything that its evidence depends on."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from pathlib import Path
from typing import Final

from harness import __version__
from harness.adapters.evidence_codec import digest_of
from harness.adapters.installed import Installed
from harness.adapters.instances import neighbours_of
from harness.adapters.retained import retained
from harness.adapters.revisions import commit_of
from harness.adapters.source_files import SourceFiles
from harness.adapters.step_inputs import StepInputs
from harness.domain.config import Config
from harness.domain.errors import HarnessError
from harness.domain.evidence import Observed, PactGathered
from harness.domain.reuse import StepKey, Unkeyed
from harness.domain.service import DocumentSource, Service
from harness.domain.steps import (
    AskWorker,
    Compare,
    ConsumerTests,
    Describe,
    DiffVersions,
    DriveReplies,
    DriveService,
    DriveWorker,
    Fuzz,
    FuzzReplies,
    Replay,
    Step,
    TypeCheck,
    VerifyPacts,
)
from harness.domain.system import System
from harness.services.environment import interpreter_of

RECIPE: Final = 1
_UNTOLD = frozenset({"why", "takes", "limit_s"})  # a limit that was hit is nothing to be kept
_JUDGED = frozenset({"owner", "python", "directory"})  # of judges, or digested otherwise
Parts = dict[str, object]


class _OutOfReach(Exception):
    """A step that depends on what no digest can name."""


@dataclass(slots=True)
class StepKeys:
    """
    Digests what steps depend on.

    Shape: `outside` is the environment of the gate. Paths go in relative to the workspace, so that
    the same checkout has the same keys on every machine.
    """

    config: Config
    outside: Mapping[str, str] = field(default_factory=lambda: os.environ)
    files: SourceFiles = field(default_factory=SourceFiles)
    _inputs: StepInputs = field(init=False)
    _installed: Installed = field(init=False)
    _known: dict[tuple[str, bool], Parts] = field(default_factory=dict)
    _own: Parts = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._inputs = StepInputs(self.config, self.files)
        self._installed = Installed(self.files)

    def anew(self) -> StepKeys:
        """The same with nothing known but what files held when they were read."""
        return StepKeys(self.config, self.outside, self.files.anew())

    def key(self, step: Step, system: System, taken: Mapping[str, Observed]) -> StepKey | Unkeyed:
        """Give the key of a step, or say why it has none."""
        try:
            parts = {
                "recipe": RECIPE,
                "harness": self._harness(),
                "workspace": self._workspace(),
                "step": _told(step, _UNTOLD, self.config.root) | {"kind": step.kind},
                "taken": {one: digest_of(taken[one]) if one in taken else "" for one in step.takes},
                **self._of(step, system, taken),
            }
        except _OutOfReach as why:
            return Unkeyed(str(why))
        except HarnessError as error:
            return Unkeyed(error.message)
        text = json.dumps(parts, sort_keys=True)
        return StepKey(hashlib.sha256(text.encode()).hexdigest())

    def _harness(self) -> Parts:
        if not self._own:
            self._own = {
                "version": __version__,
                "files": self._installed.own(),
                "environment": self._installed.digest(sys.executable),
                "machine": [sys.platform, platform.machine()],
            }
        return self._own

    def _workspace(self) -> Parts:
        """What of the workspace's own table steers more than one step."""
        config = self.config
        return {
            "neighbours": config.neighbours,
            "seed": config.seed,
            "examples": config.examples,
            "patience_s": config.patience_s,
            "members": [[one.name, one.participant, one.serves] for one in config.services],
            "externals": [
                [one.name, *(source.location for source in one.documents)]
                for one in config.externals
            ],
        }

    def _of(self, step: Step, system: System, taken: Mapping[str, Observed]) -> Parts:
        match step:
            case TypeCheck() | ConsumerTests():
                return self._alone(step.service, tools=True)
            case Describe() if (external := self.config.external(step.service)) is not None:
                return {"documents": [self._document(one) for one in external.documents]}
            case Describe():
                beside = self._beside(step.service)
                return beside | {"pacts": self._pacts(system, taken, of=self._posed(step, beside))}
            case VerifyPacts():
                beside = self._beside(step.service)
                callers = self._posed(step, beside)
                pacts = self._pacts(system, taken, of=callers, to=(step.service,))
                return beside | {"pacts": pacts}
            case Fuzz():  # takes its samples from files and fresh pacts alike
                beside = self._beside(step.service)
                return beside | {"pacts": self._pacts(system, {}, of=beside, to=beside)}
            case DriveReplies():
                return self._driven(step.service, system, taken)
            case FuzzReplies():
                before = {name: self._before(name, system) for name in step.providers}
                return self._driven(step.service, system, taken) | {"before": before}
            case DriveService():
                pacts = self._pacts(system, taken, of=(step.service,), to=(step.service,))
                told = self._running(self._member(step.service))
                return {step.service: told, "pacts": pacts}
            case AskWorker() | DriveWorker():
                raise _OutOfReach("what a broker carries is looked at each time")
            case Compare():
                return {"pacts": self._pacts(system, taken, to=(step.service,))}
            case DiffVersions():
                both = (system.accepted, system.base or ())
                found = [[_told(one, (), self.config.root) for one in each] for each in both]
                told = {"accepted": found, "is base": system.base is not None}
                return told | self._channels(step.service, system)
            case Replay():
                raise _OutOfReach("a recording is always sent again")

    def _driven(self, name: str, system: System, taken: Mapping[str, Observed]) -> Parts:
        """A consumer whose tests are run against replies."""
        pacts = self._pacts(system, taken, of=(name,))
        return self._alone(name, tools=True) | {"pacts": pacts}

    def _before(self, name: str, system: System) -> Parts:
        """Earlier versions of a producer's messages, which may still come to a consumer."""
        kept = [one for one in system.compared_with(name) if '"asyncapi"' in one.text]
        if not kept or self.config.service(name) is None:
            return {}
        told = [_told(one, (), self.config.root) for one in kept]
        asked = {key: one.value for key, one in self._member(name).channels.items()}
        before = [retained(one, self.config) for one in kept]
        texts = [
            [one.short, *((place, _digest(text)) for place, text in one.texts)] for one in before
        ]
        return {"accepted": told, "channels": asked, "retained": texts}

    def _channels(self, name: str, system: System) -> Parts:
        """What is asked of a service's channels, and the commit whose history they may ask."""
        kept = system.compared_with(name)
        if not any('"asyncapi"' in one.text for one in kept):
            return {}
        asked = {key: one.value for key, one in self._member(name).channels.items()}
        return {"channels": asked, "commit": commit_of(self.config.root)}

    def _document(self, source: DocumentSource) -> object:
        if source.kept is not None:
            return _digest(source.kept)
        file = self.config.source.parent / source.location
        return self.files.digest([file], self.config.root)

    def _member(self, name: str) -> Service:
        service = self.config.service(name)
        if service is None:
            raise _OutOfReach(f"no service is called {name}")
        return service

    def _alone(self, name: str, *, tools: bool) -> Parts:
        return {name: self._service(self._member(name), tools=tools)}

    def _beside(self, name: str) -> Parts:
        """A service as it runs, with every real neighbour that is started beside it."""
        service = self._member(name)
        beside = neighbours_of(service, self.config).real.values() if service.consumes else ()
        return {one.name: self._running(one) for one in (service, *beside)}

    def _posed(self, step: Step, beside: Parts) -> Iterable[str]:
        """Those whose contracts a stand-in answers from while a service runs, if there is one."""
        posed = neighbours_of(self._member(step.service), self.config).posed
        return beside if posed else ()

    def _running(self, service: Service) -> Parts:
        if service.url is not None:
            raise _OutOfReach(f"{service.name} is running already, and may be changed at any time")
        if service.requires:
            needs = ", ".join(service.requires)
            raise _OutOfReach(f"{service.name} requires {needs}, which is not the workspace's")
        return self._service(service, tools=False)

    def _service(self, service: Service, *, tools: bool) -> Parts:
        """All that one service brings: its table, its code, its environment, its secrets."""
        if (service.name, tools) not in self._known:
            root = self.config.root
            files = self._inputs.code(service)
            if tools:
                files += self._inputs.tools(service)
            secrets = {one.secret_from for one in service.env.values() if one.secret_from}
            self._known[service.name, tools] = {
                "table": _told(service, _JUDGED, root),
                "files": self.files.digest(files, root),
                "environment": self._installed.digest(interpreter_of(service)),
                "taken from outside": {
                    name: _digest(self.outside.get(name, "")) for name in sorted(secrets)
                },
            }
        return self._known[service.name, tools]

    def _pacts(
        self,
        system: System,
        taken: Mapping[str, Observed],
        *,
        of: Iterable[str] = (),
        to: Iterable[str] = (),
    ) -> list[list[str]]:
        """
        The pact files of some consumers, and those of some providers.

        Shape: what fresh ones outweigh is left out, so that to write these changes no key.
        """
        consumers, providers, name = frozenset(of), frozenset(to), self.config.name_of
        fresh = {
            (one.consumer, one.provider)
            for observed in taken.values()
            for one in observed.evidence
            if isinstance(one, PactGathered) and one.complete
        }
        found = []
        for pact in system.pacts:
            pair = (pact.consumer, pact.provider)
            if pact.pact is None:
                found.append([_below(Path(pact.path), self.config.root), _digest(pact.text)])
            elif pair not in fresh and (
                name(pact.consumer) in consumers or name(pact.provider) in providers
            ):
                found.append([*pair, _digest(pact.text)])
        return sorted(found)


def _told(value: object, without: Iterable[str], root: Path) -> Parts:
    """The fields of a dataclass as JSON would hold them, its paths relative."""
    left_out = frozenset(without)
    return {
        one.name: _plain(getattr(value, one.name), root)
        for one in fields(value)  # type: ignore[arg-type]  # called with dataclasses alone
        if one.name not in left_out
    }


def _plain(value: object, root: Path) -> object:
    if isinstance(value, Path):
        return _below(value, root)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(name): _plain(one, root) for name, one in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return [_plain(one, root) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        return _told(value, (), root)
    return value


def _below(path: Path, root: Path) -> str:
    return os.path.relpath(path, root) if path.is_absolute() else str(path)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
