"""The code of one generated service, in its framework."""

from __future__ import annotations

import json
from collections.abc import Mapping

from benchmarks.large.layout import NOUNS, Member

STORE = '''"""What the service keeps, in memory."""

from typing import Any

NOUNS = {nouns!r}
KEPT: dict[str, dict[int, dict[str, Any]]] = {{noun: {{}} for noun in NOUNS}}
LARGEST = 2**31 - 1


class Invalid(Exception):
    """A body that is none of ours."""


def parsed(body: Any) -> dict[str, Any]:
    """Take a body for what it must be."""
    if not isinstance(body, dict) or set(body) - {{"name", "size", "note"}}:
        raise Invalid("expected name, size and note")
    name, size, note = body.get("name"), body.get("size"), body.get("note")
    if not isinstance(name, str) or not 1 <= len(name) <= 40:
        raise Invalid("expected a name of 1 to 40 characters")
    if isinstance(size, float) and size.is_integer():
        size = int(size)
    if isinstance(size, bool) or not isinstance(size, int) or not 0 <= size <= LARGEST:
        raise Invalid("expected a size from 0")
    if note is not None and (not isinstance(note, str) or len(note) > 200):
        raise Invalid("expected a note of at most 200 characters, or null")
    return {{"name": name, "size": size, "note": note}}


def put(noun: str, body: dict[str, Any], number: int = 0) -> dict[str, Any]:
    """Keep one."""
    kept = KEPT[noun]
    number = number or max(kept, default=0) + 1
    kept[number] = {{"id": number, **body}}
    return kept[number]


def reset() -> None:
    """Forget all."""
    for kept in KEPT.values():
        kept.clear()


def one(noun: str) -> Any:
    """Give the function of a state in which there is one."""

    def there_is_one(id: int) -> None:
        put(noun, {{"name": noun, "size": 3, "note": None}}, id)

    return there_is_one


STATES = {{
    **{{f"a {{noun}} exists": one(noun) for noun in NOUNS}},
    "nothing exists": reset,
}}
'''

