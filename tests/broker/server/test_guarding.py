"""Who is known: credentials, their memory and their end, other origins, and the audit log."""

from __future__ import annotations

import base64
import io
import json
import logging
import socket
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from sqlalchemy import text

from harness.broker.semantics.scopes import Caller, Door, Scope
from harness.broker.server.access import create_token, create_user, revoke
from harness.broker.server.application import Application
from harness.broker.server.asgi import Served
from harness.broker.server.asking import Asked
from harness.broker.server.guard import Guard, read
from harness.broker.server.hashing import Busy, Secrets, hashed
from harness.broker.server.origins import Origins, is_origin
from harness.broker.server.routes import ROUTES
from harness.broker.server.routing import Router
from harness.broker.store.accounts import TOKEN, USER
from harness.cli.app import main
from harness.domain.errors import Misused
from tests.broker.server.broker import Broker
from tests.broker.server.serving import listening

ADMIN = Caller("", frozenset({Scope.ADMIN}))
PASSWORD = "correct horse battery"
UNIT = ["sqlite"]


def bearer(token: str) -> dict[str, str]:
    """The header that shows a token."""
    return {"authorization": f"Bearer {token}"}


def basic(name: str, password: str) -> dict[str, str]:
    """The header that shows a name and a password."""
    shown = base64.b64encode(f"{name}:{password}".encode()).decode()
    return {"authorization": f"Basic {shown}"}


def guarded(broker: Broker, **guard: Any) -> Broker:
    """The same database, asked through another process's guard."""
    assert broker.store is not None
    made = Guard(broker.store, **guard)
    application = Application(broker.store, Router(ROUTES), broker.tick, guard=made)
    return Broker(application, broker.store, broker.now)


def test_who_is_not_known_is_told_so(broker: Broker) -> None:
    """By a status and a challenge, the same whatever is asked for, and without what was shown."""
    assert broker.store is not None
    token = create_token(broker.store, "ci", ADMIN)
    create_user(broker.store, "änna", PASSWORD, ADMIN)

    for wrong in (
        {},
        bearer(token[:-1]),
        bearer(token.replace("hbt", "xyz")),
        bearer("hbt_0000000000000000_secret"),
        basic("änna", PASSWORD + "!"),
        basic("nobody", PASSWORD),
        basic("änna\0", PASSWORD),
        {"authorization": "Basic ????"},
        {"authorization": "Digest a"},
        {"authorization": f"Bearer {token}, Bearer {token}"},
    ):
        for path in ("/", "/nothing/there", "/pacticipants"):
            told = broker.ask("GET", path, headers=wrong)
            assert told.status == 401, (wrong, told.body)
            assert told.headers["www-authenticate"].startswith('Basic realm="Pact Broker"')
            assert "Bearer" in told.headers["www-authenticate"]
            assert not any(each.encode() in told.body for each in wrong.values())
    for right in (bearer(token), basic("änna", PASSWORD)):
        assert broker.ask("GET", "/pacticipants", headers=right).status == 200


def test_a_revoked_account_is_refused_at_once_by_every_process(broker: Broker) -> None:
    """However well it is remembered; and a broker whose last account is gone stays closed."""
    assert broker.store is not None
    other = guarded(broker)
    token = create_token(broker.store, "ci", ADMIN)
    create_user(broker.store, "anna", PASSWORD, ADMIN)
    for shown in (bearer(token), basic("anna", PASSWORD)):
        for each in (broker, other):
            assert each.ask("GET", "/", headers=shown).status == 200

    revoke(broker.store, TOKEN, "ci")
    revoke(broker.store, USER, "anna")

    for shown in (bearer(token), basic("anna", PASSWORD), {}):
        for each in (broker, other):
            assert each.ask("GET", "/", headers=shown).status == 401
    with pytest.raises(Misused, match="there is no token named ci"):
        revoke(broker.store, TOKEN, "ci")
    # The name is free again, and another account.
    again = create_token(broker.store, "ci", ADMIN)
    with pytest.raises(Misused, match="there is a token named ci"):
        create_token(broker.store, "ci", ADMIN)
    assert broker.ask("GET", "/", headers=bearer(again)).status == 200


