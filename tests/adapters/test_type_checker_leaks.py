"""Where `Any` begins at the border, as the real mypy confirms it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from harness.adapters.type_checker import TypeChecker
from harness.domain.config import Config
from harness.domain.service import Service
from harness.domain.steps import TypeCheck
from harness.domain.system import System
from harness.domain.typed import AnyLeak, AnyOrigin, TypeDiagnostic
from harness.stages.ports import StepContext

pytestmark = pytest.mark.tools

HEAD = """\
import json
from dataclasses import dataclass
from typing import Any, TypedDict, cast
import httpx
import msgspec
from pydantic import BaseModel, TypeAdapter

class Model(BaseModel):
    sku: str

class Shape(TypedDict):
    sku: str

@dataclass
class Record:
    sku: str

def narrowed(body: object) -> str:
    match body:
        case {"sku": str(sku)}:
            return sku
    raise ValueError("no sku")

"""
# Nothing is used before something has checked it.
SILENT = {
    "a model reads it": (
        "def f(r: httpx.Response) -> Model:\n    return Model.model_validate(r.json())\n"
    ),
    "a model reads a name for it": (
        "def f(r: httpx.Response) -> Model:\n"
        "    data = r.json()\n"
        "    return Model.model_validate(data)\n"
    ),
    "a model is made of it": "def f(r: httpx.Response) -> Model:\n    return Model(**r.json())\n",
    "a model reads each": (
        "def f(r: httpx.Response) -> list[Model]:\n"
        "    return [Model.model_validate(each) for each in r.json()]\n"
    ),
    "a model reads each in a loop": (
        "def f(r: httpx.Response) -> list[Model]:\n"
        "    found = []\n"
        "    for each in r.json():\n"
        "        found.append(Model.model_validate(each))\n"
        "    return found\n"
    ),
    "an adapter reads it": (
        "def f(text: str) -> list[int]:\n"
        "    return TypeAdapter(list[int]).validate_python(json.loads(text))\n"
    ),
    "msgspec converts it": (
        "def f(r: httpx.Response) -> Shape:\n    return msgspec.convert(r.json(), type=Shape)\n"
    ),
    "it is taken as an object": (
        "def f(r: httpx.Response) -> str:\n    body: object = r.json()\n    return narrowed(body)\n"
    ),
    "a function takes it as an object": (
        "def f(r: httpx.Response) -> str:\n    return narrowed(r.json())\n"
    ),
    "a helper gives it to what checks it": (
        "class Client:\n"
        "    def __init__(self, http: httpx.Client) -> None:\n"
        "        self._http = http\n\n"
        "    def _get(self, path: str) -> Any:\n"
        "        return self._http.get(path).json()\n\n"
        "    def f(self) -> Model:\n"
        '        return Model.model_validate(self._get("/stock"))\n'
    ),
    "patterns narrow it": (
        "def f(r: httpx.Response) -> str:\n"
        "    match r.json():\n"
        '        case {"sku": str(sku)}:\n'
        "            return sku\n"
        '    return ""\n'
    ),
    "it is only shown": 'def f(r: httpx.Response) -> str:\n    return f"said {r.json()}"\n',
    "it is sent": (
        "def f(http: httpx.Client, body: dict[str, Any]) -> int:\n"
        '    return http.post("/", json=body).status_code\n'
    ),
    "a cast of what patterns narrowed": (
        "def f(r: httpx.Response) -> Shape:\n"
        "    body: object = r.json()\n"
        "    match body:\n"
        '        case {"sku": str(sku)}:\n'
        "            return cast(Shape, {'sku': sku})\n"
        '    raise ValueError("no sku")\n'
    ),
    "another json": (
        "class Typed:\n"
        "    def json(self) -> dict[str, int]:\n"
        "        return {}\n\n"
        "def f(r: Typed) -> int:\n"
        '    return r.json()["sku"]\n'
    ),
    "another json that is awaited": (
        "class Awaited:\n"
        "    async def json(self) -> dict[str, int]:\n"
        "        return {}\n\n"
        "async def f(r: Awaited) -> int:\n"
        '    return (await r.json())["sku"]\n'
    ),
    "it is shown in a text of several lines": (
        'def f(r: httpx.Response) -> str:\n    return f"""\n  {1}\n  {r.json()} {r.json()}"""\n'
    ),
    "a type is asked": (
        "def f(r: httpx.Response) -> str:\n"
        "    data = r.json()\n"
        "    if isinstance(data, str):\n"
        "        return data.upper()\n"
        "    return repr(data)\n"
    ),
}
# What is used, and how many expressions of the module are `Any` by the beginning.
RINGING = {
    "a key is read": (
        'def f(r: httpx.Response) -> int:\n    return r.json()["on_hand"] + 1\n',
        (AnyOrigin.DECODED, "r.json()", "r.json()['on_hand']", 3),
    ),
    "a key of a name is read": (
        "def f(r: httpx.Response) -> bool:\n"
        "    data = r.json()\n"
        '    sku = data["sku"]\n'
        "    return bool(sku)\n",
        (AnyOrigin.DECODED, "r.json()", "data['sku']", 6),
    ),
    "a key is read of what is awaited": (
        'async def f(r: Any) -> bool:\n    data = await r.json()\n    return bool(data["sku"])\n',
        (AnyOrigin.DECODED, "r.json()", "data['sku']", 5),
    ),
    "text is decoded": (
        'def f(text: bytes) -> bool:\n    return bool(json.loads(text).get("sku"))\n',
        (AnyOrigin.DECODED, "json.loads(text)", "json.loads(text).get", 3),
    ),
    "a cast claims a shape": (
        "def f(r: httpx.Response) -> Shape:\n    return cast(Shape, r.json())\n",
        (AnyOrigin.DECODED, "r.json()", "cast(Shape, r.json())", 1),
    ),
    "a cast of an object": (
        "def f(r: httpx.Response) -> Shape:\n"
        "    body: object = r.json()\n"
        "    return cast(Shape, body)\n",
        (AnyOrigin.CAST, "cast(Shape, body)", "cast(Shape, body)", 0),
    ),
    "an annotation claims a shape": (
        "def f(r: httpx.Response) -> Shape:\n    shape: Shape = r.json()\n    return shape\n",
        (AnyOrigin.DECODED, "r.json()", "r.json() is believed to be Shape", 1),
    ),
    "a declared name takes it": (
        "def f(r: httpx.Response, shape: Shape) -> Shape:\n"
        "    shape = r.json()\n"
        "    return shape\n",
        (AnyOrigin.DECODED, "r.json()", "r.json() is believed to be Shape", 1),
    ),
    "a dataclass is made of it": (
        "def f(r: httpx.Response) -> Record:\n    return Record(**r.json())\n",
        (AnyOrigin.DECODED, "r.json()", "Record(**r.json())", 1),
    ),
    "a helper gives it to what reads keys": (
        "class Client:\n"
        "    def __init__(self, http: httpx.Client) -> None:\n"
        "        self._http = http\n\n"
        "    def _get(self, path: str) -> Any:\n"
        "        return self._http.get(path).json()\n\n"
        "    def f(self) -> bool:\n"
        '        return bool(self._get("/stock")["sku"])\n',
        (AnyOrigin.DECODED, "self._http.get(path).json()", "self._get('/stock')['sku']", 3),
    ),
    "it is given away": (
        "Answer = dict[str, Any]\n\n"
        "def f(r: httpx.Response) -> Answer:\n"
        "    answer: Answer = r.json()\n"
        "    return answer\n",
        (AnyOrigin.DECODED, "r.json()", "f() returns it", 3),
    ),
    "a parameter hands it on": (
        "def f(event: dict[str, Any]) -> bool:\n    return bool(event['sku'])\n",
        (AnyOrigin.PARAMETER, "event: dict[str, Any]", "event['sku']", 2),
    ),
    "a function without annotations": (
        "def f(event):\n    return event['sku']\n",
        (AnyOrigin.UNTYPED_FUNCTION, "event", "event['sku']", 2),
    ),
    "a client without annotations": (
        "def f(r):\n    return Model(sku=r.json()['sku'])\n",
        (AnyOrigin.DECODED, "r.json()", "r.json()['sku']", 2),
    ),
    "an import without types": (
        "import absent_client  # type: ignore[import-not-found]\n\n"
        "def f(url: str) -> bool:\n"
        '    return bool(absent_client.get(url)["sku"])\n',
        (AnyOrigin.IMPORT, "import absent_client", "absent_client.get(url)['sku']", 2),
    ),
}


def seen(root: Path, cache: Path, **modules: str) -> list[object]:
    """What the step sees of a service whose contract tests call `f` of each of its modules."""
    package = root / "till" / "src" / "shop"
    package.mkdir(parents=True)
    tests = root / "contracts"
    tests.mkdir()
    (package / "__init__.py").write_text("")
    (root / "till" / "mypy.ini").write_text("[mypy]\n")
    for name, code in modules.items():
        (package / f"{name}.py").write_text(HEAD + code)
        (tests / f"test_{name}.py").write_text(
            f"from shop import {name}\n\ndef test_it():\n    {name}.f(1)\n"
        )
    service = Service(
        "till",
        root / "till",
        root=root / "till" / "src",
        packages=("shop",),
        contract_tests=(tests,),
    )
    step = root / "step"
    step.mkdir()
    config = Config(root=root, source=root / "pyproject.toml", services=(service,))
    context = StepContext(System(config), step, cache, root, {})
    return list(TypeChecker()(TypeCheck("till"), context))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache for all tests: libraries are read once."""
    return tmp_path_factory.mktemp("types-cache")


