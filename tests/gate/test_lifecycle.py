"""However a gate ends, or what it started: its results are told, and nothing of it stays."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.gate.workspaces import (
    ANSWERING,
    ON_LINUX,
    Place,
    Running,
    document,
    is_alive,
    operation,
    wait_until,
)

pytestmark = [
    pytest.mark.tools,
    pytest.mark.skipif(not ON_LINUX, reason="processes are told apart by /proc"),
]

ITEM = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}

# Leaves a daemon behind that nothing but its ancestry betrays, and stays with its first request.
WAITING = """
import os, pathlib, sys, time
HERE = pathlib.Path(__file__).parent

def note(kind, pid):
    directory = HERE / kind
    directory.mkdir(exist_ok=True)
    (directory / str(pid)).touch()

def daemon():
    if os.fork():
        os.wait()
        return
    os.setsid()
    if os.fork() == 0:
        note("daemons", os.getpid())
        os.execve("/bin/sleep", ["sleep", "600"], {})
    os._exit(0)

daemon()

def app(environ, start_response):
    if environ["PATH_INFO"] == "/slow" and not (HERE / "reached").exists():
        note("reached", os.getpid())
        time.sleep(60)
    start_response("200 OK", [("Content-Type", "application/json")])
    return [b'{"id": 1}']
"""

# Each behaves in its way once it is asked for something.
MISBEHAVING = """
import os, subprocess, sys, time
import waiting

def answer(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    return [b'{"id": 1}']

def dies(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        os._exit(3)
    return answer(environ, start_response)

def forks(environ, start_response):
    waiting.daemon()
    subprocess.Popen(["/bin/sleep", "600"])
    return answer(environ, start_response)

def litters(environ, start_response):
    path = os.path.join(os.environ["TMPDIR"], "kept", "deep")
    os.makedirs(path, exist_ok=True)
    os.chmod(os.path.dirname(path), 0o500)
    return answer(environ, start_response)
"""


def waits_in_the_middle(place: Place) -> Place:
    """Write two services: one that is done soon, and one that stays with its first request."""
    place.write(
        "contract-harness.toml",
        """
        workers = 2
        [members.quick]
        app = "quick:app"
        documents = ["quick.json"]
        [members.slow]
        app = "waiting:app"
        documents = ["slow.json"]
        """,
    )
    place.write("waiting.py", WAITING)
    place.write("quick.py", ANSWERING)
    place.write("routes.json", {"GET /items": [200, {"id": "not a number"}]})
    place.write("quick.json", document({"/items": {"get": operation(ITEM)}}))
    place.write("slow.json", document({"/slow": {"get": operation(ITEM)}}))
    return place


def in_the_middle(place: Place) -> Running:
    """Begin a gate, and return when one step has ended and another waits for its service."""
    running = place.start("gate", "--examples", "3", "--service", "slow", "--service", "quick")
    quick_is_done = "fuzz:quick"
    assert running.process.stderr is not None
    lines = []
    for line in running.process.stderr:
        lines.append(line)
        if quick_is_done in line:
            break
    assert wait_until((place.root / "reached").exists, 30), lines
    return running


def noted(place: Place, kind: str) -> tuple[int, ...]:
    """The processes that noted themselves."""
    directory = place.root / kind
    return tuple(int(path.name) for path in directory.iterdir()) if directory.exists() else ()


def parent_of(pid: int) -> int:
    """The parent of a process."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def assert_nothing_is_left(place: Place, ports: frozenset[int]) -> None:
    """Nothing of a run is left within seconds: no process, no port, no file."""
    daemons = noted(place, "daemons")
    wait_until(lambda: not place.left(also=daemons, ports=ports))
    assert place.left(also=daemons, ports=ports) == []


def test_after_a_normal_gate(place: Place) -> None:
    """A gate over services that die, leave daemons and lock their directories leaves nothing."""
    place.write("waiting.py", WAITING)
    place.write("misbehaving.py", MISBEHAVING)
    place.write("api.json", document({"/slow": {"get": operation(ITEM)}}))
    for manner in ("dies", "forks", "litters"):
        with (place.root / "contract-harness.toml").open("a", encoding="utf-8") as table:
            table.write(
                f'[members.{manner}]\napp = "misbehaving:{manner}"\ndocuments = ["api.json"]\n'
            )

    ended = place.gate()

    assert ended.code == 1, ended.text
    assert noted(place, "daemons")
    assert place.left(also=noted(place, "daemons")) == []
    (crash,) = ended.found("service-crashes")
    assert (crash["service"], crash["operation"]) == ("dies", "GET /slow")
    assert "exited with status 3" in crash["message"]
    assert {"fuzz:dies", "fuzz:forks", "fuzz:litters"} <= set(ended.steps)


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_after_the_gate_was_stopped(place: Place, blow: signal.Signals) -> None:
    """
    Ctrl-C and SIGTERM tell what is known and exit 130; `kill -9` tells nothing.

    Whichever it was, no process, port or file is left.
    """
    running = in_the_middle(waits_in_the_middle(place))
    ports = place.ports()
    assert len(ports) >= 2
    assert len(noted(place, "daemons")) >= 1

    if blow is signal.SIGINT:
        running.press_ctrl_c()
    else:
        running.process.send_signal(blow)
    ended = running.wait(20)

    assert_nothing_is_left(place, ports)
    assert "Traceback" not in ended.text
    if blow is signal.SIGKILL:
        assert ended.code == -signal.SIGKILL
    else:
        assert ended.code == 130, ended.text
        assert ended.report["status"] == "interrupted"
        assert [one["service"] for one in ended.found("response-schema-violated")] == ["quick"]
        assert "interrupted" in ended.out


def test_after_a_worker_was_killed(place: Place) -> None:
    """The step of a worker that was killed is inconclusive with its reason; the others are kept."""
    running = in_the_middle(waits_in_the_middle(place))
    ports = place.ports()
    (host,) = noted(place, "reached")
    worker = parent_of(parent_of(host))
    assert running.process.pid in (parent_of(worker), parent_of(parent_of(worker)))

    os.kill(worker, signal.SIGKILL)
    ended = running.wait(30)

    assert_nothing_is_left(place, ports)
    assert not is_alive(host)
    assert ended.code == 1, ended.text
    assert [one["service"] for one in ended.found("response-schema-violated")] == ["quick"]
    assert "died" in ended.reasons["fuzz:slow"]


def test_after_a_host_was_killed(place: Place) -> None:
    """A host that is killed in the middle of a step ends the step with its reason."""
    running = in_the_middle(waits_in_the_middle(place))
    ports = place.ports()
    (host,) = noted(place, "reached")

    os.kill(host, signal.SIGKILL)
    ended = running.wait(30)

    assert_nothing_is_left(place, ports)
    assert ended.code == 1, ended.text
    assert [one["service"] for one in ended.found("response-schema-violated")] == ["quick"]
    assert "gone" in ended.reasons["fuzz:slow"]
    assert "SIGKILL" in ended.text


def test_two_gates_at_once(place: Place) -> None:
    """Two gates in one workspace see the same and do not touch what is the other's."""
    waits_in_the_middle(place)
    options = ("gate", "--examples", "3", "--service", "quick", "--workers", "1")
    pair = [place.start(*options) for _ in range(2)]
    one, other = (running.wait() for running in pair)

    assert_nothing_is_left(place, frozenset())
    assert (one.code, other.code) == (1, 1), one.text + other.text
    assert one.fingerprints == other.fingerprints
    assert one.reasons == other.reasons == {}
