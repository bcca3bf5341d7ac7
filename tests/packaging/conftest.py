"""A wheel of the project, and bare environments to install it into."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
UNREACHABLE = ("Failed to fetch", "Failed to download", "network was disabled")
# What would lead a fresh interpreter back into this environment or this run.
NOT_INHERITED = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PYTEST_ADDOPTS", "PYTEST_PLUGINS")


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment of its own."""

    directory: Path

    def command(self, name: str) -> str:
        """Find a command of the environment."""
        return str(self.directory / ("Scripts" if os.name == "nt" else "bin") / name)

    def run(self, name: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment, which knows nothing of this one."""
        known = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        known |= {"PACT_BROKER_HTTP_RETRIES": "0"}
        return subprocess.run(
            [self.command(name), *arguments],
            cwd=cwd,
            env={name: value for name, value in known.items() if not name.startswith("PYTEST_")},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def installed(self) -> set[str]:
        """Name all distributions that are installed."""
        listed = uv("pip", "list", "--python", self.command("python"), "--format", "json")
        return {one["name"] for one in json.loads(listed)}


def uv(*arguments: str) -> str:
    """Run uv; where it cannot reach the package index there is nothing to test."""
    ended = subprocess.run(
        [sys.executable, "-m", "uv", "--no-progress", *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if ended.returncode and any(words in ended.stderr for words in UNREACHABLE):
        reason = "no package index can be reached from here, so nothing can be installed"
        if os.environ.get("HARNESS_REQUIRE_SERVICES") == "1":
            pytest.fail(f"{reason}\n{ended.stderr}", pytrace=False)
        pytest.skip(reason)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built from this checkout."""
    directory = tmp_path_factory.mktemp("dist")
    uv("build", "--wheel", "--out-dir", str(directory), str(REPOSITORY))
    (built,) = directory.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def base(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """A bare environment that holds the wheel with its base dependencies."""
    environment = Environment(tmp_path_factory.mktemp("base") / "environment")
    uv("venv", "--python", sys.executable, str(environment.directory))
    uv("pip", "install", "--python", environment.command("python"), str(wheel))
    return environment


@pytest.fixture(scope="session")
def client(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the wheel and what asks a Pact Broker, as a small machine has it."""
    environment = Environment(tmp_path_factory.mktemp("client") / "environment")
    uv("venv", "--python", sys.executable, str(environment.directory))
    uv("pip", "install", "--python", environment.command("python"), f"{wheel}[client]")
    return environment
