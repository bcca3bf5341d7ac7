"""What an application imports before it can serve, followed through its own code."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from harness.domain.health import Need
from harness.onboarding.tree import Tree

_MOST_MODULES = 2000


def needs_of(tree: Tree, module: str) -> tuple[Need, ...]:
    """
    The modules that a module cannot be loaded without, its own first.

    Shape: `tree` begins where imports do. What stands under `try`, `if` or in a function may be
    done without, and is no need.
    """
    needs = [Need(module, "")]
    waiting = list(_with_packages(module))
    seen = set(waiting)
    while waiting and len(seen) < _MOST_MODULES:
        path = _file(tree, waiting.pop(0))
        for name, where in _imports(tree, path) if path else ():
            if name in seen:
                continue
            seen.add(name)
            if _file(tree, name):
                further = [one for one in _with_packages(name) if one == name or one not in seen]
                seen.update(further)
                waiting.extend(further)
            elif not _is_own(tree, name):
                needs.append(Need(name.partition(".")[0], where))
    return tuple({one.module: one for one in reversed(needs)}.values())[::-1]


def _with_packages(module: str) -> Iterator[str]:
    """A module, and the packages that are loaded before it."""
    parts = module.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts) + 1))


def _file(tree: Tree, module: str) -> str:
    stem = module.replace(".", "/")
    return next(
        (path for path in (f"{stem}.py", f"{stem}/__init__.py") if tree.text(path) is not None), ""
    )


def _is_own(tree: Tree, module: str) -> bool:
    """Whether a name is that of something within a module of the service's own."""
    owner = module.rpartition(".")[0]
    return bool(owner) and (bool(_file(tree, owner)) or _is_own(tree, owner))


def _imports(tree: Tree, path: str) -> Iterator[tuple[str, str]]:
    try:
        parsed = ast.parse(tree.text(path) or "")
    except (SyntaxError, ValueError):
        return
    for node in parsed.body:
        if isinstance(node, ast.Import):
            for one in node.names:
                yield one.name, f"{path}:{node.lineno}"
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(path, node)
            if module and not _file(tree, module) and not node.level:
                yield module, f"{path}:{node.lineno}"
                continue
            if module:
                yield module, f"{path}:{node.lineno}"
            for one in node.names:
                inside = f"{module}.{one.name}" if module else one.name
                if _file(tree, inside):
                    yield inside, f"{path}:{node.lineno}"


def _absolute(path: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = path.split("/")[: -node.level]
    return ".".join([*package, *((node.module or "").split(".") if node.module else [])])
