"""
Writers of one file, whose work reaches the disk together.

Shape: to wait for the disk takes longer than the work, and SQLite has one writer at a time; so the
first who comes does the work of all who came meanwhile, and they are answered when it is kept.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Connection, Engine

T = TypeVar("T")

# Beyond that, who came first would wait for others longer than for the disk.
_AT_MOST: Final = 8


class Writers:
    """Do work in transactions that several share, each below a savepoint of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = threading.Lock()
        self._waiting: deque[_Work[Any]] = deque()

    def done(self, work: Callable[[Connection], T], keeps: Callable[[T], bool]) -> T:
        """
        Do work, and come back when it is on the disk.

        Shape: what `keeps` is false for is taken back.
        """
        own = _Work(work, keeps)
        self._waiting.append(own)
        while not own.is_over:
            with self._turn:
                if not own.is_over:
                    self._lead()
        return own.outcome()

    def _lead(self) -> None:
        """Do what waits, in the order in which it came."""
        led = [self._waiting.popleft()]
        try:
            with self._engine.connect() as db, _lost_at_a_fault(db):
                db.execution_options(is_writing=True)
                led[0].run(db)
                while self._waiting and len(led) < _AT_MOST:
                    led.append(self._waiting.popleft())
                    led[-1].run(db)
                db.commit()
        except BaseException as fault:
            # Nothing is on the disk, whatever came of one work or another.
            for each in led:
                each.fault = fault
            if not isinstance(fault, Exception):
                raise
        finally:
            for each in led:
                each.is_over = True


class _Work(Generic[T]):
    """What somebody wants done; `is_over` when what came of it is on the disk, or is a fault."""

    def __init__(self, work: Callable[[Connection], T], keeps: Callable[[T], bool]) -> None:
        self._work = work
        self._keeps = keeps
        self._given: list[T] = []
        self.fault: BaseException | None = None
        self.is_over = False

    def run(self, db: Connection) -> None:
        """Do it, and take it back where it fails or is not to be kept."""
        try:
            with db.begin_nested() as own:
                given = self._work(db)
                if not self._keeps(given):
                    own.rollback()
        except Exception as fault:  # noqa: BLE001 - it is raised where the work was given
            self.fault = fault
        else:
            self._given.append(given)
        _still_open(db)

    def outcome(self) -> T:
        """
        What was given.

        Raises: what the work raised, or what kept all from the disk.
        """
        if self.fault is not None:
            raise self.fault
        return self._given[0]


@contextmanager
def _lost_at_a_fault(db: Connection) -> Iterator[None]:
    """A connection whose commit failed may be in a transaction still, and serves nobody else."""
    try:
        yield
    except BaseException:
        db.invalidate()
        raise


def _still_open(db: Connection) -> None:
    """
    Go on only while the transaction of all is there.

    Shape: at some faults SQLite takes all back, and a savepoint would begin a new transaction; what
    the others did would be gone, and they would be told that it is kept.
    """
    connection = db.connection.driver_connection
    assert isinstance(connection, sqlite3.Connection)
    if not connection.in_transaction:
        raise sqlite3.OperationalError("the database took a transaction back")
