"""Keep what consumers' tests gave: pacts go where their authors look for them."""

from __future__ import annotations

from pathlib import Path

from harness.domain.config import Config
from harness.domain.evidence import Observed, PactGathered
from harness.stages.ports import Files


def keep_pacts(observed: tuple[Observed, ...], config: Config, files: Files) -> None:
    """
    Write each pact of a complete and green run; all others are left as they lie.

    Shape: a workspace without a directory of pacts keeps none.
    """
    if not config.pacts:
        return
    for seen in observed:
        for gathered in seen.evidence:
            if isinstance(gathered, PactGathered) and gathered.complete and gathered.path:
                files.keep_pact(config.root / Path(gathered.path), gathered.text)
