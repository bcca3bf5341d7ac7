"""Finds the route of a path, segment by segment, so that a name may hold a slash."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias
from urllib.parse import unquote

from harness.broker.server.answers import HAL, HTML, JSON, Answer
from harness.broker.server.asking import Call
from harness.broker.server.needs import READ, Needs

Handler: TypeAlias = Callable[[Call], Answer]

JSON_BODY: Final = frozenset({"application/json", "application/hal+json"})


@dataclass(frozen=True, slots=True)
class Route:
    """
    A method and a path, and who answers.

    Shape: `{name}` in the path is open; `needs` says who may ask; `takes` are the media types of a
    body, any where empty; `gives` those of answers; `is_reading` promises that nothing is changed,
    and `is_steady` that the answer follows from the request and the database alone.
    """

    method: str
    path: str
    handler: Handler
    needs: Needs
    takes: frozenset[str] = frozenset()
    gives: tuple[str, ...] = (HAL, JSON)
    is_reading: bool = False
    is_steady: bool = False


def get(path: str, handler: Handler, *gives: str, needs: Needs = READ) -> Route:
    """A route that reads."""
    return Route("GET", path, handler, needs, gives=gives or (HAL, JSON), is_reading=True)


def page(path: str, handler: Handler) -> Route:
    """A route that shows a page; it stands beside what is answered to programs there."""
    return get(path, handler, HTML)


def change(
    method: str, path: str, handler: Handler, needs: Needs, takes: frozenset[str] = JSON_BODY
) -> Route:
    """A route that writes."""
    return Route(method, path, handler, needs, takes)


def steady(*routes: Route) -> tuple[Route, ...]:
    """Routes whose answers follow from the request and the database, and from no clock."""
    return tuple(replace(each, is_steady=True) for each in routes)


@dataclass(frozen=True, slots=True)
class Routed:
    """The routes of a path by method, its page, and the names that it holds, decoded."""

    routes: Mapping[str, Route]
    page: Route | None
    names: Mapping[str, str]

    @property
    def allowed(self) -> str:
        """The methods, as the header `allow` lists them."""
        read = ("GET", "HEAD") if self.page or "GET" in self.routes else ()
        return ", ".join((*read, *(each for each in self.routes if each != "GET"), "OPTIONS"))


@dataclass(slots=True)
class _Node:
    literal: dict[str, _Node] = field(default_factory=dict)
    open: _Node | None = None
    routes: dict[str, Route] = field(default_factory=dict)
    page: Route | None = None
    names: tuple[str, ...] = ()


class Router:
    """Routes as a tree; a segment that is written out goes before an open one."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        for route in routes:
            self._add(route)

    def find(self, path: str) -> Routed | None:
        """The routes of a path, encoded as it came."""
        segments = path.strip("/").split("/") if path.strip("/") else []
        found = _walk(self._root, segments, [])
        if found is None:
            return None
        node, values = found
        decoded = (unquote(each, errors="replace") for each in values)
        return Routed(node.routes, node.page, dict(zip(node.names, decoded, strict=True)))

    def _add(self, route: Route) -> None:
        node, names = self._root, []
        for segment in filter(None, route.path.split("/")):
            if segment.startswith("{"):
                names.append(segment[1:-1])
                node.open = node.open or _Node()
                node = node.open
            else:
                node = node.literal.setdefault(segment, _Node())
        node.names = node.names or tuple(names)
        if route.gives == (HTML,):
            node.page = route
        else:
            node.routes[route.method] = route


def _walk(node: _Node, segments: list[str], values: list[str]) -> tuple[_Node, list[str]] | None:
    if not segments:
        return (node, values) if node.routes or node.page else None
    head, rest = segments[0], segments[1:]
    literal = node.literal.get(head)
    found = _walk(literal, rest, values) if literal else None
    if found is None and node.open is not None and head:
        found = _walk(node.open, rest, [*values, head])
    return found
