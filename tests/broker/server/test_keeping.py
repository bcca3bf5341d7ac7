"""Answers that are given again: never one that an acknowledged write has overtaken."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from sqlalchemy import event

from harness.broker.semantics.scopes import ANYBODY, STRANGER
from harness.broker.server.answers import Answer
from harness.broker.server.asking import Asked
from harness.broker.server.keeping import Kept, question
from harness.broker.store.database import Store, opened
from harness.broker.store.migrating import upgrade
from tests.broker.server.broker import Broker, running
from tests.broker.server.serving import served
from tests.broker.store.databases import KINDS, database, in_a_quiet_moment

PAIRS, ROUNDS = 4, 4


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """The statements that are asked of tables."""
    told: list[str] = []

    def note(_db: object, _cursor: object, statement: str, *_more: object) -> None:
        if "FROM" in statement:
            told.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with its tables."""
    with database(request.param, tmp_path) as found:
        store = opened(found)
        upgrade(store)
        store.close()
        yield found


@pytest.fixture
def several(url: str) -> Iterator[list[Broker]]:
    """Two brokers on connections of their own, as two processes are."""
    with ExitStack() as stack:
        stores = [opened(url) for _ in range(2)]
        for each in stores:
            stack.callback(each.close)
        yield [stack.enter_context(running(each)) for each in stores]


def asked(path: str = "/matrix", accept: str = "*/*", base: str = "http://a") -> Asked:
    """A request."""
    return Asked("GET", path, "", {"accept": accept}, b"", base)


def is_repeated(broker: Broker, path: str, accept: str) -> bool:
    """Whether the same words come again, and no table was asked for them."""
    assert broker.store
    first = broker.get(path, accept)
    with counted(broker.store) as told:
        assert broker.get(path, accept) == first
    return told == []


def test_a_question_is_answered_once_while_nothing_is_written(broker: Broker) -> None:
    """Of can-i-deploy, what is to be verified, lists and pages; with the same words."""
    broker.environment()
    broker.publish("1", branch="main")
    assert broker.store
    question = "/matrix?q[][pacticipant]=Foo&q[][version]=1&latestby=cvpv&environment=prod"

    for path, accept in (
        (question, "application/hal+json"),
        ("/integrations", "application/hal+json"),
        ("/pacts/provider/Bar/for-verification", "application/hal+json"),
        ("/", "text/html"),
        ("/can-i-deploy?pacticipant=Foo&version=1&environment=prod", "text/html"),
    ):
        assert in_a_quiet_moment(partial(is_repeated, broker, path, accept)), path
        broker.publish("1", path)
        with counted(broker.store) as told:
            assert broker.get(path, accept).status == 200
        assert told != []


def test_what_another_process_wrote_is_in_the_next_answer(several: list[Broker]) -> None:
    """Whoever was told that something is kept sees it, whomever it asks."""
    one, other = several
    place = one.environment()
    one.publish("1")
    verdicts = []
    for number, (writer, is_good) in enumerate([(other, True), (one, False), (other, True)]):
        writer.verify("1", f"{number}", success=is_good)
        writer.deploy("Bar", f"{number}", place)
        verdicts.append([each.can_i_deploy("Foo", "1")["deployable"] for each in (one, other, one)])

    assert verdicts == [[True] * 3, [False] * 3, [True] * 3]


