"""What is found in a tree of files, and what is concluded from it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.onboarding.found import ServiceFound, SystemFound, Vendor
from harness.onboarding.looking import look
from harness.onboarding.toml_text import configuration, quoted
from harness.settings.faults import Faults
from harness.settings.schema import WorkspaceTable
from harness.settings.source import Source
from harness.settings.tables import parse
from tests.onboarding.systems import (
    DJANGO_PROJECT,
    FASTAPI_SRC,
    FLASK_FACTORY,
    MONOREPO,
    Files,
    tree_of,
)

SYSTEMS = (FLASK_FACTORY, DJANGO_PROJECT, FASTAPI_SRC, MONOREPO)
FASTAPI = "from fastapi import FastAPI\n"


def found_in(files: Files) -> SystemFound:
    """Look at a system."""
    return look(tree_of(files))


def only(files: Files) -> ServiceFound:
    """Look at a system of one service."""
    (service,) = found_in(files).services
    return service


def sure(service: ServiceFound) -> dict[str, Any]:
    """What is certain of a service, by key."""
    return {one.key: one.value for one in service.entries if one.sure}


def unsure(service: ServiceFound) -> dict[str, Any]:
    """What is only likely of a service, by key."""
    return {one.key: one.value for one in service.entries if not one.sure}


def table_of(found: SystemFound) -> Mapping[str, Any]:
    """The configuration that is written, as a reader of TOML sees it."""
    return tomllib.loads(configuration(found))


@pytest.mark.parametrize("files", SYSTEMS)
def test_what_is_written_is_a_configuration(files: Files) -> None:
    """Every key and value that is written is one that the settings know."""
    found = found_in(files)
    table = table_of(found)
    faults = Faults()
    parse(WorkspaceTable, Source(Path("/w/x.toml"), "x.toml", (), table, {}), faults, fill={})

    faults.stop_if_any()
    described = table.get("members", {"alone": table.get("service")})
    assert len(described) == len(found.services)


@pytest.mark.parametrize("files", SYSTEMS)
def test_each_conclusion_names_its_place(files: Files) -> None:
    """All that is certain was seen in a file that there is."""
    for service in found_in(files).services:
        for one in service.entries:
            assert one.where.partition(":")[0] in files or not one.sure, one


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_written_as_itself(text: str) -> None:
    """A reader of TOML gets back the text that was written."""
    assert tomllib.loads(f"key = {quoted(text)}") == {"key": text}


def test_a_factory_alone_in_its_repository() -> None:
    """A Flask factory is found without an import; what its tests make is no application."""
    found = found_in(FLASK_FACTORY)

    assert table_of(found) == {
        "service": {
            "name": "workspace",
            "app": "shop.factory:create_app()",
            "packages": ["shop"],
            "documents": ["openapi.json"],
        }
    }
    assert unsure(found.services[0]) == {"consumes.payments": "PAYMENTS_URL"}


def test_what_is_unsure_is_a_comment_with_its_reason_and_place() -> None:
    """A reader can take the sign away: the line below it is a key with its value."""
    (line,) = (one for one in configuration(found_in(FLASK_FACTORY)).splitlines() if "PAYM" in one)

    assert line.startswith('# consumes.payments = "PAYMENTS_URL"  # nothing here is called so')
    assert line.endswith("(shop/factory.py:6)")
    assert tomllib.loads(line.removeprefix("# ")) == {"consumes": {"payments": "PAYMENTS_URL"}}


def test_a_django_project() -> None:
    """WSGI goes before ASGI, and migrations run in a database of the instance's own."""
    assert sure(only(DJANGO_PROJECT)) == {
        "app": "bookshop.wsgi:application",
        "packages": ("bookshop",),
        "documents": ("docs/openapi.json",),
        "env.DB_PATH": "{tmp}/db.sqlite3",
        "prepare": (("{python}", "manage.py", "migrate", "--noinput"),),
    }


