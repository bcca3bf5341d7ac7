"""Requests and replies as evidence: bounded, without secrets, and back again."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from harness.adapters.schema_fuzzer_traffic import SENDER_HEADERS, Sent
from harness.domain.crash import Crash
from harness.domain.traffic import Exchange, HttpReply, HttpRequest
from harness.services.environment import credential_secrets

MASK = "[masked]"
NO_CREDENTIAL = "no-such-credential"  # what is sent to see whether anything is let in

_KEPT_BYTES = 8 * 1024
_SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api-key"}
)
_VOLATILE_REPLY_HEADERS = frozenset({"date", "server", "connection", "transfer-encoding"})


@dataclass(frozen=True, slots=True)
class Masker:
    """Knows what must not be shown."""

    secrets: frozenset[str] = frozenset()
    headers: frozenset[str] = _SECRET_HEADERS

    @classmethod
    def of(
        cls, credentials: Mapping[str, Mapping[str, str]], secrets: Iterable[str] = ()
    ) -> Masker:
        """Hide what the credentials hold, and secrets that are known otherwise."""
        names = {name.lower() for pairs in credentials.values() for name in pairs}
        names |= _SECRET_HEADERS
        values = {*secrets, *credential_secrets(credentials)}
        return cls(frozenset(value for value in values if len(value) >= 4), frozenset(names))

    def text(self, text: str) -> str:
        """Hide every secret within a text."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            text = text.replace(secret, MASK)
        return text

    def crash(self, crash: Crash | None) -> Crash | None:
        """Hide every secret in what was raised."""
        if crash is None:
            return None
        return replace(
            crash, message=self.text(crash.message), traceback=self.text(crash.traceback)
        )

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
            self.pairs((k, v) for k, v in sent.headers if k not in SENDER_HEADERS),
            None if body is None else self.text(body),
            is_base64,
        )
        headers = ((k, v) for k, v in sent.reply_headers if k not in _VOLATILE_REPLY_HEADERS)
        shown = self.text(reply or "") if sent.status else sent.failure
        return Exchange(request, HttpReply(sent.status, self.pairs(headers), shown))


def without_credentials(sent: Sent, credentials: object) -> Sent:
    """Show the credential that was let in as what it is: none, or a made-up one."""
    secret = {"authorization", "cookie", "x-api-key"}
    if isinstance(credentials, dict):
        secret |= {name.lower() for pairs in credentials.values() for name in pairs}
    headers = []
    for name, value in sent.headers:
        if name in secret:
            scheme, blank, _ = value.partition(" ")
            value = f"{scheme} {NO_CREDENTIAL}" if blank else NO_CREDENTIAL
        headers.append((name, value))
    return replace(sent, headers=tuple(headers))


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