def test_no_answer_is_stale_while_many_write(several: list[Broker]) -> None:
    """Each of several builds sees its own write at once, at either process, among the others'."""
    place = several[0].environment()
    is_over = threading.Event()
    for number in range(PAIRS):
        several[0].publish("1", consumer=f"Foo{number}", provider=f"Bar{number}")

    def disturb(number: int) -> int:
        count = 0
        while not is_over.is_set():
            count += 1
            several[number % 2].can_i_deploy(f"Foo{number % PAIRS}", "1")
        return count

    def build(number: int) -> list[tuple[object, object]]:
        chance, seen = random.Random(number), list[tuple[object, object]]()
        names = {"consumer": f"Foo{number}", "provider": f"Bar{number}"}
        for at in range(ROUNDS):
            is_good = chance.random() < 0.5
            chance.choice(several).verify("1", f"{at}", is_good, **names)
            chance.choice(several).deploy(f"Bar{number}", f"{at}", place)
            for each in chance.sample(several, 2):
                seen.append((is_good, each.can_i_deploy(f"Foo{number}", "1")["deployable"]))
        return seen

    with ThreadPoolExecutor(PAIRS + 2) as pool:
        disturbing = [pool.submit(disturb, number) for number in range(2)]
        told = [pair for found in pool.map(build, range(PAIRS)) for pair in found]
        is_over.set()
        assert all(each.result() for each in disturbing)

    assert len(told) == PAIRS * ROUNDS * 2
    assert [pair for pair in told if pair[0] is not pair[1]] == []


@pytest.mark.tools
@pytest.mark.slow
def test_no_answer_is_stale_at_several_processes(url: str) -> None:
    """The same over sockets, with two workers on one database."""

    def build(url: str, number: int) -> list[bool]:
        chance, told = random.Random(number), []
        consumer, provider = f"Foo{number}", f"Bar{number}"

        def ask(method: str, path: str, body: object = None) -> requests.Response:
            # A new connection may be another worker's.
            found = requests.request(method, url + path, json=body, timeout=300)
            assert found.status_code < 300, found.text
            return found

        own = f"/pacts/provider/{provider}/consumer/{consumer}/version/1"
        sides = {"consumer": {"name": consumer}, "provider": {"name": provider}}
        ask("PUT", own, {**sides, "interactions": []})
        sent = ask("GET", own).json()["_links"]["pb:publish-verification-results"]["href"]
        for at in range(5):
            is_good = chance.random() < 0.5
            said = {"success": is_good, "providerApplicationVersion": f"{at}"}
            ask("POST", urlsplit(sent).path, said)
            selectors = f"q[][pacticipant]={consumer}&q[][version]=1&q[][pacticipant]={provider}"
            for _ in range(4):
                found = ask("GET", f"/matrix?{selectors}&q[][latest]=true&latestby=cvpv").json()
                told.append(found["summary"]["deployable"] is is_good)
        return told

    with served(url, "--workers", "2") as one, ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda number: build(one.url, number), range(4)))
    assert told == [[True] * 20] * 4


def test_what_differs_in_anything_that_answers_depend_on_is_another_question() -> None:
    """Who asks, how the broker is called, and what is accepted."""
    questions = {
        question(asked(), ANYBODY, frozenset()),
        question(asked(), STRANGER, frozenset()),
        question(asked(base="http://b"), ANYBODY, frozenset()),
        question(asked(accept="text/html"), ANYBODY, frozenset()),
        question(asked("/integrations"), ANYBODY, frozenset()),
    }

    assert len(questions) == 5
    assert question(asked(), ANYBODY, frozenset()) in questions


def test_what_was_not_asked_for_longest_makes_room() -> None:
    """And neither refusals, nor what is huge, nor what belongs to no state is kept."""
    kept = Kept(most_bytes=3_500)
    names = [question(asked(f"/{each}"), ANYBODY, frozenset()) for each in range(4)]

    for each in names[:3]:
        kept.put(each, Answer(200, each.path.encode()), "now")
    assert kept.find(names[0], lambda: "now") == Answer(200, b"/0")
    kept.put(names[3], Answer(200, b"/3"), "now")

    assert [bool(kept.find(each, lambda: "now")) for each in names] == [True, False, True, True]
    assert kept.find(names[0], lambda: "later") is None
    assert kept.find(names[0], lambda: None) is None
    kept.put(names[1], Answer(404), "now")
    assert kept.find(names[1], lambda: "now") is None
    kept.put(names[1], Answer(200), None)
    assert kept.find(names[1], lambda: None) is None
    kept.put(names[1], Answer(200, bytes(2 << 20)), "now")
    assert kept.find(names[1], lambda: "now") is None
