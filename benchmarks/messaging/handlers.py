"""
Messages a second that are put to handlers in memory, and of what one message's cost is made up.

Three tests of one handler: a declared one that takes `delivery` alone, one with a fixture beside
it, and a plain one with pact-python. Each is given few messages and many: what the second takes
longer is what messages cost, and the rest is the start. Units: processor seconds, of the generation
and of the consumer's pytest apart.

    python -m benchmarks.messaging.handlers [--examples 2000]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from harness.adapters.consumer_tests import ConsumerTestRunner
from harness.adapters.reply_fuzzer import ReplyFuzzer
from harness.domain.config import Config
from harness.domain.coping import RepliesPut
from harness.domain.evidence import DocumentRead, Observed
from harness.domain.service import Service
from harness.domain.steps import ConsumerTests, FuzzReplies
from harness.domain.system import System
from harness.stages.ports import StepContext

FEW = 20
HANDLER = '''
import json


class Unreadable(Exception):
    """The message is not one of ours."""


def handle(body):
    try:
        event = json.loads(body)
        lines = [(one["sku"], int(one["quantity"])) for one in event["lines"]]
        return event["id"], lines, (event.get("note") or "").strip()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(str(error)) from error
'''
BODY = {"id": 7, "note": "ring twice", "lines": [{"sku": "A-1", "quantity": 2}]}
HEAD = """
import pytest
from shipping.handlers import handle
from harness.consumer import Consumer, message

orders = Consumer("shipping").of("orders")


@pytest.fixture
def seen():
    return []

"""
RECEIVES = '@orders.receives("placed", message=message("orders.placed", {body}))\n'
ALONE = RECEIVES + "def test_placed(delivery):\n    handle(delivery.body)\n"
FIXTURE = RECEIVES + "def test_placed(delivery, seen):\n    seen.append(handle(delivery.body))\n"
PLAIN = """
def test_placed():
    from pathlib import Path
    from pact import Pact
    pact = Pact("shipping", "orders")
    (pact.upon_receiving("placed", "Async").with_body({body}, "application/json")
        .with_metadata({{"channel": "orders.placed"}}))
    pact.verify(lambda body, metadata: handle(body), "Async")
    pact.write_file(Path(__file__).parent / "pacts")
"""
KINDS = {"declared": ALONE, "with a fixture": FIXTURE, "plain pact": PLAIN}


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--examples", type=int, default=2000)
    asked = options.parse_args()
    _say("handler          messages  start s  generated/s  handled/s")
    for name, test in KINDS.items():
        few, few_own, few_put = _driven(test, FEW)
        many, own, put = _driven(test, asked.examples)
        count, each = many - few, (put - few_put) / (many - few)
        made = (own - few_own) / count
        start = few_own + few_put - few * (each + made)
        _say(f"{name:16} {many:8,} {start:8.1f} {1 / made:12,.0f} {1 / each:10,.0f}")


def _driven(test: str, examples: int) -> tuple[int, float, float]:
    """How many messages were put, and the processor time of this process and of the consumer's."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory).resolve()
        package = root / "shipping"
        package.mkdir()
        (package / "__init__.py").write_text("")
        (package / "handlers.py").write_text(HANDLER)
        (root / "contracts").mkdir()
        (root / "contracts" / "test_orders.py").write_text(HEAD + test.format(body=BODY))
        gathered = tuple(ConsumerTestRunner()(ConsumerTests("shipping"), _context(root)))
        seen = Observed("", (*gathered, DocumentRead("orders", "/", _document())))
        step = FuzzReplies("shipping", ("orders",), seed=0, examples=examples)
        own, children = time.process_time(), _children()
        told = list(ReplyFuzzer()(step, _context(root, seen)))
        own, children = time.process_time() - own, _children() - children
    (put,) = (one for one in told if isinstance(one, RepliesPut))
    return put.tried, own, children


def _document() -> str:
    """What orders says that it sends."""
    line = _object(sku={"type": "string"}, quantity={"type": "integer", "minimum": 1})
    payload = _object(
        id={"type": "integer"},
        note={"type": ["string", "null"]},
        lines={"type": "array", "items": line},
    )
    channel = {"address": "orders.placed", "messages": {"placed": {"payload": payload}}}
    return json.dumps(
        {
            "asyncapi": "3.0.0",
            "info": {"title": "orders", "version": "1"},
            "channels": {"placed": channel},
            "operations": {"place": {"action": "send", "channel": {"$ref": "#/channels/placed"}}},
        }
    )


def _object(**properties: object) -> dict[str, object]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _context(root: Path, *seen: Observed) -> StepContext:
    shipping = Service(
        "shipping",
        root,
        root=root,
        packages=("shipping",),
        contract_tests=(root / "contracts",),
    )
    services = (shipping, Service("orders", root / "orders"))
    place = Path(tempfile.mkdtemp(dir=root))
    config = Config(root, root / "pyproject.toml", services)
    return StepContext(System(config), place, place, place, {one.step: one for one in seen})


def _children() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
