"""
What a framework made of what a handler returned: values that it coerced, and keys that it dropped.

Looked at where a pydantic model is declared for the response: in FastAPI and django-ninja. A row or
an object of another class that is read by its attributes may have more of them: that is the point
of a response model. A dictionary with keys that the model does not have lost them.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import inspect
import json
import sys
import types
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from .observing import Observer, shown
from .requests_seen import CURRENT
from .sites import Sites

Difference = tuple[str, str, str, str]  # kind, where, expected, seen

TIMES = (datetime.date, datetime.time, datetime.timedelta)
# What a value is read as that is not told of, by what it was: texts hold times, numbers and names
# of all sorts, and a whole number is a number.
KEEPS: dict[type, tuple[type, ...]] = {
    str: (str, decimal.Decimal, *TIMES),
    bool: (bool,),
    int: (int, float, decimal.Decimal),
    float: (float,),
    bytes: (bytes,),
}
SCALARS = (bool, int, float, str, bytes, decimal.Decimal, *TIMES)
JUST_ANSWERED = "application/json"
LARGEST_BODY = 1_000_000
MISSING = object()


def watch_conversions(sites: Sites, observer: Observer) -> None:
    """Stand where each framework calls a handler, and where it takes what the handler returned."""
    loaded = sys.modules
    if "fastapi.routing" in loaded:
        _watch_fastapi(loaded["fastapi.routing"], sites, observer)
    if "flask" in loaded:
        _before(loaded["flask"].Flask, "ensure_sync", lambda _, view: _know(view, observer))
    if "django.core.handlers.base" in loaded:
        _watch_django(loaded["django.core.handlers.base"].BaseHandler, sites, observer)


def differences(raw: Any, made: Any, where: str = "$", *, json_text: bool = False) -> Iterator[Any]:
    """
    Compare what was returned with what a model read from it.

    Shape: `json_text` says that it was returned as JSON, which has no numbers but floats.
    """
    fields = getattr(type(made), "model_fields", None)
    if isinstance(fields, dict):
        if not isinstance(raw, type(made)) and not _reads_by_itself(type(made)):
            yield from _of_model(raw, made, fields, where, json_text)
    elif isinstance(made, dict) and isinstance(raw, dict):
        for key, value in made.items():
            if key in raw:
                yield from differences(raw[key], value, f"{where}.*", json_text=json_text)
    elif isinstance(made, (list, tuple)) and isinstance(raw, (list, tuple)):
        for item, value in zip(raw, made):  # noqa: B905 - Python 3.9
            yield from differences(item, value, f"{where}[*]", json_text=json_text)
    elif _is_coerced(raw, made, json_text):
        yield "coerced", where, type(made).__qualname__, shown(raw)


def _of_model(raw: Any, made: Any, fields: Any, where: str, json_text: bool) -> Iterator[Any]:
    known: set[str] = set(getattr(type(made), "model_computed_fields", ()))
    converted = _converted(type(made))
    for name, field in fields.items():
        aliases = (field.validation_alias, field.alias, field.serialization_alias, name)
        names = [one for one in aliases if isinstance(one, str)]
        known.update(names)
        value = next((v for v in (_held(raw, one) for one in names) if v is not MISSING), MISSING)
        if value is not MISSING and name not in converted:
            below = f"{where}.{names[0]}"
            yield from differences(value, getattr(made, name), below, json_text=json_text)
        if field.validation_alias is not None and not isinstance(field.validation_alias, str):
            return  # an alias that is a path or a choice: which keys it uses is not known
    lost = sorted(str(key) for key in raw if key not in known) if isinstance(raw, dict) else []
    if lost and type(made).model_config.get("extra") != "allow":
        yield "dropped", where, type(made).__qualname__, ", ".join(lost)


def _held(raw: Any, name: str) -> Any:
    if isinstance(raw, dict):
        return raw.get(name, MISSING)
    try:
        return getattr(raw, name, MISSING)
    except Exception:  # noqa: BLE001 - an attribute that cannot be read says nothing
        return MISSING


def _is_coerced(raw: Any, made: Any, json_text: bool) -> bool:
    """Whether a plain value became one of another kind."""
    if isinstance(raw, enum.Enum) or isinstance(made, enum.Enum) or not isinstance(made, SCALARS):
        return False
    kept = next((KEEPS[kind] for kind in KEEPS if type(raw) is kind), None)
    if kept is None or (json_text and isinstance(made, decimal.Decimal) and type(raw) is float):
        return False
    return not isinstance(made, kept) or (isinstance(made, bool) and type(raw) is not bool)


def _reads_by_itself(model: Any) -> bool:
    """Whether a model has code of its own that looks at the whole before it is read."""
    validators = model.__pydantic_decorators__.model_validators.values()
    return any(
        one.info.mode in ("before", "wrap") and not one.func.__module__.startswith("ninja.")
        for one in validators
    )


def _converted(model: Any) -> set[str]:
    """The fields that code of the service's own reads or writes: those change on purpose."""
    found: set[str] = set()
    decorators = model.__pydantic_decorators__
    for one in decorators.field_validators.values():
        if one.info.mode != "after":
            found.update(one.info.fields)
    for one in decorators.field_serializers.values():
        found.update(one.info.fields)
    for name, field in model.model_fields.items():
        kinds = {type(each).__name__ for each in field.metadata}
        if kinds & {"BeforeValidator", "WrapValidator", "PlainValidator"}:
            found.add(name)
        if kinds & {"PlainSerializer", "WrapSerializer"}:
            found.add(name)
    return set(model.model_fields) if "*" in found else found


