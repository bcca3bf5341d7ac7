"""Changes: within the caller's limits, and written down with who made them."""

from __future__ import annotations

from harness.broker.server.answers import Answer, Refused, error
from harness.broker.server.asking import Call
from harness.broker.server.needs import Subject
from harness.broker.server.routing import Route
from harness.broker.store import audit
from harness.broker.store.audit import Entry

_DELETED = "deleted"


def done(call: Call, route: Route) -> Answer:
    """
    Do what is asked, and write a change down in its own transaction.

    Shape: a deed that is not done in a transaction is written down by `noted`, when it is done.
    Raises: Refused, where it is about what the caller may not change.
    """
    if route.needs.is_read:
        return route.handler(call)
    about = route.needs.find(call)
    if said := call.caller.outside(about.pacticipants):
        raise Refused(error(said, 403, kind=call.kind))
    given = route.handler(call)
    if given.is_kept and not route.is_reading:
        audit.add(call.db, _entries(call, route, about))
    return given


def noted(call: Call, route: Route) -> None:
    """Write down what was done while no transaction was open."""
    audit.add(call.db, _entries(call, route, route.needs.find(call)))


def _entries(call: Call, route: Route, about: Subject) -> list[Entry]:
    """One for each pacticipant, so that what was done to one can be found."""
    deed = _DELETED if route.method == "DELETE" else route.needs.deed
    request = f"{route.method} {call.asked.path}"
    return [
        Entry(call.now, call.caller.name, deed, each, about.version, about.environment, request)
        for each in about.pacticipants or ("",)
    ]
