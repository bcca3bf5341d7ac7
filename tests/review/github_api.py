"""Stands for GitHub's API: comments of one pull request, and code scanning."""

from __future__ import annotations

import base64
import gzip
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "a-token"
BOT = {"login": "github-actions[bot]", "type": "Bot"}


@dataclass
class GitHub:
    """
    What the API holds and allows.

    Shape: `login` is whose the token is, empty for a build's own, which may not ask.
    """

    url: str = ""
    comments: list[dict[str, Any]] = field(default_factory=list)
    uploads: list[dict[str, Any]] = field(default_factory=list)
    may_write: bool = True
    login: str = ""
    asked: list[str] = field(default_factory=list)

    def said(self, body: str, user: dict[str, str]) -> None:
        """Let somebody comment."""
        self.comments.append({"id": 100 + len(self.comments), "user": user, "body": body})

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        """Answer as GitHub does."""
        self.asked.append(f"{method} {path}")
        url = urlsplit(path)
        if url.path == "/user":
            return (200, {"login": self.login}) if self.login else (403, {"message": "no"})
        if method != "GET" and not self.may_write:
            return 403, {"message": "Resource not accessible by integration"}
        if method == "GET" and url.path == "/repos/shop/backend/issues/7/comments":
            asked = parse_qs(url.query)
            size, page = int(asked["per_page"][0]), int(asked["page"][0])
            return 200, self.comments[size * (page - 1) : size * page]
        if method == "POST" and url.path == "/repos/shop/backend/issues/7/comments":
            user = {"login": self.login, "type": "User"} if self.login else BOT
            self.said(body["body"], user)
            return 201, self.comments[-1]
        one = re.fullmatch(r"/repos/shop/backend/issues/comments/(\d+)", url.path)
        if method == "PATCH" and one:
            (found,) = [each for each in self.comments if each["id"] == int(one[1])]
            found["body"] = body["body"]
            return 200, found
        if method == "POST" and url.path == "/repos/shop/backend/code-scanning/sarifs":
            text = gzip.decompress(base64.b64decode(body["sarif"]))
            self.uploads.append({**body, "sarif": json.loads(text)})
            return 202, {"id": "1"}
        return 404, {"message": "Not Found"}


@contextmanager
def github() -> Iterator[GitHub]:
    """Serve on a free port of this machine."""
    api = GitHub()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            known = self.headers.get("Authorization") == f"Bearer {TOKEN}"
            status, told = (
                api.answer(self.command, self.path, body) if known else (401, {"message": "who"})
            )
            text = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PATCH = _serve

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
