"""Small services for the fuzzer's tests, started for real."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from harness.adapters.schema_fuzzer import SchemaFuzzer
from harness.adapters.schema_fuzzer_traffic import Opener
from harness.domain.config import Config
from harness.domain.evidence import Evidence, Observed
from harness.domain.service import DocumentSource, Service
from harness.domain.steps import Fuzz
from harness.domain.system import System
from harness.domain.traffic import CaseFailed, Fault
from harness.services import RunningService, Services
from harness.stages.ports import StepContext

APPS = Path(__file__).parent / "fuzzed"


def service(module: str, **changes: object) -> Service:
    """Describe a service of one module, as its table would."""
    described: dict[str, object] = {
        "name": module,
        "directory": APPS,
        "app": f"{module}:app",
        "python": Path(sys.executable),
        "root": APPS,
        "packages": (module,),
        "documents": (DocumentSource("/openapi.json"),),
        "reset": f"{module}:reset",
    }
    return Service(**{**described, **changes})  # type: ignore[arg-type]


def context_of(
    directory: Path, *services: Service, taken: Mapping[str, Observed] | None = None
) -> StepContext:
    """Give a step the workspace that holds these services, and a directory of its own."""
    work = directory / "work"
    work.mkdir(exist_ok=True)
    config = Config(directory, directory / "pyproject.toml", services)
    return StepContext(System(config), work, directory, directory, taken or {})


@contextmanager
def open_alone(
    name: str, context: StepContext, *, observed: bool = False
) -> Iterator[RunningService]:
    """Start a service with nobody beside it."""
    described = context.config.service(name)
    assert described is not None
    with Services(context.run_directory).open(described, observed=observed) as running:
        yield running


def open_observed(name: str, context: StepContext) -> AbstractContextManager[RunningService]:
    """Start a service with nobody beside it, its types observed."""
    return open_alone(name, context, observed=True)


def fuzz(
    directory: Path,
    described: Service,
    seed: int = 1,
    examples: int = 10,
    opened: Opener = open_alone,
) -> list[Evidence]:
    """Fuzz one service and give everything that was seen."""
    context = context_of(directory, described)
    return list(SchemaFuzzer(opened)(Fuzz(described.name, seed, examples), context))


def failed(evidence: Sequence[Evidence]) -> list[CaseFailed]:
    """Give the failed cases alone."""
    return [one for one in evidence if isinstance(one, CaseFailed)]


def identities(evidence: Sequence[Evidence]) -> set[tuple[Fault, str, str, str]]:
    """Give what tells each failed case from all others."""
    return {(one.fault, one.operation, one.where, one.cause) for one in failed(evidence)}
