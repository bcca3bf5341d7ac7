"""However a service, its host, its guardian or its owner ends, nothing of it stays."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.domain.errors import ServiceLost, ServiceNotStarted
from harness.domain.service import Consumption
from harness.services import RunDirectory, RunningService, Services, processes
from tests.services.support import (
    alive,
    ask,
    is_open,
    processes_of,
    program,
    sample,
    services_of,
    wait_until,
)

pytestmark = pytest.mark.tools

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[RunDirectory]:
    """A run's directory of the test's own."""
    with RunDirectory.create(tmp_path) as directory:
        yield directory


def nothing_left(run: Path, url: str) -> bool:
    """Whether no process of services, no port and no directory of theirs is left."""
    left = [entry for entry in run.iterdir() if entry.name != ".lock"] if run.exists() else []
    return not services_of(run) and not is_open(url) and not left


@dataclass
class Owner:
    """A gate in a process of its own."""

    process: subprocess.Popen[str]
    url: str
    state_url: str
    run: Path
    host_pid: int

    def all_is_gone(self) -> bool:
        """Whether no process, no port and no directory of the run is left, janitor included."""
        ports = is_open(self.url) or is_open(self.state_url.rpartition("/")[0].rpartition("/")[0])
        return not (ports or self.run.exists() or processes_of(self.run))


def own(manner: str = "", *, waits: bool = True) -> Owner:
    """Start a gate with one service."""
    order = {"app": "misbehaving:app", "env": {"MANNER": manner}, "waits": waits}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.services.owner", json.dumps(order)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        pytest.fail(process.communicate()[1])
    told = json.loads(line)
    return Owner(process, told["url"], told["state_url"], Path(told["run"]), told["pid"])


@pytest.mark.parametrize("manner", ["", "forks", "deaf", "busy", "lingers", "locks-its-directory"])
def test_after_a_normal_end(run: RunDirectory, manner: str) -> None:
    """A service that forks, is deaf to signals, burns in C or holds on, is gone after stop."""
    running = Services(run.path, grace_s=0.3).open(sample("misbehaving:app", {"MANNER": manner}))
    assert manner.encode() == ask(running.url).body
    if manner == "busy":
        time.sleep(0.7)  # its timer has the interpreter by now

    running.stop()

    assert nothing_left(run.path, running.url)


@pytest.mark.parametrize("manner", ["", "forks", "deaf"])
@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGKILL])
def test_after_the_owners_end(manner: str, blow: signal.Signals) -> None:
    """After Ctrl-C and after `kill -9` of the gate, the run leaves nothing, its directory apart."""
    owner = own(manner)

    owner.process.send_signal(blow)
    owner.process.communicate()

    assert wait_until(owner.all_is_gone)


def test_after_the_owners_own_end() -> None:
    """A gate that is done leaves nothing the moment it is gone."""
    owner = own("forks", waits=False)

    owner.process.communicate()

    assert wait_until(owner.all_is_gone, 0.5)


def test_after_everybody_was_killed() -> None:
    """Gate and guardian killed at once: the janitor ends what they left and removes it."""
    owner = own("forks")
    guardians = [pid for pid, text in processes_of(owner.run).items() if " guard " in text]

    for pid in [*guardians, owner.process.pid]:
        os.kill(pid, signal.SIGKILL)
    owner.process.communicate()

    assert wait_until(owner.all_is_gone)


@pytest.mark.parametrize("manner", ["", "forks"])
def test_after_the_host_was_killed(run: RunDirectory, manner: str) -> None:
    """The end of a host is noticed and told, and its forks go with it."""
    running = Services(run.path).open(sample("misbehaving:app", {"MANNER": manner}))
    pid = running.info()["pid"]
    assert isinstance(pid, int)

    os.kill(pid, signal.SIGKILL)

    assert wait_until(lambda: not running.alive())
    assert running.exit_reason() == "was killed by SIGKILL"
    assert wait_until(lambda: not is_open(running.url))
    with pytest.raises(ServiceLost, match="was killed by SIGKILL"):
        running.crashes()
    running.stop()
    assert nothing_left(run.path, running.url)


@pytest.mark.parametrize("manner", ["", "forks", "deaf"])
def test_after_the_guardian_was_killed(run: RunDirectory, manner: str) -> None:
    """A host whose guardian was killed goes by itself; the owner ends the forks."""
    running = Services(run.path).open(sample("misbehaving:app", {"MANNER": manner}))
    (guardian,) = [pid for pid, text in services_of(run.path).items() if " guard " in text]
    pid = running.info()["pid"]
    assert isinstance(pid, int)

    os.kill(guardian, signal.SIGKILL)

    assert wait_until(lambda: not alive(pid))
    assert wait_until(lambda: not running.alive())
    assert "guardian" in running.exit_reason()
    running.stop()
    assert nothing_left(run.path, running.url)


def test_after_a_guardian_was_asked_to_leave(run: RunDirectory) -> None:
    """A guardian that gets SIGTERM ends its service first."""
    running = Services(run.path).open(program())
    (guardian,) = [pid for pid, text in services_of(run.path).items() if " guard " in text]

    os.kill(guardian, signal.SIGTERM)

    assert wait_until(lambda: nothing_left(run.path, running.url))
    running.stop()


def test_after_a_crash_in_the_middle(run: RunDirectory) -> None:
    """A service that dies on a request is told with its status, and its port refuses."""
    running = Services(run.path).open(sample("bare:wsgi"))
    with pytest.raises(ConnectionError):
        ask(running.url + "/exit")

    assert wait_until(lambda: not running.alive())
    assert running.exit_reason() == "exited with status 9"
    assert not is_open(running.url)
    with pytest.raises(ServiceLost, match="exited with status 9"):
        running.fetch("/")
    running.stop()
    assert nothing_left(run.path, running.url)


def test_after_a_failed_start(run: RunDirectory) -> None:
    """What does not start leaves nothing, and takes its neighbours with it."""
    table = sample(
        "misbehaving:app",
        {"MANNER": "exits-at-start"},
        consumes=(Consumption("other", "OTHER_URL"),),
    )
    with pytest.raises(ServiceNotStarted):
        Services(run.path).open(table, neighbours={"other": program(name="other")})

    assert [entry.name for entry in run.path.iterdir()] == [".lock"]
    assert not services_of(run.path)


def test_a_run_outlives_its_first_user(tmp_path: Path) -> None:
    """The directory stays while another process of the run still holds it."""
    run = RunDirectory.create(tmp_path)
    worker = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from harness.services import RunDirectory;"
            "held = RunDirectory.attach(Path(sys.argv[1])); print('held', flush=True); input()",
            str(run.path),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
    )
    assert worker.stdout is not None
    worker.stdout.readline()
    forget(run)

    time.sleep(0.2)
    assert run.path.exists()
    worker.kill()
    worker.communicate()
    assert wait_until(lambda: not run.path.exists())


def forget(run: RunDirectory) -> None:
    """Let go as the kernel does for a process that was killed: without removing anything."""
    assert run._hold is not None
    processes.let_go(run._hold)
    run._hold = None


def test_services_end_quickly(run: RunDirectory) -> None:
    """An idle service is gone in a moment, not after a grace."""
    running: RunningService = Services(run.path, grace_s=5.0).open(sample("bare:wsgi"))
    began = time.monotonic()

    running.stop()

    assert time.monotonic() - began < 4.0
