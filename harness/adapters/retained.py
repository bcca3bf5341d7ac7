"""The texts that an accepted document had before, as git has kept them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from harness.adapters.revisions import has_whole_history, versions_of
from harness.domain.accepted import AcceptedDocument
from harness.domain.config import Config
from harness.domain.errors import Misused


@dataclass(frozen=True, slots=True)
class Retained:
    """
    The earlier texts of an accepted document, the latest first, each once.

    Shape: `texts` have the commit and the file's name as their place; `short` says why there may be
    more of them, empty where these are all.
    """

    texts: tuple[tuple[str, str], ...] = ()
    short: str = ""


def retained(accepted: AcceptedDocument, config: Config) -> Retained:
    """What git has of an accepted document, but for the text that is accepted now."""
    if config.accepted is None:
        return Retained()
    file = config.accepted / PurePath(accepted.place).name
    seen, found, short = {accepted.text}, [], ""
    try:
        if not has_whole_history(file.parent):
            short = "the clone is shallow"
        for commit, held in versions_of(file, config.base or "HEAD"):
            text = held.decode("utf-8", "replace")
            if text not in seen:
                seen.add(text)
                found.append((f"{commit}:{file.name}", text))
    except Misused as error:
        short = error.message
    return Retained(tuple(found), short)
