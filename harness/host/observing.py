"""
Annotations held against the values that come by while code runs: recorded, and never raised.

typeguard's transformation puts a check at each annotated argument, return, yield and variable; here
its checks are turned to a book. The host loads this inside a service, and the process of a
consumer's tests loads it by its path.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import re
import sys
import types
import typing
import uuid
from collections.abc import Callable, Iterable, Sequence
from importlib.machinery import SourceFileLoader
from typing import Any

from .instrumenting import (
    CHECKS,
    Finder,
    Loader,
    NotObservable,
    functions,
    is_instrumented,
    typeguard_of,
)
from .sites import Sites, Told

LONGEST_TEXT = 60
PLAIN = (
    *(bool, int, float, complex, str, bytes, type(None), decimal.Decimal, uuid.UUID),
    *(datetime.date, datetime.time, datetime.timedelta),
)


class Observer:
    """
    Instruments packages as they are imported, and holds their annotations against values.

    Shape: `handlers` are the code objects of functions whose returns a framework converts; `fakes`
    tells the classes whose instances stand for others in tests.
    """

    def __init__(
        self,
        packages: Sequence[str],
        passed_over: Sequence[str],
        sites: Sites,
        fakes: Callable[[type], bool] = lambda _: False,
    ) -> None:
        self._packages = tuple(packages)
        self._passed_over = tuple(passed_over)
        self._sites = sites
        self._fakes = fakes
        self._typeguard: Any = None
        self._own = [_lazy_texts, self._descriptions]
        self._memo: Callable[..., Any] | None = None
        self.handlers: set[types.CodeType] = set()

    def install(self, directory: str | None = None) -> None:
        """
        Begin to instrument what is imported from now on.

        Shape: `directory` holds a typeguard for an interpreter that has none.
        Raises: NotObservable.
        """
        early = [name for name in self._packages if name in sys.modules]
        if early:
            raise NotObservable(f"{', '.join(early)} was imported before it could be instrumented")
        self._typeguard, transformer = typeguard_of(directory)
        config = self._typeguard.TypeCheckConfiguration(
            collection_check_strategy=self._typeguard.CollectionCheckStrategy.ALL_ITEMS,
            forward_ref_policy=self._typeguard.ForwardRefPolicy.IGNORE,
        )
        make = self._typeguard.TypeCheckMemo
        self._memo = lambda *args, **more: make(*args, **{"config": config, **more})
        self._typeguard.checker_lookup_functions[:0] = self._own
        checks = types.ModuleType(CHECKS)
        checks.__dict__.update(
            TypeCheckMemo=self._memo,
            check_argument_types_internal=self._arguments,
            check_return_type_internal=self._returned,
            check_send_type=self._sent,
            check_variable_assignment=self._assigned,
            check_yield_type=self._yielded,
        )
        sys.modules[CHECKS] = checks
        sys.meta_path.insert(0, Finder(self._is_wanted, transformer))

    def seen_working(self) -> str:
        """
        Say why nothing can have been seen, "" where a function of the packages is instrumented.

        Raises: NotObservable, where nothing of the packages could be, which is no fault.
        """
        names = [name for name in sys.modules if self._is_wanted(name)]
        packages = ", ".join(self._packages)
        if not names:
            return f"no module of {packages} was imported"
        if any(is_instrumented(each) for name in names for each in functions(sys.modules[name])):
            return ""
        loaders = [getattr(sys.modules[name], "__loader__", None) for name in names]
        ours = [each for each in loaders if isinstance(each, Loader)]
        if any(type(each) is SourceFileLoader for each in loaders):
            return f"{packages} was imported past the hook"
        if ours:
            reasons = (each.why_plain for each in ours if each.why_plain)
            raise NotObservable(next(reasons, f"no function of {packages} has annotations"))
        raise NotObservable(f"{packages} is not loaded from Python source")

    def _is_wanted(self, name: str) -> bool:
        return _within(name, self._packages) and not _within(name, self._passed_over)

    def _descriptions(self, origin: Any, args: Any, extras: Any) -> Callable[..., None] | None:
        """
        What describes values of other classes, so that no value need be an instance of it.

        Of the packages' own protocols the members must be there, and like mypy nobody asks for the
        names of their arguments; a library's say what stubs say of somebody else's classes.
        pydantic's own types (`AwareDatetime`, `EmailStr`) say how to read a value that is a plain
        one afterwards. A TypedDict says nothing of further keys.
        """
        if not isinstance(origin, type):
            return None
        if getattr(origin, "_is_protocol", False):
            return self._members if self._is_wanted(origin.__module__) else _check_nothing
        if hasattr(origin, "__required_keys__"):
            return self._keys
        reads = hasattr(origin, "__get_pydantic_core_schema__")
        return _check_nothing if reads and not _is_model(origin) else None

    def _members(self, value: Any, origin: Any, args: Any, memo: Any) -> None:
        names = getattr(origin, "__protocol_attrs__", None)
        for name in names or typing._get_protocol_attrs(origin):  # type: ignore[attr-defined]
            if not hasattr(type(value), name) and not hasattr(value, name):
                raise self._typeguard.TypeCheckError(f"is without {name!r}")

    def _keys(self, value: Any, origin: Any, args: Any, memo: Any) -> None:
        if isinstance(value, dict):
            known = typing.get_type_hints(origin)
            value = {key: held for key, held in value.items() if key in known}
        for lookup in self._typeguard.checker_lookup_functions:
            check = None if lookup in self._own else lookup(origin, args, ())
            if check is not None:
                check(value, origin, args, memo)
                return

    def _arguments(self, function: str, arguments: Callable[[], Told], memo: Any) -> bool:
        for name, (value, annotation) in _evaluated(arguments, {}).items():
            self._check(value, annotation, memo, f"argument {name}", function)
        return True

    def _returned(self, function: str, value: Any, annotation: Any, memo: Any) -> Any:
        # what a handler returns is its framework's to convert
        if sys._getframe(1).f_code not in self.handlers:
            self._check(value, _evaluated(annotation, Any), memo, "return", function)
        return value

    def _yielded(self, function: str, value: Any, annotation: Any, memo: Any) -> Any:
        self._check(value, _evaluated(annotation, Any), memo, "yielded", function)
        return value

    def _sent(self, function: str, value: Any, annotation: Any, memo: Any) -> Any:
        self._check(value, _evaluated(annotation, Any), memo, "sent", function)
        return value

    def _assigned(self, value: Any, targets: Callable[[], list[Any]], memo: Any) -> Any:
        code = sys._getframe(1).f_code
        function = getattr(code, "co_qualname", code.co_name)
        for target in _evaluated(targets, []):
            if isinstance(target, tuple):  # a list is an unpacking, which would use an iterator up
                self._check(value, target[1], memo, f"variable {target[0]}", function)
        return value

    def _check(self, value: Any, annotation: Any, memo: Any, what: str, function: str) -> None:
        """Hold one value against one annotation; only a plain contradiction is noted."""
        if annotation is Any or value is NotImplemented or self._fakes(type(value)):
            return
        try:
            self._typeguard.check_type_internal(value, annotation, memo)
        except self._typeguard.TypeCheckError as error:
            if "outside of a method call" in str(error):
                return  # what `Self` is in a function within a method, typeguard does not know
            code, expected = place(sys._getframe(2), function), named(annotation)
            if self._sites.is_first(value, (expected, code["module"], function)):
                saw = {"expected": expected, "seen": shown(value), "detail": _inside(error)}
                self._sites.note("annotation", code, what, saw)
        except Exception:  # noqa: BLE001 - an annotation that cannot be checked says nothing
            return


def place(frame: types.FrameType, function: str) -> Told:
    """Where a frame stands."""
    return {
        "file": frame.f_code.co_filename,
        "line": frame.f_lineno,
        "module": str(frame.f_globals.get("__name__", "")),
        "function": function,
    }


def named(annotation: Any) -> str:
    """An annotation as its author would write it, without modules and without metadata."""
    if annotation is None or annotation is type(None):
        return "None"
    origin = getattr(annotation, "__origin__", None)
    args = getattr(annotation, "__args__", ())
    if hasattr(annotation, "__metadata__"):
        return named(origin)
    if origin is typing.Union or type(annotation).__name__ == "UnionType":
        return " | ".join(map(named, args))
    if isinstance(annotation, type) and not args:
        return annotation.__qualname__
    if isinstance(origin, type) and args:
        return f"{origin.__qualname__}[{', '.join(map(named, args))}]"
    return "..." if annotation is ... else re.sub(r"\b(?:\w+\.)+(?=\w)", "", repr(annotation))[:200]


def shown(value: Any) -> str:
    """A value's type, and the value where it is plain: a foreign repr may ask a database."""
    kind = type(value)
    if value is None:
        return "None"
    if not isinstance(value, PLAIN) or isinstance(value, enum.Enum):
        return kind.__qualname__
    text = repr(value)
    short = text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
    return f"{kind.__qualname__} {short}"


