"""Webhooks are delivered: what is told, when it is tried again, and what nobody gets to see."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from harness.broker.semantics.destinations import destinations
from harness.broker.semantics.templates import Request
from harness.broker.server.sending import MAX_ANSWER_BYTES, Unsent, send
from harness.broker.server.serving import broker as opened_broker
from harness.cli.app import main
from tests.broker.server.broker import Broker
from tests.broker.server.receiver import receiver
from tests.broker.server.told import LOCAL, Told, telling

SECRET = "s3cret"
PAIR = "/pacts/provider/Bar/consumer/Foo"


@pytest.fixture
def told(broker: Broker) -> Iterator[Told]:
    """A broker whose webhooks may tell this machine."""
    with telling(broker) as found:
        yield found


def test_events_are_told_to_whom_they_concern(told: Told) -> None:
    """Publications, changes, versions that should verify, and results; others stay silent."""
    broker = told.broker
    told.hook(
        "contract_published",
        "contract_content_changed",
        "contract_requiring_verification_published",
        "provider_verification_published",
        "provider_verification_failed",
    )
    told.hook(enabled=False)
    broker.publish("1", branch="main")
    told.hook(consumer={"name": "Bar"})
    told.hook(provider={"label": "slow"})
    told.deliver()
    changed = {"event": "contract_content_changed", "to": ""}
    assert told.bodies == [{"event": "contract_published", "to": ""}, changed]

    broker.verify("1", "p1", success=False, branch="main")
    prod = broker.environment()
    broker.deploy("Bar", "p1", prod)
    broker.put("/pacticipants/Bar/branches/main/versions/p2")
    told.deliver()
    assert [each["event"] for each in told.bodies] == [
        *("provider_verification_published", "provider_verification_failed")
    ]

    broker.put("/pacticipants/Bar/labels/slow")
    broker.publish("2", branch="main")
    broker.publish("3", "other", branch="main")
    told.deliver()
    assert [(each["event"][9:16], each["to"]) for each in told.bodies] == [
        ("publish", "p1"),
        ("publish", "p1"),
        ("requiri", "p2"),
        ("publish", ""),
        ("publish", ""),
        ("content", ""),
        ("requiri", "p1"),
        ("requiri", "p2"),
    ]


def test_a_branch_knows_what_is_new_to_it(told: Told) -> None:
    """A content that another branch had is a change, and one that it had itself is none."""
    told.hook("contract_content_changed")
    for version, content, branch in (("1", "a", "main"), ("2", "b", "x"), ("3", "a", "main")):
        told.broker.publish(version, content, branch=branch)
    told.broker.publish("4", "a", branch="x")

    assert len(told.deliver()) == 3


def test_what_is_refused_tells_nobody(told: Told) -> None:
    """What a transaction took back has not happened."""
    told.hook()
    told.broker.publish("1", "a")
    assert told.broker.publish("1", "b").status == 409

    assert len(told.deliver()) == 1


def test_what_is_told_leads_back(told: Told) -> None:
    """The pact's address holds the version for which a result is to count."""
    body = {"pact": "${pactbroker.pactUrl}", "result": "${pactbroker.verificationResultUrl}"}
    body |= {"build": "${pactbroker.buildUrl}", "why": "${pactbroker.providerVersionDescriptions}"}
    told.hook("contract_requiring_verification_published", request={"body": body})
    told.broker.publish("0")
    told.broker.verify("0", "p1", branch="main")
    told.broker.publish("1", "new", buildUrl="http://ci/1")
    told.deliver()

    (found,) = told.bodies
    assert found | {"pact": ""} == {
        "pact": "",
        "result": "",
        "build": "http://ci/1",
        "why": "latest from main branch",
    }
    pact = told.broker.get(found["pact"])
    result = {"success": True, "providerApplicationVersion": "p1"}
    made = told.broker.post(pact.link("pb:publish-verification-results"), result)
    assert made.status == 201


