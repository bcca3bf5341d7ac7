"""How the builds of GitHub and Azure read their logs, told by the rules of their own readers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

GITHUB_COMMANDS: Final = frozenset(
    {
        *("add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group"),
        *("notice", "remove-matcher", "save-state", "set-env", "set-output", "stop-commands"),
        "warning",
    }
)


@dataclass(frozen=True, slots=True)
class Command:
    """A command as a build took it."""

    name: str
    properties: dict[str, str]
    text: str


def github_commands(log: str) -> list[Command]:
    """Give what the runner of GitHub takes for commands: in two forms, of names that it knows."""
    lines = re.split(r"\r\n|\r|\n", re.sub(r"\x1b\[[0-9;]*m", "", log))
    found = (_github_command(line) for line in lines)
    return [one for one in found if one and one.name in GITHUB_COMMANDS]


def azure_commands(log: str) -> list[Command]:
    """Give what the agent of Azure takes for commands: one a line, wherever it begins."""
    found = (_azure_command(line) for line in re.split(r"\r\n|\r|\n", log))
    return [one for one in found if one]


def _github_command(line: str) -> Command | None:
    told = re.match(r"\s*::([^ :]*)(?: (.*?))?::(.*)", line, re.DOTALL)
    if told:
        name, properties, text = told[1], told[2] or "", told[3]
        values = (one.partition("=") for one in properties.strip().split(",") if one)
        escapes = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}
        return Command(
            name,
            {key: _unescaped(value, escapes) for key, _, value in values if value},
            _unescaped(text, {"%0D": "\r", "%0A": "\n", "%25": "%"}),
        )
    older = re.search(r"##\[([^ \]]*)[^\]]*\](.*)", line, re.DOTALL)
    return Command(older[1], {}, older[2]) if older else None


def _azure_command(line: str) -> Command | None:
    told = re.search(r"##vso\[([^ \]]*)([^\]]*)\](.*)", line, re.I | re.DOTALL)
    if told is None:
        return None
    escapes = {"%0D": "\r", "%0A": "\n", "%5D": "]", "%3B": ";", "%AZP25": "%"}
    values = (one.strip().partition("=") for one in told[2].split(";") if one.strip())
    return Command(
        told[1],
        {key: _unescaped(value, escapes) for key, _, value in values},
        _unescaped(told[3], {"%0D": "\r", "%0A": "\n", "%AZP25": "%"}),
    )


def _unescaped(text: str, escapes: dict[str, str]) -> str:
    for written, meant in escapes.items():
        text = text.replace(written, meant)
    return text
