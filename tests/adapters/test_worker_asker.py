"""What is seen of a worker that is asked over a ZeroMQ socket of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest

from harness.adapters.worker_asker import WorkerAsker
from harness.domain.carried import Asked, RequestCarried
from harness.domain.evidence import InteractionVerified, Outcome, Unobserved
from harness.domain.json import Json
from harness.domain.service import BrokerUse, EnvValue, Service
from harness.domain.steps import AskWorker
from tests.adapters.pact_provider import context_of, pact
from tests.gate.test_on_the_wire import none_started
from tests.messaging.stands import UrlStand, stand_of

pytestmark = pytest.mark.tools

# Replies as its contract says, and to what cannot be read not at all: then it ends.
WORKER = """
    import json, os, zmq

    with zmq.Context() as context, context.socket(zmq.REP) as asked:
        asked.bind(os.environ["AT"])
        while True:
            *headers, body = asked.recv_multipart()
            reply = {"sku": json.loads(body)["sku"], "cents": 900}
            asked.send_multipart([*headers, json.dumps(reply).encode()])
"""

SOCKETS = BrokerUse("zeromq")
BARE = BrokerUse("zeromq", has_headers=False)
RABBITMQ = """
    import asyncio, json, os, aio_pika

    async def main():
        connection = await aio_pika.connect(os.environ["AT"])
        channel = await connection.channel()
        queue = await channel.declare_queue(os.environ["PREFIX"] + "prices.asked")

        async def take(asked):
            async with asked.process():
                reply = json.dumps({"sku": json.loads(asked.body)["sku"], "cents": 900}).encode()
                message = aio_pika.Message(
                    reply, content_type="application/json", correlation_id=asked.correlation_id
                )
                await channel.default_exchange.publish(message, routing_key=asked.reply_to)

        await queue.consume(take)
        await asyncio.Future()

    asyncio.run(main())
"""
NATS = """
    import asyncio, json, os, nats

    async def main():
        client = await nats.connect(os.environ["AT"])

        async def take(asked):
            reply = {"sku": json.loads(asked.data)["sku"], "cents": 900}
            await asked.respond(json.dumps(reply).encode())

        await client.subscribe(os.environ["PREFIX"] + "prices.asked", cb=take)
        await asyncio.Future()

    asyncio.run(main())
