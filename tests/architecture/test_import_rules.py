"""The import rules hold, and each of them can fail."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
SAMPLES = (
    "catalog",
    "inventory",
    "ledger",
    "notifications",
    "orders",
    "pricing",
    "settlement",
    "shipping",
    "storefront",
    "stocktake",
)
NOT_COPIED = shutil.ignore_patterns("__pycache__", "*.db", "*.md", "*.json", "*.pem")
RUN = "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())"
TOLD = re.compile(r"^(.+?) (KEPT|BROKEN)\b", re.M)
NAME = re.compile(r"^name = (.+)$", re.M)

# What each rule forbids, by the rule's name: the file that breaks it, and the line that does.
SEEDS = {
    "Each room has its floor and knows only those below": (
        "harness/utils/__init__.py",
        "from harness.domain import edge",
    ),
    "What computes touches no file, socket, process or clock": (
        "harness/documents/routing.py",
        "import subprocess",
    ),
    "The broker's client and its server know the protocol, and not each other": (
        "harness/broker/store/statements.py",
        "from harness.broker.server import answers",
    ),
    "Checks know nothing of each other": (
        "harness/checks/type_error.py",
        "from harness.checks import pact_invalid",
    ),
    "Only the catalog knows the checks": (
        "harness/stages/judging.py",
        "from harness.checks import type_error",
    ),
    "Only the wiring names adapters": (
        "harness/cli/gate.py",
        "from harness.adapters import workspace_files",
    ),
    "schemathesis and hypothesis stand behind the fuzzer's adapter": (
        "harness/adapters/describer.py",
        "import schemathesis",
    ),
    "pact-python stands behind the verifier's adapter and the consumer's face": (
        "harness/adapters/replayer.py",
        "from pact import Verifier",
    ),
    "jsonschema_rs stands behind the comparison of schemas": (
        "harness/documents/schemas.py",
        "import jsonschema_rs",
    ),
    "pebble stands behind the supervisor": ("harness/services/group.py", "import pebble"),
    "pydantic stands at the edge: settings and adapters": (
        "harness/domain/config.py",
        "from pydantic import BaseModel",
    ),
    "The database stands behind the broker's store": (
        "harness/stages/planning.py",
        "import sqlalchemy",
    ),
    "argon2 stands behind the broker's hashing": ("harness/services/group.py", "import argon2"),
    "uvicorn stands behind the broker's serving": ("harness/services/group.py", "import uvicorn"),
    "aio-pika stands behind the transport of RabbitMQ": (
        "harness/messaging/memory.py",
        "import aio_pika",
    ),
    "confluent-kafka stands behind the transport of Kafka": (
        "harness/messaging/memory.py",
        "import confluent_kafka",
    ),
    "pyzmq stands behind the transport of ZeroMQ": (
        "harness/messaging/memory.py",
        "import zmq",
    ),
    "redis stands behind the transport of Redis streams": (
        "harness/messaging/memory.py",
        "import redis",
    ),
    "nats-py stands behind the transport of NATS": (
        "harness/messaging/memory.py",
        "import nats",
    ),
    "boto3 stands behind the transports of AWS": (
        "harness/messaging/memory.py",
        "import boto3",
    ),
    "python-qpid-proton stands behind the transport of AMQP 1.0": (
        "harness/messaging/memory.py",
        "import proton",
    ),
    "ibmmq stands behind the native transport of IBM MQ": (
        "harness/messaging/memory.py",
        "import ibmmq",
    ),
    "Transports know nothing of each other": (
        "harness/messaging/rabbitmq.py",
        "from harness.messaging import memory",
    ),
    "Only what people see is laid out with rich": ("harness/stages/deciding.py", "import rich"),
    "Only the command line knows click": ("harness/settings/load.py", "import click"),
    "mypy is run, and nobody imports it": (
        "harness/adapters/type_checker.py",
        "from mypy import api",
    ),
    "What a contract author imports needs the base alone": (
        "harness/consumer/pact_files.py",
        "import yaml",
    ),
    "The host knows nothing of the house": (
        "harness/host/states.py",
        "from harness.domain import errors",
    ),
    "Nobody imports the host": ("harness/services/launcher.py", "from harness.host import start"),
    "The harness and the sample services meet in contracts alone": (
        "sample_services/storefront/src/storefront/__init__.py",
        "import orders",
    ),
    "No circles at any level": ("harness/domain/edge.py", "from harness.domain import verdict"),
}


def lint(root: Path) -> tuple[int, dict[str, str], str]:
    """Lint the imports of a checkout: exit code, each rule's outcome by name, and all output."""
    paths = [str(root), *(str(root / "sample_services" / name / "src") for name in SAMPLES)]
    ended = subprocess.run(
        [sys.executable, "-c", RUN, "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    output = ended.stdout + ended.stderr
    return ended.returncode, dict(TOLD.findall(output)), output


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the rules are about, with the rules themselves."""
    for name in ("harness", "sample_services"):
        shutil.copytree(REPOSITORY / name, tmp_path / name, ignore=NOT_COPIED)
    own = tmp_path / "tests" / "architecture"
    own.mkdir(parents=True)
    for name in (".importlinter", "tests/__init__.py"):
        shutil.copy(REPOSITORY / name, tmp_path / name)
    for name in ("__init__.py", "only_by.py"):
        shutil.copy(REPOSITORY / "tests" / "architecture" / name, own / name)
    return tmp_path


def test_the_rules_hold() -> None:
    """The house keeps its import rules."""
    code, _, output = lint(REPOSITORY)

    assert code == 0, output


def test_every_rule_can_fail(checkout: Path) -> None:
    """One forbidden import for each rule breaks each rule: none of them is empty."""
    names = set(NAME.findall((checkout / ".importlinter").read_text("utf-8")))
    assert SEEDS.keys() == names
    for file, line in SEEDS.values():
        path = checkout / file
        path.parent.mkdir(exist_ok=True)
        with path.open("a", encoding="utf-8") as source:
            source.write(f"\n\ndef seeded() -> None:\n    {line}\n")

    code, told, output = lint(checkout)

    assert code == 1, output
    assert told == dict.fromkeys(names, "BROKEN"), output
