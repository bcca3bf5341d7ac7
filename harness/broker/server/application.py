"""From a request to its answer: the route, what it takes, its transaction, and faults."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from threading import Lock
from typing import Final
from urllib.parse import unquote

from sqlalchemy import Connection
from sqlalchemy.exc import StatementError

from harness.broker.semantics.fitting import Compare, Uncompared
from harness.broker.semantics.terms import USUAL, Terms
from harness.broker.server.answers import HAL, JSON, PROBLEM, TEXT, Answer, Refused, error, missing
from harness.broker.server.asking import Asked, Call
from harness.broker.server.comparing import compared
from harness.broker.server.moments import moment, utc_now
from harness.broker.server.pages import faults
from harness.broker.server.routing import Route, Routed, Router
from harness.broker.store import comparisons
from harness.broker.store.columns import Unstorable
from harness.broker.store.database import Store

_LOG: Final = logging.getLogger(__name__)
_SPOKEN: Final = "2.120.0"
_USUAL: Final = {
    "x-pact-broker-version": _SPOKEN,
    "vary": "Accept",
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
}
_TRIES: Final = 5
_EXTENSIONS: Final = {
    ".svg": "image/svg+xml",
    ".csv": "text/csv",
    ".txt": TEXT,
    ".json": JSON,
}


class Application:
    """
    A broker on a store.

    Shape: it keeps nothing between requests, so that several may share one database; `clock` says
    what moment it is, in UTC; `terms` are those of webhooks; `compare` says what a document says of
    a pact.
    """

    def __init__(
        self,
        store: Store,
        router: Router,
        clock: Callable[[], datetime] | None = None,
        terms: Terms = USUAL,
        compare: Compare = compared,
    ) -> None:
        self._store = store
        self._router = router
        self._clock = clock or utc_now
        self._terms = terms
        self._compare = compare
        self._comparing = Lock()

    def answer(self, asked: Asked) -> Answer:
        """Answer a request, whatever it is."""
        try:
            given = self._routed(asked)
        except Refused as refused:
            given = refused.answer
        except RecursionError:
            given = error("the request is nested too deeply", 400)
        except StatementError as fault:
            given = _unkept(asked, fault)
        except Exception:  # noqa: BLE001 - the last resort: logged, and told by a reference
            given = _broken(asked)
        if asked.is_for_reading:
            given = faults.told(asked, given)
        body = b"" if asked.method == "HEAD" else given.body
        return Answer(given.status, body, {**_USUAL, **given.headers})

    def _routed(self, asked: Asked) -> Answer:
        if _has_control_characters(asked.path):
            said = "the path of a request may not hold control characters"
            return error(said, 422, kind=PROBLEM)
        asked, found = self._found(asked)
        if found is None:
            return missing(HAL if asked.names(HAL) else JSON)
        method = "GET" if asked.method == "HEAD" else asked.method
        if method == "OPTIONS":
            return Answer(200, b"", {"allow": found.allowed})
        route = found.routes.get(method)
        if method == "GET" and found.page and (asked.is_for_reading or route is None):
            route = found.page
        if route is None:
            return Answer(405, b"", {"allow": found.allowed})
        _check(asked, route)
        return self._handled(asked, route, found)

    def _found(self, asked: Asked) -> tuple[Asked, Routed | None]:
        """The route; an ending such as `.svg` says what is wanted where that can be given."""
        found = self._router.find(asked.path)
        stem, dot, ending = asked.path.rpartition(".")
        kind = _EXTENSIONS.get(dot + ending)
        plain = self._router.find(stem) if kind else None
        if kind is None or plain is None or "GET" not in plain.routes:
            return asked, found
        if found is not None and (kind == JSON or kind not in plain.routes["GET"].gives):
            return asked, found
        headers = {**asked.headers, "accept": kind}
        return replace(asked, path=stem, headers=headers), plain

    def _handled(self, asked: Asked, route: Route, found: Routed) -> Answer:
        now = moment(self._clock())

        def work(db: Connection) -> Answer:
            return route.handler(Call(asked, db, found.names, now, self._terms))

        for _ in range(_TRIES):
            try:
                if route.is_reading:
                    with self._store.reading() as db:
                        return work(db)
                return self._store.write(work, lambda given: given.is_kept)
            except Uncompared as wanted:
                # One at a time: who waits finds the comparison made.
                with self._comparing:
                    comparisons.make(self._store, wanted.pairs, self._compare, now)
        return error("what has to be compared changes all the time; ask again", 503)


def _check(asked: Asked, route: Route) -> None:
    """Refuse a body or an answer of a kind that a route does not know."""
    kind = asked.headers.get("content-type", "").partition(";")[0].strip().lower()
    if asked.body and route.takes and kind not in route.takes:
        raise Refused(Answer(415))
    if not asked.accepts(*route.gives, PROBLEM):
        raise Refused(Answer(406))


def _has_control_characters(path: str) -> bool:
    return any(ord(each) < 32 or ord(each) == 127 for each in unquote(path))


def _unkept(asked: Asked, fault: StatementError) -> Answer:
    """What became of a request that the database refused: its texts may be to blame."""
    if isinstance(fault.orig, Unstorable):
        return error(str(fault.orig), 422)
    return _broken(asked)


def _broken(asked: Asked) -> Answer:
    reference = secrets.token_urlsafe(8)
    _LOG.exception("%s %s failed, reference %s", asked.method, asked.path, reference)
    said = f"An error has occurred. The details have been logged with the reference {reference}"
    return Answer(
        500,
        b'{"error":{"message":"%b","reference":"%b"}}' % (said.encode(), reference.encode()),
        {"content-type": f"{JSON};charset=utf-8"},
    )