"""


def side(content: Json, metadata: Json = None) -> Json:
    """A message as one side of an interaction holds it."""
    rules: Json = {"body": {"$": {"combine": "AND", "matchers": [{"match": "type"}]}}}
    contents: Json = {"content": content, "contentType": "application/json", "encoded": False}
    return {"contents": contents, "metadata": metadata or {}, "matchingRules": rules}


def seen_of(
    directory: Path,
    reply: Json,
    *states: str,
    worker: str = WORKER,
    use: BrokerUse = SOCKETS,
    patience_s: float = 10.0,
) -> list[object]:
    """What a step sees of a worker of which this reply is expected."""
    (directory / "worker.py").write_text(dedent(worker), "utf-8")
    (directory / "run").mkdir()
    service = Service(
        "till",
        directory,
        broker=use,
        worker=("{python}", "worker.py"),
        env={"AT": EnvValue("{broker}"), "PREFIX": EnvValue("{namespace}")},
    )
    contract: dict[str, Json] = {
        "type": "Synchronous/Messages",
        "description": "a price",
        "providerStates": [{"name": each} for each in states],
        "request": side({"sku": "A-1"}, {"channel": "prices.asked"}),
        "response": [side(reply)],
    }
    run = directory / "run"
    context = context_of(directory, pact(contract), service=service, run_directory=run)
    config = replace(context.config, patience_s=patience_s)
    context = replace(context, system=replace(context.system, config=config))
    return list(WorkerAsker()(AskWorker("till"), context))


def test_a_worker_without_headers_that_ends_of_what_it_cannot_read(tmp_path: Path) -> None:
    """Its reply is accepted, and the request behind the unreadable one has none."""
    seen = seen_of(tmp_path, {"sku": "A-1", "cents": 1}, use=BARE)

    asked = [one for one in seen if isinstance(one, RequestCarried)]
    assert [(one.asked, one.is_answered) for one in asked] == [
        (Asked.AGREED, True),
        (Asked.BEHIND_POISON, False),
    ]
    assert (asked[1].ended, asked[1].broker.product) == ("exited with status 1", "ZeroMQ")
    (verified,) = [one for one in seen if isinstance(one, InteractionVerified)]
    assert (verified.outcome, verified.over) == (Outcome.PASSED, asked[0].broker)


REFUSES = WORKER.replace('json.loads(body)["sku"]', '"A-1"')


@pytest.mark.parametrize("states", [(), ("a price is known",)])
def test_a_reply_that_differs_is_a_fault_unless_nobody_sets_up_its_state(
    tmp_path: Path, states: tuple[str, ...]
) -> None:
    """What the worker would need to reply so is named; a fault says what carried it."""
    seen = seen_of(tmp_path, {"sku": "A-1", "cents": "9"}, *states, worker=REFUSES)

    asked = [one for one in seen if isinstance(one, RequestCarried)]
    assert [one.is_answered for one in asked] == [True, True, True]
    told = [one for one in seen if isinstance(one, InteractionVerified | Unobserved)]
    if states:
        (unset,) = told
        assert isinstance(unset, Unobserved)
        assert "nobody sets up “a price is known” for the worker" in unset.reason
    else:
        (verified,) = told
        assert isinstance(verified, InteractionVerified)
        assert (verified.outcome, verified.mismatches[0].where) == (Outcome.FAILED, "$.cents")


def test_silence_without_its_state_is_no_fault_of_a_worker_that_runs(tmp_path: Path) -> None:
    """It may drop what it does not know; what is not set up is named, and nothing is claimed."""
    drops = WORKER.replace("asked.send_multipart([", "time.sleep(60); print([")
    drops = drops.replace("import json, os, zmq", "import json, os, time, zmq")

    (unset,) = seen_of(tmp_path, {"sku": "A-1"}, "a price is known", worker=drops, patience_s=1.0)

    assert isinstance(unset, Unobserved)
    assert unset.reason.endswith("“a price is known” for the worker: no reply came")


OTHERS = {
    "rabbitmq": (RABBITMQ, "correlation_id=asked.correlation_id", 'correlation_id="1"'),
    "nats": (NATS, "            await asked.respond", "            os._exit(3)"),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("rabbitmq", marks=pytest.mark.xdist_group("messaging-amqp")),
        pytest.param("nats", marks=pytest.mark.xdist_group("messaging-nats")),
    ],
)
@pytest.mark.parametrize("is_broken", [False, True], ids=["replies", "does not"])
def test_a_worker_is_asked_over_a_broker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, is_broken: bool
) -> None:
    """An unreadable request and a client that has gone are in nobody's way; nothing is left."""
    stand = stand_of(kind, none_started)
    assert isinstance(stand, UrlStand)
    monkeypatch.setenv(f"HARNESS_BROKER_{kind.upper()}", stand.url)
    worker, old, new = OTHERS[kind]
    worker = worker.replace(old, new) if is_broken else worker

    seen = seen_of(tmp_path, {"sku": "A-1", "cents": 1}, worker=worker, use=BrokerUse(kind))

    asked = [one for one in seen if isinstance(one, RequestCarried)]
    outcomes = [(one.is_answered, one.is_anothers) for one in asked]
    if kind == "nats" and is_broken:
        assert outcomes == [(False, False)]
        assert asked[0].ended == "exited with status 3"
    else:
        assert outcomes == [(True, is_broken)] * 3
    assert len([one for one in seen if isinstance(one, InteractionVerified)]) == (not is_broken)
    assert [one for one in seen if isinstance(one, Unobserved)] == []