def test_migrations_of_a_database_that_is_not_apart_are_only_proposed() -> None:
    """What would change a developer's own database is a comment."""
    settings = DJANGO_PROJECT["bookshop/settings.py"].replace(
        'os.environ.get("DB_PATH", "db.sqlite3")', 'BASE_DIR / "db.sqlite3"'
    )
    service = only({**DJANGO_PROJECT, "bookshop/settings.py": settings})

    assert "prepare" in unsure(service)
    assert "prepare" not in sure(service)


def test_a_service_in_src_layout() -> None:
    """Imports begin in `src`, the project names the service, and FastAPI describes itself."""
    service = only(FASTAPI_SRC)

    assert service.name == "weather"
    assert sure(service) == {"app": "weather.main:app", "root": "src", "packages": ("weather",)}


def test_an_application_beside_its_packages() -> None:
    """A module at the root of imports starts what the packages hold; both are the service's."""
    service = only({"main.py": FASTAPI + "app = FastAPI()", "shop/__init__.py": ""})

    assert sure(service) == {"app": "main:app", "packages": ("shop", "main")}


def test_a_monorepo() -> None:
    """Each marked directory is a service; the address in a variable leads to the other."""
    found = found_in(MONOREPO)
    stock, shop = found.services

    assert (stock.name, stock.directory) == ("stock", "services/stock")
    assert sure(stock)["app"] == "app.main:api"
    assert unsure(stock)["app"] == "app.main:internal"
    assert sure(shop)["consumes.stock"] == "STOCK_SERVICE_URL"
    (edge,) = (one for one in shop.entries if one.key == "consumes.stock")
    assert edge.where == "services/web-shop/shop/settings.py:10"
    assert "httpx uses it at services/web-shop/shop/app.py:11" in edge.why
    assert found.untested == (("web-shop", "stock"),)


def test_packages_that_share_a_root_are_services_of_their_own() -> None:
    """Two applications in two packages of one project are two members of one directory."""
    found = found_in(
        {
            "pyproject.toml": "",
            "src/accounts/__init__.py": "",
            "src/accounts/app.py": FASTAPI + "app = FastAPI()",
            "src/gateway/__init__.py": "",
            "src/gateway/app.py": FASTAPI
            + "import os, requests\napp = FastAPI()\nURL = os.environ['ACCOUNTS_URL']",
            "openapi/accounts.yaml": "openapi: 3.1.0\npaths: {}",
        }
    )

    assert table_of(found)["members"] == {
        "accounts": {"app": "accounts.app:app", "root": "src", "packages": ["accounts"]},
        "gateway": {
            "app": "gateway.app:app",
            "root": "src",
            "packages": ["gateway"],
            "consumes": {"accounts": "ACCOUNTS_URL"},
        },
    }
    assert unsure(found.services[0]) == {"documents": ("openapi/accounts.yaml",)}


@pytest.mark.parametrize(
    ("files", "app"),
    [
        ({"app.py": FASTAPI + "app: FastAPI = FastAPI()"}, "app:app"),
        ({"main.py": "import fastapi as f\nserver = f.FastAPI()"}, "main:server"),
        ({"a.py": "from litestar import Litestar\napp = Litestar([])"}, "a:app"),
        ({"a.py": "from quart import Quart\nweb = Quart(__name__)"}, "a:web"),
        ({"a.py": "from starlette.applications import Starlette\napp = Starlette()"}, "a:app"),
        ({"a.py": "from apiflask import APIFlask\napp = APIFlask(__name__)"}, "a:app"),
        ({"a.py": FASTAPI + "class Own(FastAPI): ...\napp = Own()"}, "a:app"),
        ({"a.py": FASTAPI + "def make():\n    return FastAPI()"}, "a:make()"),
        ({"a.py": FASTAPI + "if True:\n    app = FastAPI()"}, "a:app"),
        (
            {
                "pkg/__init__.py": "from .core import create_app",
                "pkg/core.py": FASTAPI + "def create_app():\n    app = FastAPI()\n    return app",
                "wsgi.py": "from pkg import create_app\napplication = create_app()",
            },
            "wsgi:application",
        ),
    ],
)
def test_where_an_application_begins(files: Files, app: str) -> None:
    """Instances, subclasses and factories are found by the imports of their modules."""
    assert sure(only(files))["app"] == app


