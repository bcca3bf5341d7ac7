"""Which request the running code answers."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

ID_HEADERS = ("x-schemathesis-testcaseid", "x-contract-harness-request")
PROBE_HEADER = "x-contract-harness-probe"


class Request:
    """
    One request while it is answered.

    Shape: `status` is None until the answer starts; `held` are exceptions that somebody dealt with,
    which are crashes only if the answer turns out to be a server error; `scope` is ASGI's own, and
    `handler` the function that answers, where a framework tells.
    """

    __slots__ = ("handler", "held", "id", "method", "path", "scope", "seen", "status")

    def __init__(self, id: str | None, method: str, path: str) -> None:
        self.id = id
        self.method = method
        self.path = path
        self.status: int | None = None
        self.held: list[tuple[BaseException, str]] = []
        self.seen: list[tuple[BaseException, dict[str, object]]] = []
        self.scope: dict[str, Any] | None = None
        self.handler: Any = None

    def as_json(self) -> dict[str, str | None]:
        """How the control channel tells it."""
        return {"request_id": self.id, "method": self.method, "path": self.path}


FOR_HARNESS: ContextVar[bool] = ContextVar("contract_harness_own_work", default=False)
"""Whether the running code was called by the harness, as handlers of provider states are."""

CURRENT: ContextVar[Request | None] = ContextVar("contract_harness_request", default=None)
