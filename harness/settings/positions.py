"""Where each key of a TOML text stands: the one thing that `tomllib` does not tell."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping

KeyPath = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY = re.compile(r"[A-Za-z0-9_-]+|\"(?:\\.|[^\"\\])*\"|'[^']*'")
_SCALAR = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'"
    r"|[^,\]}#\n]+",
    re.DOTALL,
)


def positions(text: str) -> Mapping[KeyPath, int]:
    """
    Map the path of every key and array item to its line.

    Shape: `text` must be TOML that `tomllib` accepts; lines count from 1.
    """
    return _Scan(text).document()


class _Scan:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._found: dict[KeyPath, int] = {}
        self._last_of: dict[KeyPath, int] = {}

    def document(self) -> Mapping[KeyPath, int]:
        base: KeyPath = ()
        self._take(_BLANK)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                base = self._header()
            else:
                self._assignment(base)
            self._take(_BLANK)
        return self._found

    def _header(self) -> KeyPath:
        line = self._line()
        is_array = self._text.startswith("[[", self._at)
        self._at += 2 if is_array else 1
        keys = self._keys()
        self._at += 2 if is_array else 1
        path = (*self._inside(keys[:-1]), keys[-1])
        if is_array:
            self._last_of[path] = self._last_of.get(path, -1) + 1
            path = (*path, self._last_of[path])
        self._note(path, line)
        return path

    def _inside(self, keys: KeyPath) -> KeyPath:
        """Follow each array of tables on the way to its latest table."""
        path: KeyPath = ()
        for key in keys:
            path = (*path, key)
            if path in self._last_of:
                path = (*path, self._last_of[path])
        return path

    def _assignment(self, base: KeyPath) -> None:
        line = self._line()
        path = base + self._keys()
        self._note(path, line)
        self._at += 1  # the equals sign
        self._take(_SPACE)
        self._value(path)

    def _keys(self) -> KeyPath:
        keys: list[str | int] = []
        while True:
            self._take(_SPACE)
            keys.append(_plain_key(self._take(_KEY)))
            self._take(_SPACE)
            if not self._text.startswith(".", self._at):
                return tuple(keys)
            self._at += 1

    def _value(self, path: KeyPath) -> None:
        opening = self._text[self._at]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline_table(path)
        else:
            self._take(_SCALAR)

    def _array(self, path: KeyPath) -> None:
        self._at += 1
        index = 0
        while not self._closed("]"):
            self._note((*path, index), self._line())
            self._value((*path, index))
            index += 1

    def _inline_table(self, path: KeyPath) -> None:
        self._at += 1
        while not self._closed("}"):
            self._assignment(path)

    def _closed(self, mark: str) -> bool:
        """Step over white space and one comma; tell whether the closing mark was there."""
        self._take(_BLANK)
        if self._text[self._at] == ",":
            self._at += 1
            self._take(_BLANK)
        if self._text[self._at] != mark:
            return False
        self._at += 1
        return True

    def _note(self, path: KeyPath, line: int) -> None:
        for end in range(1, len(path) + 1):
            self._found.setdefault(path[:end], line)

    def _line(self) -> int:
        return bisect_right(self._starts, self._at)

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        assert match is not None, "the text was accepted by tomllib"
        self._at = match.end()
        return match.group()


def _plain_key(raw: str) -> str:
    return str(tomllib.loads(f"k = {raw}")["k"]) if raw[0] in "\"'" else raw
