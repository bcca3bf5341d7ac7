"""Applications on nothing but the standard library, with every kind of provider state."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

STOCK: dict[str, Any] = {}


def wsgi(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path == "/crash":
        raise KeyError(path)
    if path == "/exit":
        os._exit(9)
    if path == "/late":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return late()
    if path == "/shout":
        for _ in range(3000):
            sys.stdout.write("x" * 1023 + "\n")
        sys.stdout.write("the last line\n")
    if path == "/slow":
        time.sleep(0.3)
    body = json.dumps(seen(environ)).encode()
    start_response("200 OK", [("Content-Type", "application/json")])
    return [body[:5], body[5:]]


def late() -> Iterator[bytes]:
    yield b"begun"
    raise ValueError("too late for a status")


def seen(environ: dict[str, Any]) -> dict[str, Any]:
    return {
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"].encode("latin-1").decode(),
        "query": environ["QUERY_STRING"],
        "body": environ["wsgi.input"].read().decode(),
        "type": environ.get("CONTENT_TYPE", ""),
        "stock": STOCK,
        "env": {name: os.environ.get(name) for name in ("PLACE", "API_KEY", "OTHER_URL")},
        "python": sys.version_info[:2],
        "modules": sorted(name for name in sys.modules if name.startswith("_contract_harness")),
        "path_entries": sys.path,
    }


def make_wsgi() -> Any:
    return wsgi


async def asgi(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
        return
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    if scope["path"] == "/crash":
        raise KeyError(scope["path"])
    told = {"method": scope["method"], "path": scope["path"], "body": body.decode(), "stock": STOCK}
    text = json.dumps(told).encode()
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": text[:5], "more_body": True})
    await send({"type": "http.response.body", "body": text[5:]})


async def lifespan(receive: Any, send: Any) -> None:
    await receive()
    STOCK["lifespan"] = "started"
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


def a_sku_exists(sku: str, on_hand: int = 1) -> dict[str, Any]:
    STOCK[sku] = on_hand
    return {"sku": sku, "id": 7}


async def an_order_is_placed() -> None:
    STOCK["order"] = "placed"


def a_sale_is_on(percent: int) -> Iterator[dict[str, int]]:
    STOCK["sale"] = percent
    yield {"percent": percent}
    del STOCK["sale"]


async def a_queue_is_open() -> AsyncIterator[None]:
    STOCK["queue"] = "open"
    yield
    del STOCK["queue"]


def it_fails() -> None:
    raise RuntimeError("the state's own fault")


def it_returns_a_list() -> list[int]:
    return [1]


def for_pact_itself(action: str, parameters: dict[str, Any]) -> None:
    STOCK["action"] = [action, parameters]


STATES = {"the café/bar is open": a_sku_exists, "for pact": for_pact_itself}


def reset() -> None:
    STOCK.clear()


def credentials() -> dict[str, dict[str, str]]:
    return {"key": {"X-Key": "abc"}}