@pytest.mark.parametrize("broker", UNIT, indirect=True)
def test_the_first_account_closes_a_broker_that_runs(broker: Broker) -> None:
    """Within a second; until then, and without one, whoever may reach it may do everything."""
    assert broker.store is not None
    now = [0.0]
    running = guarded(broker, clock=lambda: now[0])
    assert running.put("/pacticipants/Foo/labels/l").status == 201
    create_token(broker.store, "ci", ADMIN)
    now[0] += 1

    assert running.put("/pacticipants/Foo/labels/l").status == 401


@pytest.mark.parametrize("broker", UNIT, indirect=True)
def test_doors_are_opened_one_by_one(broker: Broker) -> None:
    """What is public is shown to everybody, wrong credentials or none, and nothing else is."""
    assert broker.store is not None
    broker.publish("1")
    create_token(broker.store, "ci", ADMIN)
    badge = "/pacts/provider/Bar/consumer/Foo/latest/badge"
    beat = "/diagnostic/status/heartbeat"

    for opened, public in (
        (frozenset[Door](), []),
        ({Door.BADGES}, [badge]),
        ({Door.HEARTBEAT}, [beat]),
    ):
        one = guarded(broker, opened=frozenset(opened))
        for path in (badge, beat, "/diagnostic/status/dependencies", "/metrics"):
            for shown in ({}, bearer("hbt_0_x")):
                told = one.ask("GET", path, accept="*/*", headers=shown)
                assert told.status == (200 if path in public else 401), path


def test_what_is_right_is_remembered_briefly() -> None:
    """A secret is hashed once in five minutes, and another hash is another question."""
    now, kept = [0.0], hashed("secret")
    known = Secrets(lambda: now[0], at_once=1)

    def elapsed(work: Callable[[], bool]) -> float:
        start = time.thread_time()
        assert work()
        return time.thread_time() - start

    first = elapsed(lambda: known.is_right(1, kept, "secret"))
    again = min(elapsed(lambda: known.is_right(1, kept, "secret")) for _ in range(5))
    assert again * 10 < first
    now[0] += 300
    assert elapsed(lambda: known.is_right(1, kept, "secret")) > again * 10
    assert not known.is_right(1, kept, "Secret")
    assert not known.is_right(1, hashed("other"), "secret")
    assert not known.is_right(2, "no hash", "secret")

    full = Secrets(at_once=0)
    with pytest.raises(Busy):
        full.spend("secret")


@pytest.mark.parametrize("broker", UNIT, indirect=True)
def test_who_guesses_in_numbers_is_told_to_wait(broker: Broker) -> None:
    """So that those who are known are still answered."""
    assert broker.store is not None
    token = create_token(broker.store, "ci", ADMIN)

    told = guarded(broker, at_once=0).ask("GET", "/", headers=bearer(token))

    assert (told.status, told.headers["retry-after"]) == (503, "1")


def test_a_header_is_read_as_it_is_written() -> None:
    """A password may hold colons, a secret underscores."""
    user, token = read(basic("a", "b:c")["authorization"]), read("bearer  hbt_1f_a_b-c ")
    assert user is not None
    assert token is not None
    assert (user.kind, user.handle, user.secret) == (USER, "a", "b:c")
    assert (token.kind, token.handle, token.secret) == (TOKEN, "1f", "a_b-c")


