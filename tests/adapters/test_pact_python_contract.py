"""Exactly what the verifier's adapter relies on in pact-python; a new version must still do it."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pact import Verifier
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests.adapters.pact_provider import Silent, interaction, pact, reply

pytestmark = pytest.mark.tools


@pytest.fixture
def seen() -> list[Request]:
    """The requests that arrived."""
    return []


@pytest.fixture
def url(seen: list[Request]) -> Iterator[str]:
    """A provider that answers everything in one way."""

    @Request.application
    def app(request: Request) -> Response:
        seen.append(request)
        if request.path == "/text":
            return Response("hello", content_type="text/plain")
        return reply({"id": "seven", "lots": [{"sku": 1}]})

    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()


def replayed(url: str, text: str, directory: Path, **headers: str) -> Mapping[str, Any]:
    """The results of one run of the verifier."""
    file = directory / "pact.json"
    file.write_text(text)
    verifier = Verifier("till", host="127.0.0.1").add_transport(url=url)
    verifier.set_coloured_output(enabled=False).set_request_timeout(5000)
    for name, value in headers.items():
        verifier.add_custom_header(name, value)
    verifier.add_source(file)
    with contextlib.suppress(RuntimeError):  # it says nothing that the results do not say better
        verifier.verify()
    return verifier.results


def test_a_result_names_its_outcome(url: str, tmp_path: Path) -> None:
    """One result an interaction, `OK` where it is honoured."""
    results = replayed(url, pact(interaction()), tmp_path)

    (one,) = results["interactionResults"]
    assert (one["result"], one["description"], results["errors"]) == ("OK", "a till", [])


def test_the_kinds_of_mismatch_and_their_keys(url: str, tmp_path: Path) -> None:
    """Status, header and body each have their own keys; expected and actual are texts of JSON."""
    one = interaction(body={"id": 7, "lots": [{"sku": "a", "my key": 1}]}, status=201)
    response = one["response"]
    assert isinstance(response, Mapping)
    one["response"] = {"headers": {"X-Page": ["2"]}, **response}
    (result,) = replayed(url, pact(one), tmp_path)["interactionResults"]

    assert result["result"] == "Error"
    assert result["mismatch"]["type"] == "mismatches"
    told = {m.get("path") or m.get("key") or m["type"]: m for m in result["mismatch"]["mismatches"]}
    assert told["StatusMismatch"]["expected"] == 201
    assert told["StatusMismatch"]["actual"] == 200
    assert told["X-Page"]["type"] == "HeaderMismatch"
    assert (told["X-Page"]["expected"], told["X-Page"]["actual"]) == ('"2"', "")
    assert told["$.id"]["type"] == "BodyMismatch"
    assert (told["$.id"]["expected"], told["$.id"]["actual"]) == ("7", '"seven"')
    absent = told["$.lots[0]"]
    assert "missing the following keys: my key" in absent["mismatch"]
    assert set(json.loads(absent["expected"])) - set(json.loads(absent["actual"])) == {"my key"}


def test_a_key_with_blanks_is_quoted_in_its_path(url: str, tmp_path: Path) -> None:
    """Paths are those of JSON path, positions in brackets."""
    one = interaction(body={"lots": [{"sku": "a"}]}, rules={"$.lots[*].*": "type"})
    (result,) = replayed(url, pact(one), tmp_path)["interactionResults"]

    assert [m["path"] for m in result["mismatch"]["mismatches"]] == ["$.lots[0].sku"]


def test_another_type_of_body_is_told_as_such(url: str, tmp_path: Path) -> None:
    """Expected and actual are media types then."""
    (result,) = replayed(url, pact(interaction(path="/text", body={})), tmp_path)[
        "interactionResults"
    ]

    (told,) = result["mismatch"]["mismatches"]
    assert told["type"] == "BodyTypeMismatch"
    assert (told["expected"], told["actual"]) == ("application/json", "text/plain")


def test_no_reply_is_an_error_with_a_message(tmp_path: Path) -> None:
    """A provider that is not there gives a result too, of another type."""
    (result,) = replayed("http://127.0.0.1:1", pact(interaction()), tmp_path)["interactionResults"]

    assert result["mismatch"]["type"] == "error"
    assert "error sending request" in result["mismatch"]["message"]


def test_what_it_cannot_read_gives_no_result(url: str, tmp_path: Path) -> None:
    """An interaction of an unknown type is an error without any result."""
    results = replayed(url, pact({"type": "Other", "description": "x"}), tmp_path)

    assert results["interactionResults"] == []
    assert "incorrect type" in results["errors"][0]["mismatch"]["message"]


def test_a_failed_pending_interaction_has_a_result_too(url: str, tmp_path: Path) -> None:
    """The run is called good, the result is not."""
    results = replayed(url, pact(interaction(status=404, pending=True)), tmp_path)

    (one,) = results["interactionResults"]
    assert (results["result"], one["result"], one["pending"]) == (True, "Error", True)


def test_a_states_parameters_feed_its_generators(
    url: str, seen: list[Request], tmp_path: Path
) -> None:
    """Without any callback: what a handler returned is put where the parameters are."""
    one = interaction(states=[{"name": "open", "params": {"id": 99}}])
    generator = {"type": "ProviderState", "expression": "/till/${id}", "dataType": "STRING"}
    one["request"] = {"method": "GET", "path": "/x", "generators": {"path": generator}}
    replayed(url, pact(one), tmp_path)

    assert [request.path for request in seen] == ["/till/99"]


def test_the_path_of_the_address_goes_first(url: str, seen: list[Request], tmp_path: Path) -> None:
    """A base path is part of the address."""
    replayed(f"{url}/api/v1", pact(interaction()), tmp_path)

    assert [request.path for request in seen] == ["/api/v1/till"]


def test_a_header_of_our_own_goes_along(url: str, seen: list[Request], tmp_path: Path) -> None:
    """It does not replace one of another spelling, which is why those are taken out before."""
    text = pact(interaction(headers={"authorization": ["Bearer example"]}))
    replayed(url, text, tmp_path, Authorization="Bearer own")
    replayed(url, pact(interaction()), tmp_path, Authorization="Bearer own")

    assert seen[0].headers["Authorization"] == "Bearer example"
    assert seen[1].headers["Authorization"] == "Bearer own"


def test_certificates_and_proxies_come_from_the_environment(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For each interaction anew: what is set around a call holds for that call."""
    monkeypatch.setenv("SSL_CERT_FILE", os.devnull)
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    (without,) = replayed(url, pact(interaction()), tmp_path)["interactionResults"] or [{}]
    monkeypatch.undo()
    (plain,) = replayed(url, pact(interaction()), tmp_path)["interactionResults"]
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    (proxied,) = replayed(url, pact(interaction()), tmp_path)["interactionResults"]

    assert without.get("result") != "OK"
    assert plain["result"] == "OK"
    assert proxied["result"] == "Error"


def test_it_prints_below_python(
    url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its report goes to descriptor 1, whatever `sys.stdout` is."""
    replayed(url, pact(interaction()), tmp_path)

    assert "Verifying a pact between shop and till" in capfd.readouterr().out
