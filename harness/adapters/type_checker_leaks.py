"""Where `Any` begins in the modules that contract tests drive, and what follows from it."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.adapters.members import relative
from harness.adapters.type_checker_annotations import is_untyped, name_of, parameters
from harness.adapters.type_checker_boundary import Boundary, ContractTest, Function, Module
from harness.adapters.type_checker_flow import Flow, Lines, Onward
from harness.adapters.type_checker_output import Line
from harness.domain.config import Config
from harness.domain.typed import AnyLeak, AnyOrigin

_JSON_METHODS = frozenset({"json", "get_json"})
_JSON_MODULES = frozenset({"json", "orjson", "ujson", "simplejson", "rapidjson"})
_TAKEN = frozenset({AnyOrigin.PARAMETER, AnyOrigin.UNTYPED_FUNCTION})
_READING = frozenset({"get", "items", "keys", "pop", "values"})
_MODELS = ("pydantic", "msgspec")
_TOLD = re.compile(r'Expression (has type|type contains) "Any"')
_IGNORED = re.compile(r"#\s*type:\s*ignore")

Span = tuple[str, int, int, int, int]
"""A module's name, and where an expression begins and ends in it, columns from 0."""


@dataclass(frozen=True, slots=True)
class Anys:
    """
    Where mypy saw an `Any`.

    Shape: of several alike on one line mypy tells the first alone, so that a line is all that is
    known of the others.
    """

    spans: frozenset[Span]

    @classmethod
    def of(cls, errors: Iterable[Line], boundary: Boundary, directory: Path) -> Anys:
        """Read them from mypy's messages, whose paths are relative to a directory."""
        names = {module.path.resolve(): module.name for module in boundary.modules}
        return cls(
            frozenset(
                (names[path], error.line, error.column, *error.end)
                for error in errors
                if _TOLD.match(error.message)
                and (path := (directory / error.file).resolve()) in names
            )
        )

    @property
    def lines(self) -> Lines:
        """The lines, by module."""
        found: dict[str, set[int]] = {}
        for name, line, _, _, _ in self.spans:
            found.setdefault(name, set()).add(line)
        return {name: frozenset(lines) for name, lines in found.items()}


@dataclass(frozen=True, slots=True)
class _Begin:
    """Where a value that nobody knows comes in: `node` shows it, `values` are what carries it."""

    kind: AnyOrigin
    node: ast.AST
    words: str
    values: tuple[ast.expr, ...]


class Leaks:
    """
    Finds the leaks of one service.

    Shape: without `anys` nobody asked mypy yet, and what is found are those that it may confirm;
    `silent_imports` says that the configuration lets mypy pass over imports without types.
    """

    def __init__(
        self,
        boundary: Boundary,
        config: Config,
        *,
        silent_imports: bool = False,
        anys: Anys | None = None,
    ) -> None:
        self._boundary = boundary
        self._silent_imports = silent_imports
        self._config = config
        self._anys = anys
        self._flow = Flow(boundary.modules, anys.lines if anys else None)
        self._driven = {name for test in boundary.tests for name in test.calls}

    def found(self) -> Iterator[AnyLeak]:
        """Give every place where `Any` begins and something is done with it, once."""
        reached: set[ast.expr] = set()
        for begin in self._begins():
            spread = self._flow.spread(begin.values, reached)
            uses = [use for use in spread.uses if begin.kind not in _TAKEN or _is_reading(use.node)]
            if uses:
                reached |= spread.anys
                first = min(uses, key=self._position)
                yield self._leak(begin, first, len(spread.anys), spread.functions)

    def _position(self, use: Onward) -> tuple[str, int, int]:
        return (self._flow.module_of(use.node).name, use.node.lineno, use.node.col_offset)

    def _begins(self) -> Iterator[_Begin]:
        """Give what may be a beginning, those from which others may follow first."""
        for module in self._boundary.modules:
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Call) and _is_decoding(node):
                    yield _Begin(AnyOrigin.DECODED, node, ast.unparse(node), (node,))
        for module in self._boundary.modules:
            yield from self._untyped_imports(module)
        for function in self._flow.functions:
            if function.name in self._driven:
                yield from self._unknown_parameters(function)
        for module in self._boundary.modules:
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Call) and self._makes_any(node):
                    yield _Begin(AnyOrigin.CAST, node, ast.unparse(node), (node,))

    def _makes_any(self, call: ast.Call) -> bool:
        is_cast = name_of(call.func) == "cast" and len(call.args) == 2
        return is_cast and self._flow.words.names_any(call.args[0])

    def _unknown_parameters(self, function: Function) -> Iterator[_Begin]:
        untyped = is_untyped(function)
        kind = AnyOrigin.UNTYPED_FUNCTION if untyped else AnyOrigin.PARAMETER
        for parameter in parameters(function):
            of = parameter.annotation
            is_own = parameter.arg in ("self", "cls")
            if not is_own and (untyped or (of is not None and self._flow.words.names_any(of))):
                loads = tuple(_loads(parameter.arg, function))
                yield _Begin(kind, parameter, ast.unparse(parameter), loads)

    def _untyped_imports(self, module: Module) -> Iterator[_Begin]:
        lines = module.text.splitlines()
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Import | ast.ImportFrom) or _is_own(node, self._boundary):
                continue
            written = " ".join(lines[node.lineno - 1 : node.end_lineno])
            for alias in node.names:
                name = (alias.asname or alias.name).partition(".")[0]
                uses = [each for each in _loads(name, module.tree) if self._is_untyped(each)]
                if uses and (self._silent_imports or _IGNORED.search(written)):
                    values = tuple(self._made_of(each) for each in uses)
                    yield _Begin(AnyOrigin.IMPORT, node, ast.unparse(node), values)

    def _is_untyped(self, name: ast.Name) -> bool:
        """Whether mypy knows nothing of an imported name, or nobody asked yet."""
        if self._anys is None:
            return True
        end = (name.end_lineno or name.lineno, name.end_col_offset or 0)
        module = self._flow.module_of(name).name
        return (module, name.lineno, name.col_offset, *end) in self._anys.spans

    def _made_of(self, name: ast.Name) -> ast.expr:
        """What an imported name is called for: `client.get(url)` rather than `client`."""
        node: ast.expr = name
        while (above := self._flow.holder_of(node)) is not None:
            node = above
        return node

    def _leak(self, begin: _Begin, use: Onward, count: int, functions: set[Function]) -> AnyLeak:
        is_cast = use.is_known and begin.kind is AnyOrigin.DECODED
        node = use.node if is_cast else begin.node
        module = self._flow.module_of(node)
        around = node if isinstance(node, Function) else self._flow.around(node)
        tests = self._drivers(module, {*functions, *([around] if around else [])})
        return AnyLeak(
            service=self._boundary.service.name,
            file=relative(module.path, self._config),
            line=getattr(node, "lineno", 1),
            module=module.name,
            scope=self._flow.scope_of(node),
            origin=AnyOrigin.CAST if is_cast else begin.kind,
            expression=ast.unparse(node) if is_cast else begin.words,
            value=_value(node),
            used=use.used,
            expressions=0 if is_cast else count,
            unread=around is not None and is_untyped(around),
            models=_models_of(module),
            asked=tuple(dict.fromkeys(said for test in tests for said in test.says)),
        )

    def _drivers(self, module: Module, functions: set[Function]) -> list[ContractTest]:
        """The tests that call what leads to a function, else all that lead to its module."""
        near = [test for test in self._boundary.tests if module.name in test.modules]
        names = {function.name for function in self._flow.callers_of(functions)}
        return [test for test in near if test.calls & names] or near


