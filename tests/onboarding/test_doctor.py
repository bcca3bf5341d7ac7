"""`harness doctor`: what is amiss is told with its remedy, and what is well is not."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.adapters.examining_tools import wrong_tools
from harness.broker.server.asgi import Served
from harness.cli.app import main
from harness.domain.health import Need, Standing
from harness.onboarding.needs import needs_of
from tests.broker.hal_server import Broker, serving
from tests.broker.server.broker import running
from tests.broker.server.serving import listening
from tests.broker.store.databases import fresh, migrated
from tests.onboarding.systems import FASTAPI_SRC, tree_of, written
from tests.repository import Repository

TABLE = """
[service]
name = "weather"
owner = "team-weather"
app = "weather.main:app"
root = "src"
packages = ["weather"]
"""


@dataclass(frozen=True)
class Told:
    """What the command said."""

    code: int
    rows: list[dict[str, Any]]

    def of(self, standing: str) -> list[str]:
        """What was said of things that stand so."""
        return [row["said"] for row in self.rows if row["standing"] == standing]

    @property
    def fixes(self) -> str:
        """All remedies."""
        return "\n".join(row["fix"] for row in self.rows)


Ask = Callable[..., Told]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A system that is well, in a repository of its own."""
    root = Repository.at(tmp_path / "here").root
    written({**FASTAPI_SRC, "contract-harness.toml": TABLE}, root)
    monkeypatch.chdir(root)
    monkeypatch.delenv("PACT_BROKER_BASE_URL", raising=False)
    return root


