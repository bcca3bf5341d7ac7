"""A service with one operation for each way in which a service can be odd."""

import os
import sys
import time
from typing import Any
from uuid import uuid4

from flask import Flask, abort, jsonify, request

app = Flask(__name__)
SEEN: list[str] = []
MENDED = os.environ.get("MENDED") == "1"
# Another one after each start and each reset, as of a service that keeps its sessions in memory.
LET_IN: dict[str, str] = {}


def reset() -> None:
    SEEN.clear()
    LET_IN.clear()


def credentials() -> dict[str, dict[str, str]]:
    secret = LET_IN.setdefault("Authorization", f"Bearer hush-hush-{uuid4().hex}")
    return {"visitor": {"Authorization": "Bearer nobody"}, "staff": {"Authorization": secret}}


def no_credentials() -> dict[str, dict[str, str]]:
    return {"visitor": {"Authorization": "Bearer nobody"}}


def is_let_in() -> bool:
    return request.headers.get("Authorization", "") == LET_IN.get("Authorization", object())


@app.get("/first")
def first() -> Any:
    return jsonify("here")


@app.get("/dies")
def dies() -> Any:
    if request.args.get("way") == "abruptly":
        sys.stdout.write("the last words\n")
        sys.stdout.flush()
        os._exit(3)
    return jsonify("alive")


@app.get("/sleeps")
def sleeps() -> Any:
    if request.args.get("how") == "soundly":
        time.sleep(30)
    return jsonify("awake")


@app.get("/big")
def big() -> Any:
    return jsonify({"what": "x" * 3_000_000})


@app.get("/guarded")
def guarded() -> Any:
    if not is_let_in():
        abort(401)
    return jsonify(7 if MENDED else f"leaks {LET_IN['Authorization']}")


@app.get("/open")
def unguarded() -> Any:
    if MENDED and not is_let_in():
        abort(401)
    return jsonify("anyone")


@app.get("/down")
def down() -> Any:
    try:
        raise ConnectionError("the neighbour is not there")
    except ConnectionError:
        app.logger.exception("no neighbour")
        return jsonify("later"), 502


@app.get("/fails")
def fails() -> Any:
    return jsonify("no reason given"), 500


@app.get("/limited")
def limited() -> Any:
    text = request.args.get("text", "")
    if len(text) > 5 and not MENDED:
        return {"errors": {"text": ["too long"]}}, 422
    return jsonify(text)


def _operation(reply: str = "string", status: str = "200", **more: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": {"type": reply}}}
    responses = {status: {"description": "it", "content": content}, **more.pop("also", {})}
    return {"get": {"responses": responses, **more}}


def _asked(name: str) -> list[dict[str, Any]]:
    return [{"name": name, "in": "query", "schema": {"type": "string"}}]


_PATHS = {
    "first": {"/first": _operation()},
    "dies": {"/first": _operation(), "/dies": _operation(parameters=_asked("way"))},
    "sleeps": {"/first": _operation(), "/sleeps": _operation(parameters=_asked("how"))},
    "big": {"/big": _operation("integer")},
    "guarded": {
        "/guarded": _operation("integer", security=[{"staff": []}]),
        "/open": _operation(security=[{"staff": []}]),
    },
    "down": {"/down": _operation(status="502"), "/fails": _operation()},
    "limited": {
        "/limited": _operation(
            parameters=_asked("text"), also={"422": {"description": "not that"}}
        ),
    },
    "broken": {
        "/first": _operation(),
        "/broken": {"get": {"parameters": [{"$ref": "#/nowhere"}], "responses": {}}},
    },
}


@app.get("/<kind>.json")
def document(kind: str) -> Any:
    return {
        "openapi": "3.0.3",
        "info": {"title": kind, "version": "1"},
        "paths": _PATHS[kind],
        "components": {"securitySchemes": {"staff": {"type": "http", "scheme": "bearer"}}},
    }


@app.get("/page")
def page() -> Any:
    return "<!doctype html><title>not a document</title>"


@app.get("/text")
def text() -> Any:
    return "just: [words"


@app.get("/closed.yaml")
def closed_document() -> Any:
    if not is_let_in():
        abort(401)
    return yaml_document()


@app.get("/document.yaml")
def yaml_document() -> Any:
    return "openapi: 3.0.3\ninfo: {title: y, version: '1'}\npaths: {}\n"
