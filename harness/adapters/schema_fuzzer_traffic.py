"""Requests as they went over the wire, how they hang together, and how they are sent once more."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Protocol
from urllib.parse import quote, unquote

import requests

from harness.domain.contradiction import Contradiction
from harness.domain.crash import Crash
from harness.domain.errors import HarnessError
from harness.domain.produced import Published
from harness.domain.traffic import PROVIDER_STATE
from harness.stages.ports import StepContext

CASE_HEADER = "X-Schemathesis-TestCaseId"
REQUEST_TIMEOUT_S = 10.0

# Set by whatever sends, so that they say nothing about the case.
SENDER_HEADERS = frozenset(
    {CASE_HEADER.lower(), "user-agent", "accept-encoding", "connection", "content-length", "host"}
)


class Instance(Protocol):
    """What is asked of a running service."""

    @property
    def url(self) -> str:
        """Where it answers."""
        ...

    def reset(self) -> None:
        """Forget everything that was sent."""
        ...

    def crashes(self, since: int = 0) -> Sequence[Crash]:
        """Give what was raised and not handled, after a number."""
        ...

    def contradictions(self) -> Sequence[Contradiction]:
        """Give what its code saw that is another than it says."""
        ...

    def published(self) -> Sequence[Published]:
        """Give what it published, where that is watched."""
        ...

    def observation(self) -> tuple[str, str]:
        """Tell why types are not observed: a reason that is no fault, and one that is."""
        ...

    def credentials(self) -> Mapping[str, Mapping[str, str]]:
        """Give the headers that satisfy each security scheme."""
        ...

    def set_up_state(self, name: str, params: Mapping[str, object]) -> Mapping[str, object]:
        """Bring the service into a named state."""
        ...

    @property
    def neighbours(self) -> Mapping[str, Instance]:
        """Give the real neighbours that were started with it."""
        ...

    def alive(self) -> bool:
        """Whether its process still runs."""
        ...

    def exit_reason(self) -> str:
        """Tell how its process ended, empty while it runs."""
        ...

    def output(self) -> str:
        """Give the end of what it printed."""
        ...

    def secrets(self) -> frozenset[str]:
        """Give the values that no text may show."""
        ...

    def fetch(self, path: str) -> bytes:
        """
        Give what it serves at a path.

        Raises: HarnessError.
        """
        ...


class Opener(Protocol):
    """Starts an instance of a service for one step."""

    def __call__(
        self, service_name: str, context: StepContext, /
    ) -> AbstractContextManager[Instance]:
        """Open it; leaving the context stops it."""
        ...


@dataclass(frozen=True, slots=True)
class Sent:
    """
    One request that a service received, with what it answered.

    Shape: `path` is path and query, percent-encoded; header names are lower case; `status` 0 means
    that no reply came and `failure` says why.
    """

    id: str
    operation: str
    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    status: int = 0
    reply_headers: tuple[tuple[str, str], ...] = ()
    reply_body: bytes = b""
    failure: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the reply was 2xx."""
        return 200 <= self.status < 300

    @property
    def changes(self) -> bool:
        """Whether it is a request that may have left something behind."""
        return self.method not in ("GET", "HEAD", "OPTIONS") and (
            self.accepted or self.status == 0 or self.status >= 500
        )

    def header(self, name: str) -> str:
        """Give a request header, empty where it is absent."""
        return next((value for key, value in self.headers if key == name), "")

    def reply_header(self, name: str) -> str:
        """Give a reply header, empty where it is absent."""
        return next((value for key, value in self.reply_headers if key == name), "")

    def reply_json(self) -> object:
        """Give the parsed reply, or None where it is no JSON."""
        return json_or_none(self.reply_body)


def json_or_none(content: bytes | None) -> object:
    """Parse bytes as JSON; None where they are none."""
    if not content:
        return None
    try:
        parsed: object = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return parsed


