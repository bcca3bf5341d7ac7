"""Which files differ from a git revision, and where each member's sources lie."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from harness.adapters.installed import Installed
from harness.adapters.revisions import Difference, difference
from harness.adapters.source_files import SourceFiles
from harness.adapters.step_inputs import StepInputs
from harness.documents.pacts import read_pact
from harness.domain.config import Config
from harness.domain.edited import Edited
from harness.domain.errors import DocumentUnreadable, HarnessError
from harness.domain.service import Service
from harness.services.environment import interpreter_of


def edited_since(revision: str, config: Config) -> Edited:
    """
    Compare the work tree with the point where it left a revision.

    Raises: Misused, where there is no such revision, or no repository around the workspace.
    """
    found = difference(revision, config.root)
    files = SourceFiles()
    inputs, installed = StepInputs(config, files), Installed(files)
    return Edited(
        revision,
        found.files,
        {one.name: frozenset(_places(one, inputs, installed)) for one in config.services},
        {
            file: tuple(dict.fromkeys(_pairs(file, found)))
            for file in found.files
            if file.parent in config.pacts and file.suffix == ".json"
        },
    )


def _places(service: Service, inputs: StepInputs, installed: Installed) -> Iterator[Path]:
    yield from inputs.places(service)
    yield from service.contract_tests
    yield from inputs.code(service)
    yield from inputs.tools(service)
    try:
        yield from installed.edited_in_place(interpreter_of(service))
    except HarnessError:
        return  # told by the steps that need the interpreter


def _pairs(file: Path, found: Difference) -> Iterator[tuple[str, str]]:
    """The pairs that a pact file names now and named then; none where that cannot be known."""
    texts = [file.read_bytes()] if file.is_file() else []
    before = found.before(file)
    texts += [before] if before is not None else []
    try:
        pacts = [read_pact(text, path=str(file)) for text in texts]
    except DocumentUnreadable:
        return
    yield from ((one.consumer, one.provider) for one in pacts)