def _inside(error: Exception) -> str:
    """What is wrong inside of a value, "" where it is wrong as a whole."""
    text = str(error).partition("\n")[0].rstrip(":")
    return "" if text.startswith(("is ", "did not")) else text[:200]


def _evaluated(annotation: Callable[[], Any], otherwise: Any) -> Any:
    try:
        return annotation()
    except Exception:  # noqa: BLE001 - names for type checkers alone are legal in annotations
        return otherwise


def _within(name: str, packages: Iterable[str]) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)


def _lazy_texts(origin: Any, args: Any, extras: Any) -> Callable[..., None] | None:
    """Django's lazy strings stand for text, as its stubs say."""
    return _check_text if origin is str else None


def _is_model(kind: type) -> bool:
    return hasattr(kind, "model_fields") or hasattr(kind, "__dataclass_fields__")


def _check_nothing(value: Any, origin: Any, args: Any, memo: Any) -> None:
    """Take any value."""


def _check_text(value: Any, origin: Any, args: Any, memo: Any) -> None:
    if not isinstance(value, str) and not _is_lazy(type(value)):
        raise sys.modules["typeguard"].TypeCheckError("is not an instance of str")


def _is_lazy(kind: type) -> bool:
    return any(
        base.__module__ == "django.utils.functional" and base.__name__ == "Promise"
        for base in kind.__mro__
    )
