"""Requests and replies as lines that can be read and, the requests, pasted."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from urllib.parse import unquote

from harness.domain.traffic import PROVIDER_STATE, Exchange, HttpReply, HttpRequest
from harness.pages.plain import clipped, one_line

_OF_THE_TRANSPORT = frozenset(
    {"accept-encoding", "connection", "content-length", "host", "transfer-encoding", "user-agent"}
)


def exchange_lines(exchanges: tuple[Exchange, ...], *, limit: int) -> Iterator[str]:
    """
    Write each request as a curl command and each reply as a line.

    Shape: `$URL` stands for the address of the service; bodies are cut at `limit` characters.
    """
    for request, reply in exchange_pairs(exchanges, limit=limit):
        yield request
        if reply:
            yield f"→ {reply}"


def exchange_pairs(exchanges: tuple[Exchange, ...], *, limit: int) -> Iterator[tuple[str, str]]:
    """Write each request with its reply, which is empty where a provider state was set up."""
    for exchange in exchanges:
        if exchange.request.method == PROVIDER_STATE:
            yield _state(exchange.request), ""
        else:
            yield curl(exchange.request, limit=limit), reply_line(exchange.reply, limit=limit)


def _state(request: HttpRequest) -> str:
    """Write the setting-up of a provider state, which is no request that can be pasted."""
    of, _, name = request.url.rpartition("/")
    params = "" if request.body in (None, "", "{}") else f" with {one_line(request.body or '')}"
    whose = f" of {one_line(unquote(of))}" if of else ""
    return f"provider state “{one_line(unquote(name))}”{whose}{params}"


def curl(request: HttpRequest, *, limit: int) -> str:
    """Write a request as a curl command; bytes that are no text are piped into it."""
    parts = ["curl"]
    if request.method != "GET":
        parts += ["-X", shlex.quote(one_line(request.method))]
    parts.append(f'"$URL"{shlex.quote(one_line(request.url))}')
    for name, value in request.headers:
        if name.lower() not in _OF_THE_TRANSPORT and (name.lower(), value) != ("accept", "*/*"):
            parts += ["-H", shlex.quote(one_line(f"{name}: {value}"))]
    if not request.body:
        return " ".join(parts)
    body = shlex.quote(clipped(one_line(request.body), limit))
    if request.body_is_base64:
        return f"echo {body} | base64 -d | {' '.join(parts)} --data-binary @-"
    return f"{' '.join(parts)} -d {body}"


def reply_line(reply: HttpReply, *, limit: int) -> str:
    """Write a reply in one line; status 0 means that none came."""
    body = clipped(one_line(reply.body), limit)
    if not reply.status:
        return f"no reply: {body}" if body else "no reply"
    content = next((value for name, value in reply.headers if name.lower() == "content-type"), "")
    return " ".join(part for part in (str(reply.status), one_line(content), body) if part)