@pytest.mark.parametrize(
    "files",
    [
        {"tests/app.py": FASTAPI + "app = FastAPI()"},
        {"a.py": FASTAPI + "def make():\n    app = FastAPI()"},
        {"a.py": "from mine import FastAPI\napp = FastAPI()"},
        {"a.py": FASTAPI + "if __name__ == '__main__':\n    app = FastAPI()"},
        {"my-app.py": FASTAPI + "app = FastAPI()"},
        {"a.py": "app = FastAPI("},
        {"a.py": "x = 1"},
    ],
)
def test_what_is_no_application(files: Files) -> None:
    """Nothing is made of tests, other names, programs, and files that do not parse."""
    assert found_in(files).services == ()


def test_a_factory_that_asks_for_something_is_no_conclusion() -> None:
    """Who calls it must know what to give."""
    service = only({"a.py": FASTAPI + "def make(settings):\n    return FastAPI()"})

    assert unsure(service)["app"] == "a:make()"
    assert "app" not in sure(service)


READS = {
    "subscript": 'import os\nX = os.environ["STOCK_URL"]',
    "get": 'import os\nX = os.environ.get("STOCK_URL", "http://x")',
    "getenv": 'from os import getenv\nX = getenv("STOCK_URL")',
    "constant": 'import os\nNAME = "STOCK_URL"\nX = os.environ[NAME]',
    "django-environ": 'import environ\nenv = environ.Env()\nX = env("STOCK_URL")',
    "environs": 'from environs import Env\nenv = Env()\nX = env.str("STOCK_URL")',
    "decouple": 'from decouple import config\nX = config("STOCK_URL")',
    "settings": "from pydantic_settings import BaseSettings\n"
    "class S(BaseSettings):\n    stock_url: str",
    "prefix": "from pydantic_settings import BaseSettings, SettingsConfigDict\n"
    "class S(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='stock_')\n"
    "    url: str = 'http://x'",
    "alias": "from pydantic import BaseSettings, Field\n"
    "class S(BaseSettings):\n    where: str = Field(..., env='STOCK_URL')",
}


def _pair(code: str) -> dict[str, str]:
    return {
        "stock/setup.py": "",
        "stock/app.py": FASTAPI + "app = FastAPI()",
        "shop/setup.py": "",
        "shop/app.py": FASTAPI + "app = FastAPI()",
        "shop/settings.py": code,
    }


@pytest.mark.parametrize("code", READS.values(), ids=READS.keys())
def test_how_a_variable_is_read(code: str) -> None:
    """A variable with the address of a service is found however it is read."""
    shop, _ = found_in(_pair(code)).services

    assert shop.providers == ("stock",)
    assert sure(shop)["consumes.stock"] == "STOCK_URL"


@pytest.mark.parametrize(
    ("variable", "default", "is_sure", "is_told"),
    [
        ("STOCK_SERVICE_URL", "", True, True),
        ("SHOP_STOCK_API_BASE_URL", "", True, True),
        ("STOCKS_ENDPOINT", "", True, True),
        ("WAREHOUSE_URL", "http://stock:8000/v1", True, True),
        ("WAREHOUSE_URL", "http://localhost:8000", False, True),
        ("STOCK_URL", "amqp://stock", False, False),
        ("STOCK_TIMEOUT", "", False, False),
        ("STOCK_DATABASE_URL", "postgresql://db/stock", False, False),
        ("SHOP_URL", "", False, False),
    ],
)
def test_whose_address_a_variable_holds(
    variable: str, default: str, is_sure: bool, is_told: bool
) -> None:
    """The variable's name decides, then its default's host; what is unclear is not concluded."""
    shop, _ = found_in(_pair(f'import os\nX = os.getenv("{variable}", "{default}")')).services
    told = {key for key in unsure(shop) if key.startswith("consumes.")}

    assert shop.providers == (("stock",) if is_sure else ())
    assert bool(told) == (is_told and not is_sure)


