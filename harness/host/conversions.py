"""
Where each framework makes something of what a handler returned: values that it coerces, keys that
it drops, and what it lets go out unread.

Looked at where a type is declared for the response: in FastAPI and django-ninja, and in APIFlask
and flask-smorest with schemas of marshmallow. A row or an object of another class that is read by
its attributes may have more of them: that is the point of a response model. A dictionary with keys
that the model does not have lost them.
"""

from __future__ import annotations

import inspect
import sys
import types
from collections.abc import Callable, Iterator
from functools import partial, wraps
from typing import Any

from .converted import Difference, differences
from .dumped import differences_of_dump
from .observing import Observer
from .requests_seen import CURRENT, Request
from .sites import Sites
from .unchecked import of_body, of_instance

FRAMEWORKS_WITH_SCHEMAS = ("apiflask.", "flask_smorest.")


def watch_conversions(sites: Sites, observer: Observer) -> None:
    """Stand where each framework calls a handler, and where it takes what the handler returned."""
    loaded = sys.modules
    if "fastapi.routing" in loaded:
        _watch_fastapi(loaded["fastapi.routing"], sites, observer)
    if "flask" in loaded:
        _before(loaded["flask"].Flask, "ensure_sync", lambda _, view: _take(view, observer))
    if "marshmallow" in loaded and "flask" in loaded:
        _watch_marshmallow(loaded["marshmallow"].Schema, sites)
    if "apiflask.schema_adapters.pydantic" in loaded:
        _watch_apiflask(loaded["apiflask.schema_adapters.pydantic"].PydanticAdapter, sites)
    if "django.core.handlers.base" in loaded:
        _watch_django(loaded["django.core.handlers.base"].BaseHandler, sites, observer)


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
            _look(lambda: _of_response(returned, request), sites, dependant.call)
        return returned

    @wraps(serialize)
    async def serialize_response(*, field: Any = None, response_content: Any, **more: Any) -> Any:
        written = await serialize(field=field, response_content=response_content, **more)
        request = CURRENT.get()
        if field is not None and request is not None:
            _look(lambda: _of_value(response_content, field, more), sites, request.handler)
        return written

    routing.run_endpoint_function = run_endpoint_function
    routing.serialize_response = serialize_response


def _of_value(raw: Any, field: Any, options: dict[str, Any]) -> Iterator[Difference]:
    """What FastAPI's response model made of a value, and what it took as it was."""
    made, errors = field.validate(raw, {}, loc=("response",))
    if errors:
        return
    yield from differences(raw, made, "$", _annotation_of(field))
    # What is left out of the answer may hold anything.
    if not any(value for name, value in options.items() if "clude" in name):
        yield from of_instance(made)


def _of_response(returned: Any, request: Request) -> Iterator[Difference]:
    """What a response that was returned past the declared model would be to it."""
    route = (request.scope or {}).get("route")
    status, body = getattr(returned, "status_code", None), getattr(returned, "body", None)
    field = (getattr(route, "response_fields", None) or {}).get(status)
    if field is None and status == (getattr(route, "status_code", None) or 200):
        field = getattr(route, "response_field", None)
    if field is None or not isinstance(body, bytes) or request.method == "HEAD":
        return iter(())
    content_type = returned.headers.get("content-type", "")
    read = partial(field.validate, values={}, loc=())
    return of_body(body, content_type, _annotation_of(field), read)


def _annotation_of(field: Any) -> Any:
    """The type of a response, as far as it is known."""
    return getattr(getattr(field, "field_info", None), "annotation", Any)


def _watch_marshmallow(schema: Any, sites: Sites) -> None:
    """Look at what a framework, and not the service's own code, has a schema write."""
    dump = schema.dump

    @wraps(dump)
    def dumped(one: Any, obj: Any, *args: Any, **more: Any) -> Any:
        written = dump(one, obj, *args, **more)
        request = CURRENT.get()
        caller = str(sys._getframe(1).f_globals.get("__name__", ""))
        if request is not None and caller.startswith(FRAMEWORKS_WITH_SCHEMAS):
            many = (*args, more.get("many"), None)[0]
            many = one.many if many is None else bool(many)
            _look(lambda: differences_of_dump(one, obj, written, many=many), sites, request.handler)
        return written

    schema.dump = dumped


def _watch_apiflask(adapter: Any, sites: Sites) -> None:
    def look(one: Any, data: Any, *_: Any) -> None:
        request = CURRENT.get()
        if request is not None:
            _look(lambda: _of_models(data, one.model_class), sites, request.handler)

    _before(adapter, "serialize_output", look)


def _of_models(data: Any, model: Any) -> Iterator[Difference]:
    """What APIFlask makes of a value, or of each of several, that a model of pydantic writes."""
    is_list = isinstance(data, (list, tuple))
    for each in data if is_list else [data]:
        made = each if hasattr(type(each), "model_fields") else model.model_validate(each)
        where = "$[*]" if is_list else "$"
        yield from differences(each, made, where, model)
        yield from of_instance(made, where)


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
    is_http = hasattr(result, "content") and hasattr(result, "headers")
    model = models.get(result.status_code if is_http else status, models.get(...))
    if not hasattr(model, "model_fields"):
        return
    annotation = model.model_fields["response"].annotation
    if is_http:
        content_type = result.headers.get("Content-Type", "")
        yield from of_body(result.content, content_type, annotation, partial(_read, model))
        return
    if hasattr(type(result), "model_fields"):
        made = result
    else:
        context = {"request": request, "response_status": status}
        made = model.model_validate(operation.ResponseObject(result), context=context).response
        yield from differences(result, made, "$", annotation)
    if not (one.exclude_unset or one.exclude_defaults or one.exclude_none):
        yield from of_instance(made)


def _read(model: Any, raw: Any) -> tuple[Any, Any]:
    """What a model around a response makes of decoded JSON, and what it refuses."""
    try:
        return model.model_validate({"response": raw}).response, []
    except ValueError as error:
        return None, [{**one, "loc": one["loc"][1:]} for one in error.errors()]  # type: ignore[attr-defined]


def _look(find: Callable[[], Iterator[Difference]], sites: Sites, handler: Any) -> None:
    """Note what is found; what cannot be looked at says nothing, and the answer goes its way."""
    try:
        _note(sites, handler, find())
    except Exception:  # noqa: BLE001 - looking must not change what a service does
        return


def _take(view: Any, observer: Observer) -> None:
    """Know a function that Flask is about to call: of those of one request the view is the last."""
    _know(view, observer)
    request = CURRENT.get()
    if request is not None:
        request.handler = view


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
