"""Bytes or text to a JSON value, whichever of JSON and YAML it is."""

from __future__ import annotations

import json

from harness.documents.json_text import (
    MAX_DEPTH,
    MAX_NODES,
    Parsed,
    decoded,
    finished,
    json_value,
    unreadable,
)
from harness.documents.yaml_text import YamlFault, read_yaml
from harness.domain.errors import DocumentUnreadable


def parse_json_or_yaml(text: str | bytes, name: str) -> Parsed:
    """
    The value of a JSON or YAML text, told apart by looking.

    Raises: DocumentUnreadable, which calls the text by `name`.
    """
    whole = decoded(text, name)
    start = whole.lstrip()[:1]
    if start == "<":
        hint = "the text looks like an HTML page: is the address that of the document itself?"
        raise unreadable(name, "JSON or YAML", "a text that begins with '<'", hint)
    if start in {"{", "["}:
        try:
            return finished(*json_value(whole, name), name)
        except DocumentUnreadable as refused:
            # YAML's flow style begins with the same signs; what neither reads is told as JSON.
            if not isinstance(refused.__cause__, json.JSONDecodeError):
                raise
            return _as_flow_yaml(whole, name, refused)
    return _yaml(whole, name)


def _as_flow_yaml(text: str, name: str, refused: DocumentUnreadable) -> Parsed:
    try:
        return _yaml(text, name)
    except DocumentUnreadable as second:
        is_syntax = isinstance(second.__cause__, YamlFault) and second.__cause__.is_syntax
        raise (refused if is_syntax else second) from None


def _yaml(text: str, name: str) -> Parsed:
    try:
        value, repeated = read_yaml(text, max_depth=MAX_DEPTH, max_nodes=MAX_NODES)
    except YamlFault as fault:
        raise unreadable(name, fault.expected, fault.seen, fault.hint) from fault
    return finished(value, repeated, name)
