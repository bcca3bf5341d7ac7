"""Every framework's exceptions reach the book, tied to the request that met them."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator

import pytest

from harness.domain.crash import Crash
from harness.services import RunningService, Services
from tests.services.support import ask, sample, wait_until

pytestmark = pytest.mark.tools

WAYS = {
    "flask": ("flask_shop:app", ""),
    "flask, all caught": ("flask_shop:app", "1"),
    "django": ("django_shop:application", ""),
    "django, all caught": ("django_shop:application", "1"),
    "django, asgi": ("django_shop:asynchronous", ""),
    "django, asgi, all caught": ("django_shop:asynchronous", "1"),
    "fastapi": ("fastapi_shop:app", ""),
    "fastapi, all handled": ("fastapi_shop:app", "handler"),
    "fastapi, some handled": ("fastapi_shop:app", "narrow"),
    "fastapi, caught by middleware": ("fastapi_shop:app", "middleware"),
}


@pytest.fixture(scope="module", params=list(WAYS))
def shop(request: pytest.FixtureRequest, services: Services) -> Iterator[RunningService]:
    """A shop, in each framework, with and without a handler that hides its crashes."""
    app, how = WAYS[request.param]
    with services.open(sample(app, {"CATCH_ALL": how})) as running:
        yield running


def only_crash(shop: RunningService, id: str) -> Crash:
    """The one crash of a request."""
    (crash,) = shop.crashes(request_id=id)
    return crash


def test_a_crash_is_found_by_its_request(shop: RunningService) -> None:
    """The exception is on record by the time its 500 can be read, once, with its innermost line."""
    ids = [f"case {number}/&" for number in range(20)]
    for id in ids:
        reply = ask(shop.url + "/stock/none", id)

        crash = only_crash(shop, id)
        assert reply.status == 500
        assert (crash.type, crash.message) == ("KeyError", "'none'")
        assert (crash.request.path if crash.request else None) == "/stock/none"
    innermost = only_crash(shop, ids[0]).frames[-1]
    assert shop.service.app is not None
    assert shop.service.app.partition(":")[0] == innermost.module
    assert innermost.function == "stock"
    assert "STOCK[sku]" in innermost.code
    assert "KeyError: 'none'" in only_crash(shop, ids[0]).traceback


def test_an_answer_is_no_crash(shop: RunningService) -> None:
    """A 404 that a framework's own exception asks for, and a 200, leave the book as it is."""
    before = len(shop.crashes())

    replies = [ask(shop.url + path).status for path in ("/absent", "/stock/A-1")]

    assert replies == [404, 200]
    assert before == len(shop.crashes())


def test_a_500_of_its_own_has_no_crash(shop: RunningService) -> None:
    """A server error that nobody raised is told apart by having no crash."""
    assert ask(shop.url + "/own-500", "own").status == 500
    assert shop.crashes(request_id="own") == ()


def test_crashes_are_numbered(shop: RunningService) -> None:
    """What crashed after a number is what crashed since it was read."""
    ask(shop.url + "/stock/first", "first")
    last = max(crash.seq for crash in shop.crashes())
    ask(shop.url + "/stock/second", "second")

    assert [crash.request_id for crash in shop.crashes(since=last)] == ["second"]


@pytest.fixture(scope="module")
def flask(services: Services) -> Iterator[RunningService]:
    """The shop in Flask, without a handler."""
    with services.open(sample("flask_shop:app", {"CATCH_ALL": "1"})) as running:
        yield running


@pytest.fixture(scope="module")
def fastapi(services: Services) -> Iterator[RunningService]:
    """The shop in FastAPI, without a handler."""
    with services.open(sample("fastapi_shop:app")) as running:
        yield running


def test_flask_logs_and_copes(flask: RunningService) -> None:
    """An exception that was logged and dealt with, with a 200 for an answer, is no crash."""
    assert ask(flask.url + "/recovered", "recovered").status == 200
    assert flask.crashes(request_id="recovered") == ()


def test_flask_logs_and_gives_up(flask: RunningService) -> None:
    """An exception of which only a log line tells is a crash where the answer is a 500."""
    assert ask(flask.url + "/logged", "logged").status == 500
    assert only_crash(flask, "logged").source == "log"


def test_flask_refuses_on_purpose(flask: RunningService) -> None:
    """A 503 that an HTTP exception names is an answer, also behind a catch-all handler."""
    assert ask(flask.url + "/closed", "closed").status == 503
    assert flask.crashes(request_id="closed") == ()


def test_flask_crash_in_a_thread(flask: RunningService) -> None:
    """A crash outside any request tells which requests were in flight."""
    before = max((crash.seq for crash in flask.crashes()), default=0)

    ask(flask.url + "/thread", "starts a thread")

    (crash,) = flask.crashes(since=before)
    assert (crash.source, crash.request) == ("thread", None)
    assert [seen.request_id for seen in crash.in_flight] == ["starts a thread"]


def test_fastapi_logs_and_copes(fastapi: RunningService) -> None:
    """An exception that was logged and dealt with, with a 200 for an answer, is no crash."""
    assert ask(fastapi.url + "/recovered", "recovered").status == 200
    assert ask(fastapi.url + "/closed", "recovered").status == 503
    assert fastapi.crashes(request_id="recovered") == ()


def test_fastapi_crash_in_a_worker_thread(fastapi: RunningService) -> None:
    """A blocking endpoint's crash is tied to its request too."""
    ask(fastapi.url + "/blocking/none", "blocking")

    assert only_crash(fastapi, "blocking").frames[-1].function == "blocking"


def test_fastapi_crash_in_a_lost_task(fastapi: RunningService) -> None:
    """A task that nobody awaited is told when it is collected, outside of any request."""
    before = max((crash.seq for crash in fastapi.crashes()), default=0)

    ask(fastapi.url + "/lost-task", "lost")

    assert wait_until(lambda: bool(fastapi.crashes(since=before)))
    (crash,) = fastapi.crashes(since=before)
    assert (crash.source, crash.request) == ("task", None)


def test_one_cause_is_one_crash(services: Services) -> None:
    """An exception that a middleware raises again in other words is recorded as it began."""
    with services.open(sample("fastapi_shop:app", {"CATCH_ALL": "middleware"})) as shop:
        assert ask(shop.url + "/stock/raised again".replace(" ", "%20"), "again").status == 500
        crash = only_crash(shop, "again")

    assert (crash.type, crash.source) == ("KeyError", "raised")
    assert crash.frames[-1].function == "stock"


def test_fastapi_crash_behind_the_status(fastapi: RunningService) -> None:
    """A stream that breaks off after its 200 is a crash."""
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        ask(fastapi.url + "/broken-off", "stream")

    assert "pieces" in only_crash(fastapi, "stream").frames[-1].function


def test_the_host_is_no_brake(flask: RunningService) -> None:
    """A hundred requests over new connections take far less than a fuzzer would notice."""
    began = time.monotonic()
    for _ in range(100):
        ask(flask.url + "/stock/A-1")

    assert time.monotonic() - began < 5