FASTAPI_HEAD = '''"""The application."""

from typing import Annotated, Any

from fastapi import FastAPI, Path
from pydantic import BaseModel, ConfigDict, Field

from {name} import store


class Body(BaseModel):
    """What is sent of one."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(min_length=1, max_length=40)
    size: int = Field(ge=0, le=store.LARGEST, strict=False)
    note: str | None = Field(default=None, max_length=200)


class Item(BaseModel):
    """What is kept of one."""

    id: int
    name: str
    size: int
    note: str | None


class Missing(BaseModel):
    """Why there is none."""

    detail: str


from fastapi import HTTPException

Number = Annotated[int, Path(ge=1, le=store.LARGEST)]
MISSING: dict[int | str, dict[str, Any]] = {{404: {{"model": Missing}}}}
app = FastAPI(title="{name}", version="1.0.0")


def found(noun: str, number: int) -> dict[str, Any]:
    """Give one, or answer 404."""
    if number not in store.KEPT[noun]:
        raise HTTPException(404, f"there is no {{noun}} {{number}}")
    return store.KEPT[noun][number]
'''
FASTAPI_NOUN = '''

@app.get("/{noun}s", response_model=list[Item])
def list_{noun}s() -> Any:
    """List them."""
    return list(store.KEPT["{noun}"].values())


@app.post("/{noun}s", status_code=201, response_model=Item)
def create_{noun}(body: Body) -> Any:
    """Keep one more."""
    return store.put("{noun}", body.model_dump())


@app.get("/{noun}s/{{number}}", response_model=Item, responses=MISSING)
def show_{noun}(number: Number) -> Any:
    """Show one."""
    return found("{noun}", number)


@app.put("/{noun}s/{{number}}", response_model=Item, responses=MISSING)
def change_{noun}(number: Number, body: Body) -> Any:
    """Change one."""
    found("{noun}", number)
    return store.put("{noun}", body.model_dump(), number)


@app.delete("/{noun}s/{{number}}", status_code=204, responses=MISSING)
def delete_{noun}(number: Number) -> None:
    """Forget one."""
    found("{noun}", number)
    del store.KEPT["{noun}"][number]
'''
FLASK_HEAD = '''"""The application."""

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from {name} import store

app = Flask(__name__)


@app.errorhandler(store.Invalid)
def invalid(error: store.Invalid) -> tuple[Response, int]:
    """Tell what is wrong with a body."""
    return jsonify(detail=str(error)), 422


@app.errorhandler(HTTPException)
def failed(error: HTTPException) -> tuple[Response, int]:
    """Tell everything else in the same form."""
    return jsonify(detail=error.name), error.code or 500
'''
FLASK_NOUN = '''

@app.route("/{noun}s", methods=["GET", "POST"], provide_automatic_options=False)
def {noun}s() -> tuple[Response, int]:
    """List them, or keep one more."""
    if request.method == "GET":
        return jsonify(list(store.KEPT["{noun}"].values())), 200
    return jsonify(store.put("{noun}", store.parsed(request.get_json(silent=True)))), 201


@app.route(
    "/{noun}s/<int:number>", methods=["GET", "PUT", "DELETE"], provide_automatic_options=False
)
def {noun}(number: int) -> tuple[Response, int]:
    """Show, change or forget one."""
    if number not in store.KEPT["{noun}"]:
        return jsonify(detail=f"there is no {noun} {{number}}"), 404
    if request.method == "DELETE":
        del store.KEPT["{noun}"][number]
        return Response(status=204), 204
    if request.method == "PUT":
        body = store.parsed(request.get_json(silent=True))
        return jsonify(store.put("{noun}", body, number)), 200
    return jsonify(store.KEPT["{noun}"][number]), 200
'''
DJANGO_HEAD = '''"""The application."""

import json
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from {name} import store

settings.configure(SECRET_KEY="of no use", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"])


def body_of(request: HttpRequest) -> dict[str, Any]:
    """Read a body of JSON."""
    try:
        return store.parsed(json.loads(request.body))
    except ValueError as error:
        raise store.Invalid("expected JSON") from error


def told(status: int, detail: str, allowed: str = "") -> JsonResponse:
    """Tell why not."""
    headers = {{"Allow": allowed}} if allowed else {{}}
    return JsonResponse({{"detail": detail}}, status=status, headers=headers)


def many(request: HttpRequest, noun: str) -> HttpResponse:
    """List them, or keep one more."""
    if request.method == "GET":
        return JsonResponse(list(store.KEPT[noun].values()), safe=False)
    if request.method != "POST":
        return told(405, "GET and POST only", "GET, POST")
    try:
        return JsonResponse(store.put(noun, body_of(request)), status=201)
    except store.Invalid as error:
        return told(422, str(error))


def one(request: HttpRequest, noun: str, number: int) -> HttpResponse:
    """Show, change or forget one."""
    if request.method not in ("GET", "PUT", "DELETE"):
        return told(405, "GET, PUT and DELETE only", "DELETE, GET, PUT")
    if number not in store.KEPT[noun]:
        return told(404, f"there is no {{noun}} {{number}}")
    if request.method == "DELETE":
        del store.KEPT[noun][number]
        return HttpResponse(status=204)
    if request.method == "PUT":
        try:
            return JsonResponse(store.put(noun, body_of(request), number))
        except store.Invalid as error:
            return told(422, str(error))
    return JsonResponse(store.KEPT[noun][number])


def nowhere(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Tell of a path that leads nowhere."""
    return told(404, "there is nothing here")


handler404 = nowhere
urlpatterns = [
    *(path(f"{{noun}}s", many, {{"noun": noun}}) for noun in store.NOUNS),
    *(path(f"{{noun}}s/<int:number>", one, {{"noun": noun}}) for noun in store.NOUNS),
]
application = get_wsgi_application()
'''
CLIENT_HEAD = '''"""Asks the other services."""

import httpx
from pydantic import BaseModel


class Item(BaseModel):
    """What others keep of one."""

    id: int
    name: str
    size: int
    note: str | None


class NotThere(Exception):
    """There is none."""


class Unavailable(Exception):
    """They cannot be reached, or answer nonsense."""


def asked(method: str, url: str, body: dict[str, object] | None = None) -> httpx.Response:
    """Ask once."""
    try:
        response = httpx.request(method, url, json=body, timeout=2)
    except httpx.HTTPError as error:
        raise Unavailable(str(error)) from error
    if response.status_code == 404:
        raise NotThere(url)
    if response.status_code not in (200, 201, 204):
        raise Unavailable(f"{method} {url} answered {response.status_code}")
    return response


def item(response: httpx.Response) -> Item:
    """Read one."""
    try:
        return Item.model_validate_json(response.content)
    except ValueError as error:
        raise Unavailable("expected an item") from error


def shown(url: str, noun: str, number: int) -> str:
    """The name of one."""
    return item(asked("GET", f"{url}/{noun}s/{number}")).name


def listed(url: str, noun: str) -> int:
    """The size of them all."""
    response = asked("GET", f"{url}/{noun}s")
    try:
        return sum(Item.model_validate(each).size for each in response.json())
    except (TypeError, ValueError) as error:
        raise Unavailable("expected items") from error


def created(url: str, noun: str, name: str) -> int:
    """Make one, and give its number."""
    return item(asked("POST", f"{url}/{noun}s", {"name": name, "size": 1, "note": None})).id


def changed(url: str, noun: str, number: int) -> int:
    """Change one, and give its size."""
    body: dict[str, object] = {"name": "changed", "size": 5, "note": "now"}
    return item(asked("PUT", f"{url}/{noun}s/{number}", body)).size


def deleted(url: str, noun: str, number: int) -> None:
    """Forget one."""
    asked("DELETE", f"{url}/{noun}s/{number}")
'''


