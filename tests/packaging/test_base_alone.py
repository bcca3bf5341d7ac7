"""What lives in a consumer's environment: the base alone, and a contract that runs there."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from harness import __version__
from harness.__main__ import CLIENT_PACKAGES, CLIENT_VERBS, GATE_PACKAGES
from tests.packaging.conftest import REPOSITORY, Environment

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("packaging")]

CONTRACT = """
import json
from dataclasses import dataclass
from urllib.request import urlopen

from harness.consumer import Consumer, MockProvider, get, reply, state


@dataclass
class StockLevel:
    sku: str
    on_hand: int
    note: str | None = None


class InventoryClient:
    def __init__(self, url: str) -> None:
        self.url = url

    def stock(self, sku: str) -> StockLevel:
        with urlopen(f"{self.url}/stock/{sku}") as answer:
            return StockLevel(**json.load(answer))


inventory = Consumer("orders").of("inventory")


@inventory.expects(
    "the stock of a known sku",
    given=[state("a sku exists", sku="A-1", on_hand=3)],
    request=get("/stock/A-1"),
    response=reply(200, StockLevel(sku="A-1", on_hand=3)),
)
def test_stock_of_a_known_sku(provider: MockProvider) -> None:
    assert InventoryClient(provider.url).stock("A-1").on_hand == 3
"""

IMPORTED = """
import json, sys, time
before = time.process_time()
import harness.consumer
took_s = time.process_time() - before
print(json.dumps({"took_s": took_s, "modules": sorted(sys.modules)}))
"""


EACH = """
import json, sys
from harness.__main__ import main
print(json.dumps([main(each) for each in json.loads(sys.argv[1])]))
"""


def test_the_gate_is_not_installed(base: Environment) -> None:
    """The base brings pact-python and pytest, and none of the gate's packages."""
    installed = base.installed()

    assert {"contract-harness", "pact-python", "pytest"} <= installed
    assert installed.isdisjoint({"schemathesis", "mypy", "pydantic", "click", "rich", "hypothesis"})


def test_a_contract_runs(base: Environment, tmp_path: Path) -> None:
    """A contract test passes there, and its pact is written with the reader of the model."""
    (tmp_path / "test_inventory.py").write_text(CONTRACT, "utf-8")

    ended = base.run("python", "-m", "pytest", "-q", cwd=tmp_path)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "1 passed" in ended.stdout
    pact = json.loads((tmp_path / "contracts/pacts/orders-inventory.json").read_text("utf-8"))
    (interaction,) = pact["interactions"]
    reader = interaction["comments"]["contract-harness"]["reader"]
    assert interaction["comments"]["contract-harness"]["v"] == 1
    assert {"sku", "on_hand", "note"} <= reader["properties"].keys()
    assert sorted(reader["required"]) == ["on_hand", "sku"]


def test_the_face_is_light(base: Environment, tmp_path: Path) -> None:
    """Importing the face takes under half a second and loads nothing of the gate."""
    ended = base.run("python", "-c", IMPORTED, cwd=tmp_path)

    assert ended.returncode == 0, ended.stderr
    seen = json.loads(ended.stdout)
    rooms = {name.split(".")[1] for name in seen["modules"] if name.startswith("harness.")}
    assert rooms <= {"consumer", "domain"}
    assert seen["took_s"] < 0.5


def test_the_face_is_typed(base: Environment, tmp_path: Path) -> None:
    """A type checker finds the marker beside the installed face."""
    place = "import harness, pathlib; print(pathlib.Path(harness.__file__).parent)"

    ended = base.run("python", "-c", place, cwd=tmp_path)

    installed = Path(ended.stdout.strip())
    assert base.directory in installed.parents
    assert (installed / "py.typed").is_file()


