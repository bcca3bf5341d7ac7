"""Compares pacts with documents as soon as they are published, so that nobody waits for it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from harness.broker.semantics.fitting import Compare
from harness.broker.server.comparing import compared
from harness.broker.server.delivering import Clock
from harness.broker.server.moments import moment
from harness.broker.store import ahead, comparisons
from harness.broker.store.ahead import Mark
from harness.broker.store.comparisons import Pair
from harness.broker.store.database import Store

_LOG: Final = logging.getLogger(__name__)
_LOOKS_EACH_S: Final = 1.0
_PAUSE_S: Final = 5.0


@contextmanager
def comparing(store: Store, clock: Clock, compare: Compare = compared) -> Iterator[None]:
    """A thread that compares, until the end; what is under way then is waited for."""
    stopping = threading.Event()
    thread = threading.Thread(
        target=_compare, args=(store, clock, compare, stopping), name="comparing"
    )
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def _compare(store: Store, clock: Clock, compare: Compare, stopping: threading.Event) -> None:
    done = Mark()
    while not stopping.is_set():
        try:
            done = _caught_up(store, clock, compare, stopping, done)
        except SQLAlchemyError:
            _LOG.exception("comparisons wait, since the database does not answer")
            stopping.wait(_PAUSE_S)
        else:
            stopping.wait(_LOOKS_EACH_S)


def _caught_up(
    store: Store, clock: Clock, compare: Compare, stopping: threading.Event, since: Mark
) -> Mark:
    """Compare what was published after a mark; give the next mark."""
    with store.reading() as db:
        now = ahead.mark(db)
        due = ahead.due(db, since) if now != since else []
    for pair in due:
        began = time.monotonic()
        _make(store, clock, compare, pair)
        # Whoever asks meanwhile goes first: half of a core is left to them.
        if stopping.wait(time.monotonic() - began):
            return since
    return now


def _make(store: Store, clock: Clock, compare: Compare, pair: Pair) -> None:
    try:
        comparisons.make(store, [pair], compare, moment(clock()))
    except SQLAlchemyError:
        raise
    except Exception:  # noqa: BLE001 - texts of others: the next ones must not wait for ever
        _LOG.exception("content %s and document %s could not be compared", *pair)
