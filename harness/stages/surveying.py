"""Find out what is there: services, documents and pacts, read once."""

from __future__ import annotations

from collections.abc import Iterator

from harness.documents.pacts import read_pact
from harness.domain.config import Config
from harness.domain.errors import DocumentUnreadable
from harness.domain.system import FoundPact, System
from harness.stages.ports import Files


def survey(config: Config, files: Files) -> System:
    """Read the pacts that lie in the workspace; one that cannot be read is kept with its reason."""
    return System(config=config, pacts=tuple(_pacts(config, files)))


def _pacts(config: Config, files: Files) -> Iterator[FoundPact]:
    for directory in config.pacts:
        for path, content in files.pact_files(directory):
            text = content.decode("utf-8", "replace")
            try:
                pact = read_pact(content, path=path)
            except DocumentUnreadable as error:
                yield FoundPact(path, text, refused=error.message, hint=error.hint)
            else:
                yield FoundPact(path, text, pact)
