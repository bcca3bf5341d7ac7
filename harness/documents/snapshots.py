"""A snapshot's text, and what it holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from harness.documents.json_text import parse_json, unreadable
from harness.domain.fetched import Fetched, FetchedPact, Publication
from harness.domain.json import Json
from harness.domain.snapshot import Snapshot

FORMAT: Final = "contract-harness-snapshot"
VERSION: Final = 1
_HINT: Final = "make it anew with this version: harness snapshot"


def snapshot_text(snapshot: Snapshot) -> str:
    """Write a snapshot, with a digest over all that it holds."""
    held = _held(snapshot)
    whole = {"format": {"name": FORMAT, "version": VERSION}, "digest": _digest(held), **held}
    return json.dumps(whole, indent=1, ensure_ascii=True) + "\n"


def _held(snapshot: Snapshot) -> dict[str, Json]:
    held: dict[str, Json] = {
        "made_at": snapshot.made_at,
        "commit": snapshot.commit,
        "is_clean": snapshot.is_clean,
        "pacts": dict(sorted(snapshot.pacts.items())),
        "documents": dict(sorted(snapshot.documents.items())),
    }
    if snapshot.fetched is not None:
        held["fetched"] = _fetched(snapshot.fetched)
    return held


def _fetched(fetched: Fetched) -> dict[str, Json]:
    """What others had published; what takes results is no part of it."""
    pacts: list[Json] = [
        {
            "consumer": one.consumer,
            "provider": one.provider,
            "version": one.publication.version,
            "url": one.publication.url,
            "why": one.publication.why,
            "pending": one.publication.pending,
            "wip": one.publication.wip,
            "text": one.text,
        }
        for one in fetched.pacts
    ]
    # A neighbour that has documents of both kinds is newer than the format.
    documents: dict[str, Json] = {
        name: texts[0] if len(texts) == 1 else list(texts)
        for name, texts in sorted(fetched.documents.items())
    }
    return {"broker": fetched.broker, "pacts": pacts, "documents": documents}


def _digest(held: Mapping[str, Json]) -> str:
    text = json.dumps(held, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def read_snapshot(content: bytes, name: str) -> Snapshot:
    """
    Read a snapshot that is whole.

    Raises: DocumentUnreadable, for another format or version, and for one that is damaged.
    """
    root = parse_json(content, name).value
    said = root.get("format") if isinstance(root, dict) else None
    known = {"name": FORMAT, "version": VERSION}
    if not isinstance(root, dict) or said != known:
        expected = f"a snapshot of {FORMAT} {VERSION}"
        raise unreadable(name, expected, f"the format {json.dumps(said)}", _HINT)
    held = {key: value for key, value in root.items() if key not in ("format", "digest")}
    try:
        is_whole = root.get("digest") == _digest(held)
        read = _read(held, name)
        datetime.fromisoformat(read.made_at)
    except (KeyError, TypeError, ValueError):
        is_whole, read = False, None
    if not is_whole or read is None:
        raise unreadable(name, "a snapshot as it was written", "another digest", _DAMAGED)
    return read


_DAMAGED: Final = "it was changed or cut since: fetch it again, or make it anew"


def _read(held: Mapping[str, Json], name: str) -> Snapshot:
    return Snapshot(
        made_at=_text(held["made_at"]),
        commit=_text(held["commit"]),
        is_clean=held["is_clean"] is True,
        pacts=_texts(held["pacts"]),
        documents=_texts(held["documents"]),
        shown=name,
        fetched=_read_fetched(held["fetched"]) if "fetched" in held else None,
    )


def _read_fetched(value: Json) -> Fetched:
    if not isinstance(value, dict) or not isinstance(value["pacts"], list):
        raise TypeError
    pacts, written = tuple(map(_read_pact, value["pacts"])), value["documents"]
    if not isinstance(written, dict):
        raise TypeError
    documents = {
        name: tuple(map(_text, found if isinstance(found, list) else [found]))
        for name, found in written.items()
    }
    return Fetched(_text(value["broker"]), pacts=pacts, documents=documents)


def _read_pact(value: Json) -> FetchedPact:
    if not isinstance(value, dict):
        raise TypeError
    version, url, why = (_text(value[name]) for name in ("version", "url", "why"))
    pending, wip = value["pending"] is True, value["wip"] is True
    publication = Publication(version, url, why, pending=pending, wip=wip)
    return FetchedPact(
        _text(value["consumer"]), _text(value["provider"]), _text(value["text"]), publication
    )


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _texts(value: Json) -> dict[str, str]:
    if not isinstance(value, dict):
        raise TypeError
    return {name: _text(text) for name, text in value.items()}
