"""API documents that lie in files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from harness.documents.text import parse_json_or_yaml
from harness.domain.errors import DocumentUnreadable
from harness.onboarding.clients import name_key
from harness.onboarding.modules import is_test_file
from harness.onboarding.tree import Tree, base, parent

_NAME = re.compile(r"openapi|swagger|asyncapi", re.I)
_ENDINGS = (".json", ".yaml", ".yml")
_KINDS = {"openapi": "OpenAPI", "swagger": "OpenAPI", "asyncapi": "AsyncAPI"}


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """
    A file that describes an API.

    Shape: `keys` are the names of services that its path speaks of; `route` is a plain path that it
    answers a GET on; `fault` says why it cannot be read, empty where it can.
    """

    path: str
    kind: str
    keys: frozenset[str]
    route: str = ""
    fault: str = ""


def documents_in(tree: Tree) -> tuple[FoundDocument, ...]:
    """Find the documents among the files whose name, or whose directory, calls them so."""
    return tuple(
        found
        for path in tree.files()
        if _is_candidate(path) and (found := _document(path, tree.text(path)))
    )


def _is_candidate(path: str) -> bool:
    is_named = _NAME.search(base(path)) or _NAME.fullmatch(base(parent(path)))
    is_external = base(parent(path)) in ("external", "externals")
    return path.endswith(_ENDINGS) and bool(is_named or is_external) and not is_test_file(path)


def _document(path: str, text: str | None) -> FoundDocument | None:
    if text is None:
        return None
    keys = frozenset(_keys(path))
    try:
        root = parse_json_or_yaml(text, path).value
    except DocumentUnreadable as error:
        return FoundDocument(path, "", keys, fault=error.message)
    if not isinstance(root, dict):
        return None
    kind = next((_KINDS[key] for key in _KINDS if key in root), "")
    return FoundDocument(path, kind, keys, _route(root.get("paths"))) if kind else None


def _keys(path: str) -> Iterator[str]:
    stem = base(path).rpartition(".")[0]
    left = _NAME.sub("", stem).strip("-_. ")
    yield name_key(left)
    yield name_key(base(parent(path)))
    yield name_key(left.split("-")[0].split(".")[0])


def _route(paths: object) -> str:
    if not isinstance(paths, dict):
        return ""
    plain = (path for path, item in paths.items() if isinstance(item, dict) and "get" in item)
    return next((path for path in sorted(plain, key=len) if "{" not in path), "")
