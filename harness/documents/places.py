"""Where a reader stands in a document, what it found wrong there, and what references point at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import unquote, urljoin

from harness.domain.document import Problem, ProblemKind
from harness.domain.json import Json, json_path, kind_of, shortened

MAX_PROBLEMS = 200
_MAX_CHAIN = 64

Where: TypeAlias = tuple["Where", str | int] | None
"""A place as a chain from the leaf to the root: one step costs one pair, however deep."""


def path_of(where: Where) -> str:
    """The JSON path of a place."""
    parts: list[str | int] = []
    while where is not None:
        where, part = where
        parts.append(part)
    return json_path(reversed(parts))


def where_of(pointer: str) -> Where:
    """The place that a JSON pointer names."""
    where: Where = None
    for token in pointer_tokens(pointer):
        where = (where, token)
    return where


def pointer_tokens(pointer: str) -> list[str]:
    """The keys of a JSON pointer, unescaped."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


@dataclass(frozen=True, slots=True)
class Found:
    """A fault as it was met, before it is known which operations reach it."""

    kind: ProblemKind
    path: str
    message: str
    user: str
    definition: str


class Problems:
    """
    The faults of one document, in the order in which they were met.

    Shape: `user` is the label of the operation being read, `definition` the definition being read.
    """

    def __init__(self) -> None:
        self.found: list[Found] = []
        self.user = ""
        self.definition = ""
        self._seen: set[tuple[ProblemKind, str, str, str]] = set()
        self._dropped = 0

    def add(self, kind: ProblemKind, where: Where, message: str) -> None:
        """Note a fault, once, unless there are too many already."""
        if len(self.found) >= MAX_PROBLEMS:
            self._dropped += 1
            return
        self.add_at(kind, path_of(where), message)

    def add_at(self, kind: ProblemKind, path: str, message: str) -> None:
        """Note a fault at a JSON path."""
        user = "" if self.definition else self.user
        if (kind, path, message, user) not in self._seen:
            self._seen.add((kind, path, message, user))
            self.found.append(Found(kind, path, message, user, self.definition))

    def structure(self, where: Where, message: str) -> None:
        """Note something that stands where the document's form has no place for it."""
        self.add(ProblemKind.STRUCTURE, where, message)

    def finished(self, users: Mapping[str, frozenset[str]]) -> tuple[Problem, ...]:
        """The faults with the operations that they reach: `users` by definition."""
        grouped: dict[tuple[ProblemKind, str, str], set[str]] = {}
        for each in self.found:
            reached = grouped.setdefault((each.kind, each.path, each.message), set())
            reached.update(users.get(each.definition, frozenset()))
            if each.user:
                reached.add(each.user)
        problems = [Problem(*key, tuple(sorted(reached))) for key, reached in grouped.items()]
        if self._dropped:
            rest = f"and {self._dropped} more faults"
            problems.append(Problem(ProblemKind.STRUCTURE, "$", rest))
        return tuple(problems)