@pytest.mark.parametrize("command", ["harness", "contract-harness"])
def test_the_command_says_what_to_install(base: Environment, tmp_path: Path, command: str) -> None:
    """Without the gate's packages the command refuses in one sentence, as misuse."""
    ended = base.run(command, "gate", cwd=tmp_path)

    assert (ended.returncode, ended.stdout) == (2, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith("error: this command needs packages that are not installed here (click,")
    assert line.endswith(': pip install "contract-harness[gate]"')


def test_the_version_is_told(base: Environment, tmp_path: Path) -> None:
    """Each door tells the version, with the base alone too."""
    doors = (("harness",), ("contract-harness",), ("python", "-m", "harness"))
    for door in doors:
        ended = base.run(*door, "--version", cwd=tmp_path)
        assert (ended.returncode, ended.stderr) == (0, "")
        assert ended.stdout == f"contract-harness, version {__version__}\n"


def test_the_gate_as_items_says_what_to_install(base: Environment, tmp_path: Path) -> None:
    """`pytest --harness` refuses in the same way; without the option pytest runs as ever."""
    (tmp_path / "pyproject.toml").write_text("[tool.contract-harness]\nservices = []\n", "utf-8")
    (tmp_path / "test_own.py").write_text("def test_own() -> None:\n    assert True\n", "utf-8")

    refused = base.run("python", "-m", "pytest", "--harness", cwd=tmp_path)
    plain = base.run("python", "-m", "pytest", "-q", cwd=tmp_path)

    assert refused.returncode == 4, refused.stdout + refused.stderr
    assert 'pip install "contract-harness[gate]"' in refused.stderr
    assert "Traceback" not in refused.stdout + refused.stderr
    assert plain.returncode == 0, plain.stdout


@pytest.mark.parametrize(
    ("name", "packages"), [("client", CLIENT_PACKAGES), ("gate", GATE_PACKAGES)]
)
def test_the_command_knows_the_whole_extra(name: str, packages: tuple[str, ...]) -> None:
    """What the command looks for is what the extra brings, package by package."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    brought = [*extras["client"], *(extras[name] if name != "client" else ())]
    wanted = {re.split(r"[^\w-]", one)[0].lower().replace("_", "-") for one in brought}
    wanted -= {"contract-harness"}

    brought_by = packages_distributions()
    found = {each: {one.lower().replace("_", "-") for one in brought_by[each]} for each in packages}

    assert wanted == {each for names in found.values() for each in names & wanted}
    assert all(names & wanted for names in found.values()), found
    assert ("contract-harness[client]" in extras[name]) == (name == "gate")


def test_the_client_says_what_to_install(base: Environment, tmp_path: Path) -> None:
    """With the base alone; it is less than the gate needs."""
    ended = base.run("harness", "can-i-deploy", cwd=tmp_path)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.endswith(': pip install "contract-harness[client]"\n')
    assert "mypy" not in ended.stderr


def test_the_client_needs_no_gate(client: Environment, tmp_path: Path) -> None:
    """Every verb of the client loads and gets as far as the broker, which is not there."""
    pact = {"consumer": {"name": "web"}, "provider": {"name": "orders"}, "interactions": []}
    (tmp_path / "pact.json").write_text(json.dumps(pact), "utf-8")
    one = ("--pacticipant", "web", "--version", "1")
    there = ("--environment", "test")
    asked = {
        "publish": ("pact.json", "--version", "1", "--branch", "main"),
        "can-i-deploy": (*one, "--to-environment", "test", "--wait", "0"),
        "describe": ("web",),
        "environments": ("list",),
        "webhooks": ("list",),
        "record-deployment": (*one, *there),
        "record-undeployment": ("--pacticipant", "web", *there),
        "record-release": (*one, *there),
        "record-support-ended": (*one, *there),
    }
    assert asked.keys() == CLIENT_VERBS
    assert client.installed().isdisjoint({"mypy", "schemathesis", "hypothesis", "typeguard"})
    lines = [[verb, *options, "--broker", "http://127.0.0.1:9"] for verb, options in asked.items()]
    ended = client.run("python", "-c", EACH, json.dumps(lines), cwd=tmp_path)
    gate = client.run("harness", "gate", cwd=tmp_path)

    assert json.loads(ended.stdout) == [3] * len(asked), ended.stderr
    assert ended.stderr.count("error: http://127.0.0.1:9 cannot be reached") == len(asked)
    assert gate.stderr.endswith(': pip install "contract-harness[gate]"\n')