@pytest.fixture
def ask(home: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Ask the doctor, who answers as a program reads it."""

    def asked(*arguments: str, more: str = "") -> Told:
        (home / "contract-harness.toml").write_text(TABLE + more, "utf-8")
        code = main(["doctor", "--format", "json", *arguments])
        report = json.loads(capsys.readouterr().out)
        assert report["exit_code"] == code
        for row in report["examined"]:
            assert bool(row["fix"]) == (row["standing"] != Standing.WELL.value), row
        return Told(code, report["examined"])

    return asked


def test_all_is_well(ask: Ask, home: Path) -> None:
    """A system that the gate can run on has nothing to mend, and nothing of it is changed."""
    before = sorted(path for path in home.rglob("*") if ".git" not in path.parts)
    told = ask()

    assert (told.code, told.of("amiss"), told.of("note")) == (0, [], [])
    assert any("the 2 modules that weather.main:app needs" in said for said in told.of("well"))
    assert sorted(path for path in home.rglob("*") if ".git" not in path.parts) == before


def test_for_people(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each remedy stands below what it mends, and the last line sums up."""
    (home / "src/weather/main.py").write_text("import no_such_thing\napp = 1\n", "utf-8")
    code = main(["doctor"])
    lines = capsys.readouterr().out.splitlines()

    (at,) = (number for number, line in enumerate(lines) if line.startswith("amiss"))
    assert code == 1
    assert "src/weather/main.py:1 imports no_such_thing" in lines[at]
    assert lines[at + 1].strip().startswith("fix: install its distribution")
    assert lines[-1].startswith("1 thing to mend: ")


@pytest.mark.parametrize(
    ("file", "text", "more", "said", "fix"),
    [
        ("src/weather/main.py", "import fastapi, absent_one", "", ":1 imports absent_one", "pip"),
        ("src/weather/__init__.py", "from absent_one import x", "", "imports absent_one", "pip"),
        ("openapi.json", '{\n"openapi": [', 'documents = ["openapi.json"]', "line 2", "mend"),
        ("openapi.yaml", "paths: {}", 'documents = ["openapi.yaml"]', "openapi.yaml", ""),
        ("contracts/pacts/x.json", "{", "", "x.json", ""),
        (".harness", "", "", "is no directory", "move it"),
        ("x", "", 'requires = ["postgres"]', "POSTGRES_URL is not set", "start postgres"),
        ("x", "", 'env = { KEY = { from = "ABSENT_KEY" } }', "ABSENT_KEY", "export ABSENT_KEY"),
        ("x", "", 'contract_tests = ["x"]\npython = "bare"', "has no pytest", "install"),
        ("x", "", 'python = "broken"', "ended with status 3: no luck", "names an interpreter"),
    ],
)
def test_what_is_amiss(
    ask: Ask, home: Path, file: str, text: str, more: str, said: str, fix: str
) -> None:
    """Each fault ends with 1, and is told with what was seen and what to do."""
    (home / "broken").write_text("#!/bin/sh\necho no luck >&2\nexit 3\n", "utf-8")
    (home / "broken").chmod(0o755)
    if "bare" in more:
        make = [sys.executable, "-m", "venv", "--without-pip", str(home / "bare")]
        subprocess.run(make, check=True)
    written({file: text}, home)
    told = ask(more=more)

    assert told.code == 1
    assert any(said in one for one in told.of("amiss")), told.of("amiss")
    assert fix in told.fixes


def test_an_application_that_is_not_there(ask: Ask, home: Path) -> None:
    """A module that imports do not find is told by the table's own words."""
    (home / "src/weather/main.py").rename(home / "src/weather/other.py")
    (said,) = ask().of("amiss")

    assert said.startswith("weather.main:app: ")
    assert said.endswith(f"finds no module weather.main from {home / 'src'}")


def test_what_must_run_beside_it(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that answers is well, and one where nobody listens is not."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setenv("REDIS_URL", f"redis://user:hidden@127.0.0.1:{port}/0")
        assert ask(more='requires = ["redis"]').code == 0
    told = ask(more='requires = ["redis"]')

    assert told.code == 1
    assert f"nobody answers at 127.0.0.1:{port}" in told.of("amiss")[0]
    assert "hidden" not in json.dumps(told.rows)


def test_a_shallow_clone_is_a_note(ask: Ask, home: Path, tmp_path: Path) -> None:
    """What only some runs need is told, and does not end with 1."""
    source = Repository.at(tmp_path / "source")
    source.commit(a="1")
    source.commit(a="2")
    subprocess.run(["rm", "-rf", str(home / ".git")], check=True)
    clone = ["git", "clone", "-q", "--depth", "1", f"file://{source.root}", str(tmp_path / "c")]
    subprocess.run(clone, check=True)
    os.rename(tmp_path / "c" / ".git", home / ".git")
    told = ask()

    assert told.code == 0
    assert "shallow" in told.of("note")[0]
    assert "fetch-depth: 0" in told.fixes


def test_a_configuration_with_faults(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be read ends with 2, for people and for programs, with file and line."""
    told = ask(more="\nportt = 1")

    assert told.code == 2
    assert "contract-harness.toml:" in told.of("amiss")[0]
    assert main(["doctor"]) == 2
    assert "contract-harness.toml:" in capsys.readouterr().err


def test_a_broker_that_lets_one_read(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broker of the usual variable is asked with the usual credentials."""
    with serving(Broker(authorization="Bearer right")) as broker:
        monkeypatch.setenv("PACT_BROKER_TOKEN", "right")
        monkeypatch.setenv("PACT_BROKER_BASE_URL", broker.url)
        told = ask()

    assert told.code == 0
    assert any(f"{broker.url} answers" in said for said in told.of("well"))


@pytest.mark.parametrize(
    ("refused", "standing", "said"),
    [(False, "well", "lets these credentials publish"), (True, "note", "does not let these")],
)
def test_a_broker_tells_who_may_publish(
    ask: Ask, tmp_path: Path, *, refused: bool, standing: str, said: str
) -> None:
    """Whether a token may publish is told, and nothing is published to learn it."""
    with (
        migrated("sqlite", tmp_path) as empty,
        fresh(empty, tmp_path / "here") as kept,
        running(kept) as found,
    ):
        assert found.application is not None
        broker = Served(found.application)

        async def guarded(scope: Any, receive: Any, send: Any) -> None:
            if refused and scope["type"] == "http" and scope["method"] == "POST":
                start = {"type": "http.response.start", "status": 403, "headers": []}
                await send(start)
                await send({"type": "http.response.body", "body": b"{}"})
                return
            await broker(scope, receive, send)

        with listening(guarded) as url:
            told = ask("--broker", url)

    assert told.code == 0
    assert any(said in one for one in told.of(standing))


def test_a_broker_that_refuses(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials that a broker refuses are amiss, and are not shown."""
    with serving(Broker(authorization="Bearer right")) as broker:
        monkeypatch.setenv("PACT_BROKER_TOKEN", "wrong-token")
        told = ask("--broker", broker.url)

    assert told.code == 1
    assert "refused the credentials" in told.of("amiss")[0]
    assert "PACT_BROKER_TOKEN" in told.fixes
    assert "wrong-token" not in json.dumps(told.rows)


def test_tools_of_another_version() -> None:
    """What is absent or of another version is told; an extra that nobody asked for is not."""
    asked = (
        "pytest>=8",
        "pytest>=99",
        "no-such-distribution>=1; extra == 'gate'",
        "no-such-other; extra == 'docs'",
        "no-such-third; python_version < '3'",
    )
    told = [one.said for one in wrong_tools(asked)]

    assert len(told) == 2
    assert told[0].endswith("pytest>=99 is asked for")
    assert told[1].startswith("no-such-distribution is not installed")


def test_needs_are_followed_through_own_code() -> None:
    """Imports at the top of the modules that are loaded count, and no others."""
    tree = tree_of(
        {
            "shop/__init__.py": "import a1",
            "shop/app.py": "from shop import db\nfrom .sub import x\nimport json, b1.c",
            "shop/db.py": "try:\n    import fast\nexcept ImportError: ...\nimport d1",
            "shop/sub/__init__.py": "from ..late import y\ndef f():\n    import lazy",
            "shop/late.py": "from e1.f import g\nif True:\n    import maybe",
            "shop/unused.py": "import never",
            "shop/broken.py": "import (",
        }
    )
    found = needs_of(tree, "shop.app")

    assert found[0] == Need("shop.app", "")
    assert {one.module for one in found[1:]} == {"a1", "json", "b1", "d1", "e1"}
    assert next(one.where for one in found if one.module == "e1") == "shop/late.py:1"
