"""From a request to its answer: the route, what it takes, its transaction, and faults."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Final
from urllib.parse import unquote

from sqlalchemy import Connection
from sqlalchemy.exc import StatementError

from harness.broker.semantics.fitting import Compare, Uncompared
from harness.broker.semantics.scopes import Caller
from harness.broker.semantics.terms import USUAL, Terms
from harness.broker.server.answers import HAL, JSON, PROBLEM, TEXT, Answer, Refused, error, missing
from harness.broker.server.asking import Asked, Call
from harness.broker.server.auditing import done, noted
from harness.broker.server.comparing import compared
from harness.broker.server.guard import Guard
from harness.broker.server.keeping import Kept, question
from harness.broker.server.moments import moment, utc_now
from harness.broker.server.needs import READ
from harness.broker.server.origins import Origins
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
_NO_ORIGINS: Final = Origins()
_EXTENSIONS: Final = {
    ".svg": "image/svg+xml",
    ".csv": "text/csv",
    ".txt": TEXT,
    ".json": JSON,
}


class Application:
    """
    A broker on a store.

    Shape: it keeps nothing between requests but answers, which it gives again while the database is
    what it was, so that several may share one; `clock` says what moment it is, in UTC; `terms` are
    those of webhooks; `compare` says what a document says of a pact.
    """

    def __init__(
        self,
        store: Store,
        router: Router,
        clock: Callable[[], datetime] | None = None,
        terms: Terms = USUAL,
        compare: Compare = compared,
        guard: Guard | None = None,
        origins: Origins = _NO_ORIGINS,
    ) -> None:
        self._store = store
        self._router = router
        self._clock = clock or utc_now
        self._terms = terms
        self._compare = compare
        self._comparing = Lock()
        self._guard = guard or Guard(store)
        self._origins = origins
        self._kept = Kept()

    @property
    def is_asking(self) -> bool:
        """Whether everybody is asked who they are."""
        return self._guard.is_asking

    def answer(self, asked: Asked) -> Answer:
        """Answer a request, whatever it is."""
        return self._answered(asked, self._routed)

    def refusal(self, asked: Asked) -> Answer | None:
        """What refuses a request before its body is read, or nothing."""

        def admitted(asked: Asked) -> Answer:
            self._admitted(asked)
            return Answer(200)

        found = self._answered(asked, admitted)
        return None if found.is_kept else found

    def _answered(self, asked: Asked, work: Callable[[Asked], Answer]) -> Answer:
        try:
            given = work(asked)
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
        allowed = given.headers.get("allow", "") if asked.method == "OPTIONS" else ""
        told = self._origins.told(asked, allowed)
        return Answer(given.status, body, {**_USUAL, **told, **given.headers})

    def _routed(self, asked: Asked) -> Answer:
        admitted = self._admitted(asked)
        if isinstance(admitted, Answer):
            return admitted
        _check(admitted.asked, admitted.route)
        return self._handled(admitted)

    def _admitted(self, asked: Asked) -> Answer | _Admitted:
        """The route, for those who may ask it; an answer where none is needed for one."""
        if _has_control_characters(asked.path):
            said = "the path of a request may not hold control characters"
            return error(said, 422, kind=PROBLEM)
        asked, found = self._found(asked)
        if asked.method == "OPTIONS" and found is not None:
            return Answer(200, b"", {"allow": found.allowed})
        method = "GET" if asked.method == "HEAD" else asked.method
        route = found.routes.get(method) if found else None
        if method == "GET" and found and found.page and (asked.is_for_reading or route is None):
            route = found.page
        # Those who may not ask are not told what is there either.
        caller = self._guard.admitted(asked, route.needs if route else READ)
        if found is None:
            raise Refused(missing(HAL if asked.names(HAL) else JSON))
        if route is None:
            raise Refused(Answer(405, b"", {"allow": found.allowed}))
        if not route.needs.is_read and not self._origins.may_change(asked):
            said = "a page of another origin may not change anything here; see --cors-origin"
            raise Refused(error(said, 403))
        return _Admitted(asked, route, found.names, caller)

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

    def _handled(self, one: _Admitted) -> Answer:
        now = moment(self._clock())

        route = one.route

        def call(db: Connection) -> Call:
            return Call(one.asked, db, one.names, now, self._terms, one.caller, self._guard.doors)

        for _ in range(_TRIES):
            try:
                if route.is_steady:
                    return self._again(one, call)
                if route.is_reading:
                    with self._store.reading() as db:
                        given = done(call(db), route)
                    if given.is_kept and not route.needs.is_read:
                        self._store.write(lambda db: noted(call(db), route), lambda _: True)
                    return given
                return self._store.write(lambda db: done(call(db), route), _is_kept)
            except Uncompared as wanted:
                # One at a time: who waits finds the comparison made.
                with self._comparing:
                    comparisons.make(self._store, wanted.pairs, self._compare, now)
        return error("what has to be compared changes all the time; ask again", 503)

    def _again(self, one: _Admitted, call: Callable[[Connection], Call]) -> Answer:
        """The answer that is known to hold still, else a new one."""
        asked = question(one.asked, one.caller, self._guard.doors)
        found = self._kept.find(asked, self._store.state)
        if found is None:
            with self._store.watched() as (db, state):
                found = done(call(db), one.route)
                self._kept.put(asked, found, state())
        return found


@dataclass(frozen=True, slots=True)
class _Admitted:
    """A request on its way to a handler that may be asked by its caller."""

    asked: Asked
    route: Route
    names: Mapping[str, str]
    caller: Caller


def _is_kept(given: Answer) -> bool:
    return given.is_kept


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
