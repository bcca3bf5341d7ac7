"""
YAML text to a JSON value, by the core schema of YAML 1.2.

The values are built from the parser's events and not by PyYAML's constructor, which follows YAML
1.1: there `on` is true, `2020-01-01` a date, `010` eight and `12:30` a number; it recurses as deep
as the text does, keeps the last of two equal keys in silence, and expands what anchors multiply.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import yaml

from harness.domain.json import Json, shortened

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ANY_TEXT = "JSON or YAML"
_CORE = "tag:yaml.org,2002:"
_PLAIN_TAGS = frozenset(_CORE + each for each in ("null", "bool", "int", "float"))
_TEXT_TAGS = frozenset({_CORE + "str", _CORE + "timestamp", _CORE + "binary", "!"})
_COLLECTION_TAGS = frozenset({"!", _CORE + "map", _CORE + "seq", _CORE + "omap", _CORE + "set"})
_WORDS: Final[dict[str, Json]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER_START = frozenset("+-.0123456789")
_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL = re.compile(r"0o[0-7]+\Z")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_MAX_DIGITS = 400


class YamlFault(Exception):
    """A text that is not YAML, or YAML that is not JSON."""

    def __init__(self, expected: str, seen: str, hint: str = "") -> None:
        super().__init__(f"expected {expected}, seen {seen}")
        self.expected = expected
        self.seen = seen
        self.hint = hint

    @property
    def is_syntax(self) -> bool:
        """Whether the text is no YAML at all."""
        return self.expected == _ANY_TEXT


class _Frame:
    """A collection under construction."""

    __slots__ = ("anchor", "items", "key", "mapping", "merged", "start")

    def __init__(self, mapping: dict[str, Json] | None, anchor: str | None, start: int) -> None:
        self.mapping = mapping
        self.items: list[Json] = []
        self.key: str | None = None
        self.anchor = anchor
        self.start = start
        self.merged: list[Json] = []

    @property
    def value(self) -> Json:
        """The collection itself."""
        return self.items if self.mapping is None else self.mapping


def read_yaml(
    text: str, *, max_depth: int, max_nodes: int
) -> tuple[Json, list[tuple[dict[str, Json], str]]]:
    """
    The value of a YAML text, and the keys that stand twice with the object that holds them.

    Raises: YamlFault.
    """
    builder = _Builder(max_depth, max_nodes)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as fault:
        raise _broken(fault) from fault
    except (yaml.YAMLError, UnicodeEncodeError) as fault:
        raise YamlFault(_ANY_TEXT, _one_line(str(fault))) from fault
    return builder.root, builder.repeated


def _broken(fault: yaml.MarkedYAMLError) -> YamlFault:
    mark = fault.problem_mark or fault.context_mark
    where = f" at line {mark.line + 1} column {mark.column + 1}" if mark else ""
    seen = _one_line(str(fault.problem or fault.context or "a syntax error"))
    return YamlFault(_ANY_TEXT, f"{seen}{where}")


def _one_line(text: str) -> str:
    return " ".join(text.split())[:160]


class _Builder:
    """Takes the parser's events one by one, with a stack of its own."""

    def __init__(self, max_depth: int, max_nodes: int) -> None:
        self.root: Json = None
        self.repeated: list[tuple[dict[str, Json], str]] = []
        self._max_depth = max_depth
        self._max_nodes = max_nodes
        self._stack: list[_Frame] = []
        self._anchors: dict[str, tuple[Json, int]] = {}
        self._count = 0
        self._documents = 0
        self._takers: dict[type[yaml.Event], Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._start,
            yaml.SequenceStartEvent: self._start,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }

    def take(self, event: yaml.Event) -> None:
        """Build what one event tells."""
        taker = self._takers.get(type(event))
        if taker is not None:
            taker(event)

    def _document(self, event: yaml.Event) -> None:
        self._documents += 1
        if self._documents > 1:
            raise YamlFault("one YAML document", f"a second one{_line(event)}")

    def _grow(self, size: int) -> None:
        self._count += size
        if self._count > self._max_nodes:
            raise YamlFault(f"at most {self._max_nodes:,} values", "more, anchors expanded")

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        self._grow(1)
        frame = self._stack[-1] if self._stack else None
        if frame is not None and frame.mapping is not None and frame.key is None:
            # The text as written: the status 200 is a number here, and a key of JSON is text.
            self._key(frame, event.value, event.implicit[0])
            if event.anchor:
                self._anchors[event.anchor] = (event.value, 1)
            return
        value = _resolved(event)
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)
        self._put(value)

    def _key(self, frame: _Frame, key: str, plain: bool) -> None:
        frame.key = key
        if key == "<<" and plain:
            return
        if frame.mapping is not None and key in frame.mapping:
            self.repeated.append((frame.mapping, key))

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        frame = self._stack[-1] if self._stack else None
        if frame is not None and frame.mapping is not None and frame.key is None:
            raise YamlFault("keys that are text", f"a collection as a key{_line(event)}")
        if event.tag and event.tag not in _COLLECTION_TAGS:
            raise _foreign_tag(event)
        if len(self._stack) >= self._max_depth:
            raise YamlFault(f"nesting of at most {self._max_depth} levels", f"more{_line(event)}")
        self._grow(1)
        mapping: dict[str, Json] | None = {} if type(event) is yaml.MappingStartEvent else None
        self._stack.append(_Frame(mapping, event.anchor, self._count - 1))

    def _end(self, _: yaml.Event) -> None:
        frame = self._stack.pop()
        for source in frame.merged:
            _merge(frame.mapping, source)
        if frame.anchor:
            self._anchors[frame.anchor] = (frame.value, self._count - frame.start)
        self._put(frame.value)

    def _alias(self, event: yaml.AliasEvent) -> None:
        if event.anchor not in self._anchors:
            seen = f"*{event.anchor}{_line(event)}, which names none or the value that holds it"
            raise YamlFault("aliases of anchors that stand before them", seen)
        value, size = self._anchors[event.anchor]
        self._grow(size)
        frame = self._stack[-1]
        if frame.mapping is not None and frame.key is None:
            if not isinstance(value, str):
                raise YamlFault("keys that are text", f"*{event.anchor}{_line(event)}")
            self._key(frame, value, plain=False)
            return
        self._put(value)

    def _put(self, value: Json) -> None:
        if not self._stack:
            self.root = value
            return
        frame = self._stack[-1]
        if frame.mapping is None:
            frame.items.append(value)
        elif frame.key == "<<" and isinstance(value, dict | list):
            frame.merged.extend([value] if isinstance(value, dict) else value)
            frame.key = None
        elif frame.key is not None:
            frame.mapping[frame.key] = value
            frame.key = None


