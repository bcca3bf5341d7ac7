"""Which request the running code answers."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Dict, List, Optional, Tuple

ID_HEADERS = ("x-schemathesis-testcaseid", "x-contract-harness-request")
PROBE_HEADER = "x-contract-harness-probe"


class Request:
    """
    One request while it is answered.

    Shape: `status` is None until the answer starts; `held` are exceptions that somebody dealt with,
    which are crashes only if the answer turns out to be a server error.
    """

    __slots__ = ("id", "method", "path", "status", "held", "seen")

    def __init__(self, id: Optional[str], method: str, path: str) -> None:
        self.id = id
        self.method = method
        self.path = path
        self.status: Optional[int] = None
        self.held: List[Tuple[BaseException, str]] = []
        self.seen: List[BaseException] = []

    def as_json(self) -> Dict[str, Optional[str]]:
        """How the control channel tells it."""
        return {"request_id": self.id, "method": self.method, "path": self.path}


CURRENT: ContextVar[Optional[Request]] = ContextVar("contract_harness_request", default=None)
