"""Which request the running code answers."""

from __future__ import annotations

from contextvars import ContextVar

ID_HEADERS = ("x-schemathesis-testcaseid", "x-contract-harness-request")
PROBE_HEADER = "x-contract-harness-probe"


class Request:
    """
    One request while it is answered.

    Shape: `status` is None until the answer starts; `held` are exceptions that somebody dealt with,
    which are crashes only if the answer turns out to be a server error.
    """

    __slots__ = ("held", "id", "method", "path", "seen", "status")

    def __init__(self, id: str | None, method: str, path: str) -> None:
        self.id = id
        self.method = method
        self.path = path
        self.status: int | None = None
        self.held: list[tuple[BaseException, str]] = []
        self.seen: list[tuple[BaseException, dict[str, object]]] = []

    def as_json(self) -> dict[str, str | None]:
        """How the control channel tells it."""
        return {"request_id": self.id, "method": self.method, "path": self.path}


CURRENT: ContextVar[Request | None] = ContextVar("contract_harness_request", default=None)