def _value(node: ast.AST) -> str:
    """The text of what a model should read in the place of a beginning."""
    if isinstance(node, ast.arg):
        return node.arg
    if isinstance(node, ast.Call) and name_of(node.func) == "cast":
        return ast.unparse(node.args[1])
    return ast.unparse(node) if isinstance(node, ast.Call) else "body"


def telling_any(module: Module) -> str:
    """
    Write a module so that mypy tells every `Any` in it, each on its own line.

    Shape: mypy says nothing of an `Any` that meets a declaration or a cast at once, so that what is
    decoded stands in a list of one first. Within an f-string it meets neither, and until Python
    3.12 nobody knows where it stands there.
    """
    lines = [line.encode() for line in module.text.split("\n")]
    marks: list[tuple[int, int, bytes]] = []
    shown = (each for each in ast.walk(module.tree) if isinstance(each, ast.JoinedStr))
    left = {inner for each in shown for inner in ast.walk(each)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and _is_decoding(node) and node not in left:
            marks.append((node.lineno, node.col_offset, b"["))
            marks.append((node.end_lineno or node.lineno, node.end_col_offset or 0, b"][0]"))
    for line, column, mark in sorted(marks, reverse=True):
        text = lines[line - 1]
        lines[line - 1] = text[:column] + mark + text[column:]
    return b"\n".join([*lines, b"# mypy: disallow-any-expr", b""]).decode()


def _is_decoding(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Attribute):
        owner = name_of(call.func.value)
        if call.func.attr in ("loads", "load"):
            return owner in _JSON_MODULES
        return call.func.attr in _JSON_METHODS and not call.args and owner != "app"
    return name_of(call.func) == "loads"


def _is_reading(node: ast.expr) -> bool:
    """Whether a part is taken out of a value by its key, as one does with data alone."""
    is_method = isinstance(node, ast.Attribute) and node.attr in _READING
    return is_method or isinstance(node, ast.Subscript)


def _loads(name: str, within: ast.AST) -> Iterator[ast.Name]:
    for node in ast.walk(within):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            yield node


def _is_own(node: ast.Import | ast.ImportFrom, boundary: Boundary) -> bool:
    names = (
        [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
    )
    tops = {name.partition(".")[0] for name in names}
    own = {package.partition(".")[0] for package in boundary.service.packages}
    level = node.level if isinstance(node, ast.ImportFrom) else 0
    return level > 0 or bool(tops & (own | sys.stdlib_module_names))


def _models_of(module: Module) -> str:
    """The library that a module already makes its models with, empty for typing's own."""
    imported = {
        name.partition(".")[0]
        for node in ast.walk(module.tree)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }
    return next((name for name in _MODELS if name in imported), "")
