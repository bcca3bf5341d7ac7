"""Services are started with what they need, answer, and are put back to their beginning."""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.domain.errors import DocumentUnreadable, Misused, ServiceNotStarted, StateFailed
from harness.domain.service import Consumption, EnvValue, Service
from harness.services import RunningService, Services
from tests.services.support import SAMPLES, ask, is_open, program, sample, wait_until

pytestmark = pytest.mark.tools


@pytest.fixture(scope="module")
def running(services: Services) -> Iterator[RunningService]:
    """A program that serves HTTP."""
    with services.open(program(states="/_pact/states")) as started:
        yield started


def test_a_program_is_served(running: RunningService) -> None:
    """A service in any language is started by its command, with host and port filled in."""
    assert ask(running.url + "/x").body == b"/x "
    assert running.crashes() == ()
    assert running.credentials() == {}
    assert running.info() == {}


def test_a_program_of_another_language(services: Services) -> None:
    """A service in JavaScript is one like any other."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    table = sample(None, command=(node, "command.js", "{host}", "{port}"))
    with services.open(table) as started:
        assert ask(started.url + "/x").body == b"node /x"


def test_a_program_may_answer_states_itself(running: RunningService) -> None:
    """States at an address of the service are posted there in pact's words."""
    answer = running.set_up_state("a state", {"n": 1})

    assert answer == {"state": "a state", "params": {"n": 1}, "action": "setup"}
    assert running.url + "/_pact/states" == running.state_url


def test_states_need_a_host_or_an_address(services: Services) -> None:
    """A program whose states are Python functions is refused with a sentence."""
    with (
        services.open(program(states="a.module")) as started,
        pytest.raises(StateFailed, match=r"expected an address in `states`, seen 'a\.module'"),
    ):
        started.set_up_state("a state", {})


def test_something_already_running(services: Services, running: RunningService) -> None:
    """A service given by its address is used as it is, and cannot be reset."""
    with services.open(sample(None, url=running.url)) as elsewhere:
        assert elsewhere.fetch("/x") == b"/x "
        with pytest.raises(StateFailed, match="reset"):
            elsewhere.reset()
        with pytest.raises(StateFailed, match="states"):
            elsewhere.set_up_state("a state", {})
    assert running.alive()


def test_nothing_running(services: Services) -> None:
    """An address where nobody answers is told as such."""
    with pytest.raises(ServiceNotStarted, match=r"does not answer at http://127\.0\.0\.1:9"):
        services.open(sample(None, url="http://127.0.0.1:9"))


def test_each_instance_is_fresh(services: Services) -> None:
    """{tmp} is the instance's own, prepared before the start; another instance has another."""
    prepare = (
        ("{python}", "-c", "import pathlib; pathlib.Path(r'{tmp}/db').write_text('first')"),
        ("{python}", "-c", "import os; open(os.environ['PLACE'], 'a').write(' second')"),
    )
    table = sample("bare:wsgi", {"PLACE": "{tmp}/db"}, prepare=prepare)
    with services.open(table) as one, services.open(table) as other:
        places = [Path(ask(each.url).json["env"]["PLACE"]) for each in (one, other)]

        assert places[0] != places[1]
        assert [place.read_text() for place in places] == ["first second"] * 2
    assert not places[0].exists()


def test_a_restart_puts_back_to_the_beginning(services: Services) -> None:
    """Where reset means a restart, state is lost and both addresses stay."""
    with services.open(sample("bare:wsgi", states="bare")) as started:
        before = (started.url, started.state_url)
        started.set_up_state("an order is placed", {})
        ask(started.url + "/crash", "crash")

        started.reset()

        assert before == (started.url, started.state_url)
        assert ask(started.url).json["stock"] == {}
        assert started.crashes() == ()
        started.set_up_state("an order is placed", {})


def test_neighbours_in_a_circle(services: Services) -> None:
    """Real neighbours are started too, each told where the others are, also in a circle."""
    shop = sample(
        "bare:wsgi", name="shop", consumes=(Consumption("till", "OTHER_URL", suffix="/api"),)
    )
    till = program(name="till", consumes=(Consumption("shop", "OTHER_URL"),))
    with services.open(shop, neighbours={"till": till, "unrelated": shop}) as started:
        neighbour = started.neighbours["till"]

        assert {"till"} == set(started.neighbours)
        assert neighbour.url + "/api" == ask(started.url).json["env"]["OTHER_URL"]
        assert f"/ {started.url}".encode() == ask(neighbour.url).body
        started.reset()
        assert f"/ {started.url}".encode() == ask(neighbour.url).body
    assert not is_open(neighbour.url)


def test_neighbours_that_stand_in(services: Services) -> None:
    """An address is used as it is; a provider that nobody stands in for refuses."""
    shop = sample("bare:wsgi", consumes=(Consumption("till", "OTHER_URL", suffix="/v1"),))
    with services.open(shop, neighbours={"till": "http://127.0.0.1:1"}) as started:
        assert ask(started.url).json["env"]["OTHER_URL"] == "http://127.0.0.1:1/v1"
    with services.open(shop) as started:
        nowhere = ask(started.url).json["env"]["OTHER_URL"].removesuffix("/v1")
        assert nowhere.startswith("http://127.0.0.1:")
        assert not is_open(nowhere)


def test_documents_are_fetched(running: RunningService, services: Services) -> None:
    """A document is what is served at its path; anything but success is told."""
    assert running.fetch("/openapi.json") == b"/openapi.json "
    with (
        services.open(sample("flask_shop:app")) as flask,
        pytest.raises(DocumentUnreadable, match="expected a document at /nowhere, seen status 404"),
    ):
        flask.fetch("/nowhere")


