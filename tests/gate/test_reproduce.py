"""A reproduce line, typed as printed, shows the fault again; after the cure it is silent."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from tests.gate.workspaces import Ended, Place, document, interaction, operation, pact

pytestmark = pytest.mark.tools

ITEM: dict[str, Any] = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
}
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string", "minLength": 1}},
            }
        }
    },
}

# A store with three faults: a crash that takes two requests, a broken promise, and a wrong type.
SHOP = """
    import json
    import re
    from collections.abc import Callable, Iterable
    from typing import Any

    THINGS: dict[int, str] = {}

    def reset() -> None:
        THINGS.clear()

    def a_thing_exists(name: str) -> None:
        THINGS[7] = name

    def label(thing: int) -> str:
        return THINGS[thing]

    def size(thing: int) -> int:
        return len(label(thing)) + 0

    def app(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        status, body = answer(environ["REQUEST_METHOD"], environ["PATH_INFO"], read(environ))
        start(status, [("Content-Type", "application/json")])
        return [json.dumps(body).encode()]

    def read(environ: dict[str, Any]) -> Any:
        text = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        try:
            return json.loads(text)
        except ValueError:
            return None

    def answer(method: str, path: str, body: Any) -> tuple[str, dict[str, Any]]:
        named = re.fullmatch(r"/things/(-?[0-9]+)", path)
        if path == "/things" and method == "POST":
            if not isinstance(body, dict) or not isinstance(body.get("name"), str):
                return "422 Unprocessable", {}
            if not body["name"]:
                return "422 Unprocessable", {}
            THINGS[len(THINGS) + 1] = body["name"]
            return "201 Created", {"id": len(THINGS), "name": body["name"]}
        if named is None or method not in ("GET", "DELETE"):
            return "404 Not Found", {}
        thing = int(named[1])
        if thing not in THINGS:
            return "404 Not Found", {}
        if method == "DELETE":
            del THINGS[thing]
            return "200 OK", {"id": thing, "name": "gone"}
        return "200 OK", {"id": thing, "name": label(thing)}
"""
CRASH = ("return THINGS[thing]", 'return {}[THINGS[thing], "shelf"]')
PROMISE = ('{"id": thing, "name": label(thing)}', '{"id": thing, "title": label(thing)}')
UNCHECKED = ('if not body["name"]:', "if False:")
TYPE = ("len(label(thing)) + 0", "len(label(thing)) + label(thing)")


@pytest.fixture
def shop(place: Place) -> Place:
    """A healthy service with a consumer's pact."""
    place.write(
        "contract-harness.toml",
        """
        pacts = "pacts"
        [members.shop]
        app = "shop:app"
        packages = ["shop"]
        documents = ["api.json"]
        states = "shop:STATES"
        reset = "shop:reset"
        """,
    )
    place.write("shop.py", SHOP)
    with (place.root / "shop.py").open("a", encoding="utf-8") as file:
        file.write('\nSTATES = {"a thing/an item exists": a_thing_exists}\n')
    created = operation(ITEM, requestBody=BODY)
    created["responses"] = {"201": created["responses"]["200"], "422": {"description": "no"}}
    of_one = {"get": operation(ITEM), "delete": operation(ITEM), "parameters": [ID]}
    place.write("api.json", document({"/things": {"post": created}, "/things/{id}": of_one}))
    one = interaction("a thing", "/things/7", content={"id": 7, "name": "nut"})
    one["providerStates"] = [{"name": "a thing/an item exists", "params": {"name": "nut"}}]
    place.write("pacts/front-shop.json", pact("front end/web", "shop", one))
    return place


def edit(place: Place, *changes: tuple[str, str]) -> None:
    """Replace texts that stand exactly once in the service."""
    path = place.root / "shop.py"
    text = path.read_text("utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def mend(place: Place, *changes: tuple[str, str]) -> None:
    """Take edits back."""
    edit(place, *((new, old) for old, new in changes))


def typed(place: Place, line: str) -> Ended:
    """Type a line as it was printed."""
    verb, *words = shlex.split(line)
    assert verb == "harness"
    return place.run(*words)


@pytest.mark.slow
def test_lines_show_their_faults_until_they_are_mended(shop: Place) -> None:
    """
    The line of a crash, of a broken promise and of a type error each exits 1 and shows its fault.

    Once the fault is mended, each exits 0; the beginning of a fingerprint does for the whole.
    """
    edit(shop, CRASH, TYPE)
    ended = shop.gate()
    assert ended.code == 1, ended.text
    (crash,) = ended.found("service-crashes")
    (wrong,) = [one for one in ended.found("type-error") if "operand" in one["message"]]
    assert crash["location"]["file"] == "shop.py"
    assert len(crash["exchanges"]) == 2, "the thing must be there before it can crash"
    for finding in (crash, wrong):
        assert f"  reproduce: {finding['reproduce']}\n" in ended.out

    again = typed(shop, crash["reproduce"])
    short = shop.run("reproduce", crash["fingerprint"].partition(":")[2][:8])
    assert (again.code, short.code) == (1, 1), again.text + short.text
    assert f"{crash['fingerprint']} shows again" in again.out
    assert f"{crash['fingerprint']} shows again" in short.out
    rechecked = typed(shop, wrong["reproduce"])
    assert rechecked.code == 1, rechecked.text
    assert wrong["fingerprint"] in rechecked.fingerprints

    mend(shop, CRASH, TYPE)
    for line in (crash["reproduce"], wrong["reproduce"]):
        mended = typed(shop, line)
        assert mended.code == 0, (line, mended.text)


def test_the_line_of_a_promise(shop: Place) -> None:
    """The line of a pact's finding verifies that edge alone, whatever its names hold."""
    edit(shop, PROMISE)
    ended = shop.gate("--check", "interaction-not-honoured")
    (broken,) = ended.found("interaction-not-honoured")
    assert broken["path"] == "$.name"

    again = typed(shop, broken["reproduce"])
    mend(shop, PROMISE)
    mended = typed(shop, broken["reproduce"])

    assert again.code == 1, again.text
    assert again.fingerprints == [broken["fingerprint"]]
    assert mended.code == 0, mended.text


def test_the_same_seed_gives_the_same_findings(shop: Place) -> None:
    """Two runs with one seed give the same findings, with one worker and with two."""
    edit(shop, CRASH, UNCHECKED)
    checks = ("service-crashes", "response-schema-violated", "invalid-request-accepted")
    options = [
        word for check in (*checks, "interaction-not-honoured") for word in ("--check", check)
    ]
    alone = shop.gate("--workers", "1", "--seed", "11", *options)
    together = shop.gate("--workers", "2", "--seed", "11", "--fresh", *options)

    assert alone.fingerprints == together.fingerprints
    assert len(set(alone.fingerprints)) >= 2, alone.text
    assert alone.report["operations"] == together.report["operations"]
