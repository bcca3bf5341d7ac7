"""A provider's own worker is asked over real sockets, and the gate tells how it replies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.domain.edge import Leg
from tests.gate.workspaces import Place, pact

pytestmark = [pytest.mark.tools, pytest.mark.slow, pytest.mark.xdist_group("exchanges")]

HOME = Path(__file__).parents[1] / "workspaces" / "prices"
ANSWERS = ("request-unanswered", "message-not-accepted", "message-not-as-documented")
CHECKS = tuple(word for check in ANSWERS for word in ("--check", check))
WORKER = "src/prices/worker.py"
REFUSES = """    try:
        reply, _ = answers.prices_asked(body)
    except ValueError:
        reply = b'{"refused": "the request cannot be read"}'
"""
TRUSTS = "    reply, _ = answers.prices_asked(body)\n"
TAKES = "            asked.send_multipart(answered(*asked.recv_multipart()))\n"
REPLIES = "    return [json.dumps(told).encode(), reply]\n"
SKIPS = f"""            try:
    {TAKES.rstrip()}
            except (ValueError, zmq.ZMQError) as error:
                print(error, flush=True)
"""
MINDS = "asked.setsockopt(zmq.ROUTER_MANDATORY, 1)"
ROUTES = """            sender, _, *frames = asked.recv_multipart()
            time.sleep(0.2)
            asked.send_multipart([sender, b"", *answered(*frames)])
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """
    Another way in which the worker replies, and what is found.

    Shape: `edits` are texts of the worker, and what stands in their place.
    """

    named: str
    edits: dict[str, str]
    found: str
    told: str
    where: str = ""


ENDS = Fault(
    "ends of what it cannot read",
    {REFUSES: TRUSTS},
    "request-unanswered",
    "after a request that nobody can read “the price of a product” is not answered: the worker of "
    "prices exited with status 1 (ZeroMQ ",
)
FAULTS = (
    Fault(
        "goes on with a socket that still owes a reply",
        {REFUSES: TRUSTS, TAKES: SKIPS},
        "request-unanswered",
        "the worker of prices still runs, and no reply came within",
    ),
    Fault(
        "replies under the id of the first request",
        {'"correlation-id", ""))': '"correlation-id", "")) if not SEEN else SEEN[0]'}
        | {
            "    return str(json": '    SEEN.append(str(json.loads(headers)["correlation-id"]))\n'
            "    return str(json"
        }
        | {"\n\ndef main": "\nSEEN: list[str] = []\n\n\ndef main"},
        "request-unanswered",
        "carries the correlation id of another request",
    ),
    Fault(
        "gives a field another name on its way out",
        {REPLIES: REPLIES.replace("reply]", """reply.replace(b"cents", b"price")]""")},
        "message-not-accepted",
        "(ZeroMQ ",
        "$.cents",
    ),
    Fault(
        "minds that a client has gone",
        {
            "zmq.REP": "zmq.ROUTER",
            TAKES: ROUTES,
            "        asked.bind": f"        {MINDS}\n        asked.bind",
            "import os\n": "import os\nimport time\n",
        },
        "request-unanswered",
        "after a client that went away without its reply",
    ),
    Fault(
        "replies to nobody",
        {TAKES: "            asked.recv_multipart()\n            os._exit(3)\n"},
        "request-unanswered",
        "“the price of a product” is not answered: the worker of prices exited with status 3",
    ),
)
RUNG = ((ENDS.found, "till:prices"),)


def broken(directory: Path, fault: Fault) -> Place:
    """A copy of the workspace with another worker."""
    place = Place.copied(HOME, directory)
    for old, new in fault.edits.items():
        place.edit(WORKER, old, new)
    return place


