"""A consumer that keeps things in mind between its answers; plain WSGI, which starts at once."""

import json
import os
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

KEPT: dict[str, Any] = {}
SOUR: list[str] = []


def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Answer by the first part of the path."""
    _, name, rest = environ["PATH_INFO"].split("/", 2)
    said = json.dumps({"cached": cached, "sour": sour, "big": big, "two": two}[name](rest))
    start("200 OK", [("Content-Type", "application/json")])
    return [said.encode()]


def read(path: str) -> Any:
    """Ask the till, and raise on whatever is no success."""
    with urlopen(os.environ["TILL_URL"] + quote(path), timeout=2) as reply:
        return json.load(reply)


def cached(sku: str) -> object:
    """Ask once and never again."""
    if sku not in KEPT:
        KEPT[sku] = read(f"/stock/{sku}")
    return len(KEPT[sku]["label"])


def sour(sku: str) -> object:
    """Take a null, and fail at everything that comes after it."""
    label = read(f"/stock/{sku}")["label"]
    if SOUR:
        raise RuntimeError(f"{len(SOUR)} went sour before this")
    if label is None:
        SOUR.append(sku)
    return label


def big(sku: str) -> object:
    """Count what is large."""
    return sum(len(one["name"]) for one in read(f"/big/{sku}")["items"])


def two(sku: str) -> object:
    """Ask for what nobody has a contract for."""
    return read(f"/plain/{sku}")["text"] + "!"
