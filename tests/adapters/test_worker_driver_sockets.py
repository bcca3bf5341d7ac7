"""What is seen of a worker that listens at a ZeroMQ socket."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from harness.adapters.worker_driver import WorkerDriver
from harness.domain.carried import MessagesCarried, Trial
from harness.domain.evidence import Unobserved
from harness.domain.json import Json
from harness.domain.service import BrokerUse, EnvValue, Service
from harness.domain.steps import DriveWorker
from tests.adapters.pact_provider import context_of, pact

pytestmark = pytest.mark.tools

# Listens at the second of its ports, and lets out what its handler raises.
WORKER = """
    import os, zmq
    from courier import handlers

    host, _, port = os.environ["AT"].rpartition(":")
    with zmq.Context() as context, context.socket(zmq.SUB) as heard:
        heard.connect(f"{host}:{int(port) + 1}")
        heard.subscribe(os.environ["PREFIX"] + "price.changed")
        while True:
            _topic, _headers, body = heard.recv_multipart()
            handlers.on_price_changed(body)
"""
CATCHES = WORKER.replace(
    "            handlers.on_price_changed(body)\n",
    """            try:
                handlers.on_price_changed(body)
            except ValueError as error:
                print(error, flush=True)
""",
)
HANDLERS = """
    import json

    def on_price_changed(body):
        return json.loads(body)["sku"]
"""


def seen_of(directory: Path, worker: str, handlers: str = HANDLERS) -> list[object]:
    """What a step sees of this worker, whose handlers are those of a package."""
    package = directory / "courier"
    package.mkdir()
    (directory / "run").mkdir()
    for name, text in (("__init__", ""), ("handlers", handlers), ("worker", worker)):
        (package / f"{name}.py").write_text(dedent(text), "utf-8")
    service = Service(
        "courier",
        directory,
        packages=("courier",),
        broker=BrokerUse("zeromq", ports=2),
        worker=("{python}", "-m", "courier.worker"),
        env={"AT": EnvValue("{broker}"), "PREFIX": EnvValue("{namespace}")},
    )
    content: Json = {"content": {"sku": "A-1"}, "contentType": "application/json"}
    told: Json = {
        "type": "Asynchronous/Messages",
        "description": "a price has changed",
        "contents": content,
        "metadata": {"channel": "price.changed"},
    }
    written = pact(told, consumer="courier", provider="shop")
    run = directory / "run"
    context = context_of(directory, written, service=service, run_directory=run)
    return list(WorkerDriver()(DriveWorker("courier", ("shop",)), context))


def carried(seen: list[object]) -> list[MessagesCarried]:
    """What was carried, and nothing else was seen."""
    assert [one for one in seen if isinstance(one, Unobserved)] == []
    return [one for one in seen if isinstance(one, MessagesCarried)]


def test_what_comes_behind_an_unreadable_message_is_handled(tmp_path: Path) -> None:
    """It is published once somebody has subscribed, at whichever of the ports."""
    good, poison = carried(seen_of(tmp_path, CATCHES))

    assert (good.trial, good.returned, good.waiting) == (Trial.GOOD, 1, 0)
    assert (poison.trial, poison.raised, poison.returned, poison.waiting) == (
        *(Trial.POISON, 1, 1, 0),
    )
    assert (good.address, good.broker.product, good.is_kept) == ("price.changed", "ZeroMQ", False)


def test_a_worker_that_ends_of_an_unreadable_message_loses_what_comes_behind(
    tmp_path: Path,
) -> None:
    """How it ended, and what its handler raised, is seen."""
    _good, poison = carried(seen_of(tmp_path, WORKER))

    assert (poison.returned, poison.waiting, poison.ended) == (0, 1, "exited with status 1")
    assert poison.error.startswith("JSONDecodeError")


def test_a_worker_that_subscribes_and_ends_is_told_with_its_last_words(tmp_path: Path) -> None:
    """Nothing is claimed of what was not run."""
    (seen,) = seen_of(tmp_path, 'raise SystemExit("no settings")')

    assert isinstance(seen, Unobserved)
    assert seen.reason == (
        "the worker of courier exited with status 1 before it subscribed to price.changed: "
        "no settings"
    )
