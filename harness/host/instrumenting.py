"""Checks of annotations put into code as it is imported, and turned to whoever asks for them."""

from __future__ import annotations

import ast
import importlib
import sys
import types
from collections.abc import Callable, Iterator
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from typing import Any

# The module that instrumented code imports its checks from.
CHECKS = "_contract_harness_checks"
# Which argument of each of typeguard's checks holds annotations: they are looked at lazily, since
# an annotation need not be an expression that can be evaluated.
ANNOTATIONS = {
    "check_argument_types_internal": 1,
    "check_return_type_internal": 2,
    "check_send_type": 2,
    "check_variable_assignment": 1,
    "check_yield_type": 2,
}


class NotObservable(Exception):
    """Code cannot be observed in this interpreter; the text says why."""


def typeguard_of(directory: str | None) -> tuple[Any, Callable[[], ast.NodeTransformer]]:
    """The interpreter's own typeguard, else the one that is lent to it."""
    if directory is not None:
        sys.path.append(directory)
    try:
        typeguard = importlib.import_module("typeguard")
        transformer = importlib.import_module("typeguard._transformer").TypeguardTransformer
        for name in ("check_type_internal", "CollectionCheckStrategy", "checker_lookup_functions"):
            getattr(typeguard, name)
    except Exception as error:
        version = ".".join(map(str, sys.version_info[:2]))
        raise NotObservable(
            f"typeguard cannot be used in its Python {version}: {type(error).__name__}: {error}"
        ) from error
    finally:
        if directory is not None:
            _take_back(directory)
    return typeguard, transformer


def _take_back(directory: str) -> None:
    """Lend nothing else: what a service lacks in production must be missing here too."""
    sys.path.remove(directory)
    lent = sys.modules.get("typing_extensions")
    if lent is not None and str(lent.__file__).startswith(directory):
        del sys.modules["typing_extensions"]


class Finder(MetaPathFinder):
    """Finds what the other finders find, and instruments it where it is Python source."""

    def __init__(
        self, is_wanted: Callable[[str], bool], transformer: Callable[[], ast.NodeTransformer]
    ) -> None:
        self._is_wanted = is_wanted
        self._transformer = transformer

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        """Give the spec of a module of the packages."""
        if not self._is_wanted(name):
            return None
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            spec = find(name, path, target) if find and finder is not self else None
            if spec is not None:
                if type(spec.loader) is SourceFileLoader:
                    spec.loader = Loader(spec.loader, self._transformer)
                return spec  # type: ignore[no-any-return]
        return None


class Loader(SourceFileLoader):
    """Loads a module with checks in it; typeguard's own would share its bytecode with others."""

    def __init__(
        self, plain: SourceFileLoader, transformer: Callable[[], ast.NodeTransformer]
    ) -> None:
        super().__init__(plain.name, plain.path)
        self._transformer = transformer
        self.why_plain = ""

    def get_code(self, fullname: str) -> types.CodeType | None:
        """Compile the module, with checks where that is possible."""
        path = self.get_filename(fullname)
        try:
            tree = self._transformer().visit(ast.parse(self.get_data(path), path))
            ast.fix_missing_locations(_Turned().visit(tree))
            code: types.CodeType = compile(tree, path, "exec", dont_inherit=True)
        except Exception as error:  # noqa: BLE001 - what cannot be instrumented is loaded as it is
            self.why_plain = f"{fullname} cannot be instrumented: {type(error).__name__}: {error}"
            return super().get_code(fullname)
        return code


class _Turned(ast.NodeTransformer):
    """Turns typeguard's checks to the book, and has annotations looked at lazily."""

    def __init__(self) -> None:
        self._checks: dict[str, str] = {}

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        """Note under which names the checks go here."""
        names = [alias.name for alias in node.names]
        if node.module == "typeguard._functions":
            if not set(names) <= ANNOTATIONS.keys():
                raise NotObservable(f"unknown checks of typeguard: {names}")
            self._checks.update((alias.asname or alias.name, alias.name) for alias in node.names)
            node.module = CHECKS
        elif node.module == "typeguard" and names == ["TypeCheckMemo"]:
            node.module = CHECKS
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Put a function around what holds annotations."""
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in self._checks:
            at = ANNOTATIONS[self._checks[node.func.id]]
            nothing = ast.arguments(
                posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[]
            )
            node.args[at] = ast.Lambda(args=nothing, body=node.args[at])
        return node


def functions(module: types.ModuleType) -> Iterator[types.FunctionType]:
    """The functions of a module and of its classes, without their decorators; no proxy is asked."""
    for value in list(vars(module).values()):
        members = vars(value).values() if issubclass(type(value), type) else ()
        for each in (value, *members):
            inner = each.__func__ if type(each) in (staticmethod, classmethod) else each
            while type(inner) is types.FunctionType and "__wrapped__" in inner.__dict__:
                inner = inner.__dict__["__wrapped__"]
            if type(inner) is types.FunctionType and inner.__module__ == module.__name__:
                yield inner


def is_instrumented(function: types.FunctionType) -> bool:
    """Whether a function asks for a check of ours under some name."""
    held = (function.__globals__.get(name) for name in function.__code__.co_names)
    ours = sys.modules[CHECKS].__dict__.values()
    return any(isinstance(each, types.MethodType) and each in ours for each in held)
