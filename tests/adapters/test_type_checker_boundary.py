"""Which modules contract tests drive, read from what they import."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.adapters.type_checker_boundary import Boundary
from harness.adapters.type_checker_leaks import Leaks, telling_any
from harness.domain.config import Config
from harness.domain.service import Service
from tests.shop import REPOSITORY

CODE = {
    "till/src/shop/__init__.py": (
        "from shop.clients import StockClient\nfrom shop.admin import Admin\n"
    ),
    "till/src/shop/admin.py": "class Admin: ...\n",
    "till/src/shop/clients/__init__.py": "from .stock import StockClient as StockClient\n",
    "till/src/shop/clients/stock.py": (
        "from typing import TYPE_CHECKING\n"
        "from . import transport\n"
        "from ..money import *\n"
        "if TYPE_CHECKING:\n"
        "    from shop.app import App\n"
    ),
    "till/src/shop/clients/transport.py": "import httpx\n",
    "till/src/shop/money.py": "def cents() -> int: ...\n",
    "till/src/shop/app.py": "class App: ...\n",
    "till/src/shop/late.py": "",
}


def boundary(root: Path, *tests: str, **files: str) -> Boundary:
    """The boundary of a service with some code and contract tests."""
    for name, text in {**CODE, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    directory = root / "contracts" / "till"
    directory.mkdir(parents=True, exist_ok=True)
    for at, text in enumerate(tests):
        (directory / f"test_{at}.py").write_text(text)
    service = Service(
        "till",
        root / "till",
        root=root / "till" / "src",
        packages=("shop",),
        contract_tests=(directory,),
    )
    return Boundary(service, root)


def names(found: Boundary) -> list[str]:
    """Name the modules without their package."""
    return [module.name.removeprefix("shop.") for module in found.modules]


@pytest.mark.parametrize(
    "statement",
    [
        "from shop import StockClient\n",
        "from shop.clients import StockClient\n",
        "from shop.clients import stock\n",
        "import shop.clients.stock\n",
        "def test_it():\n    from shop.clients.stock import StockClient\n",
    ],
)
def test_a_name_leads_to_the_module_that_has_it(statement: str, tmp_path: Path) -> None:
    """Re-exports are followed to their source, and what that imports comes with it."""
    assert names(boundary(tmp_path, statement)) == ["clients.stock", "clients.transport", "money"]


def test_tests_among_the_code_import_from_beside_them(tmp_path: Path) -> None:
    """A relative import starts from the package that a test lies in."""
    found = boundary(
        tmp_path,
        **{"till/src/shop/tests/test_it.py": "from ..clients import StockClient\n"},
    )
    tests = tmp_path / "till/src/shop/tests"
    assert names(Boundary(replace(found.service, contract_tests=(tests,)), tmp_path)) == [
        *("clients.stock", "clients.transport", "money"),
    ]


def test_fixtures_above_the_tests_count(tmp_path: Path) -> None:
    """pytest runs every `conftest.py` on the way to a test."""
    files = {"contracts/conftest.py": "from shop import late\n"}
    assert names(boundary(tmp_path, "import shop.app\n", **files)) == ["app", "late"]


@pytest.mark.parametrize(
    "statement", ["", "import httpx\n", "from shopping import cart\n", "def ("]
)
def test_tests_that_import_nothing_of_the_service_drive_nothing(
    statement: str, tmp_path: Path
) -> None:
    """What belongs to others is left out, and a file that cannot be read says nothing."""
    assert names(boundary(tmp_path, statement)) == []


def test_a_leak_names_the_tests_that_lead_to_it(tmp_path: Path) -> None:
    """Of two tests of one client, that of the method with the leak in its helper is meant."""
    client = (
        "class Client:\n"
        "    def _read(self, r):\n"
        '        return r.json()["x"]\n'
        "    def stock(self, r):\n"
        "        return self._read(r)\n"
        "    def ping(self):\n"
        "        return None\n"
    )
    test = (
        "from shop.late import Client\n"
        "@expects('the stock', given=[state('there is some')])\n"
        "def test_stock(provider):\n"
        "    Client().stock(provider)\n"
        "@expects('a ping')\n"
        "def test_ping(provider):\n"
        "    Client().ping()\n"
    )
    found = boundary(tmp_path, test, **{"till/src/shop/late.py": client})
    config = Config(root=tmp_path, source=tmp_path / "pyproject.toml", services=(found.service,))

    (leak,) = Leaks(found, config).found()

    assert (leak.scope, leak.line, leak.unread) == ("shop.late.Client._read", 3, True)
    assert leak.asked == ("the stock", "there is some")


def test_the_text_that_mypy_reads_keeps_its_lines(tmp_path: Path) -> None:
    """What is decoded is wrapped where it stands, also behind text that is no ASCII."""
    code = 'def f(r):\n    return "é", r.json(), loads(\n        "x"\n    )\n'
    found = boundary(tmp_path, "import shop.late\n", **{"till/src/shop/late.py": code})

    assert telling_any(found.modules[0]).splitlines() == [
        "def f(r):",
        '    return "é", [r.json()][0], [loads(',
        '        "x"',
        "    )][0]",
        "",
        "# mypy: disallow-any-expr",
    ]


@pytest.mark.parametrize("name", ["orders", "inventory", "storefront", "stocktake"])
def test_nothing_is_suspected_in_the_sample_services(name: str) -> None:
    """Clean clients need no second run of mypy, and what they import of their own is read."""
    directory = REPOSITORY / "sample_services" / name
    service = Service(
        name,
        directory,
        root=directory / "src",
        packages=(name,),
        contract_tests=(REPOSITORY / "contracts" / name,),
    )
    found = Boundary(service, REPOSITORY)
    config = Config(root=REPOSITORY, source=REPOSITORY / "pyproject.toml", services=(service,))

    assert {f"{name}.clients.catalog"} <= {module.name for module in found.modules}
    assert list(Leaks(found, config).found()) == []
