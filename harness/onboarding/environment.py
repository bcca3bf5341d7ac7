"""What code reads from its environment: the variables, their defaults, and where."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harness.onboarding.modules import Module, is_aside, targets

# Functions whose first argument is a variable: of the standard library, django-environ, decouple,
# environs and Starlette.
_CALLS = frozenset({"os.getenv", "os.environ.get", "os.environ.pop", "decouple.config"})
_READERS = frozenset({"environ.Env", "environ.FileAwareEnv", "environs.Env",
                      "starlette.config.Config"})  # fmt: skip
_SETTINGS = frozenset({"pydantic_settings.BaseSettings", "pydantic.BaseSettings",
                       "pydantic.v1.BaseSettings"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    """
    A variable that a module reads.

    Shape: `default` is the text that stands for it when it is not set, None where that is no plain
    text; without `is_required` the code does without it. `held_in` are names that hold its value.
    """

    variable: str
    module: Module
    line: int
    default: str | None
    is_required: bool
    held_in: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """Its file and line."""
        return f"{self.module.path}:{self.line}"


def reads_in(modules: Iterable[Module]) -> tuple[Read, ...]:
    """Find what all modules read, each variable once a module."""
    found = (read for one in modules if not is_aside(one.path) for read in _reads(one))
    first: dict[tuple[str, str], Read] = {}
    for read in found:
        first.setdefault((read.module.path, read.variable), read)
    return tuple(first.values())


def _reads(module: Module) -> Iterator[Read]:
    readers = _readers(module)
    holders = dict(_holders(module))
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef):
            yield from _settings(module, node)
        elif isinstance(node, ast.Subscript):
            if module.qualified(node.value) == "os.environ" and isinstance(node.ctx, ast.Load):
                yield from _read(module, node, node.slice, None, True, holders)
        elif isinstance(node, ast.Call) and node.args and _is_reading(module, node, readers):
            default = _default(node)
            getenv = module.qualified(node.func).startswith("os.")
            required = default is None and not getenv
            yield from _read(module, node, node.args[0], default, required, holders)


def _read(
    module: Module,
    node: ast.expr,
    name: ast.expr,
    default: ast.expr | None,
    required: bool,
    holders: dict[ast.AST, str],
) -> Iterator[Read]:
    variable = module.text_of(name)
    if variable and variable.isidentifier():
        held = (holders[node],) if node in holders else ()
        yield Read(variable, module, node.lineno, module.text_of(default), required, held)


def _readers(module: Module) -> frozenset[str]:
    """Names in a module that hold a reader of the environment, as in `env = environ.Env()`."""
    made = (
        name
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and isinstance(node.value, ast.Call)
        and module.qualified(node.value.func) in _READERS
        for name in targets(node)
    )
    return frozenset(made)


def _is_reading(module: Module, node: ast.Call, readers: frozenset[str]) -> bool:
    if module.qualified(node.func) in _CALLS:
        return True
    match node.func:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id=name)):
            return name in readers
        case _:
            return False


def _default(node: ast.Call) -> ast.expr | None:
    if len(node.args) > 1:
        return node.args[1]
    return next((one.value for one in node.keywords if one.arg == "default"), None)


def _holders(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """The name that a value goes to: a variable, a keyword argument, or what a function returns."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
                for name in targets(node):
                    yield value, name
            case ast.keyword(arg=str(name), value=value):
                yield value, name
            case ast.FunctionDef(name=name, body=[*_, ast.Return(value=ast.expr() as value)]):
                yield value, name


def _settings(module: Module, node: ast.ClassDef) -> Iterator[Read]:
    """The fields of a class of pydantic's settings, which are variables by another spelling."""
    if not any(module.qualified(one) in _SETTINGS for one in node.bases):
        return
    prefix = _prefix(module, node)
    for field in node.body:
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        name = field.target.id
        if name == "model_config":
            continue
        alias, default, required = _field(module, field.value)
        variable = alias or f"{prefix}{name}".upper()
        yield Read(variable, module, field.lineno, default, required, (name,))


def _field(module: Module, value: ast.expr | None) -> tuple[str, str | None, bool]:
    """The alias, default and need of a field."""
    if not isinstance(value, ast.Call):
        return "", module.text_of(value), value is None
    named = {one.arg: one.value for one in value.keywords}
    aliases = (module.text_of(named.get(key)) for key in ("validation_alias", "alias", "env"))
    alias = next((one for one in aliases if one), "")
    default = value.args[0] if value.args else named.get("default")
    if isinstance(default, ast.Constant) and default.value is ...:
        default = None
    required = default is None and "default_factory" not in named
    return alias, module.text_of(default), required


def _prefix(module: Module, node: ast.ClassDef) -> str:
    for one in ast.walk(node):
        match one:
            case ast.keyword(arg="env_prefix", value=value):
                return module.text_of(value) or ""
            case ast.Assign(targets=[ast.Name(id="env_prefix")], value=value):
                return module.text_of(value) or ""
    return ""
