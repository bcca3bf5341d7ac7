"""A program that serves HTTP on the host and port of its command line, after DELAY seconds."""

from __future__ import annotations

import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        time.sleep(float(os.environ.get("SLOW", "0")))
        body = (self.path + " " + os.environ.get("OTHER_URL", "")).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.send_response(200 if self.path == "/_pact/states" else 400)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


time.sleep(float(os.environ.get("DELAY", "0")))
ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Handler).serve_forever()
