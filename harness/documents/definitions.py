"""The named schemas of one document: which there are, which reach which, and what is unknown."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field

from harness.documents.places import Problems, References, Where, pointer_tokens, where_of
from harness.domain.document import UNKNOWN_BECAUSE, ProblemKind, definition_reference
from harness.domain.json import Json, shortened


@dataclass(slots=True)
class Scope:
    """
    What is gathered while one schema is read.

    Shape: `in_place` lists the references that speak of the schema's own value, with the object
    that holds each and its place; `unknown` is the first reason why a part could not be told.
    """

    references: set[str] = field(default_factory=set)
    in_place: list[tuple[str, dict[str, Json], Where]] = field(default_factory=list)
    unknown: str = ""


ReadSchema = Callable[[Json, Where, Scope], Json]


class Definitions:
    """
    Gives every schema that is referred to a name, and reads each once.

    Shape: `base` is the pointer below which the version keeps its named schemas.
    """

    def __init__(self, references: References, problems: Problems, base: str) -> None:
        self.schemas: dict[str, Json] = {}
        self._references = references
        self._problems = problems
        self._base = base
        self._names: dict[str, str] = {}
        self._pointers: dict[str, str] = {}
        self._scopes: dict[str, Scope] = {}
        self._unknown: dict[str, str] = {}
        self._holders: dict[str, set[str]] = {}
        self._users: dict[str, set[str]] = {}
        self._waiting: list[str] = []

    def name_for(self, pointer: str) -> str:
        """The name of the definition at a pointer, which is read later if it is new."""
        known = self._names.get(pointer)
        if known is not None:
            return known
        tokens = pointer_tokens(pointer)
        base = pointer_tokens(self._base)
        is_component = tokens[:-1] == base
        name = tokens[-1] if is_component else pointer
        while name in self._pointers:
            name += "~"
        self._names[pointer] = name
        self._pointers[name] = pointer
        self._waiting.append(name)
        return name

    def component(self, name: str) -> str | None:
        """The pointer of a named schema of the document, or none."""
        pointer = f"{self._base}/{name.replace('~', '~0').replace('/', '~1')}"
        return pointer if self._references.value(pointer)[0] else None

    def raw(self, name: str) -> Json:
        """A definition as it was written."""
        pointer = self._pointers.get(name)
        return self._references.value(pointer)[1] if pointer is not None else None

    def read_waiting(self, read: ReadSchema) -> None:
        """Read every definition that was named since, and what these name in turn."""
        fresh: list[str] = []
        while self._waiting:
            name = self._waiting.pop()
            pointer = self._pointers[name]
            scope = Scope()
            before, self._problems.definition = self._problems.definition, name
            node = self._references.value(pointer)[1]
            self.schemas[name] = read(node, where_of(pointer), scope)
            self._problems.definition = before
            self._scopes[name] = scope
            fresh.append(name)
        self._break_circles(fresh)
        self._spread(fresh)

    def unknown(self, scope: Scope, user: str) -> str:
        """Why something that a schema reaches is unknown, noted as used by an operation."""
        for name in sorted(scope.references):
            self._users.setdefault(name, set()).add(user)
        if scope.unknown or not self._unknown:
            return scope.unknown
        reached = sorted(scope.references & self._unknown.keys())
        return self._unknown[reached[0]] if reached else ""

    def users(self, names: Iterable[str]) -> dict[str, frozenset[str]]:
        """The operations that reach each of some definitions."""
        return {name: self._reaching(name) for name in names}

    def _reaching(self, name: str) -> frozenset[str]:
        seen, waiting, found = {name}, [name], set[str]()
        while waiting:
            at = waiting.pop()
            found |= self._users.get(at, set())
            above = self._holders.get(at, set()) - seen
            seen |= above
            waiting.extend(above)
        return frozenset(found - {""})

    def _spread(self, fresh: list[str]) -> None:
        """What a definition does not know, those that hold it do not know either."""
        tainted: list[str] = []
        for name in fresh:
            scope = self._scopes[name]
            for target in scope.references:
                self._holders.setdefault(target, set()).add(name)
            inherited = sorted(scope.references & self._unknown.keys())
            reason = scope.unknown or (self._unknown[inherited[0]] if inherited else "")
            if reason and name not in self._unknown:
                self._unknown[name] = reason
                tainted.append(name)
        while tainted:
            name = tainted.pop()
            for holder in self._holders.get(name, set()) - self._unknown.keys():
                self._unknown[holder] = self._unknown[name]
                tainted.append(holder)

    def _break_circles(self, fresh: list[str]) -> None:
        """A schema that is itself, with nothing between, means nothing and ends no validator."""
        settled: set[str] = set()
        for root in fresh:
            path: dict[str, None] = {}
            waiting: list[tuple[str, bool]] = [(root, False)]
            while waiting:
                name, done = waiting.pop()
                if done:
                    del path[name]
                    settled.add(name)
                elif name not in settled and name not in path and name in self._scopes:
                    path[name] = None
                    waiting.append((name, True))
                    waiting.extend((step, False) for step in self._steps(name, path))

    def _steps(self, name: str, path: Container[str]) -> list[str]:
        """Where a definition leads in place, its steps back onto the path cut."""
        onward: list[str] = []
        for target, holder, where in self._scopes[name].in_place:
            if target not in path:
                onward.append(target)
                continue
            reason = f"the schema {shortened(target, 80)} refers to itself with nothing between"
            self._problems.definition = name
            self._problems.add(ProblemKind.REFERENCE_CIRCULAR, where, reason)
            self._problems.definition = ""
            if holder.get("$ref") == definition_reference(target):
                del holder["$ref"]
            holder[UNKNOWN_BECAUSE] = reason
            self._scopes[name].unknown = self._scopes[name].unknown or reason
        return onward