def test_who_did_what_is_written_down(broker: Broker) -> None:
    """Each change with who made it and what it was about, and nothing that was refused."""
    assert broker.store is not None
    create_token(broker.store, "ci", ADMIN)
    revoke(broker.store, TOKEN, "ci")
    token = create_token(broker.store, "ci", ADMIN)

    class Known(Broker):
        def ask(self, *args: Any, **more: Any) -> Any:
            return super().ask(*args, **{**more, "headers": bearer(token)})

    known = Known(broker.application, broker.store, broker.now)
    known.publish("1", "a")
    assert known.publish("1", "b").status == 409
    known.verify("1", "7")
    place = known.environment("prod")
    made = known.deploy("Foo", "1", place)
    known.ask("PATCH", made.link("self"), {"currentlyDeployed": False})
    known.ask("DELETE", "/integrations/provider/Bar/consumer/Foo")
    known.get("/pacticipants")
    request = {"method": "POST", "url": "https://127.0.0.1/refused"}
    trial = {"events": [{"name": "contract_published"}], "request": request}
    assert known.post("/webhooks/execute", trial).json["success"] is False
    assert known.post("/webhooks/execute", {}).status == 400

    found = audited(broker, "--json")
    told = [(e["who"], e["deed"], e["pacticipant"], e["version"], e["environment"]) for e in found]
    assert told == [
        *[("command line", "administered", "", "", "")] * 3,
        ("token ci", "published", "Foo", "1", ""),
        ("token ci", "verified", "Bar", "7", ""),
        ("token ci", "administered", "", "", ""),
        ("token ci", "deployed", "Foo", "1", "prod"),
        ("token ci", "deployed", "Foo", "1", "prod"),
        ("token ci", "deleted", "Foo", "", ""),
        ("token ci", "deleted", "Bar", "", ""),
        ("token ci", "administered", "", "", ""),
    ]
    assert found[-1]["request"] == "POST /webhooks/execute"
    assert found[0]["request"] == "token create ci"
    assert found[3]["request"] == "POST /contracts/publish"
    of_bar = audited(broker, "--json", "--pacticipant", "Bar")
    assert [each["deed"] for each in of_bar] == ["verified", "deleted"]
    assert len(audited(broker, "--json", "--limit", "2")) == 2


def audited(broker: Broker, *words: str) -> Any:
    """What the verb prints about a broker's database."""
    assert broker.store is not None
    url = broker.store.engine.url.render_as_string(hide_password=False)
    with redirect_stdout(io.StringIO()) as told:
        assert main(["broker", "audit", "--database", url, *words]) == 0
    return json.loads(told.getvalue())


