"""A workshop with six faults that its document does not tell of."""

from datetime import UTC, datetime
from typing import Any

from flask import Flask, abort, jsonify, request

app = Flask(__name__)
OWNERS: dict[int, dict[str, Any]] = {}
BIKES: dict[int, dict[str, Any]] = {}
TAGS: dict[int, dict[str, Any]] = {}
RATES = {"day": 10, "week": 50}
OPENED = datetime(2024, 1, 1, tzinfo=UTC)


def reset() -> None:
    for table in (OWNERS, BIKES, TAGS):
        table.clear()


def _next(table: dict[int, dict[str, Any]]) -> int:
    return max(table, default=0) + 1


def _text(name: str) -> str:
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not isinstance(body.get(name), str) or not body[name]:
        abort(422)
    return str(body[name])


@app.post("/owners")
def add_owner() -> Any:
    owner: dict[str, Any] = {"id": _next(OWNERS), "name": _text("name")}
    OWNERS[owner["id"]] = owner
    return owner, 201


@app.get("/owners/<int:owner_id>")
def owner(owner_id: int) -> Any:
    return OWNERS.get(owner_id) or abort(404)


@app.delete("/owners/<int:owner_id>")
def drop_owner(owner_id: int) -> Any:
    return ("", 204) if OWNERS.pop(owner_id, None) else abort(404)


@app.post("/bikes")
def add_bike() -> Any:
    name, body = _text("name"), request.get_json()
    owner_id = body.get("owner_id")
    if not isinstance(owner_id, int) or isinstance(owner_id, bool):
        abort(422)
    if owner_id not in OWNERS:
        abort(404)
    bike: dict[str, Any] = {"id": _next(BIKES), "name": name, "owner_id": owner_id}
    BIKES[bike["id"]] = bike
    return bike, 201


@app.get("/bikes/<int:bike_id>")
def bike(bike_id: int) -> Any:
    found = BIKES.get(bike_id) or abort(404)
    return {**found, "owner": OWNERS[found["owner_id"]]["name"]}


@app.post("/tags")
def add_tag() -> Any:
    tag: dict[str, Any] = {"id": _next(TAGS), "name": _text("name")}
    TAGS[tag["id"]] = tag
    return tag, 201


@app.get("/tags/<int:tag_id>")
def tag(tag_id: int) -> Any:
    return TAGS.get(tag_id) or abort(404)


@app.delete("/tags/<int:tag_id>")
def drop_tag(tag_id: int) -> Any:
    return ("", 204) if tag_id in TAGS else abort(404)


@app.get("/rates")
def rates() -> Any:
    per = request.args.get("per", "day")
    match per:
        case "season":
            return jsonify(RATES["seasons"])
        case "hour":
            return jsonify(None)
        case _:
            return jsonify(RATES.get(per, 0))


@app.get("/visits")
def visits() -> Any:
    try:
        since = datetime.fromisoformat(request.args["since"])
    except (KeyError, ValueError):
        abort(422)
    return jsonify(["a visit"] if since < OPENED else [])


@app.get("/stands")
def stands() -> Any:
    try:
        floor = int(request.args.get("floor", "0"))
    except ValueError:
        abort(422)
    return (jsonify([]), 203) if floor > 9 else jsonify([])


@app.get("/openapi.json")
def document() -> Any:
    return DOCUMENT


_JSON = "application/json"
_TEXT = {"type": "string", "minLength": 1}
_NUMBER = {"type": "integer"}
_MISSING = {"404": {"description": "there is none"}, "422": {"description": "not that"}}


def _reply(schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": "it", "content": {_JSON: {"schema": schema}}}


def _thing(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": sorted(properties)}


def _making(resource: str, **properties: Any) -> dict[str, Any]:
    new, made = _thing(**properties), _thing(id=_NUMBER, **properties)
    return {
        "post": {
            "operationId": f"add_{resource}",
            "requestBody": {"required": True, "content": {_JSON: {"schema": new}}},
            "responses": {"201": _reply(made), **_MISSING},
        }
    }


def _using(parameter: str, reply: dict[str, Any], *, deletes: bool = True) -> dict[str, Any]:
    place = {"name": parameter, "in": "path", "required": True, "schema": {**_NUMBER, "minimum": 0}}
    item: dict[str, Any] = {
        "parameters": [place],
        "get": {"responses": {"200": _reply(reply), **_MISSING}},
    }
    if deletes:
        item["delete"] = {"responses": {"204": {"description": "gone"}, **_MISSING}}
    return item


def _asking(name: str, schema: dict[str, Any], reply: dict[str, Any], **more: Any) -> Any:
    parameter = {"name": name, "in": "query", "schema": schema, **more}
    responses = {"200": _reply(reply), "422": {"description": "not that"}}
    return {"get": {"parameters": [parameter], "responses": responses}}


_MOMENT = {"type": "string", "format": "date-time"}
_LIST = {"type": "array", "items": {"type": "string"}}
DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "workshop", "version": "1"},
    "paths": {
        "/owners": _making("owner", name=_TEXT),
        "/owners/{owner_id}": _using("owner_id", _thing(id=_NUMBER, name=_TEXT)),
        "/bikes": _making("bike", name=_TEXT, owner_id=_NUMBER),
        "/bikes/{bike_id}": _using("bike_id", _thing(id=_NUMBER, owner=_TEXT), deletes=False),
        "/tags": _making("tag", name=_TEXT),
        "/tags/{tag_id}": _using("tag_id", _thing(id=_NUMBER, name=_TEXT)),
        "/rates": _asking("per", {"type": "string"}, _NUMBER),
        "/visits": _asking("since", _MOMENT, _LIST, required=True),
        "/stands": _asking("floor", _NUMBER, _LIST),
    },
}