def test_a_worker_that_ends_of_what_it_cannot_read_is_found(tmp_path: Path) -> None:
    """What comes behind is not answered, which names the edge; no process is left."""
    place = broken(tmp_path, ENDS)

    ended = place.gate("--check", ENDS.found)

    assert ended.code == 1, ended.text
    (one,) = ended.findings
    assert (one["check"], one["operation"]) == (ENDS.found, "prices.asked")
    assert one["message"].startswith(ENDS.told), one
    assert "JSONDecodeError" in one["detail"], one
    assert place.left() == []


def test_a_worker_that_answers_is_silent_and_says_what_carried_it(tmp_path: Path) -> None:
    """The provider's leg names ZeroMQ; nothing is found, and nothing left."""
    place = Place.copied(HOME, tmp_path)

    ended = place.gate(*CHECKS)

    assert (ended.code, ended.findings, ended.reasons) == (0, [], {}), ended.text
    (kept,) = ended.legs(Leg.PROVIDER).values()
    assert (kept["status"], kept["interactions"]) == ("tested", 1)
    assert [one.split()[0] for one in kept["brokers"]] == ["ZeroMQ"]
    assert place.left() == []


@pytest.mark.parametrize("fault", FAULTS, ids=[one.named for one in FAULTS])
def test_each_fault_of_a_reply_is_found(tmp_path: Path, fault: Fault) -> None:
    """The gate names the channel and what carried the reply."""
    ended = broken(tmp_path, fault).gate(*CHECKS)

    assert ended.code == 1, ended.text
    found = [one for one in ended.found(fault.found) if fault.told in one["message"]]
    assert [one["path"] for one in found] == [fault.where], ended.text
    assert {one["operation"] for one in ended.findings} == {"prices.asked"}


LISTENS = """
    import os, zmq
    from courier import handlers

    with zmq.Context() as context, context.socket(zmq.SUB) as heard:
        heard.connect(os.environ["AT"])
        heard.subscribe("")
        while True:
            handlers.on_price_changed(heard.recv_multipart()[-1])
"""
HEARS = """
    import json

    def on_price_changed(body):
        try:
            return json.loads(body)
        except ValueError:
            return None
"""


@pytest.mark.parametrize("is_broken", [False, True], ids=["goes on", "ends"])
def test_a_worker_that_listens_over_sockets_is_looked_at(tmp_path: Path, is_broken: bool) -> None:
    """Its leg names what carried the messages; that a kill shows nothing is said once."""
    place = Place.below(tmp_path)
    place.write(
        "contract-harness.toml",
        """
        [members.courier]
        root = "."
        packages = ["courier"]
        broker = "zeromq"
        worker = ["{python}", "-m", "courier.worker"]
        env = { AT = "{broker}" }
        """,
    )
    place.write("courier/__init__.py", "")
    place.write("courier/worker.py", LISTENS)
    place.write(
        "courier/handlers.py", HEARS.replace("ValueError", "KeyError") if is_broken else HEARS
    )
    told = {
        "type": "Asynchronous/Messages",
        "description": "a price has changed",
        "contents": {"content": {"sku": "A-1"}, "contentType": "application/json"},
        "metadata": {"channel": "price.changed"},
    }
    place.write("contracts/pacts/courier-shop.json", pact("courier", "shop", told))

    ended = place.gate("--check", "message-lost", "--check", "poison-message-loops", COLUMNS="160")

    (copes,) = ended.legs(Leg.CONSUMER).values()
    assert [one.split()[0] for one in copes["brokers"]] == ["ZeroMQ"], ended.text
    assert ended.out.count("what the worker of courier has in its hands when it is killed") == 1
    assert "not applicable: zeromq keeps and acknowledges nothing" in ended.out
    assert place.left() == []
    if not is_broken:
        assert (ended.code, ended.findings) == (0, []), ended.text
        return
    (one,) = ended.findings
    assert one["check"] == "message-lost"
    assert one["message"].startswith(
        "behind one that nobody can read, a message of price.changed is lost: the worker exited "
        "with status 1, after JSONDecodeError"
    )
