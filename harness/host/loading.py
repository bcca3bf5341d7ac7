"""Find the application that a name means, and what kind it is."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

ASGI = "asgi"
WSGI = "wsgi"
JOBS = "jobs"
FRAMEWORKS = ("fastapi", "starlette", "flask", "django")
ASYNC_FAMILIES = ("fastapi", "starlette", "quart", "litestar", "django.core.handlers.asgi")
PARAMETER_KINDS = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


class NotLoadable(Exception):
    """The name leads to nothing that can be served."""


def load_object(name: str) -> Any:
    """The object that "module:attribute" names; the attribute may have dots."""
    module_name, _, path = name.partition(":")
    value: Any = importlib.import_module(module_name)
    for part in path.split(".") if path else ():
        try:
            value = getattr(value, part)
        except AttributeError:
            raise NotLoadable(f"{name!r}: {value!r} has no attribute {part!r}") from None
    return value


def load_app(name: str) -> tuple[Any, str]:
    """The application, built if the name means a factory, and its kind."""
    if ":" not in name:
        raise NotLoadable(f"{name!r} names no attribute: expected module:attribute")
    named = name[:-2] if name.endswith("()") else name
    value = load_object(named)
    if named != name or _is_factory(value):
        value = value()
    if not callable(value):
        raise NotLoadable(f"{name!r} is a {type(value).__qualname__}, which cannot be called")
    return value, kind_of(value)


def kind_of(app: Any) -> str:
    """Whether an application speaks ASGI or WSGI, by looking at it."""
    if any(_belongs(origin, ASYNC_FAMILIES) for origin in _origins(app)):
        return ASGI
    call = app if inspect.isroutine(app) else type(app).__call__
    if inspect.iscoroutinefunction(call) or inspect.iscoroutinefunction(inspect.unwrap(call)):
        return ASGI
    return ASGI if _required(app) == 3 else WSGI


def framework_of(app: Any, kind: str) -> str:
    """The framework's name, or the kind where it is none of those known."""
    for family in FRAMEWORKS:
        if any(_belongs(origin, (family,)) for origin in _origins(app)):
            return family
    return kind


def _is_factory(value: Any) -> bool:
    """A function or class that needs nothing: an application needs two or three arguments."""
    return (inspect.isroutine(value) or inspect.isclass(value)) and _required(value) == 0


def _required(value: Any) -> int:
    try:
        parameters = inspect.signature(value).parameters.values()
    except (TypeError, ValueError):
        return -1
    if any(parameter.kind is inspect.Parameter.VAR_POSITIONAL for parameter in parameters):
        return -1
    return sum(
        parameter.kind in PARAMETER_KINDS and parameter.default is inspect.Parameter.empty
        for parameter in parameters
    )


def _origins(app: Any) -> list[str]:
    return [base.__module__ for base in type(app).__mro__]


def _belongs(module: str, families: tuple[str, ...]) -> bool:
    return any(module == family or module.startswith(family + ".") for family in families)