def _note(sites: Sites, handler: Any, found: Iterator[Difference]) -> None:
    code = _code_of(handler)
    if code is None:
        return
    function = inspect.unwrap(handler)
    at = {
        "file": code.co_filename,
        "line": code.co_firstlineno,
        "module": str(getattr(function, "__module__", "")),
        "function": str(getattr(function, "__qualname__", code.co_name)),
    }
    for kind, where, expected, seen in found:
        sites.note(kind, at, where, {"expected": expected, "seen": seen, "detail": ""})


def _watch_fastapi(routing: Any, sites: Sites, observer: Observer) -> None:
    run, serialize = routing.run_endpoint_function, routing.serialize_response

    @wraps(run)
    async def run_endpoint_function(*, dependant: Any, **more: Any) -> Any:
        _know(dependant.call, observer)
        returned = await run(dependant=dependant, **more)
        request = CURRENT.get()
        if request is not None:
            request.handler = dependant.call
            _look(lambda: _of_bytes(returned, request.scope), sites, dependant.call)
        return returned

    @wraps(serialize)
    async def serialize_response(*, field: Any = None, response_content: Any, **more: Any) -> Any:
        written = await serialize(field=field, response_content=response_content, **more)
        request = CURRENT.get()
        if field is not None and request is not None:
            _look(lambda: _of_value(response_content, field), sites, request.handler)
        return written

    routing.run_endpoint_function = run_endpoint_function
    routing.serialize_response = serialize_response


def _of_value(raw: Any, field: Any) -> Iterator[Difference]:
    """What FastAPI's response model made of a value."""
    made, errors = field.validate(raw, {}, loc=("response",))
    return iter(()) if errors else differences(raw, made)


def _of_bytes(returned: Any, scope: Any) -> Iterator[Difference]:
    """What the declared model would have made of a response that was returned past it."""
    route = (scope or {}).get("route")
    field, body = getattr(route, "response_field", None), getattr(returned, "body", None)
    declared = getattr(route, "status_code", None) or 200
    if field is None or not isinstance(body, bytes) or not 0 < len(body) < LARGEST_BODY:
        return iter(())
    media_type = getattr(returned, "media_type", None)
    if returned.status_code != declared or media_type != JUST_ANSWERED:
        return iter(())
    raw = json.loads(body)
    made, errors = field.validate(raw, {}, loc=("response",))
    return iter(()) if errors else differences(raw, made, json_text=True)


def _watch_django(handler: Any, sites: Sites, observer: Observer) -> None:
    """Look at each view before it is called; what it is made of is imported by then."""
    waiting = ["ninja.operation"]

    def look(_: Any, view: Any) -> None:
        _know(view, observer)
        if waiting and waiting[0] in sys.modules:
            _watch_ninja(sys.modules[waiting.pop()], sites, observer)

    _before(handler, "make_view_atomic", look)


def _watch_ninja(operation: Any, sites: Sites, observer: Observer) -> None:
    kinds = (operation.Operation, getattr(operation, "AsyncOperation", None))
    for kind in filter(None, kinds):
        if "run" in vars(kind):
            _before(kind, "run", lambda one, *_: _know(one.view_func, observer))

    def look(one: Any, request: Any, result: Any, *_: Any) -> None:
        _look(lambda: _of_result(one, request, result, operation), sites, one.view_func)

    _before(operation.Operation, "_result_to_response", look)


def _of_result(one: Any, request: Any, result: Any, operation: Any) -> Iterator[Difference]:
    """What a response schema of django-ninja makes of a result."""
    models = one.response_models
    status = next(iter(models)) if len(models) == 1 else 200
    if hasattr(result, "status_code") and hasattr(result, "value"):
        status, result = result.status_code, result.value
    elif isinstance(result, tuple) and len(result) == 2:
        status, result = result
    model = models.get(status, models.get(...))
    if not hasattr(model, "model_fields") or hasattr(result, "model_fields"):
        return iter(())
    context = {"request": request, "response_status": status}
    made = model.model_validate(operation.ResponseObject(result), context=context)
    return differences(result, made.response)


def _look(find: Callable[[], Iterator[Difference]], sites: Sites, handler: Any) -> None:
    """Note what is found; what cannot be looked at says nothing, and the answer goes its way."""
    try:
        _note(sites, handler, find())
    except Exception:  # noqa: BLE001 - looking must not change what a service does
        return


def _know(handler: Any, observer: Observer) -> None:
    """Take a handler's return for its framework's to convert, whatever its annotation says."""
    code = _code_of(handler)
    if code is not None:
        observer.handlers.add(code)
    for name in ("get", "post", "put", "patch", "delete", "head", "options"):
        method = getattr(getattr(handler, "view_class", None), name, None)
        if method is not None:
            _know(method, observer)


def _code_of(handler: Any) -> types.CodeType | None:
    function = inspect.unwrap(getattr(handler, "func", handler))
    return getattr(getattr(function, "__func__", function), "__code__", None)


def _before(owner: Any, name: str, look: Callable[..., None]) -> None:
    """Have a method look at its arguments first."""
    call = getattr(owner, name, None)
    if call is None:
        return

    @wraps(call)
    def looked_at(*args: Any, **kwargs: Any) -> Any:
        look(*args)
        return call(*args, **kwargs)

    setattr(owner, name, looked_at)
