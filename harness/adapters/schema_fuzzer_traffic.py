"""Requests as they went over the wire, how they hang together, and how they are sent once more."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Protocol
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import requests

from harness.domain.crash import Crash
from harness.domain.errors import HarnessError
from harness.domain.evidence import Exchange, HttpReply, HttpRequest
from harness.stages.ports import StepContext

CASE_HEADER = "X-Schemathesis-TestCaseId"
STATE = "STATE"  # the method of a pseudo-request that sets up a provider state
MASK = "[masked]"
NO_CREDENTIAL = "no-such-credential"  # what is sent to see whether anything is let in
REQUEST_TIMEOUT_S = 10.0

_KEPT_BYTES = 8 * 1024
_SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api-key"}
)
# Set by whatever sends, so that they say nothing about the case.
_SENDER_HEADERS = frozenset(
    {CASE_HEADER.lower(), "user-agent", "accept-encoding", "connection", "content-length", "host"}
)
_VOLATILE_REPLY_HEADERS = frozenset({"date", "server", "connection", "transfer-encoding"})


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

    def credentials(self) -> Mapping[str, Mapping[str, str]]:
        """Give the headers that satisfy each security scheme."""
        ...

    def set_up_state(self, name: str, params: Mapping[str, object]) -> Mapping[str, object]:
        """Bring the service into a named state."""
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

    def __call__(self, service_name: str, context: StepContext) -> AbstractContextManager[Instance]:
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

    def send(self, request: Sent) -> Sent:
        """Send a request once more, or for the first time, under a fresh id."""
        if request.method == STATE:
            return self._set_up(request)
        case_id = uuid.uuid4().hex
        headers = [(k, v) for k, v in request.headers if k not in _SENDER_HEADERS]
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
        try:
            result = self.instance.set_up_state(
                unquote(request.path), params if isinstance(params, dict) else {}
            )
        except HarnessError as error:
            return replace(request, status=0, failure=error.message)
        body = json.dumps(dict(result), default=str).encode()
        return replace(request, status=200, reply_body=body, failure="")


def _why_no_reply(error: Exception, timeout_s: float) -> str:
    if isinstance(error, requests.Timeout):
        return f"no reply within {timeout_s:g} s"
    return "the connection ended without a reply"


def state_request(name: str, params: Mapping[str, object]) -> Sent:
    """Write the setting-up of a provider state as the first request of a sequence."""
    body = json.dumps(dict(params), sort_keys=True, default=str).encode()
    return Sent("", "", STATE, quote(name, safe=""), (), body)


@dataclass(frozen=True, slots=True)
class Masker:
    """Knows what must not be shown."""

    secrets: frozenset[str] = frozenset()
    headers: frozenset[str] = _SECRET_HEADERS

    @classmethod
    def of(
        cls, credentials: Mapping[str, Mapping[str, str]], secrets: Iterable[str] = ()
    ) -> Masker:
        """Hide what the credentials hold: whole values, and tokens after a scheme's name."""
        names, values = set(_SECRET_HEADERS), set(secrets)
        for pairs in credentials.values():
            for name, value in pairs.items():
                names.add(name.lower())
                values.update({value, value.rpartition(" ")[2]})
        return cls(frozenset(value for value in values if len(value) >= 4), frozenset(names))

    def text(self, text: str) -> str:
        """Hide every secret within a text."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            text = text.replace(secret, MASK)
        return text

    def pairs(self, pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Hide the values of secret headers, and secrets in the others."""
        return tuple((name, self._hidden(name, value)) for name, value in pairs)

    def _hidden(self, name: str, value: str) -> str:
        if name.lower() in self.headers and not value.endswith(NO_CREDENTIAL):
            return MASK
        return self.text(value)

    def exchange(self, sent: Sent) -> Exchange:
        """Write a request and its reply as evidence: bounded, and without secrets."""
        body, is_base64 = _as_text(sent.body, _KEPT_BYTES * 8)
        reply, _ = _as_text(sent.reply_body, _KEPT_BYTES)
        request = HttpRequest(
            sent.method,
            self.text(sent.path),
            self.pairs((k, v) for k, v in sent.headers if k not in _SENDER_HEADERS),
            None if body is None else self.text(body),
            is_base64,
        )
        headers = ((k, v) for k, v in sent.reply_headers if k not in _VOLATILE_REPLY_HEADERS)
        shown = self.text(reply or "") if sent.status else sent.failure
        return Exchange(request, HttpReply(sent.status, self.pairs(headers), shown))


