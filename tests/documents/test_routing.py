"""A concrete path finds the operation that answers it."""

from __future__ import annotations

import time

import pytest

from harness.documents.routing import Router, path_shape
from harness.domain.json import Json
from tests.documents.samples import document

PATHS: dict[str, Json] = {
    "/users": {"get": {}, "post": {}},
    "/users/{id}": {"get": {}, "delete": {}},
    "/users/me": {"get": {}},
    "/users/{id}/orders": {"get": {}},
    "/users/me/{section}": {"get": {}},
    "/users/{user}/orders/{order}": {"get": {}},
    "/files/{name}.json": {"get": {}},
    "/files/{name}": {"get": {}},
    "/range/{from}-{to}": {"get": {}},
    "/trailing/": {"get": {}},
    "/a%20b": {"get": {}},
    "/verb:do": {"get": {}},
    "/": {"get": {}},
}


def answer(method: str, path: str) -> str | None:
    """The label of what answers."""
    found = Router(document(paths=PATHS)).match(method, path)
    return found.label if found is not None else None


@pytest.mark.parametrize(
    ("request_line", "label"),
    [
        ("GET /users", "GET /users"),
        ("get /users", "GET /users"),
        ("GET /users?page=/1", "GET /users"),
        ("GET /users/7", "GET /users/{id}"),
        ("GET /users/me", "GET /users/me"),
        ("DELETE /users/me", "DELETE /users/{id}"),
        ("GET /users/me/orders", "GET /users/me/{section}"),
        ("GET /users/7/orders", "GET /users/{id}/orders"),
        ("GET /users/me/orders/1", "GET /users/{user}/orders/{order}"),
        ("GET /users/a%2Fb", "GET /users/{id}"),
        ("GET /%75sers", "GET /users"),
        ("GET /files/a.json", "GET /files/{name}.json"),
        ("GET /files/.json", "GET /files/{name}"),
        ("GET /range/1-9", "GET /range/{from}-{to}"),
        ("GET /a b", "GET /a%20b"),
        ("GET /verb:do", "GET /verb:do"),
        ("GET /trailing/", "GET /trailing/"),
        ("GET /", "GET /"),
        ("GET /trailing", None),
        ("GET /users/", None),
        ("GET /Users", None),
        ("GET /users/7/", None),
        ("GET /range/1", None),
        ("PATCH /users", None),
        ("GET ", None),
        ("GET users", None),
    ],
)
def test_fixed_segments_beat_parameters(request_line: str, label: str | None) -> None:
    """The most fixed template answers; a last slash, case and method make a difference."""
    assert answer(*request_line.split(" ", 1)) == label


def test_values_of_parameters_are_decoded() -> None:
    """Each parameter has what stands in its place, an encoded slash included."""
    router = Router(document(paths=PATHS))
    found = router.find("GET", "/users/a%2Fb/orders/%C3%BC?x=1")
    ranged = router.find("GET", "/range/1-9-10")

    assert found is not None
    assert found.values == {"user": "a/b", "order": "ü"}
    assert ranged is not None
    assert ranged.values == {"from": "1", "to": "9-10"}


def test_the_name_of_a_parameter_does_not_count() -> None:
    """Two templates of one shape answer the same paths, and the first keeps them."""
    paths: dict[str, Json] = {"/a/{x}": {"get": {}}, "/a/{y}": {"get": {}}}
    found = Router(document(paths=paths)).match("GET", "/a/1")

    assert path_shape("/a/{x}/{y}.json") == path_shape("/a/{b}/{c}.json") == "/a/{}/{}.json"
    assert found is not None
    assert found.path == "/a/{x}"


@pytest.mark.parametrize(
    ("path", "base"), [("/api/v1/a", "/api/v1"), ("/api/a", "/api"), ("/a", ""), ("/apia", None)]
)
def test_base_paths_of_the_servers_are_taken_off(path: str, base: str | None) -> None:
    """The longest base path counts, and a path without one is found as well."""
    servers: Json = [{"url": "https://a.test/api"}, {"url": "/api/v1"}]
    found = Router(document(paths={"/a": {"get": {}}}, servers=servers)).find("GET", path)

    assert (found.base_path if found is not None else None) == base


def test_given_base_paths_are_the_only_ones() -> None:
    """A mount that the caller knows replaces what the document says."""
    read = document(paths={"/a": {"get": {}}}, servers=[{"url": "/api"}])
    router = Router(read, base_paths=["/mounted/"])

    assert router.match("GET", "/mounted/a") is not None
    assert router.match("GET", "/api/a") is None
    assert router.match("GET", "/a") is None


def test_the_nearest_operations_are_named() -> None:
    """A slip of the keyboard leads to what was meant."""
    nearest = Router(document(paths=PATHS)).nearest("GET", "/user/me")

    assert nearest[0].label == "GET /users/me"
    assert len(nearest) == 3


def test_hostile_paths_take_bounded_time() -> None:
    """Neither many segments nor many parameters in one segment make matching slow."""
    paths: dict[str, Json] = {
        "/" + "/".join(["{a}"] * 100): {"get": {}},
        "/" + "".join(f"{{p{at}}}-" for at in range(50)): {"get": {}},
        "/" + "".join(f"{{p{at}}}" for at in range(40)) + "!": {"get": {}},
    }
    router = Router(document(paths=paths))

    start = time.perf_counter()
    router.match("GET", "/x" * 50_000)
    router.match("GET", "/" + "-" * 100_000)
    router.nearest("GET", "/" + "x" * 100_000)
    assert time.perf_counter() - start < 2