def _merge(mapping: dict[str, Json] | None, source: Json) -> None:
    if mapping is None or not isinstance(source, dict):
        raise YamlFault("mappings behind the merge key <<", shortened(str(source)))
    for key, value in source.items():
        mapping.setdefault(key, value)


def _resolved(event: yaml.ScalarEvent) -> Json:
    text: str = event.value
    if event.tag and event.tag in _TEXT_TAGS:
        return text
    if event.tag and event.tag not in _PLAIN_TAGS:
        raise _foreign_tag(event)
    if not event.tag and not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    return _number(text) if text[0] in _NUMBER_START and len(text) <= _MAX_DIGITS else text


def _number(text: str) -> Json:
    if _INTEGER.match(text):
        return int(text)
    if _FLOAT.match(text):
        number = float(text)
        # What no JSON number can hold stays the text that it was.
        return text if number in {float("inf"), float("-inf")} else number
    if _OCTAL.match(text):
        return int(text[2:], 8)
    if _HEXADECIMAL.match(text):
        return int(text[2:], 16)
    return text


def _foreign_tag(event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> YamlFault:
    hint = "write the value itself: no other file is read, and no object is made"
    return YamlFault("plain YAML", f"the tag {shortened(event.tag, 60)}{_line(event)}", hint)


def _line(event: yaml.Event) -> str:
    return f" at line {event.start_mark.line + 1}" if event.start_mark else ""
