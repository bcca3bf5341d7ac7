"""States of a database: equal while nobody commits, and told apart by everybody's commits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from harness.broker.store.database import Store, opened
from harness.broker.store.states import State
from tests.broker.store.databases import KINDS, database, in_a_quiet_moment


@pytest.fixture(params=KINDS)
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """One database, opened twice as by two processes, with a table."""
    with (
        database(request.param, tmp_path) as url,
        closing(opened(url)) as one,
        closing(opened(url)) as other,
    ):
        one.write(lambda db: db.execute(text("CREATE TABLE things (number INTEGER)")), bool)
        yield one, other


def put(store: Store, *, is_kept: bool = True) -> None:
    """Write a row, or take it back."""
    store.write(lambda db: db.execute(text("INSERT INTO things VALUES (1)")), lambda _: is_kept)


def seen(store: Store) -> tuple[int | None, State | None]:
    """How many rows there are, and the state in which that was seen."""
    with store.watched() as (db, state):
        found = db.execute(text("SELECT count(*) FROM things")).scalar()
        return found, state()


def test_a_state_lasts_while_nobody_commits(two: tuple[Store, Store]) -> None:
    """Reading changes nothing, and what is not a state of its own is seen as it is told."""
    one, other = two

    assert in_a_quiet_moment(lambda: seen(one) == (0, one.state()))
    with other.reading() as db:
        db.execute(text("SELECT count(*) FROM things"))
    assert in_a_quiet_moment(lambda: seen(one) == (0, one.state()))
    assert one.state() is not None


def test_whoever_commits_the_state_is_another_one(two: tuple[Store, Store]) -> None:
    """By the same process as by another, before a writer hears that it is kept."""
    one, other = two
    states = {one.state()}

    for at, writer in enumerate((one, other, one, one, other), 1):
        put(writer)
        assert one.state() not in states
        assert seen(one)[0] == at
        assert in_a_quiet_moment(lambda: seen(one)[1] == one.state())
        states.add(one.state())


def test_what_is_not_committed_is_not_in_a_state(two: tuple[Store, Store]) -> None:
    """An answer that is made while another writes is not taken for one of afterwards."""
    one, other = two

    with other.engine.connect() as writer:
        writer.execution_options(is_writing=True)
        writer.execute(text("INSERT INTO things VALUES (1)"))
        assert in_a_quiet_moment(lambda: seen(one) == (0, one.state()))
        _, during = seen(one)
        writer.commit()

    assert one.state() != during
    assert in_a_quiet_moment(lambda: seen(one) == (1, one.state()))


def test_who_began_to_read_before_a_commit_does_not_see_the_state_after(
    two: tuple[Store, Store],
) -> None:
    """Its answer belongs to the past, or to no state that can be named."""
    one, other = two

    with one.watched() as (db, state):
        assert db.execute(text("SELECT count(*) FROM things")).scalar() == 0
        put(other)
        assert db.execute(text("SELECT count(*) FROM things")).scalar() == 0
        assert state() != one.state()


def test_what_is_taken_back_leaves_the_rows_of_a_state(two: tuple[Store, Store]) -> None:
    """The state may be told apart, and its rows are the same."""
    one, other = two
    put(other, is_kept=False)

    assert in_a_quiet_moment(lambda: seen(one) == (0, one.state()))
