"""Python files as they are written: their names, imports and assignments, without running them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from harness.onboarding.tree import Tree, base, is_below, joined, parent

_WORD = re.compile(r"[^\W\d]\w*")
_TEST_DIRECTORIES = frozenset({"test", "tests", "testing", "e2e", "features"})
# What lies in these is about a service and is not of it.
ASIDE = _TEST_DIRECTORIES | {
    "alembic", "benchmarks", "ci", "contracts", "docs", "doc", "examples", "migrations",
    "scripts", "tools",
}  # fmt: skip
_ASIDE_FILES = frozenset({"setup.py", "noxfile.py", "conftest.py", "fabfile.py", "tasks.py"})


@dataclass(frozen=True)
class Module:
    """
    A Python file.

    Shape: `name` is what imports call it, seen from `root`, the directory that imports begin at.
    """

    path: str
    root: str
    name: str
    tree: ast.Module

    @property
    def top(self) -> str:
        """The package or module that it belongs to, at the root of imports."""
        return self.name.partition(".")[0]

    def at(self, node: ast.expr | ast.stmt) -> str:
        """Name the file and line of a node."""
        return f"{self.path}:{node.lineno}"

    @cached_property
    def imported(self) -> Mapping[str, str]:
        """What names stand for that were imported, wherever in the file."""
        return {
            local: full
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for local, full in self._imports(node)
        }

    @cached_property
    def first_import(self) -> Mapping[str, int]:
        """The line in which each distribution's top package is imported first."""
        lines: dict[str, int] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                for _, full in self._imports(node):
                    top = full.partition(".")[0]
                    lines[top] = min(node.lineno, lines.get(top, node.lineno))
        return lines

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The constants of the module that are texts."""
        return {
            target: text
            for node in statements(self.tree.body)
            if isinstance(node, ast.Assign | ast.AnnAssign)
            and (text := _literal(node.value)) is not None
            for target in targets(node)
        }

    def qualified(self, node: ast.expr) -> str:
        """The full name of what an expression names, as far as imports tell it, else empty."""
        match node:
            case ast.Name(id=name):
                return self.imported.get(name, f"{self.name}.{name}")
            case ast.Attribute(value=value, attr=attr):
                owner = self.qualified(value)
                return f"{owner}.{attr}" if owner else ""
            case _:
                return ""

    def text_of(self, node: ast.expr | None) -> str | None:
        """
        The text that an expression is, itself or as a constant of the module.

        Shape: `…` stands for what is only known when it runs.
        """
        return self.texts.get(node.id) if isinstance(node, ast.Name) else _literal(node)

    def _imports(self, node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
        if isinstance(node, ast.Import):
            for one in node.names:
                top = one.name.partition(".")[0]
                yield (one.asname, one.name) if one.asname else (top, top)
            return
        before = self._package(node.level) if node.level else ""
        module = ".".join(part for part in (before, node.module or "") if part)
        for one in node.names:
            yield one.asname or one.name, f"{module}.{one.name}" if module else one.name

    def _package(self, level: int) -> str:
        parts = self.name.split(".")
        if base(self.path) == "__init__.py":
            level -= 1
        return ".".join(parts[: len(parts) - level])


def _literal(node: ast.expr | None) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            parts = (one.value if isinstance(one, ast.Constant) else "…" for one in values)
            return "".join(map(str, parts))
        case _:
            return None


def statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that an import of a module runs, those under `if` and `try` among them."""
    for node in body:
        yield node
        match node:
            case ast.If() if not _is_main_guard(node):
                yield from statements([*node.body, *node.orelse])
            case ast.Try():
                yield from statements([*node.body, *node.orelse, *node.finalbody])
            case ast.With():
                yield from statements(node.body)


def _is_main_guard(node: ast.If) -> bool:
    return "__name__" in ast.unparse(node.test)


def runs_by_itself(module: Module) -> bool:
    """Whether a module does something when it is run as a program."""
    return any(isinstance(node, ast.If) and _is_main_guard(node) for node in module.tree.body)


def targets(node: ast.Assign | ast.AnnAssign) -> list[str]:
    """The plain names that an assignment gives a value to."""
    assigned = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [one.id for one in assigned if isinstance(one, ast.Name)]


def is_test_file(path: str) -> bool:
    """Whether a file is one of tests."""
    *directories, name = path.split("/")
    return (
        bool(_TEST_DIRECTORIES & set(directories))
        or name.startswith("test_")
        or name.endswith(("_test.py", "conftest.py"))
    )


def is_importable(module: Module) -> bool:
    """Whether a table can name a module: a file's name may hold what no name may."""
    return all(part.isidentifier() for part in module.name.split("."))


def is_aside(path: str) -> bool:
    """Whether a file is about a service rather than of it."""
    *directories, name = path.split("/")
    return is_test_file(path) or name in _ASIDE_FILES or bool(ASIDE & set(directories))


def read_modules(tree: Tree, called: Iterable[str]) -> tuple[Module, ...]:
    """
    Read every Python file of a tree; one that does not parse is passed over.

    Shape: `called` are names of modules that a start command names.
    """
    parsed = {
        path: module
        for path in tree.files()
        if path.endswith(".py") and (module := _parsed(tree.text(path))) is not None
    }
    packages = {parent(path) for path in parsed if base(path) == "__init__.py"}
    packages |= _without_init(parsed, packages, {name.partition(".")[0] for name in called})
    return tuple(_named(path, node, packages) for path, node in parsed.items())


def _parsed(text: str | None) -> ast.Module | None:
    try:
        return ast.parse(text) if text is not None else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _without_init(
    parsed: Mapping[str, ast.Module], packages: set[str], called: set[str]
) -> set[str]:
    """Directories that code imports from as packages although they hold no `__init__.py`."""
    directories = {parent(path) for path in parsed} - packages - {""}
    candidates: dict[str, set[str]] = {}
    for one in directories:
        if _WORD.fullmatch(base(one)) and base(one) != "src":
            candidates.setdefault(base(one), set()).add(one)
    found = {one for name in called for one in candidates.get(name, ())}
    for path, node in parsed.items():
        for name in _absolute_tops(node) & candidates.keys():
            found |= {one for one in candidates[name] if is_below(path, parent(one))}
    return found


def _absolute_tops(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(one.name.partition(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def _named(path: str, tree: ast.Module, packages: set[str]) -> Module:
    root, parts = parent(path), [base(path).removesuffix(".py")]
    while root and root in packages:
        parts.insert(0, base(root))
        root = parent(root)
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    return Module(path, root, ".".join(parts), tree)


def own_tops(modules: Iterable[Module], root: str) -> tuple[str, ...]:
    """
    The packages at a root of imports that are somebody's own code, else its modules.

    Shape: `manage.py` and what is about the code are left out.
    """
    here = [one for one in modules if one.root == root and not is_aside(one.path)]
    packages = sorted({one.top for one in here if is_below(one.path, joined(root, one.top))})
    if packages:
        return tuple(packages)
    return tuple(
        sorted(
            {
                one.name
                for one in here
                if one.name not in ("manage", "__main__") and is_importable(one)
            }
        )
    )
