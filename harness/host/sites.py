"""Places in code where values were other than the code says, and the requests that led there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

MOST_SITES = 500
FIRST_REQUESTS = 40
LAST_REQUESTS = 10
MOST_HELD = 16
MOST_TOLD = 200

Told = dict[str, Any]
Requests = Callable[[], "tuple[Told | None, list[Told]] | None"]


class Sites:
    """
    What was seen, once for each place in the code, with the first and last requests that led there.

    Shape: `requests` gives the request that the running code answers, and those in flight; None
    where it works for the harness itself.
    """

    def __init__(self, requests: Requests) -> None:
        self._requests = requests
        self._lock = threading.Lock()
        self._sites: dict[tuple[str, str, str, str], Told] = {}
        self._told: dict[str, list[tuple[Any, tuple[str, ...]]]] = {}

    def note(self, kind: str, code: Told, what: str, saw: Told) -> None:
        """Note that a value was another than its code says, at `what` of a function."""
        now = self._requests()
        if now is None:
            return
        request, in_flight = now
        key = (kind, code["module"], code["function"], what)
        with self._lock:
            site = self._sites.get(key)
            if site is None:
                if len(self._sites) >= MOST_SITES:
                    return
                site = {"kind": kind, "what": what, "requests": [], "occurrences": 0}
                site.update(code, in_flight=[] if request else in_flight, **saw)
                self._sites[key] = site
            site["occurrences"] += 1
            if request:
                site["requests"].append(request)
                del site["requests"][FIRST_REQUESTS:-LAST_REQUESTS]

    def is_first(self, value: Any, where: tuple[str, str, str]) -> bool:
        """
        Whether a request meets a value for the first time: what is handed on is one lie, not many.

        Shape: `where` is what is expected, the module and the function; a value that is shared by
        the whole interpreter is told from itself by these too.
        """
        now = self._requests()
        id = str(now[0]["request_id"]) if now and now[0] else None
        if id is None:
            return True
        shared = value is None or isinstance(value, (bool, int, str))
        key = where if shared else where[:1]
        with self._lock:
            told = self._told.setdefault(id, [])
            known = any(held is value and at == key for held, at in told)
            if len(told) < MOST_TOLD:
                told.append((value, key))  # held, so that nothing else gets its place in memory
            while len(self._told) > MOST_HELD:
                del self._told[next(iter(self._told))]
        return not known

    def take(self) -> list[Told]:
        """Everything seen since it was last taken."""
        with self._lock:
            taken, self._sites = list(self._sites.values()), {}
            self._told.clear()
            return taken

    def all(self) -> list[Told]:
        """Everything seen so far."""
        with self._lock:
            return [{**site, "requests": list(site["requests"])} for site in self._sites.values()]
