"""An API document from wherever it is: a file, a git revision, or a running service."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from harness.adapters.revisions import blob
from harness.domain.errors import Misused

_ADDRESS = re.compile(r"https?://", re.I)


def document_bytes(place: str, directory: Path, ask: Callable[[str], bytes]) -> bytes:
    """
    The bytes of a document.

    Shape: `place` is an address, a file, or `REV:path` as git writes it; a file outweighs a
    revision; `directory` is where relative paths begin and the repository is looked for; `ask`
    gives what lies at an address.
    Raises: Misused, where there is none; HarnessError, where a service did not answer with one.
    """
    if _ADDRESS.match(place):
        return _served(place, ask)
    path = directory / place
    if not path.exists() and ":" in place:
        return blob(place, directory)
    try:
        return path.read_bytes()
    except OSError as error:
        raise Misused(f"cannot read {place}: {error.strerror}") from None


def _served(address: str, ask: Callable[[str], bytes]) -> bytes:
    parts = urlsplit(address)
    if parts.username or parts.password:
        raise Misused("expected an address without credentials, saw some before the host")
    return ask(address)