def test_a_try_that_failed_is_made_again(told: Told) -> None:
    """After ten seconds, a minute, and so on; each try is logged, and the last one ends it."""
    told.terms = replace(LOCAL, waits_s=(10, 60))
    hook = told.hook()
    told.receiver.answers = [500, 302, 500, 204]
    told.broker.publish("1")
    trail = f"{PAIR}/version/1/triggered-webhooks"

    (one,) = told.deliver()
    assert (one.status, told.deliver()) == ("retrying", [])
    (shown,) = told.triggered(trail)
    assert (shown["attemptsMade"], shown["attemptsRemaining"]) == (1, 6)
    told.later(10)
    (two,) = told.deliver()
    assert (two.status, two.due_at is None) == ("retrying", False)
    told.later(60)
    (three,) = told.deliver()
    assert (three.status, three.due_at) == ("failure", None)
    told.later(10_000)
    assert told.deliver() == []

    assert len({each.headers["Idempotency-Key"] for each in told.receiver.got}) == 1
    assert [each.path for each in told.receiver.got] == ["/build"] * 3
    (shown,) = told.triggered(f"/webhooks/{hook['uuid']}/triggered-webhooks")
    logs = told.broker.get(shown["_links"]["pb:logs"]["href"], accept="text/plain")
    assert logs.headers["content-type"].startswith("text/plain")
    assert logs.body.count(b"HTTP/1.1 POST") == 3
    assert b"a webhook follows no redirect" in logs.body
    status = told.broker.get(f"{PAIR}/webhooks/status").json
    assert status["summary"] == {"successful": 0, "failed": 1, "retrying": 0, "notRun": 0}
    assert len(status["_links"]["pb:error-logs"]) == 1

    told.broker.publish("2")
    told.deliver()
    status = told.broker.get(f"{PAIR}/webhooks/status").json
    assert status["summary"]["successful"] == 1


def test_results_have_a_trail_of_their_own(told: Told) -> None:
    """Beside that of the pact."""
    told.hook("provider_verification_succeeded")
    told.broker.publish("1")
    made = told.broker.verify("1", "p1")
    told.deliver()

    (shown,) = told.triggered(made.link("pb:triggered-webhooks"))
    assert (shown["status"], shown["eventName"]) == ("success", "provider_verification_succeeded")
    assert told.triggered(f"{PAIR}/version/1/triggered-webhooks") == []


def test_a_webhook_that_is_gone_tells_nothing_more(told: Told) -> None:
    """Removed or disabled in the meantime; what it had to tell says so."""
    hook = told.hook()
    other = told.hook()
    told.broker.publish("1")
    told.broker.ask("DELETE", hook["_links"]["self"]["href"])
    off = {"enabled": False, "events": other["events"], "request": other["request"]}
    assert told.broker.put(other["_links"]["self"]["href"], off).status == 200

    assert [each.status for each in told.deliver()] == ["failure", "failure"]
    assert told.receiver.got == []
    assert len(told.triggered(f"{PAIR}/version/1/triggered-webhooks")) == 2


def test_several_share_the_work(told: Told) -> None:
    """Whoever serves the database: nothing is told twice while nobody is lost."""
    told.hook()
    for number in range(12):
        told.broker.publish(str(number))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: told.deliver(), range(4)))

    assert len(told.receiver.got) == 12
    assert len({each.headers["Idempotency-Key"] for each in told.receiver.got}) == 12


def test_what_one_took_and_lost_another_takes_over(told: Told) -> None:
    """When its time is over; what the first one says then is too late."""
    from harness.broker.server.delivering import _taken
    from harness.broker.store import deliveries

    told.hook()
    told.broker.publish("1")
    store = told.broker.store
    assert store is not None
    lost = store.write(lambda db: _taken(db, LOCAL, told.broker.tick()), bool)
    assert lost is not None
    assert told.deliver() == []
    told.later(LOCAL.lease_s)

    assert [each.status for each in told.deliver()] == ["success"]
    late = deliveries.Try(False, "late")
    assert not store.write(
        lambda db: deliveries.tried(db, lost[0], late, "failure", None, "now"), lambda _: True
    )


def test_a_webhook_is_tried_out_at_once(told: Told) -> None:
    """With the newest pact; what is not kept can be tried as well, and what fails says why."""
    hook = told.hook()
    url = f"{hook['_links']['self']['href']}/execute"
    assert hook["_links"]["pb:execute"]["href"] == url
    told.broker.publish("1")

    done = told.broker.post(url)
    assert (done.status, done.json["success"]) == (200, True)
    assert done.json["response"]["body"] == "thanks"
    assert done.json["request"]["body"]["event"] == "test"
    told.receiver.answers = [404]
    request = {"method": "POST", "url": f"{told.receiver.url}/${{pactbroker.consumerName}}"}
    unsaved = {"events": hook["events"], "request": request}
    failed = told.broker.post("/webhooks/execute", unsaved).json
    assert (failed["success"], failed["response"]["status"]) == (False, 404)
    assert told.receiver.got[-1].path == "/Foo"
    assert told.broker.post("/webhooks/execute", {"request": {}}).status == 400
    refused = told.broker.post("/webhooks", {**unsaved, "request": {**request, "url": "https://x"}})
    (said,) = refused.json["errors"]["request.url"]
    place = said.split()[said.split().index("See") + 1].partition("#")[0]
    assert b"--webhook-host" in told.broker.get(place, accept="text/plain").body