def test_secrets_are_handed_over_and_masked(services: Services, tmp_path: Path) -> None:
    """A secret reaches the service, is told to those who mask, and is in no error's text."""
    outside = {"SHOP_KEY": "s3cret-value", "PATH": "/usr/bin:/bin"}
    env = {"API_KEY": EnvValue(secret_from="SHOP_KEY"), "MANNER": EnvValue("exits-at-start")}
    shop = Service(name="shop", directory=SAMPLES, app="bare:wsgi", env=env)
    with Services(tmp_path, outside=outside).open(shop) as started:
        assert ask(started.url).json["env"]["API_KEY"] == "s3cret-value"
        assert frozenset({"s3cret-value"}) == started.secrets()
    broken = Service(name="shop", directory=SAMPLES, app="misbehaving:app", env=env)
    with pytest.raises(ServiceNotStarted) as caught:
        Services(tmp_path, outside=outside).open(broken)

    assert "the key is ***" in caught.value.detail


def test_an_absent_secret_is_named(services: Services) -> None:
    """A secret that is not set is a misuse, told before anything starts."""
    env = {"API_KEY": EnvValue(secret_from="NO_SUCH_VARIABLE")}
    with pytest.raises(Misused, match="API_KEY from NO_SUCH_VARIABLE, which is not set"):
        services.open(Service(name="shop", directory=SAMPLES, app="bare:wsgi", env=env))


def test_an_absent_need_is_named(services: Services) -> None:
    """A service that requires what is not there is not started, and says what is missing."""
    with pytest.raises(ServiceNotStarted, match=r"requires no-such-db: .* in NO_SUCH_DB_URL"):
        services.open(sample("bare:wsgi", requires=("no-such-db",)))


def test_a_consumer_alone_is_not_started(services: Services) -> None:
    """A service that serves nothing is refused."""
    with pytest.raises(ServiceNotStarted, match="runs nothing"):
        services.open(sample(None))


@pytest.mark.parametrize(
    ("table", "message", "detail"),
    [
        (sample("no_such:app"), "exited with status 70 before", "No module named 'no_such'"),
        (sample("bare:no_such"), "exited with status 70", "has no attribute 'no_such'"),
        (sample("bare:STOCK"), "exited with status 70", "which cannot be called"),
        (
            sample("misbehaving:app", {"MANNER": "raises-at-start"}),
            "exited with status 70",
            "ValueError: a configuration is missing",
        ),
        (
            sample("misbehaving:app", {"MANNER": "exits-at-start"}),
            "exited with status 70",
            "SystemExit(4)",
        ),
        (
            sample("misbehaving:app", {"MANNER": "shouts-at-start"}),
            "exited with status 70",
            "the last line",
        ),
        (
            sample("misbehaving:app", {"MANNER": "hangs-at-start"}, start_timeout_s=3.0),
            "did not answer within 3 s",
            "in sleep_on",
        ),
        (sample(None, command=("./no-such-program",)), "could not be started", ""),
        (
            sample(None, command=("{python}", "-c", "import sys; sys.exit('not today')")),
            "exited with status 1",
            "not today",
        ),
        (
            sample(None, command=("{python}", "-c", "import os; os.abort()")),
            "was killed by SIGABRT",
            "",
        ),
        (program(start_timeout_s=0.01), "did not answer within 0.01 s", ""),
        (
            sample("bare:wsgi", prepare=(("{python}", "-c", "1/0"),)),
            "prepare 1 exited with status 1",
            "ZeroDivisionError",
        ),
        (
            sample("bare:wsgi", prepare=(("sleep", "60"),), start_timeout_s=0.3),
            "did not end its prepare 1 within 0.3 s",
            "",
        ),
        (sample("bare:wsgi", python=Path("/no/such/python")), "could not be started", ""),
    ],
)
def test_what_does_not_start_says_why(
    services: Services, table: Service, message: str, detail: str
) -> None:
    """Whatever keeps a service from answering is told at once, with its output."""
    with pytest.raises(ServiceNotStarted) as caught:
        services.open(table)

    assert message in caught.value.message
    assert "'sample'" in caught.value.message
    assert detail in caught.value.detail


def test_a_taken_port_is_told(services: Services) -> None:
    """A program that insists on a port which is in use fails with its own words."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with pytest.raises(ServiceNotStarted) as caught:
            services.open(sample(None, command=("{python}", "command.py", "{host}", port)))

    assert "Address already in use" in caught.value.detail


def test_slow_answers_are_answers(services: Services) -> None:
    """A service that takes its time to start and to answer is ready when it answers."""
    values = {"DELAY": "0.3", "SLOW": "0.3"}
    table = sample(None, values, command=("{python}", "command.py", "{host}", "{port}"))
    began = time.monotonic()
    with services.open(table) as started:
        assert ask(started.url + "/x").body == b"/x "
    assert time.monotonic() - began > 0.9


def test_megabytes_of_output_do_not_stay(services: Services, tmp_path: Path) -> None:
    """A service that prints megabytes is not held up, and only the ends are kept."""
    with Services(tmp_path).open(sample("bare:wsgi")) as started:
        assert ask(started.url + "/shout").status == 200
        assert wait_until(lambda: started.output().endswith("the last line\n"))
        (log,) = tmp_path.glob("*/output.log")
        assert log.stat().st_size < 1_000_000


def test_names_hold_anything(services: Services) -> None:
    """A service's name may have slashes, spaces and letters of any script."""
    with services.open(sample("bare:wsgi", name="../größe / 注文")) as started:
        assert ask(started.url).status == 200