def _as_text(content: bytes | None, limit: int) -> tuple[str | None, bool]:
    if content is None:
        return None, False
    cut = content[:limit]
    rest = f"… ({len(content)} bytes in all)" if len(content) > limit else ""
    try:
        return cut.decode("utf-8", "ignore" if rest else "strict") + rest, False
    except UnicodeDecodeError:
        return base64.b64encode(cut).decode("ascii") + rest, True


def sent_of(exchange: Exchange, operation: str, credentials: Mapping[str, str]) -> Sent:
    """
    Read an exchange back as a request to be sent.

    Shape: `credentials` are the headers, by lower-case name, that stand in for masked ones.
    """
    request = exchange.request
    headers = []
    for name, value in request.headers:
        known = credentials.get(name.lower(), "")
        if value != MASK or known:
            headers.append((name.lower(), known if value == MASK else value))
    body = None if request.body is None else request.body.encode("utf-8", "surrogatepass")
    if body is not None and request.body_is_base64:
        body = base64.b64decode(body)
    reply = exchange.reply
    return Sent(
        "",
        operation,
        request.method,
        request.url,
        tuple(headers),
        body,
        reply.status,
        tuple((name.lower(), value) for name, value in reply.headers),
        reply.body.encode("utf-8", "surrogatepass"),
    )


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


def names_something(path: str, value: str | int) -> bool:
    """Whether a value is likely to name a thing: under an id-like key, or unmistakable."""
    key = path.rpartition("/")[2].lower().replace("-", "_")
    if key in ("id", "uuid", "key", "slug", "code", "sku", "ref", "reference", "number", "token"):
        return True
    if key.endswith(("_id", "_uuid", "_ref", "_key", "_code", "_number", "_sku")):
        return True
    if path.rpartition("/")[2].endswith(("Id", "Ref", "Key", "Code", "Number")):
        return True
    return isinstance(value, str) and len(value) >= 16 and " " not in value


def given_out(sent: Sent) -> dict[str, str | int]:
    """Give the names that a reply gave out, by where they stood."""
    found: dict[str, str | int] = {}
    if not sent.accepted:
        return found
    for path, value in leaves(sent.reply_json()):
        if names_something(path, value):
            found[path] = value
    location = sent.reply_header("location")
    if location:
        found["location"] = unquote(urlsplit(location).path.rstrip("/").rpartition("/")[2])
    return found


def taken_in(sent: Sent) -> set[str]:
    """Give, as text, every value that a request carries in path, query or body."""
    split = urlsplit(sent.path)
    values = {unquote(part) for part in split.path.split("/") if part}
    values.update(value for _, value in parse_qsl(split.query))
    values.update(str(value) for _, value in leaves(json_or_none(sent.body)))
    return values


def substituted(sent: Sent, changes: Mapping[str, str | int]) -> Sent:
    """Put the names that a service gave out this time in the place of those of last time."""
    if not changes or sent.method == STATE:
        return sent
    path, _, query = sent.path.partition("?")
    parts = [
        quote(str(changes[unquote(part)]), safe="") if unquote(part) in changes else part
        for part in path.split("/")
    ]
    pairs = parse_qsl(query, keep_blank_values=True)
    if any(value in changes for _, value in pairs):
        query = urlencode([(key, str(changes.get(value, value))) for key, value in pairs])
    body = sent.body
    parsed = json_or_none(body)
    if isinstance(parsed, dict | list) and any(
        str(value) in changes for _, value in leaves(parsed)
    ):
        body = json.dumps(_replaced(parsed, changes)).encode()
    return replace(sent, path="/".join(parts) + (f"?{query}" if query else ""), body=body)


def _replaced(value: object, changes: Mapping[str, str | int], key: str = "") -> object:
    match value:
        case dict():
            return {name: _replaced(item, changes, name) for name, item in value.items()}
        case list():
            return [_replaced(item, changes, key) for item in value]
        case bool() | None | float():
            return value
        case int():
            # A bare number is a name only where its key says so.
            return changes.get(str(value), value) if names_something(key, value) else value
        case str():
            new = changes.get(value, value)
            return new if isinstance(new, str) else str(new)
        case _:
            return value


def send_again(sequence: Sequence[Sent], sender: Sender) -> list[Sent]:
    """Send a sequence once more, following the names that the service gives out this time."""
    changes: dict[str, str | int] = {}
    done: list[Sent] = []
    for before in sequence:
        now = sender.send(substituted(before, changes))
        old, new = given_out(before), given_out(now)
        for path, value in old.items():
            if path in new and new[path] != value:
                changes[str(value)] = new[path]
        done.append(now)
    return done
