"""Commands in the log of a build: written for it, and kept out of what others wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

# GitHub takes a line for a command that begins with `::`, blanks aside, and one that holds `##[`
# anywhere; Azure one that holds `##vso[` anywhere. Colours stand before a line that a log shows.
_AT_THE_START: Final = re.compile(r"(^|[\r\n])((?:[^\S\r\n]|\x1b\[[0-9;]*m)*):(?=:)")
_ANYWHERE: Final = re.compile(r"#(?=#(?:vso)?\[)", re.I)

_GITHUB_TEXT: Final = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_GITHUB_VALUE: Final = {**_GITHUB_TEXT, ":": "%3A", ",": "%2C"}
_AZURE_TEXT: Final = {"%": "%AZP25", "\r": "%0D", "\n": "%0A"}
_AZURE_VALUE: Final = {**_AZURE_TEXT, "]": "%5D", ";": "%3B"}


def disarmed(text: str) -> str:
    """
    Write what a build would take for a command as text, with an escape.

    What a service printed or answered stands in reports: it must not end a job, hide a log or set
    a variable of it.
    """
    return _ANYWHERE.sub(r"\\x23", _AT_THE_START.sub(r"\1\2\\x3a", text))


def github_command(name: str, properties: Mapping[str, str], text: str) -> str:
    """Write one workflow command, in one line."""
    told = ",".join(
        f"{key}={_escaped(value, _GITHUB_VALUE)}" for key, value in properties.items() if value
    )
    return f"::{name}{' ' if told else ''}{told}::{_escaped(text, _GITHUB_TEXT)}"


def azure_command(name: str, properties: Mapping[str, str], text: str) -> str:
    """Write one logging command, in one line."""
    told = "".join(
        f"{key}={_escaped(value, _AZURE_VALUE)};" for key, value in properties.items() if value
    )
    return f"##vso[{name}{' ' if told else ''}{told}]{_escaped(text, _AZURE_TEXT)}"


def _escaped(text: str, table: Mapping[str, str]) -> str:
    return "".join(table.get(each, each) for each in text)
