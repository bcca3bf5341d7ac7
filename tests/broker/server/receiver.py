"""Who is told by webhooks: a server that keeps what it got, and answers as it is bidden."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass(frozen=True)
class Got:
    """A request that came."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Receiver:
    """
    A server on this machine.

    Shape: `answers` are statuses for the requests to come, the last one for all that follow;
    `body` is what is answered, `location` where a redirect leads; `drips_s` is how long each byte
    of a body takes, `delay_s` how long an answer does.
    """

    url: str = ""
    got: list[Got] = field(default_factory=list)
    answers: list[int] = field(default_factory=lambda: [200])
    body: bytes = b"thanks"
    drips_s: float = 0
    delay_s: float = 0

    @property
    def bodies(self) -> set[str]:
        """What was told."""
        return {each.body.decode() for each in self.got}

    @property
    def location(self) -> str:
        """Where redirects lead."""
        return f"{self.url}/elsewhere"


@contextmanager
def receiver(certificate: Path | None = None) -> Iterator[Receiver]:
    """A receiver that listens, with TLS where it has a certificate."""
    found, taking = Receiver(), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers.get("content-length", "0"))
            with taking:
                found.got.append(Got(self.path, dict(self.headers), self.rfile.read(size)))
                status = found.answers.pop(0) if len(found.answers) > 1 else found.answers[0]
            time.sleep(found.delay_s)
            self.send_response(status)
            self.send_header("Content-Length", str(len(found.body)))
            self.send_header("Set-Cookie", "a=b")
            if 300 <= status < 400:
                self.send_header("Location", found.location)
            self._write()

        def _write(self) -> None:
            try:
                self.end_headers()
                for number in range(len(found.body)) if found.drips_s else ():
                    self.wfile.write(found.body[number : number + 1])
                    time.sleep(found.drips_s)
                if not found.drips_s:
                    self.wfile.write(found.body)
            except OSError:
                return  # who asked has gone

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    found.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
