"""What the wheel brings along."""

from __future__ import annotations

import zipfile
from configparser import ConfigParser
from email.parser import HeaderParser
from pathlib import Path

import pytest

from harness import __version__
from tests.packaging.conftest import REPOSITORY

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("packaging")]

HOUSE = REPOSITORY / "harness"


def of_the_house(*patterns: str) -> set[str]:
    """Name files of the checkout as the wheel names them."""
    return {
        path.relative_to(REPOSITORY).as_posix()
        for pattern in patterns
        for path in HOUSE.glob(pattern)
    }


def held(wheel: Path) -> set[str]:
    """Name all files of the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def about(wheel: Path, file: str) -> str:
    """Read one of the files that describe the distribution."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(f"contract_harness-{__version__}.dist-info/{file}").decode()


def test_it_holds_what_is_read_while_it_runs(wheel: Path) -> None:
    """Pages, schema, certificate, type marker and the host come along with the modules."""
    names = held(wheel)

    wanted = of_the_house(
        "py.typed",
        "checks/pages/*.md",
        "reports/report.schema.json",
        "adapters/pact_verifier_certificate.pem",
        "host/*.py",
    )
    assert {"harness/py.typed", "harness/host/start.py"} < wanted
    assert any(name.endswith(".pem") for name in wanted)
    assert sum(name.endswith(".md") for name in wanted) >= 13
    assert wanted <= names


def test_it_holds_the_house_alone(wheel: Path) -> None:
    """Neither tests, contracts nor sample services are installed beside the house."""
    assert {name.partition("/")[0] for name in held(wheel)} == {
        "harness",
        f"contract_harness-{__version__}.dist-info",
    }


def test_it_says_what_it_needs(wheel: Path) -> None:
    """The base asks for pact-python and pytest; all else stands behind the extra."""
    told = HeaderParser().parsestr(about(wheel, "METADATA"))

    needed = told.get_all("Requires-Dist", [])
    base = {one for one in needed if "extra ==" not in one}
    assert (told["Name"], told["Version"]) == ("contract-harness", __version__)
    assert {one.partition(">")[0].partition("<")[0] for one in base} == {"pact-python", "pytest"}
    transports = ("amqp1", "aws", "ibmmq", "kafka", "local", "nats", "rabbitmq", "redis", "zeromq")
    assert told.get_all("Provides-Extra") == [
        *("broker", "client", "gate", "messaging"),
        *(f"messaging-{name}" for name in transports),
        *("shared", "watch"),
    ]
    assert told["Requires-Python"] == ">=3.11"
    assert told["License-Expression"] == "MIT"


def test_it_offers_its_doors(wheel: Path) -> None:
    """Two commands and two pytest plugins are registered."""
    doors = ConfigParser()
    doors.read_string(about(wheel, "entry_points.txt"))

    assert dict(doors["console_scripts"]) == {
        "harness": "harness.__main__:main",
        "contract-harness": "harness.__main__:main",
    }
    assert dict(doors["pytest11"]) == {
        "harness_consumer": "harness.consumer.plugin",
        "harness_gate": "harness.pytest_plugin.plugin",
    }
