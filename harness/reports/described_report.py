"""What a broker knows of a pacticipant or of a version, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Final

from harness.domain.json import Json
from harness.domain.published import KnownPacticipant, KnownVersion
from harness.pages.plain import one_line
from harness.reports.json_text import json_text

FORMAT: Final = "contract-harness-described"
FORMAT_VERSION: Final = "1.0"
_MOST: Final = 20


def pacticipant_text(one: KnownPacticipant) -> str:
    """Write a pacticipant for people, its versions a line each."""
    branches = one.branches[:_MOST]
    more = f" and {len(one.branches) - _MOST:,} more" if len(one.branches) > _MOST else ""
    facts = {
        "main branch": one.main_branch,
        "branches": ", ".join(branches) + more,
        "labels": ", ".join(one.labels),
        "repository": one.repository_url,
    }
    lines = [one_line(one.name), *_facts(facts)]
    if one.versions:
        lines += ["", "newest versions"]
    lines += ["  " + one_line(f"{each.number} {_short(each)}") for each in one.versions]
    return "\n".join(lines) + "\n"


def version_text(name: str, one: KnownVersion) -> str:
    """Write a version for people."""
    facts = {
        "branches": ", ".join(one.branches),
        "tags": ", ".join(one.tags),
        "build": one.build_url,
        "created": one.created,
        "deployed to": ", ".join(one.deployed),
        "released in": ", ".join(one.released),
        "pacts": "; ".join(one.pacts),
    }
    return "\n".join([one_line(f"{name} {one.number}"), *_facts(facts)]) + "\n"


def render_json(name: str, one: KnownPacticipant | KnownVersion) -> str:
    """Write either for programs."""
    key = "version" if isinstance(one, KnownVersion) else "pacticipant"
    told: Json = asdict(one)
    return json_text(
        {"format": {"name": FORMAT, "version": FORMAT_VERSION}, "name": name, key: told}
    )


def _short(one: KnownVersion) -> str:
    parts = {
        "of": one.branches,
        "tagged": one.tags,
        "deployed to": one.deployed,
        "released in": one.released,
    }
    return " · ".join(f"{word} {', '.join(names)}" for word, names in parts.items() if names)


def _facts(facts: dict[str, str]) -> Iterator[str]:
    for name, value in facts.items():
        if value:
            yield "  " + one_line(f"{name:<12} {value}")