def test_an_address_in_the_code_is_told() -> None:
    """A client whose address cannot be redirected is pointed out, and nothing is concluded."""
    code = 'import httpx\nclient = httpx.Client(base_url="http://stock:8000")'
    shop, _ = found_in(_pair(code)).services

    assert shop.providers == ()
    assert [one.where for one in shop.entries if "written into the code" in one.why] == [
        "shop/settings.py:2"
    ]


def test_a_neighbour_elsewhere_that_a_document_describes() -> None:
    """A variable and a document of one name make an external."""
    files = {
        **FLASK_FACTORY,
        "external/payments.json": json.dumps({"openapi": "3.1.0", "paths": {}}),
    }
    table = table_of(found_in(files))

    assert table["external"] == {"payments": {"document": "external/payments.json"}}
    assert table["service"]["consumes"] == {"payments": "PAYMENTS_URL"}
    assert table["service"]["documents"] == ["openapi.json"]


PACT = {
    "consumer": {"name": "Shop"},
    "provider": {"name": "stock"},
    "interactions": [],
}


def test_pacts_and_contract_tests_that_are_there() -> None:
    """Directories of pacts, tests by the names in them, and the names that pacts use."""
    found = found_in(
        {
            **_pair('import os\nX = os.environ["STOCK_URL"]'),
            "pacts/shop-stock.json": json.dumps(PACT),
            "pacts/other.json": "{}",
            "shop/tests/contract/test_stock.py": 'from pact import Pact\np = Pact("Shop", "stock")',
            "stock/tests/test_provider.py": 'from pact import Verifier\nv = Verifier("stock")',
        }
    )
    shop, stock = found.services

    assert table_of(found)["pacts"] == ["pacts"]
    assert sure(shop)["contract_tests"] == ("tests/contract",)
    assert sure(shop)["pacticipant"] == "Shop"
    assert "contract_tests" not in sure(stock)
    assert found.untested == ()


def test_files_that_share_a_directory_with_anothers_tests_are_named_one_by_one() -> None:
    """A directory is named whole only where all of it is one consumer's."""
    found = found_in(
        {
            **_pair(""),
            "contracts/test_a.py": 'from harness.consumer import Consumer\nx = Consumer("shop")',
            "contracts/test_b.py": 'from harness.consumer import Consumer\nx = Consumer("stock")',
        }
    )

    told = [sure(one)["contract_tests"] for one in found.services]
    assert told == [("../contracts/test_a.py",), ("../contracts/test_b.py",)]


def test_a_program_that_contract_tests_speak_of_is_a_consumer() -> None:
    """What answers nobody is a member if it has contracts; whether it is a job is not concluded."""
    found = found_in(
        {
            "stock/setup.py": "",
            "stock/app.py": FASTAPI + "app = FastAPI()",
            "report/setup.py": "",
            "report/src/report/__init__.py": "",
            "report/src/report/__main__.py": 'import os\nX = os.environ["STOCK_URL"]',
            "contracts/test_report.py": "from harness.consumer import Consumer\n"
            'stock = Consumer("report").of("stock")',
        }
    )
    report, _ = found.services

    assert sure(report) == {
        "root": "src",
        "packages": ("report",),
        "contract_tests": ("../contracts",),
        "consumes.stock": "STOCK_URL",
    }
    assert unsure(report) == {"jobs.report": ("{python}", "-m", "report")}


def test_tests_whose_consumer_their_conftest_names() -> None:
    """The directory is named whole, and its files are the consumer's whatever they name."""
    found = found_in(
        {
            **_pair(""),
            "shop/checks/conftest.py": 'from pact import Pact\np = Pact("shop", "stock")',
            "shop/checks/test_stock.py": "from pact import match",
        }
    )

    assert sure(found.services[0])["contract_tests"] == ("checks",)


def _pact_of_messages(provider: str) -> str:
    """A pact of one message, as version 4 has it."""
    message = {"type": "Asynchronous/Messages", "description": "an order was placed"}
    sides = {"consumer": {"name": "letters"}, "provider": {"name": provider}}
    return json.dumps({**sides, "interactions": [message]})


