"""Writers of one file: together on the disk, and each for itself in what is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text

from harness.broker.store.database import Store, opened

NAMES = ("a", "b", "c", "d", "e")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A file with one table."""
    found = opened(f"sqlite:///{tmp_path}/things.db")
    found.write(lambda db: db.execute(text("CREATE TABLE things (name TEXT)")), lambda _: True)
    yield found
    found.close()


def kept(store: Store) -> list[str]:
    """What is on the disk."""
    with store.reading() as db:
        return sorted(db.execute(text("SELECT name FROM things")).scalars())


def put(name: str) -> Callable[[Connection], str]:
    """The work of putting a name in."""

    def work(db: Connection) -> str:
        db.execute(text("INSERT INTO things VALUES (:name)"), {"name": name})
        return name

    return work


def at_once(
    store: Store,
    works: list[Callable[[Connection], str]],
    keeps: Callable[[str], bool] = lambda _: True,
) -> list[Future[str]]:
    """What came of works that all wait while a first one is done."""
    begun, waiting = threading.Event(), threading.Semaphore(0)

    def first(db: Connection) -> str:
        begun.set()
        for _ in works:
            assert waiting.acquire(timeout=30)
        # A writer says that it comes just before it does.
        threading.Event().wait(0.2)
        return put("first")(db)

    def given(work: Callable[[Connection], str]) -> str:
        waiting.release()
        return store.write(work, keeps)

    with ThreadPoolExecutor(len(works) + 1) as pool:
        futures = [pool.submit(store.write, first, keeps)]
        assert begun.wait(30)
        futures += [pool.submit(given, work) for work in works]
    return futures


def test_writers_wait_for_the_disk_together(store: Store) -> None:
    """Those who come while another writes are kept by its commit."""
    commits: list[Connection] = []
    event.listen(store.engine, "commit", commits.append)

    told = at_once(store, [put(name) for name in NAMES])

    assert [each.result() for each in told] == ["first", *NAMES]
    assert kept(store) == sorted(["first", *NAMES])
    assert len(commits) == 1


def test_one_that_fails_or_is_refused_takes_nobody_along(store: Store) -> None:
    """Of each writer all is kept, or nothing."""

    def stumble(db: Connection) -> str:
        put("stumbled")(db)
        raise ZeroDivisionError

    works = [put("a"), stumble, put("refused"), put("b")]
    told = at_once(store, works, lambda name: name != "refused")

    assert kept(store) == ["a", "b", "first"]
    assert [type(each.exception()) for each in told] == [
        *(type(None), type(None), ZeroDivisionError, type(None), type(None))
    ]


def test_nobody_is_told_that_something_is_kept_before_it_is(store: Store) -> None:
    """Where the disk refuses, everybody who rested on it is told so."""

    def refuse(_db: Connection) -> None:
        raise OSError("the disk is full")

    event.listen(store.engine, "commit", refuse)
    told = at_once(store, [put(name) for name in NAMES])
    event.remove(store.engine, "commit", refuse)

    assert all(isinstance(each.exception(), OSError) for each in told)
    assert kept(store) == []


def test_a_transaction_that_is_gone_is_gone_for_all(store: Store) -> None:
    """At some faults SQLite takes back what others did in it, and who comes later starts anew."""

    def lose(db: Connection) -> str:
        db.connection.rollback()
        return "lost"

    told = at_once(store, [put("a"), lose, put("b")])

    done = [each.result() for each in told if each.exception() is None]
    assert kept(store) == sorted(done)
    assert "lost" not in done
    assert "a" not in done
