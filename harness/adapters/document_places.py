"""An API document from wherever it is: a file, a git revision, or a running service."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from harness.adapters.revisions import blob
from harness.documents.json_text import MAX_SIZE_BYTES
from harness.domain.errors import HarnessError, Misused

_LIMIT_S = 20.0
_ADDRESS = re.compile(r"https?://", re.I)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def document_bytes(place: str, directory: Path) -> bytes:
    """
    The bytes of a document.

    Shape: `place` is an address, a file, or `REV:path` as git writes it; a file outweighs a
    revision; `directory` is where relative paths begin and the repository is looked for.
    Raises: Misused, where there is none; HarnessError, where a service did not answer with one.
    """
    if _ADDRESS.match(place):
        return _served(place)
    path = directory / place
    if not path.exists() and ":" in place:
        return blob(place, directory)
    try:
        return path.read_bytes()
    except OSError as error:
        raise Misused(f"cannot read {place}: {error.strerror}") from None


def _served(address: str) -> bytes:
    parts = urlsplit(address)
    if parts.username or parts.password:
        raise Misused("expected an address without credentials, saw some before the host")
    host = parts.hostname or ""
    proxies: dict[str, str] | None = {} if host in _LOOPBACK else None
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies))
    asked = urllib.request.Request(address, headers={"Accept": "application/json, */*;q=0.5"})
    try:
        with opener.open(asked, timeout=_LIMIT_S) as answer:
            content: bytes = answer.read(MAX_SIZE_BYTES + 1)
    except urllib.error.HTTPError as error:
        error.close()
        raise HarnessError(
            f"{address}: expected a document, saw the answer {error.code}",
            hint="name the address of the document itself, such as /openapi.json",
        ) from None
    except (OSError, HTTPException, ValueError) as error:
        raise HarnessError(f"{address}: {_reason(error)}", hint="is the service running?") from None
    return content


def _reason(error: Exception) -> str:
    inner = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(inner, TimeoutError):
        return f"no answer within {_LIMIT_S:g} s"
    if isinstance(inner, OSError) and inner.strerror:
        return inner.strerror
    return str(inner) or type(inner).__name__