def files(member: Member) -> dict[str, str]:
    """All files of a service, relative to its directory."""
    package = f"src/{member.name}"
    own = {
        "pyproject.toml": _table(member),
        f"{package}/__init__.py": f'"""Service {member.number}."""\n',
        f"{package}/store.py": STORE.format(nouns=NOUNS),
        f"{package}/client.py": CLIENT_HEAD,
        f"{package}/app.py": _app(member),
    }
    if member.framework != "fastapi":
        own["openapi.json"] = json.dumps(_document(member.name), indent=1) + "\n"
    return own


def _app(member: Member) -> str:
    if member.framework == "django":
        return DJANGO_HEAD.format(name=member.name)
    head, noun = {
        "fastapi": (FASTAPI_HEAD, FASTAPI_NOUN),
        "flask": (FLASK_HEAD, FLASK_NOUN),
    }[member.framework]
    return head.format(name=member.name) + "".join(noun.format(noun=one) for one in NOUNS)


def _table(member: Member) -> str:
    app = "application" if member.framework == "django" else "app"
    document = "/openapi.json" if member.framework == "fastapi" else "openapi.json"
    consumes = ", ".join(f'{one.name} = "{one.name.upper()}_URL"' for one in member.providers)
    return f"""\
[tool.contract-harness.service]
name = "{member.name}"
app = "{member.name}.app:{app}"
root = "src"
packages = ["{member.name}"]
documents = ["{document}"]
states = "{member.name}.store:STATES"
reset = "{member.name}.store:reset"
contract_tests = ["../../contracts/{member.name}"]
consumes = {{ {consumes} }}
owner = "team-{member.number % 7}"
"""


def _document(name: str) -> dict[str, object]:
    """An OpenAPI document as somebody writes it by hand."""
    sent = {
        "name": {"type": "string", "minLength": 1, "maxLength": 40},
        "size": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
        "note": {"type": "string", "maxLength": 200, "nullable": True},
    }
    kept = {
        "id": {"type": "integer"},
        "name": {"type": "string"},
        "size": {"type": "integer"},
        "note": {"type": "string", "nullable": True},
    }
    schemas = {
        "Body": _object(sent, ["name", "size"]) | {"additionalProperties": False},
        "Item": _object(kept, list(kept)),
        "Failure": _object({"detail": {"type": "string"}}, ["detail"]),
    }
    paths: dict[str, object] = {}
    for noun in NOUNS:
        paths |= _paths(noun)
    return {
        "openapi": "3.0.3",
        "info": {"title": name, "version": "1.0.0"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _object(properties: Mapping[str, object], required: list[str]) -> dict[str, object]:
    return {"type": "object", "properties": properties, "required": required}


def _paths(noun: str) -> dict[str, object]:
    number = {
        "name": "number",
        "in": "path",
        "required": True,
        "schema": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
    }
    missing, invalid = _reply("none of them", "Failure"), _reply("no such body", "Failure")
    body = {"required": True, "content": _content({"$ref": "#/components/schemas/Body"})}
    item = _reply("one", "Item")
    items = {"type": "array", "items": {"$ref": "#/components/schemas/Item"}}
    return {
        f"/{noun}s": {
            "get": {"responses": {"200": {"description": "all", "content": _content(items)}}},
            "post": {"requestBody": body, "responses": {"201": item, "422": invalid}},
        },
        f"/{noun}s/{{number}}": {
            "parameters": [number],
            "get": {"responses": {"200": item, "404": missing}},
            "put": {
                "requestBody": body,
                "responses": {"200": item, "404": missing, "422": invalid},
            },
            "delete": {"responses": {"204": {"description": "gone"}, "404": missing}},
        },
    }


def _reply(description: str, schema: str) -> dict[str, object]:
    content = _content({"$ref": f"#/components/schemas/{schema}"})
    return {"description": description, "content": content}


def _content(schema: Mapping[str, object]) -> dict[str, object]:
    return {"application/json": {"schema": schema}}
