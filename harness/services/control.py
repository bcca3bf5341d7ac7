"""The owner's end of a host's control channel, and of provider states that live elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from harness.domain.contradiction import Contradicted, Contradiction
from harness.domain.crash import Crash, Frame, RequestSeen
from harness.domain.errors import StateFailed, StateMissing
from harness.services.wire import Answer, exchange

STATE_LIMIT_S = 60.0
JSON_HEADERS = {"Content-Type": "application/json"}


def change_state(
    url: str, state: str, params: Mapping[str, object], action: str
) -> Mapping[str, object]:
    """
    Set a provider state up or tear it down, in the words of pact's own callback.

    Raises: StateMissing, StateFailed.
    """
    asked = json.dumps({"state": state, "params": dict(params), "action": action}, default=str)
    answer = exchange("POST", url, body=asked.encode(), headers=JSON_HEADERS, limit_s=STATE_LIMIT_S)
    return _mapping(answer, f"state {state!r}")


def post_reset(url: str) -> None:
    """
    Have the service put itself back to its beginning.

    Raises: StateFailed.
    """
    _mapping(exchange("POST", url, body=b"", limit_s=STATE_LIMIT_S), "reset")


def read_info(url: str) -> Mapping[str, object]:
    """What the host knows of the application."""
    return _mapping(exchange("GET", url + "/info"), "info")


def read_credentials(url: str) -> dict[str, dict[str, str]]:
    """
    The headers for each security scheme.

    Raises: StateFailed where the function raises or returns something else.
    """
    found = _mapping(exchange("GET", url + "/auth", limit_s=STATE_LIMIT_S), "auth")
    schemes: dict[str, dict[str, str]] = {}
    for scheme, headers in found.items():
        if not isinstance(headers, dict):
            raise StateFailed(
                f"auth: expected headers for {scheme!r}, seen a {type(headers).__name__}",
                hint='return {"scheme": {"Header-Name": "value"}}',
            )
        schemes[scheme] = {str(name): str(value) for name, value in headers.items()}
    return schemes


def read_crashes(url: str, since: int, request_id: str | None) -> tuple[Crash, ...]:
    """The crashes after a number, of one request or of all."""
    query = f"?since={since}"
    if request_id is not None:
        query += f"&request_id={quote(request_id, safe='')}"
    found: Any = _mapping(exchange("GET", f"{url}/crashes{query}"), "crashes")
    return tuple(_crash(record) for record in found["crashes"])


def read_observation(url: str) -> tuple[str, str]:
    """Why types are not observed: a reason that is no fault, and one that is."""
    told = _mapping(exchange("GET", f"{url}/observation"), "observation")
    return str(told["why_not"]), str(told["fault"])


def read_contradictions(url: str) -> tuple[Contradiction, ...]:
    """What the code saw, since it started, that is another than it says."""
    found: Any = _mapping(exchange("GET", f"{url}/contradictions"), "contradictions")
    return tuple(_contradiction(record) for record in found["contradictions"])


def crash_of_call(record: dict[str, Any]) -> Crash:
    """What a function raised that the host called by itself, outside of any request."""
    frames = tuple(Frame(**frame) for frame in record["frames"])
    return Crash(
        0, None, record["type"], record["message"], frames, record["traceback"], (), "raised"
    )


def _mapping(answer: Answer, what: str) -> dict[str, Any]:
    """The answer's object, or the error that it tells."""
    try:
        value = json.loads(answer.body) if answer.body.strip() else {}
    except ValueError:
        value = None
    if answer.status < 300:
        return value if isinstance(value, dict) else {}
    if isinstance(value, dict) and "error" in value:
        kind = StateMissing if value.get("missing") else StateFailed
        raise kind(str(value["error"]), detail=str(value.get("traceback", "")))
    raise StateFailed(
        f"{what}: expected a status below 300, seen {answer.status}", detail=answer.text[:4000]
    )


def _crash(record: dict[str, Any]) -> Crash:
    outside = not record["method"]
    return Crash(
        seq=record["seq"],
        request=None if outside else _request(record),
        type=record["type"],
        message=record["message"],
        frames=tuple(Frame(**frame) for frame in record["frames"]),
        traceback=record["traceback"],
        in_flight=tuple(_request(seen) for seen in record["in_flight"]),
        source=record["source"],
    )


def _request(record: dict[str, Any]) -> RequestSeen:
    return RequestSeen(record["request_id"], record["method"], record["path"])


def _contradiction(record: dict[str, Any]) -> Contradiction:
    requests = {name: tuple(map(_request, record.pop(name))) for name in ("requests", "in_flight")}
    return Contradiction(**{**record, **requests, "kind": Contradicted(record["kind"])})