class References:
    """Resolves references within one document; what lies outside is never fetched."""

    def __init__(self, root: Mapping[str, Json]) -> None:
        self._root = root
        self._own = str(root.get("$self", ""))
        self._names: dict[str, list[str]] | None = None

    def pointer(self, reference: str) -> str | None:
        """The JSON pointer of a local reference, or none for one that leaves the document."""
        document, _, fragment = reference.partition("#")
        if document and document != self._own:
            return self._named(document + "#" + fragment if fragment else document)
        fragment = unquote(fragment, errors="surrogateescape")
        if not fragment or fragment.startswith("/"):
            return fragment
        return self._named("#" + fragment)

    def enclosed(self, reference: str, where: Where) -> str | None:
        """The pointer of a reference as seen from the nearest schema with an `$id` around it."""
        name, _, fragment = reference.partition("#")
        base = self._base(where)
        if base is None or (fragment and not fragment.startswith("/")):
            return None
        pointer, identity = base
        if name:
            found = self._index().get(urljoin(identity, name))
            if not found:
                return None
            pointer = found[0]
        return pointer + unquote(fragment, errors="surrogateescape")

    def _base(self, where: Where) -> tuple[str, str] | None:
        """The pointer and the `$id` of the nearest schema around a place that has one."""
        parts: list[str | int] = []
        while where is not None:
            where, part = where
            parts.append(part)
        node: Json = self._root
        found: tuple[int, str] | None = None
        for depth, part in enumerate(reversed(parts), start=1):
            if isinstance(node, dict):
                node = node.get(str(part))
            elif isinstance(node, list) and isinstance(part, int):
                node = node[part]
            if isinstance(node, dict) and isinstance(node.get("$id"), str):
                found = (depth, node["$id"])
        if found is None:
            return None
        kept = [str(part).replace("~", "~0").replace("/", "~1") for part in parts[-found[0] :]]
        return "/" + "/".join(reversed(kept)), found[1]

    def value(self, pointer: str) -> tuple[bool, Json]:
        """Whether something stands at a pointer, and what."""
        node: Json = self._root
        for token in pointer_tokens(pointer):
            if isinstance(node, dict) and token in node:
                node = node[token]
            elif isinstance(node, list) and token.isdecimal() and int(token[:9]) < len(node):
                node = node[int(token[:9])]
            else:
                return False, None
        return True, node

    def is_ambiguous(self, anchor: str) -> bool:
        """Whether more than one schema carries a dynamic anchor."""
        return len(self._index().get("#" + anchor, ())) > 1

    def _named(self, name: str) -> str | None:
        pointers = self._index().get(name)
        if pointers:
            return pointers[0]
        # An anchor that nobody carries is dangling, an identifier that nobody carries is remote.
        return "/" + name if name.startswith("#") else None

    def _index(self) -> dict[str, list[str]]:
        if self._names is None:
            self._names = {}
            for key, pointer in _identifiers(self._root):
                self._names.setdefault(key, []).append(pointer)
        return self._names


def _identifiers(root: Json) -> Iterator[tuple[str, str]]:
    """Each `$id`, `$anchor` and `$dynamicAnchor` of a document, with its pointer."""
    waiting: list[tuple[Json, str]] = [(root, "")]
    while waiting:
        node, pointer = waiting.pop()
        if isinstance(node, dict):
            for keyword, mark in (("$id", ""), ("$anchor", "#"), ("$dynamicAnchor", "#")):
                if isinstance(node.get(keyword), str):
                    yield f"{mark}{node[keyword]}", pointer
            waiting.extend(
                (child, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
                for key, child in node.items()
                if isinstance(child, dict | list)
            )
        elif isinstance(node, list):
            waiting.extend((child, f"{pointer}/{at}") for at, child in enumerate(node))


@dataclass(frozen=True, slots=True)
class Resolved:
    """
    What stands behind a chain of references outside schemas.

    Shape: `node` is None where nothing can be read, and `unknown` then says why.
    """

    node: Mapping[str, Json] | None
    where: Where
    unknown: str = ""


def resolve(
    references: References, problems: Problems, node: Json, where: Where, thing: str
) -> Resolved:
    """The object at a place, behind as many references as there are, or why there is none."""
    seen: set[str] = set()
    while isinstance(node, dict) and "$ref" in node:
        reference = node["$ref"]
        if not isinstance(reference, str):
            return _lost(problems, where, f"expected text as `$ref`, seen {kind_of(reference)}")
        pointer = references.pointer(reference)
        said = shortened(reference, 120)
        if pointer is None:
            return _lost(problems, where, remote_sentence(reference), ProblemKind.REFERENCE_REMOTE)
        if pointer in seen or len(seen) > _MAX_CHAIN:
            message = f"the {thing} {said} refers to itself"
            return _lost(problems, where, message, ProblemKind.REFERENCE_CIRCULAR)
        seen.add(pointer)
        exists, node = references.value(pointer)
        if not exists:
            message = f"the {thing} {said} does not exist"
            return _lost(problems, where, message, ProblemKind.REFERENCE_DANGLING)
        where = where_of(pointer)
    if not isinstance(node, dict):
        return _lost(problems, where, f"expected a {thing}, seen {kind_of(node)}")
    return Resolved(node, where)


def remote_sentence(reference: str) -> str:
    """Why a reference that leaves the document is not followed."""
    return f"{shortened(reference, 200)} lies outside this document and is not fetched"


def _lost(
    problems: Problems, where: Where, message: str, kind: ProblemKind = ProblemKind.STRUCTURE
) -> Resolved:
    problems.add(kind, where, message)
    return Resolved(None, where, message)