def test_what_is_checked_before_it_is_used_is_silent(tmp_path: Path, cache: Path) -> None:
    """Whatever reads the value first, as long as it checks it, nothing leaks."""
    cases = {f"case_{at}": code for at, code in enumerate(SILENT.values())}
    # One that rings has mypy asked about all the others too.
    cases["loud"] = RINGING["a key is read"][0]

    found = [one for one in seen(tmp_path, cache, **cases) if isinstance(one, AnyLeak)]

    names = dict(zip(cases, [*SILENT, "loud"], strict=True))
    assert [names[one.module.removeprefix("shop.")] for one in found] == ["loud"], found


def test_what_is_used_unchecked_is_found_where_it_begins(tmp_path: Path, cache: Path) -> None:
    """Each leak is told once, with its beginning, its first use and what is Any by it."""
    cases = {f"case_{at}": code for at, (code, _) in enumerate(RINGING.values())}

    everything = seen(tmp_path, cache, **cases)

    assert not [one for one in everything if isinstance(one, TypeDiagnostic)]
    names = dict(zip((f"shop.{case}" for case in cases), RINGING, strict=True))
    told = {
        names[one.module]: (one.origin, one.expression, one.used, one.expressions)
        for one in everything
        if isinstance(one, AnyLeak)
    }
    assert told == {name: expected for name, (_, expected) in RINGING.items()}
    lines = [one for one in everything if isinstance(one, AnyLeak)]
    assert all(HEAD.count("\n") < one.line for one in lines)


COUNTED = ("a key is read", "a key of a name is read", "text is decoded", "a cast claims a shape")


def test_what_is_counted_is_what_mypy_counts(tmp_path: Path, cache: Path) -> None:
    """Where `Any` has one beginning, its expressions are all that mypy's own report counts."""
    cases = {f"case_{at}": RINGING[name][0] for at, name in enumerate(COUNTED)}

    leaks = [one for one in seen(tmp_path, cache, **cases) if isinstance(one, AnyLeak)]

    report = tmp_path / "report"
    command = [sys.executable, "-m", "mypy", "--any-exprs-report", str(report), "-p", "shop"]
    subprocess.run(
        [*command, f"--cache-dir={tmp_path / 'none'}"],
        cwd=tmp_path / "till",
        env={"MYPYPATH": str(tmp_path / "till" / "src")},
        check=True,
    )
    rows = (report / "any-exprs.txt").read_text().splitlines()
    counted = {row.split()[0]: int(row.split()[1]) for row in rows if "shop.case" in row}
    assert {leak.module: leak.expressions for leak in leaks} == counted