@pytest.mark.parametrize("broker", UNIT, indirect=True)
def test_no_secret_is_kept_or_logged(broker: Broker, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in a table, nor in the log when the database refuses a statement."""
    assert broker.store is not None
    token = create_token(broker.store, "ci", ADMIN)
    create_user(broker.store, "anna", PASSWORD, ADMIN)
    with broker.store.reading() as db:
        rows = repr(db.execute(text("SELECT * FROM accounts")).all()) + repr(
            db.execute(text("SELECT * FROM audit")).all()
        )
    assert token.rpartition("_")[2] not in rows
    assert PASSWORD not in rows
    assert rows.count("$argon2id$") == 2
    broker.store.write(lambda db: db.execute(text("DROP TABLE labels")), lambda _: True)

    with caplog.at_level(logging.DEBUG):
        path = "/pacticipants/Foo/labels/a-label"
        assert broker.application is not None
        told = broker.application.answer(Asked("PUT", path, "", bearer(token), b"", "http://b"))

    assert told.status == 500
    assert "Traceback" in caplog.text
    assert token not in caplog.text
    assert "[SQL parameters hidden" in caplog.text


@pytest.mark.parametrize("broker", UNIT, indirect=True)
def test_pages_of_other_origins_ask_only_where_they_are_named(broker: Broker) -> None:
    """They are told so by the headers of browsers, and what they would change is refused."""
    assert broker.store is not None
    named, base = "https://ui.example", "http://broker.test"
    one = Broker(
        Application(
            broker.store,
            Router(ROUTES),
            broker.tick,
            origins=Origins(frozenset({named})),
        ),
        broker.store,
        broker.now,
    )
    for asked, origin, status in (
        (one, named, 201),
        (one, base, 200),
        (one, "https://evil.example", 403),
        (one, "null", 403),
        (broker, named, 403),
    ):
        told = asked.ask("PUT", "/pacticipants/Foo/labels/l", {}, headers={"origin": origin})
        assert told.status == status, origin
        read_only = asked.ask("GET", "/pacticipants", headers={"origin": origin})
        assert read_only.status == 200
        allowed = read_only.headers.get("access-control-allow-origin")
        assert allowed == (named if (asked, origin) == (one, named) else None)
    before = one.ask("OPTIONS", "/pacticipants", headers={"origin": named})
    assert "POST" in before.headers["access-control-allow-methods"]
    assert "authorization" in before.headers["access-control-allow-headers"]
    assert before.headers["vary"] == "Accept, Origin"
    assert not any(each.startswith("access-") for each in broker.ask("OPTIONS", "/").headers)
    assert [
        is_origin(each) for each in (named, f"{named}/", "ui.example", "https://U.example")
    ] == [
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize("broker", UNIT, indirect=True)
def test_bodies_are_bounded_and_those_of_strangers_are_not_read(broker: Broker) -> None:
    """What is too large is refused (413), told or found; a stranger is refused before the body."""
    assert broker.store is not None
    assert broker.application is not None
    token = create_token(broker.store, "ci", ADMIN)
    with listening(Served(broker.application, max_body_bytes=1000)) as url:
        told = {"content-type": "application/json", **bearer(token)}
        for body in (b"x" * 1001, iter([b"x" * 600, b"x" * 600])):
            assert requests.post(f"{url}/pacticipants", body, headers=told).status_code == 413
        fits = json.dumps({"name": "Foo"}).ljust(1000)
        assert requests.post(f"{url}/pacticipants", fits, headers=told).status_code == 201
        parts = urlsplit(url)
        with socket.create_connection((parts.hostname, parts.port), 10) as one:
            one.sendall(b"POST /pacticipants HTTP/1.1\r\nHost: localhost\r\n")
            one.sendall(b"Content-Type: application/json\r\nContent-Length: 900\r\n\r\n")
            assert one.recv(100).startswith(b"HTTP/1.1 401 ")


def test_verbs_make_list_and_revoke(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token is the whole of what is printed; a password is never an argument, nor a short one."""
    place = ["--database", f"sqlite:///{tmp_path}/broker.db"]

    def run(*words: str) -> tuple[int, str, str]:
        code = main(["broker", *words, *place])
        told = capsys.readouterr()
        return code, told.out, told.err

    made = run("token", "create", "--name", "ci", "--scope", "publish", "--pacticipant", "Foo")
    assert (made[0], made[1].count("\n"), made[1][:4]) == (0, 1, "hbt_")
    assert "not shown again" in made[2]
    (row,) = json.loads(run("token", "list", "--json")[1])
    assert (row["name"], row["scopes"], row["pacticipants"]) == ("ci", ["publish"], ["Foo"])
    assert made[1].strip() not in run("token", "list")[1]
    assert run("token", "revoke", "ci")[:2] == (0, "revoked the token ci\n")
    assert "there is no token named ci" in run("token", "revoke", "ci")[2]

    monkeypatch.setenv("HARNESS_BROKER_PASSWORD", "short")
    assert "at least 12 characters, saw 5" in run("user", "create", "anna", "--scope", "read")[2]
    monkeypatch.setenv("HARNESS_BROKER_PASSWORD", PASSWORD)
    assert "without a colon" in run("user", "create", "an:na", "--scope", "read")[2]
    assert run("user", "create", "anna", "--scope", "read")[0] == 0
    assert PASSWORD not in "".join(map(str, (run("user", "list"), run("audit"))))
    assert "user create anna" in run("audit")[1]
    assert run("user", "create", "b", "--scope", "all")[0] == 2
    assert run("token", "create", "--name", "\n", "--scope", "read")[0] == 2