@dataclass
class Sender:
    """Sends requests to one instance and keeps nothing of the connection's own state."""

    instance: Instance
    timeout_s: float = REQUEST_TIMEOUT_S
    _renewed: dict[tuple[str, str], str] = field(default_factory=dict)
    _session: requests.Session = field(default_factory=requests.Session)

    def __enter__(self) -> Sender:
        self._session.trust_env = False
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._session.close()

    def renew(self, known: Mapping[str, Mapping[str, str]]) -> None:
        """
        From now on send what the instance lets in now, in the place of credentials known before.

        Shape: a header that holds another value, such as a made-up one, is sent as it is.
        Raises: HarnessError, where the instance gives none.
        """
        now = self.instance.credentials() if known else {}
        self._renewed = {
            (header.lower(), value): now[scheme][header]
            for scheme, headers in known.items()
            for header, value in headers.items()
            if header in now.get(scheme, ())
        }

    def send(self, request: Sent) -> Sent:
        """Send a request once more, or for the first time, under a fresh id."""
        if request.method == PROVIDER_STATE:
            return self._set_up(request)
        case_id = uuid.uuid4().hex
        headers = [
            (k, self._renewed.get((k, v), v)) for k, v in request.headers if k not in SENDER_HEADERS
        ]
        prepared = requests.Request(
            request.method, self.instance.url, headers={**dict(headers), CASE_HEADER: case_id}
        ).prepare()
        prepared.body = request.body
        if request.body is not None:
            prepared.headers["Content-Length"] = str(len(request.body))
        prepared.url = self.instance.url.rstrip("/") + request.path  # as it was, never re-quoted
        self._session.cookies.clear()
        try:
            reply = self._session.send(prepared, timeout=self.timeout_s, allow_redirects=False)
        except (requests.RequestException, ValueError) as error:
            why = _why_no_reply(error, self.timeout_s)
            return replace(request, id=case_id, status=0, reply_headers=(), reply_body=b"",
                           failure=why)  # fmt: skip
        return replace(
            request,
            id=case_id,
            status=reply.status_code,
            reply_headers=tuple((k.lower(), v) for k, v in reply.headers.items()),
            reply_body=reply.content,
            failure="",
        )

    def _set_up(self, request: Sent) -> Sent:
        params = json_or_none(request.body)
        of, _, name = request.path.rpartition("/")
        try:
            instance = self.instance.neighbours[unquote(of)] if of else self.instance
            result = instance.set_up_state(
                unquote(name), params if isinstance(params, dict) else {}
            )
        except HarnessError as error:
            return replace(request, status=0, failure=error.message)
        body = json.dumps(dict(result), default=str).encode()
        return replace(request, status=200, reply_body=body, failure="")


def _why_no_reply(error: Exception, timeout_s: float) -> str:
    if isinstance(error, requests.Timeout):
        return f"no reply within {timeout_s:g} s"
    return "the connection ended without a reply"


def state_request(name: str, params: Mapping[str, object], of: str = "") -> Sent:
    """
    Write the setting-up of a provider state as a request of a sequence.

    Shape: `of` names the neighbour whose state it is, empty for the service itself; the path is
    the quoted name, with the quoted neighbour and a slash before it.
    """
    body = json.dumps(dict(params), sort_keys=True, default=str).encode()
    path = quote(name, safe="")
    return Sent("", "", PROVIDER_STATE, f"{quote(of, safe='')}/{path}" if of else path, (), body)


def leaves(value: object, path: str = "") -> Iterator[tuple[str, str | int]]:
    """Give every text and whole number of a JSON value, with the keys that lead to it."""
    match value:
        case bool() | None | float():
            return
        case str() | int():
            yield path, value
        case list():
            for index, item in enumerate(value):
                yield from leaves(item, f"{path}/{index}")
        case dict():
            for key, item in value.items():
                yield from leaves(item, f"{path}/{key}")
