"""Values worth sending: from the service's own source, from pacts, and from the calendar."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.domain.service import Service

# Read as text by many parsers, as moments by few: without a zone, at the ends of the calendar,
# with odd offsets, in a leap second, on a leap day, as a date alone.
EDGE_MOMENTS = (
    "2025-03-14T09:26:53",
    "2025-03-14T09:26:53Z",
    "0001-01-01T00:00:00+00:00",
    "9999-12-31T23:59:59Z",
    "2024-02-29T23:59:59.999999-12:00",
    "2016-12-31T23:59:60Z",
)
# One more than databases, JSON and languages count to, and the last that most readers of text take.
EDGE_INTEGERS = (2**31, 10**18 - 1, 2**63, 2**53)
EDGE_DATES = ("2024-02-29", "0001-01-01", "9999-12-31")

_MAX_LITERALS = 200
_MAX_FILES = 400
_TRIVIAL: frozenset[object] = frozenset({"", 0, 1, -1, 200, 201, 204, 400, 401, 403, 404, 409, 422})
_SKIPPED = frozenset({"migrations", "tests", "provider_states", "alembic"})

Literal = str | int | float


@dataclass(frozen=True, slots=True)
class Literals:
    """
    Constants of a service's source.

    Shape: `by_name` maps a folded name (see `folded`) to the values that the source compares with
    a variable, key or attribute of that name; `loose` are values compared with something unnamed.
    """

    by_name: Mapping[str, tuple[Literal, ...]] = field(default_factory=dict)
    loose: tuple[Literal, ...] = ()

    @property
    def all(self) -> tuple[Literal, ...]:
        """Every value once, in a fixed order."""
        named = (value for values in self.by_name.values() for value in values)
        return tuple(dict.fromkeys([*named, *self.loose]))[:_MAX_LITERALS]

    def near(self, name: str) -> tuple[Literal, ...]:
        """Give the values that belong to an input of this name."""
        return self.by_name.get(folded(name), ())


def folded(name: str) -> str:
    """Write a name so that `orderId`, `order_id` and `order-id` are one."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


def harvest(service: Service) -> Literals:
    """Read the constants of a service's packages, without importing them."""
    named: dict[str, dict[Literal, None]] = {}
    loose: dict[Literal, None] = {}
    for path in _sources(service):
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError, OSError):
            continue  # what does not parse will not be served either
        for name, value in _compared(tree):
            if value in _TRIVIAL or (isinstance(value, str) and not _is_plain(value)):
                continue
            if name:
                named.setdefault(folded(name), {})[value] = None
            else:
                loose[value] = None
    by_name = {name: tuple(values) for name, values in sorted(named.items())}
    return Literals(by_name, tuple(loose))


def _is_plain(value: str) -> bool:
    return len(value) <= 60 and value.isprintable() and not value.startswith(("/", "{"))


def _sources(service: Service) -> list[Path]:
    root = service.root or service.directory
    found: list[Path] = []
    for package in service.packages:
        base = root / Path(*package.split("."))
        if base.is_dir():
            found.extend(base.rglob("*.py"))
        elif base.with_suffix(".py").is_file():
            found.append(base.with_suffix(".py"))
    kept = (
        path for path in found if _SKIPPED.isdisjoint(path.relative_to(root).with_suffix("").parts)
    )
    return sorted(kept)[:_MAX_FILES]


def _compared(tree: ast.AST) -> Iterator[tuple[str, Literal]]:
    """Give each literal that steers the program, with the name of what it is held against."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare():
                sides = [node.left, *node.comparators]
                names = [name for side in sides if (name := _name_of(side))]
                for side in sides:
                    for value in _literals(side):
                        yield (names[0] if names else "", value)
            case ast.Match():
                for case in node.cases:
                    for value in _patterns(case.pattern):
                        yield _name_of(node.subject), value
            case ast.Dict():
                for key in node.keys:
                    yield from (("", value) for value in _literals(key))
            case ast.Subscript(slice=ast.Constant()):
                yield from (("", value) for value in _literals(node.slice))
            case ast.ClassDef() if any("Enum" in ast.unparse(base) for base in node.bases):
                for statement in node.body:
                    if isinstance(statement, ast.Assign):
                        yield from ((node.name, value) for value in _literals(statement.value))
            case ast.Call() if _name_of(node.func) in ("get", "startswith", "endswith", "pop"):
                for argument in node.args[:1]:
                    name = _name_of(node.func.value) if isinstance(node.func, ast.Attribute) else ""
                    yield from ((name, value) for value in _literals(argument))


def _name_of(node: ast.expr | None) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(attr="value" | "name", value=inner):
            return _name_of(inner)
        case ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(name)), *_]):
            return name
        case ast.Call(func=ast.Attribute(value=inner)):
            return _name_of(inner)
        case _:
            return ""


def _literals(node: ast.expr | None) -> Iterator[Literal]:
    match node:
        case ast.Constant(value=bool()):
            return
        case ast.Constant(value=str() | int() | float() as value):
            yield value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            yield -value
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
            for item in items:
                yield from _literals(item)


def _patterns(pattern: ast.pattern) -> Iterator[Literal]:
    match pattern:
        case ast.MatchValue(value=value):
            yield from _literals(value)
        case ast.MatchOr(patterns=patterns):
            for one in patterns:
                yield from _patterns(one)
