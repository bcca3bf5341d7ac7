"""Day one of a gate: red, taken as known, green; and what brings the red back."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from tests.gate.workspaces import Ended, Place, document, operation

pytestmark = pytest.mark.tools

FILE = "contracts/waivers.toml"
ITEM = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer"}},
}
TABLE = """
    budget = { examples = 3 }
    workers = 2

    [members.NAME]
    app = "shop:app"
    packages = ["shop"]
    documents = ["api.json"]
    owner = "team-shop"
"""
SHOP = '''
    """A shop."""

    from __future__ import annotations

    import json
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from typing import Any

    RATES = {"plain": 2}
    SEEN = Path(__file__).parent / "seen"


    def priced(query: str) -> int:
        """Price what a query asks for."""
        kind = "bulk" if "kind" in query else "plain"
        return RATES[kind] * 2


    def counted(text: str) -> int:
        """Count."""
        total: int = text
        return total


    def once() -> str:
        """Answer badly once in a life, whatever is restarted."""
        if SEEN.exists():
            return "1"
        SEEN.write_text("")
        return '"one"'


    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer."""
        status, body = "200 OK", json.dumps({"id": 1})
        if environ["PATH_INFO"] == "/prices":
            body = json.dumps({"id": priced(environ["QUERY_STRING"])})
        elif environ["PATH_INFO"] == "/text":
            body = json.dumps({"id": "one"})
        elif environ["PATH_INFO"] == "/once":
            body = '{"id": ' + once() + "}"
        elif environ["PATH_INFO"] == "/locked":
            status = "403 Forbidden"
        elif environ["PATH_INFO"] == "/gone":
            status = "404 Not Found"
        start_response(status, [("Content-Type", "application/json")])
        return [body.encode()]
