"""Environments and what runs in them, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from harness.domain.deploying import Environment, Placed
from harness.domain.json import Json
from harness.pages.plain import one_line
from harness.reports.json_text import json_text
from harness.reports.words import counted

FORMAT: Final = "contract-harness-environments"
FORMAT_VERSION: Final = "1.0"

Seen: TypeAlias = Sequence[tuple[Environment, Sequence[Placed]]]


def described(one: Environment) -> str:
    """An environment in a few words."""
    shown = f" ({one.display_name})" if one.display_name not in ("", one.name) else ""
    kind = ", production" if one.production else ""
    return f"{one.name}{shown}{kind}"


def running(there: Sequence[Placed]) -> str:
    """How much is in an environment."""
    return f"{counted(len(there), 'version')} {'is' if len(there) == 1 else 'are'}" if there else ""


def render_text(seen: Seen) -> str:
    """Write them for people: a line each, and one for each version below it."""
    lines = [line for one, there in seen for line in _lines(one, there)]
    return "\n".join(lines or ["no environment is there yet"]) + "\n"


def _lines(one: Environment, there: Sequence[Placed]) -> Iterator[str]:
    contacts = "; ".join(f"{name} {email}".strip() for name, email in one.contacts)
    yield one_line(f"{described(one)}{f' · {contacts}' if contacts else ''}")
    for each in there:
        how = "released" if each.is_release else "deployed"
        instance = f" as {each.instance}" if each.instance else ""
        yield "  " + one_line(f"{each.pacticipant} {each.version}, {how}{instance} {each.since}")


def render_json(seen: Seen) -> str:
    """Write them for programs."""
    report: Json = {
        "format": {"name": FORMAT, "version": FORMAT_VERSION},
        "environments": [
            {
                "uuid": one.uuid,
                "name": one.name,
                "display_name": one.display_name,
                "production": one.production,
                "contacts": [
                    {"name": name, "email": email or None} for name, email in one.contacts
                ],
                "versions": [placed_json(each) for each in there],
            }
            for one, there in seen
        ],
    }
    return json_text(report)


def placed_json(one: Placed) -> Json:
    """A version in an environment, for programs."""
    return {
        "pacticipant": one.pacticipant,
        "version": one.version,
        "is_release": one.is_release,
        "application_instance": one.instance or None,
        "since": one.since or None,
    }