def test_where_the_messages_of_a_service_are_made() -> None:
    """In a module that is called so; where pacts promise messages and none is, a line to fill."""
    package = {
        "pyproject.toml": "[project]\nname = 'shop'",
        "shop/__init__.py": "",
        "shop/app.py": f"{FASTAPI}app = FastAPI()\n",
    }
    makes = {"shop/provider_messages.py": "def an_order_was_placed(): return b'{}'\n"}
    promised = {"pacts/letters-shop.json": _pact_of_messages("shop")}
    assert sure(only({**package, **makes}))["messages"] == "shop.provider_messages"
    assert unsure(only({**package, **promised}))["messages"] == "shop.messages"
    assert "messages" not in unsure(only(package))


def test_services_that_speak_in_messages_alone() -> None:
    """Packages of one root that contracts and documents name are members, each by its name."""
    found = found_in(
        {
            "pyproject.toml": "",
            "src/notifier/__init__.py": "",
            "src/warehouse/__init__.py": "",
            "src/warehouse/parcels.py": "",
            "asyncapi/warehouse.yaml": "asyncapi: 3.0.0",
            "tests/test_parcels.py": 'from pact import Pact\np = Pact("notifier", "warehouse")',
        }
    )

    assert table_of(found)["members"] == {
        "notifier": {"root": "src", "packages": ["notifier"], "contract_tests": ["tests"]},
        "warehouse": {
            "root": "src",
            "packages": ["warehouse"],
            "documents": ["asyncapi/warehouse.yaml"],
        },
    }


@pytest.mark.parametrize(
    ("files", "python", "install"),
    [
        (
            {".venv/pyvenv.cfg": "", "requirements.txt": "fastapi"},
            ".venv",
            ("python -m venv .venv", ".venv/bin/pip install -r requirements.txt"),
        ),
        (
            {"venv/pyvenv.cfg": "", "uv.lock": ""},
            "venv",
            ("pip install uv && uv sync --project .",),
        ),
        ({"requirements.txt": "fastapi"}, None, ("pip install -r requirements.txt",)),
        ({"pyproject.toml": "[project]\nname = 'x'"}, None, ("pip install .",)),
    ],
)
def test_the_interpreter_of_a_service(
    files: Files, python: str | None, install: tuple[str, ...]
) -> None:
    """A virtual environment is named, and a pipeline makes the same one."""
    service = only({**files, "app.py": FASTAPI + "app = FastAPI()"})

    assert sure(service).get("python") == python
    assert service.install == install


def test_a_lock_without_an_environment_is_no_conclusion() -> None:
    """An environment that has still to be made cannot be named: the settings would refuse it."""
    service = only({"uv.lock": "", "app.py": FASTAPI + "app = FastAPI()"})

    assert unsure(service)["python"] == ".venv"


def test_a_document_that_cannot_be_read_is_told() -> None:
    """A broken document is remarked with its fault, and not named."""
    service = only({**FLASK_FACTORY, "openapi.json": '{"openapi": '})

    assert "documents" not in sure(service)
    assert any("cannot be read" in one.why and "line 1" in one.why for one in service.entries)


@pytest.mark.parametrize(
    ("path", "text", "vendor"),
    [
        (".github/workflows/x.yml", "", Vendor.GITHUB),
        (".gitlab-ci.yml", "", Vendor.GITLAB),
        ("azure-pipelines.yml", "", Vendor.AZURE),
        (".git/config", '[remote "origin"]\n\turl = git@github.com:a/b.git', Vendor.GITHUB),
        (".git/config", '[remote "origin"]\n\turl = https://gitlab.corp/a/b', Vendor.GITLAB),
        (".git/config", '[remote "origin"]\n\turl = https://dev.azure.com/a', Vendor.AZURE),
        (".git/config", '[remote "origin"]\n\turl = /srv/git/github.git', None),
    ],
)
def test_whose_pipelines_are_used(path: str, text: str, vendor: Vendor | None) -> None:
    """Files of a vendor decide, then the host of the remote."""
    pipeline = found_in({path: text}).pipeline

    assert (pipeline.vendor if pipeline else None) is vendor