'''
KIND = {"in": "query", "name": "kind", "schema": {"enum": ["bulk"]}, "required": True}


@pytest.fixture
def shop(place: Place) -> Place:
    """A service with an old crash, an old wrong reply and an old type error."""
    place.write("contract-harness.toml", TABLE.replace("NAME", "shop"))
    place.write("shop.py", SHOP)
    place.write("api.json", document(_paths("/text", "/locked", "/gone")))
    return place


def _paths(*plain: str) -> dict[str, Any]:
    priced = {"/prices": {"get": operation(ITEM, parameters=[KIND])}}
    return {**priced, **{path: {"get": operation(ITEM)} for path in plain}}


def entries(place: Place) -> list[dict[str, Any]]:
    """Read the file as another tool would."""
    found: list[dict[str, Any]] = tomllib.loads((place.root / FILE).read_text("utf-8")).get(
        "waiver", []
    )
    return found


def run(place: Place, *words: str) -> Ended:
    """Type a command that gives no report."""
    return place.run(*words)


@pytest.mark.slow
def test_a_renamed_service_is_recognised_and_carried_over(shop: Place) -> None:
    """The verdict says what it looks like and what to type, and that makes the gate green."""
    run(shop, "baseline", "--reason", "there on day one")
    shop.write("contract-harness.toml", TABLE.replace("NAME", "web-shop"))
    ended = shop.run("gate")

    assert ended.code == 1
    assert ended.report["renamings"] == [{"old": "shop", "new": "web-shop", "entries": 3}]
    assert "hint: harness baseline --renamed shop=web-shop carries them over" in ended.out

    carried = run(shop, "baseline", "--renamed", "shop=web-shop", "--from-last-run")
    assert (carried.code, "3 entries carried over" in carried.out) == (0, True), carried.text
    assert {one["reason"] for one in entries(shop)} == {"there on day one"}
    assert shop.run("gate").code == 0


def test_an_advisory_gate_tells_and_does_not_fail(shop: Place) -> None:
    """The report tells status and exit code apart, and the screen says that it was softened."""
    table = shop.root / "contract-harness.toml"
    table.write_text(table.read_text("utf-8") + '[policy]\nmode = "advisory"\n', "utf-8")
    ended = shop.run("gate")

    assert (ended.code, ended.report["status"], ended.report["exit_code"]) == (0, "failed", 0)
    assert ended.report["mode"] == "advisory"
    assert "advisory: the verdict is true and the exit code is softened to 0" in ended.out
    assert "failed: 3 errors" in ended.out
    assert "exit 0 as the policy is advisory, else exit 1: findings" in ended.out


def test_what_does_not_come_back_is_listed_with_both_runs(shop: Place) -> None:
    """The first run's wrong reply and the second run's right one are both told."""
    shop.write("api.json", document(_paths("/once")))
    ended = shop.run("gate", "--check", "response-schema-violated")
    (flaky,) = ended.found("response-schema-violated")

    assert flaky["flaky"] is True
    assert flaky["exchanges"][-1]["reply"]["body"] == '{"id": "one"}'
    assert flaky["second_run"]["exchanges"][-1]["reply"]["body"] == '{"id": 1}'
    assert "the second run, which began afresh, did not show it" in ended.out
    assert ended.out.index('{"id": "one"}') < ended.out.index('{"id": 1}')


Edit = Callable[[str], str]
EDITS: dict[str, Edit] = {
    "a line above": lambda text: "\n" + text,
    "thirty lines above": lambda text: "# why\n" * 30 + text,
    "a docstring of several lines": lambda text: text.replace(
        '"""A shop."""', '"""A shop.\n\nOf things.\n"""'
    ),
    "an import above": lambda text: text.replace("import json\n", "import json\nimport decimal\n"),
    "a constant above": lambda text: text.replace("RATES =", "LIMIT = 3\nRATES ="),
    "a function above": lambda text: text.replace(
        "def priced", "def unused() -> None:\n    pass\n\n\ndef priced"
    ),
    "a class above": lambda text: text.replace(
        "def priced", "class Unused:\n    pass\n\n\ndef priced"
    ),
    "blank lines within": lambda text: text.replace("    kind =", "\n\n    kind ="),
    "a comment within": lambda text: text.replace("    return RATES", "    # so\n    return RATES"),
    "a comment at the end of the line": lambda text: text.replace(
        '"""Count."""', '"""Count."""  # all'
    ),
    "a statement before": lambda text: text.replace(
        "    return RATES", "    assert kind\n    return RATES"
    ),
    "a longer docstring": lambda text: text.replace(
        '"""Count."""', '"""Count.\n\n    All.\n    """'
    ),
    "another order of functions": lambda text: text.replace(_function(text, "counted"), "").replace(
        "def priced", _function(text, "counted") + "def priced"
    ),
    "a branch around": lambda text: text.replace(
        "    return RATES[kind] * 2", "    if kind:\n        return RATES[kind] * 2\n    return 0"
    ),
    "a try around": lambda text: text.replace(
        "    return RATES[kind] * 2",
        "    try:\n        return RATES[kind] * 2\n    finally:\n        pass",
    ),
    "tabs for blanks": lambda text: re.sub(r"^ {4}", "\t", text, flags=re.MULTILINE).replace(
        "    ", "\t"
    ),
    "other line ends": lambda text: text.replace("\n", "\r\n"),
    "more branches after": lambda text: text.replace(
        "    start_response(status",
        '    elif environ["PATH_INFO"] == "/x":\n        body = "1"\n    start_response(status',
    ),
    "lines below": lambda text: text + "\n\nLAST = 1\n",
    "fewer lines above": lambda text: text.replace("from __future__ import annotations\n\n", ""),
}


def _function(text: str, name: str) -> str:
    found = re.search(rf"def {name}\(.*?\n\n\n", text, re.DOTALL)
    assert found
    return found[0]


def test_there_are_twenty_edits() -> None:
    """Each is an edit, and they differ."""
    text = _dedented()

    assert len({edit(text) for edit in EDITS.values()} - {text}) == len(EDITS) == 20


def _dedented() -> str:
    return re.sub(r"^ {4}", "", SHOP.lstrip("\n"), flags=re.MULTILINE)


@pytest.mark.slow
def test_edits_that_move_lines_keep_every_fingerprint(shop: Place) -> None:
    """
    The crash, the wrong reply and the type error are known after each of twenty edits.

    Five of them are made one after another before each run, which begins at another seed.
    """
    before = _errors(shop.run("gate"))
    assert len(before) == 3
    assert (shop.root / "shop.py").read_text("utf-8") == _dedented()

    for group in range(4):
        text = _dedented()
        for name, edit in list(EDITS.items())[group::4]:
            edited = edit(text)
            assert edited != text, name
            text = edited
        (shop.root / "shop.py").write_bytes(text.encode("utf-8"))
        after = shop.run("gate", "--seed", str(group + 1))
        assert _errors(after) == before, after.text


def _errors(ended: Ended) -> list[str]:
    """The identities of the errors; what few examples show beside them depends on the seed."""
    return sorted(one["fingerprint"] for one in ended.findings if one["severity"] == "error")
