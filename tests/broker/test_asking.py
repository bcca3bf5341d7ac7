"""Asking over HTTP: what is asked again, what is not, and whom to trust."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from harness import wiring
from harness.broker.http import Credentials, HttpAsking, Patience, patience_of
from harness.broker.wire import Reply, Request
from harness.brokers import broker_at, document_at
from harness.domain.broker_answers import BrokerUnreached
from harness.domain.errors import BrokerFailed, Misused
from harness.settings.load import load
from tests.broker.test_client import closed_port

LOOPBACK = Path(__file__).with_name("loopback.pem")
TWICE = Patience(connect_s=2, read_s=2, waits_s=(0.0, 0.0))


@dataclass
class Flaky:
    """
    A server with a bad day.

    Shape: `script` is gone through, an entry a request: a status, or 0 for a connection that is cut
    before an answer; then all is well. `heard` are methods and bodies, `shown` credentials.
    """

    script: list[int] = field(default_factory=list)
    heard: list[tuple[str, bytes]] = field(default_factory=list)
    location: str = ""
    shown: list[str] = field(default_factory=list)
    url: str = ""


@contextmanager
def serving(flaky: Flaky, certificate: Path | None = None) -> Iterator[Flaky]:
    """Serve it on a free port, over TLS where it has a certificate."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            flaky.shown += self.headers.get_all("Authorization", [])
            flaky.heard.append((self.command, self.rfile.read(size)))
            status = flaky.script.pop(0) if flaky.script else 200
            if status == 0:
                self.close_connection = True
                return
            body = b'{"_links":{"pb:latest-pact-versions":{"href":"/all"}}}'
            self.send_response(status)
            if flaky.location:
                self.send_header("Location", flaky.location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

        def log_message(self, *_: object) -> None:
            """Be silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    flaky.url = f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield flaky
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def asked(request: Request, waited: list[float] | None = None) -> Reply:
    """The answer of somebody patient."""
    waits: list[float] = [] if waited is None else waited
    with closing(HttpAsking(Credentials(), TWICE, waits.append)) as asking:
        return asking.ask(request)


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "POST"])
@pytest.mark.parametrize("script", [[0, 0], [502, 504], [429, 503]])
def test_what_may_be_repeated_is_asked_again(method: str, script: list[int]) -> None:
    """A cut connection and a gateway's refusal pass, and the body is the same each time."""
    with serving(Flaky(list(script))) as server:
        reply = asked(Request(method, server.url, body=b"{}", kind="application/json"))

    assert reply.status == 200
    assert server.heard == [(method, b"{}")] * 3


@pytest.mark.parametrize(("script", "tries"), [([0], 1), ([502], 1), ([504], 1), ([503], 2)])
def test_what_may_have_been_done_is_not_asked_twice(script: list[int], tries: int) -> None:
    """Where an answer was lost, what would do a thing twice is not asked again."""
    with serving(Flaky(list(script))) as server:
        request = Request("POST", server.url, body=b"{}", is_repeatable=False)
        if script == [0]:
            with pytest.raises(BrokerFailed, match="cannot be reached"):
                asked(request)
        else:
            assert asked(request).status == (200 if tries == 2 else script[0])

    assert len(server.heard) == tries


def test_whom_nobody_heard_may_ask_again() -> None:
    """A refused connection has done nothing, whatever was to be asked."""
    waited: list[float] = []
    with pytest.raises(BrokerFailed, match="cannot be reached"):
        asked(Request("POST", f"http://127.0.0.1:{closed_port()}", is_repeatable=False), waited)

    assert waited == [0.0, 0.0]


def test_a_change_does_not_follow_redirects() -> None:
    """A client that followed would send a GET, and take its answer for success."""
    with serving(Flaky([301], location="https://broker.example/contracts")) as server:
        with pytest.raises(BrokerFailed, match="sends elsewhere") as caught:
            asked(Request("POST", server.url, body=b"{}"))
        assert len(server.heard) == 1
    assert "https://broker.example" in caught.value.hint


@pytest.mark.parametrize("name", ["PACT_BROKER_CA", "SSL_CERT_FILE"])
def test_an_authority_of_ones_own_is_trusted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The named file counts, whatever other tools' variables say."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(Path(__file__)))
    with (
        serving(Flaky(), LOOPBACK) as server,
        broker_at(server.url, Path(), {name: str(LOOPBACK)}) as client,
    ):
        assert client.offered() == 1


def test_a_stranger_is_not_trusted() -> None:
    """And the sentence says what to set; it is not tried again."""
    with (
        serving(Flaky(), LOOPBACK) as server,
        broker_at(server.url, Path(), {}) as client,
        pytest.raises(BrokerFailed, match="is not trusted") as caught,
    ):
        client.offered()
    assert "PACT_BROKER_CA" in caught.value.hint


ONCE = {"PACT_BROKER_HTTP_RETRIES": "0"}
STRANGERS = str(Path(__file__).with_name("strangers.pem"))


@pytest.mark.parametrize(
    "trusted",
    [
        {"PACT_BROKER_CA": str(LOOPBACK)},
        {"SSL_CERT_FILE": str(LOOPBACK)},
        {"PACT_BROKER_CA": STRANGERS, "SSL_CERT_FILE": str(LOOPBACK)},
    ],
)
def test_a_document_is_read_from_whom_the_environment_trusts(
    trusted: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A broker's authority and those trusted elsewhere both count; no proxy leads to this machine.
    """
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
    with serving(Flaky(), LOOPBACK) as server:
        assert document_at(server.url, ONCE | trusted).startswith(b'{"_links"')


def test_a_document_is_shown_no_credentials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a broker's nor those of a file that `requests` would read."""
    kept = tmp_path / "netrc"
    kept.write_text("machine 127.0.0.1 login me password s3cret\n", "utf-8")
    monkeypatch.setenv("NETRC", str(kept))
    with serving(Flaky()) as server:
        document_at(server.url, ONCE | {"PACT_BROKER_TOKEN": "t0ken"})

    assert (len(server.heard), server.shown) == (1, [])


def test_a_workspace_takes_a_document_over_tls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And names in its run what is wrong, where it cannot."""
    for name, value in ONCE.items():
        monkeypatch.setenv(name, value)
    with serving(Flaky(), LOOPBACK) as server:
        where = server.url + "/{service}/{environment}.json"
        table = f'deploys_to = ["test"]\n[members.web]\n[external.stock]\ndocument = "{where}"\n'
        (tmp_path / "contract-harness.toml").write_text(table, "utf-8")
        without = wiring.fetched(load(tmp_path, checks=()).config)
        monkeypatch.setenv("PACT_BROKER_CA", str(LOOPBACK))
        taken = wiring.fetched(load(tmp_path, checks=()).config)

    assert without.fetched is not None
    (missed,) = without.fetched.missed
    assert isinstance(missed, BrokerUnreached)
    assert (missed.service, missed.what) == ("stock", "the document")
    assert "is not trusted: self-signed certificate" in missed.message
    (document,) = taken.externals[0].documents
    assert (document.kept or "").startswith('{"_links"')


def test_what_requests_trusts_counts_for_documents_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing of ours is set."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(LOOPBACK))
    with serving(Flaky(), LOOPBACK) as server:
        assert document_at(server.url, ONCE | {"PACT_BROKER_CA": STRANGERS})


@pytest.mark.parametrize(
    ("trusted", "host", "told", "hint"),
    [
        ({}, "127.0.0.1", "is not trusted: self-signed certificate", "set PACT_BROKER_CA"),
        ({"PACT_BROKER_CA": STRANGERS}, "127.0.0.1", "is not trusted: self-s", "set PACT_BROKER"),
        ({"PACT_BROKER_CA": str(LOOPBACK)}, "localhost", "Hostname mismatch", "another certific"),
        ({"PACT_BROKER_CA": __file__}, "127.0.0.1", "saw no certificate in it", "SSL_CERT_FILE"),
    ],
)
def test_a_document_of_a_stranger_is_refused_in_one_sentence(
    trusted: dict[str, str], host: str, told: str, hint: str
) -> None:
    """Which says what is wrong with the certificate, and what mends it; nothing is sent."""
    with serving(Flaky(), LOOPBACK) as server:
        with pytest.raises(BrokerFailed, match=told) as caught:
            document_at(server.url.replace("127.0.0.1", host), ONCE | trusted)
        assert server.heard == []
    assert hint in caught.value.hint


def test_a_file_of_authorities_that_is_not_there_is_misuse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it is the one of `requests`."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "gone.pem")
    with serving(Flaky(), LOOPBACK) as server, pytest.raises(Misused, match="no certificate"):
        document_at(server.url, ONCE)


def test_tls_to_a_port_without_it_is_told() -> None:
    """It is no matter of trust."""
    with serving(Flaky()) as server, pytest.raises(BrokerFailed, match="no secure conn") as caught:
        document_at(server.url.replace("http:", "https:"), ONCE)
    assert "speaks http" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "value"), [("PACT_BROKER_CA", "gone.pem"), ("PACT_BROKER_HTTP_RETRIES", "many")]
)
def test_what_the_environment_says_must_make_sense(name: str, value: str) -> None:
    """A file that is not there, and what is no number, are told by the variable's name."""
    with pytest.raises(Misused, match=name), broker_at("http://a.example", Path(), {name: value}):
        pass


def test_each_wait_is_twice_the_one_before() -> None:
    """Up to a bound; no tries, no waits."""
    assert patience_of(6).waits_s == (0.5, 1.0, 2.0, 4.0, 8.0, 8.0)
    assert patience_of(0).waits_s == ()
