"""
Run a program that consumes messages, and tell when its handlers begin and end.

Shape: the order is one line of JSON on a pipe: `argv` of an interpreter (`-m MODULE …` or
`FILE …`), `root`, `handlers` (modules whose functions are told of, or `module:function`), `told`,
the file to which each beginning and end is written, and `hold`, a file that keeps a handler from
going on for as long as it is there.
"""

from __future__ import annotations

import contextvars
import functools
import importlib
import inspect
import itertools
import json
import os
import sys
import time
import types
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any

from .jobs import run_program
from .order import read_order

PAUSE_S = 0.01
LONGEST_ERROR = 300

_INSIDE: contextvars.ContextVar[bool] = contextvars.ContextVar("inside a handler", default=False)


def work(life: str) -> None:
    """Run the program to its end."""
    order = read_order(int(life))
    sys.path.insert(0, order["root"])
    told = Told(order["told"], order["hold"])
    sys.meta_path.insert(0, HandlerFinder(order["handlers"], told))
    run_program(order["argv"])


class Told:
    """
    Writes a line for each beginning and end, which outlives a process that is killed.

    Shape: `{"at": "begin" | "end" | "raised", "call": 3, "name": "module.function"}`.
    """

    def __init__(self, file: str, hold: str) -> None:
        self._descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._hold = hold
        self._calls = itertools.count(1)

    def begin(self, name: str) -> str:
        """Note that a handler begins; the call's own number."""
        call = f"{os.getpid()}-{next(self._calls)}"
        self.tell(at="begin", call=call, name=name)
        return call

    def tell(self, **event: object) -> None:
        """Write one event, whole."""
        os.write(self._descriptor, json.dumps(event).encode() + b"\n")

    def end(self, call: str, name: str, error: BaseException | None = None) -> None:
        """Note that a handler has come to an end."""
        if error is None:
            self.tell(at="end", call=call, name=name)
        else:
            text = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
            self.tell(at="raised", call=call, name=name, error=text)

    def is_held(self) -> bool:
        """Whether handlers are to wait."""
        return os.path.exists(self._hold)


class HandlerFinder(MetaPathFinder):
    """Finds what the other finders find, and has the functions of named modules told of."""

    def __init__(self, handlers: Sequence[str], told: Told) -> None:
        named = [name.partition(":") for name in handlers]
        self._wanted = {module: function for module, _, function in named}
        self._told = told

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        """Give the spec of a module of handlers."""
        if name not in self._wanted:
            return None
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            spec = find(name, path, target) if find and finder is not self else None
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _Loader(spec.loader, self._wanted[name], self._told)
                return spec  # type: ignore[no-any-return]
        return None


class _Loader:
    """Loads a module as its own loader does, and puts a wrapper around its functions."""

    def __init__(self, plain: Any, function: str, told: Told) -> None:
        self._plain = plain
        self._function = function
        self._told = told

    def __getattr__(self, name: str) -> Any:
        return getattr(self._plain, name)

    def create_module(self, spec: ModuleSpec) -> Any:
        """Leave it to the loader."""
        return self._plain.create_module(spec)

    def exec_module(self, module: types.ModuleType) -> None:
        """Run the module, then wrap what it has defined for others."""
        self._plain.exec_module(module)
        names = []
        for name, value in list(vars(module).items()):
            is_own = type(value) is types.FunctionType and value.__module__ == module.__name__
            is_wanted = name == self._function if self._function else not name.startswith("_")
            if is_own and is_wanted and not inspect.isgeneratorfunction(value):
                setattr(module, name, _telling(value, f"{module.__name__}.{name}", self._told))
                names.append(name)
        self._told.tell(at="loaded", module=module.__name__, names=names)


def _telling(function: Any, name: str, told: Told) -> Callable[..., Any]:
    """Tell of calls from without: what a handler calls of its own module is its own affair."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if _INSIDE.get():
            return function(*args, **kwargs)
        number = told.begin(name)
        inside = _INSIDE.set(True)
        try:
            while told.is_held():
                time.sleep(PAUSE_S)
            value = function(*args, **kwargs)
        except BaseException as error:
            told.end(number, name, error)
            raise
        finally:
            _INSIDE.reset(inside)
        told.end(number, name)
        return value

    @functools.wraps(function)
    async def await_call(*args: Any, **kwargs: Any) -> Any:
        if _INSIDE.get():
            return await function(*args, **kwargs)
        sleep = importlib.import_module("asyncio").sleep
        number = told.begin(name)
        inside = _INSIDE.set(True)
        try:
            while told.is_held():
                await sleep(PAUSE_S)
            value = await function(*args, **kwargs)
        except BaseException as error:
            told.end(number, name, error)
            raise
        finally:
            _INSIDE.reset(inside)
        told.end(number, name)
        return value

    return await_call if inspect.iscoroutinefunction(function) else call