def test_nobody_sees_a_secret(told: Told) -> None:
    """Neither in what is shown, nor in logs, nor where the other side says it back."""
    told.receiver.body = f"you said {SECRET}-1 and {SECRET}-3\0".encode()
    request = {
        "url": f"{told.receiver.url.replace('//', f'//me:{SECRET}-1@')}/?token={SECRET}-2",
        "headers": {"X-Auth-Token": f"{SECRET}-3"},
        "body": {"password": f"{SECRET}-4"},
    }
    hook = told.hook(request=request)
    told.broker.publish("1")
    told.deliver()
    (shown,) = told.triggered(f"{PAIR}/version/1/triggered-webhooks")
    seen = [
        told.broker.get(hook["_links"]["self"]["href"]).body,
        told.broker.get("/webhooks").body,
        told.broker.post(hook["_links"]["pb:execute"]["href"]).body,
        told.broker.get(shown["_links"]["pb:logs"]["href"], accept="*/*").body,
    ]

    assert told.receiver.got[0].headers["X-Auth-Token"] == f"{SECRET}-3"
    assert not [each for each in seen if SECRET.encode() in each]
    moved = {"events": hook["events"], "request": {**hook["request"], "url": "http://127.0.0.1/"}}
    refused = told.broker.put(hook["_links"]["self"]["href"], moved)
    assert (refused.status, "request.headers" in refused.json["errors"]) == (400, True)


def asking(url: str, **headers: str) -> Request:
    """A request."""
    return Request("POST", url, headers, b"{}")


def test_only_hosts_that_are_allowed_are_told() -> None:
    """A name that leads to this machine is refused when it is looked up, and so is its number."""
    with receiver() as found:
        port = found.url.rpartition(":")[2]
        for host in ("localhost", "127.0.0.1", "2130706433", "[::ffff:127.0.0.1]", "0.0.0.0"):
            with pytest.raises(Unsent, match="which webhooks may not tell"):
                send(asking(f"http://{host}:{port}/"), destinations([], ["http"]), 5)
        assert found.got == []
        by_name = destinations(["localhost"], ["http"])
        assert send(asking(f"http://localhost:{port}/"), by_name, 5).status == 200


def test_an_answer_is_bounded() -> None:
    """In size, and in time as a whole: a byte now and then does not keep a thread."""
    with receiver() as found:
        found.body = b"x" * (2 * MAX_ANSWER_BYTES)
        assert len(send(asking(found.url), LOCAL.destinations, 5).body) == MAX_ANSWER_BYTES
        found.body, found.drips_s = b"x" * 1000, 0.05
        began = time.monotonic()
        assert send(asking(found.url), LOCAL.destinations, 0.3).status == 200
        assert time.monotonic() - began < 2
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(Unsent, match=r"no answer within 0\.2 s"):
            send(asking(url), LOCAL.destinations, 0.2)


def test_a_certificate_is_held_against_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the connection is made to an address that was looked up before."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not there to make a certificate")
    both = tmp_path / "both.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    made += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(both), "-out", "-"]
    text = subprocess.run(made, capture_output=True, check=True).stdout
    authority = tmp_path / "authority.pem"
    authority.write_bytes(text)
    both.write_bytes(both.read_bytes() + text)
    with receiver(certificate=both) as found:
        port = found.url.rpartition(":")[2]
        allowed = destinations(["localhost", "127.0.0.1"])
        with pytest.raises(Unsent, match="CERTIFICATE_VERIFY_FAILED"):
            send(asking(f"https://localhost:{port}/"), allowed, 5)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        assert send(asking(f"https://localhost:{port}/"), allowed, 5).status == 200
        with pytest.raises(Unsent, match="IP address mismatch"):
            send(asking(f"https://127.0.0.1:{port}/"), allowed, 5)


def test_without_a_server_a_command_delivers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a broker in one's own process has queued waits for it."""
    url = f"sqlite:///{tmp_path / 'broker.db'}"
    deliver = ["broker", "deliver", "--database", url, "--webhook-scheme", "http"]
    with receiver() as found:
        with opened_broker(url) as application:
            broker = Broker(application)
            request = {"method": "POST", "url": f"{found.url}/".replace("http:", "https:")}
            hook = {"events": [{"name": "contract_published"}], "request": request}
            made = broker.post("/webhooks", hook)
            broker.put(made.link("self"), {**hook, "description": "run the build"})
            broker.publish("1")
        assert main(deliver) == 1
        assert "retrying: contract_published: run the build, again at " in capsys.readouterr().out
        assert main([*deliver, "--webhook-host", "http://x"]) == 2
