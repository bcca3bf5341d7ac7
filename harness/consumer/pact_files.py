"""Pact files: their names, their one order of bytes, and how they are put in place."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

from harness.domain.json import Json, canonical

_LISTS = ("interactions", "messages")
_VOLATILE = frozenset({"pactRust", "pact-python", "pact-rust", "pactffi"})
_LONGEST = 180


def file_name(consumer: str, provider: str) -> str:
    """
    The file of a pair: `consumer-provider.json`, whatever the names hold.

    Shape: every byte beyond letters, digits, `.`, `_`, `~`, `-` and a leading dot is written `%XX`.
    """
    name = f"{_safe(consumer)}-{_safe(provider)}"
    if len(name) > _LONGEST:
        kept = hashlib.sha256(f"{consumer}\0{provider}".encode()).hexdigest()[:16]
        name = f"{name[: _LONGEST - 20]}%..{kept}"
    return f"{name}.json"


def _safe(name: str) -> str:
    text = quote(name, safe="", errors="surrogatepass")
    return "%2E" + text[1:] if text.startswith(".") else text


def interactions_of(document: Json) -> list[tuple[str, Json]]:
    """The interactions and messages of a pact, each with the list that holds it."""
    if not isinstance(document, Mapping):
        return []
    found: list[tuple[str, Json]] = []
    for name in _LISTS:
        held = document.get(name)
        found.extend((name, each) for each in held) if isinstance(held, list) else None
    return found


def identity(interaction: Json) -> str:
    """What makes an interaction the same: its description and its states."""
    held = interaction if isinstance(interaction, Mapping) else {}
    states = held.get("providerStates", held.get("providerState"))
    return canonical([held.get("description"), states or []])


def described(interaction: Json) -> str:
    """The description of an interaction."""
    return str(interaction.get("description", "")) if isinstance(interaction, Mapping) else ""


def merged(documents: Iterable[Json]) -> dict[str, Json]:
    """One pact of many of the same pair: each interaction once, in one order."""
    whole: dict[str, Json] = {}
    lists: dict[str, dict[str, Json]] = {}
    for document in documents:
        if not isinstance(document, Mapping):
            continue
        for key in sorted(document.keys() - set(_LISTS)):
            whole.setdefault(key, _steady(document[key]) if key == "metadata" else document[key])
        for name in _LISTS:
            if name in document:
                lists.setdefault(name, {})
        for name, each in interactions_of(document):
            lists[name][identity(each)] = each
    return whole | {name: _in_order(held) for name, held in lists.items()}


def _in_order(interactions: Mapping[str, Json]) -> list[Json]:
    """By description, then by states."""
    keys = sorted(interactions, key=lambda key: (described(interactions[key]), key))
    return [interactions[key] for key in keys]


def _steady(metadata: Json) -> Json:
    if not isinstance(metadata, Mapping):
        return metadata
    return {key: each for key, each in metadata.items() if key not in _VOLATILE}


def text_of(document: Json) -> str:
    """The bytes of a pact file: sorted keys, two blanks, one newline at the end."""
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def put_in_place(path: Path, text: str) -> bool:
    """Write a file whole or not at all; false if it said the same before."""
    data = text.encode("utf-8", errors="surrogatepass")
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(made, 0o644)
        os.replace(made, path)
    except BaseException:
        os.unlink(made)
        raise
    return True
