"""What one step of verification says of each interaction."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping
from pathlib import Path

import pytest
from werkzeug.wrappers import Request, Response

from harness.domain.crash import Crash, RequestSeen
from harness.domain.errors import StateFailed
from harness.domain.evidence import Observed, Outcome, PactGathered, PactRefused
from harness.domain.json import Json
from harness.domain.service import Service
from harness.domain.steps import VerifyPacts
from harness.domain.traffic import ServiceCrashed
from tests.adapters.pact_provider import (
    LocalProvider,
    context_of,
    interaction,
    pact,
    reply,
    till,
    unobserved,
    verified,
    verify,
)

pytestmark = pytest.mark.tools


def answering(directory: Path, body: object, status: int = 200, **more: object) -> LocalProvider:
    """A provider that always answers the same."""
    service = more.pop("service", None) or till(directory)
    return LocalProvider(service, lambda _: reply(body, status), **more)  # type: ignore[arg-type]


def _object(value: Json) -> Mapping[str, Json]:
    assert isinstance(value, Mapping)
    return value


def test_each_difference_has_its_own_place(tmp_path: Path) -> None:
    """A finding's identity needs a canonical path: sorted, one an absent key, `[*]` for each."""
    text = pact(
        interaction(
            body={"id": 7, "on_hand": 3, "lots": [{"sku": "A-1", "my key": "x", "gone": 1}]},
            rules={"$.id": "integer", "$.lots": "type", "$.lots[*].*": "type"},
        )
    )
    body = {"id": "seven", "on_hand": None, "lots": [{"sku": 1, "my key": 2}, {"sku": 2}]}
    (seen,) = verified(verify(answering(tmp_path, body), context_of(tmp_path, text)))

    assert seen.outcome is Outcome.FAILED
    places = [one.where for one in seen.mismatches]
    assert places == sorted(places)
    assert set(places) >= {"$.id", "$.on_hand", "$.lots[*].sku", "$.lots[*].gone"}
    (on_hand,) = [one for one in seen.mismatches if one.where == "$.on_hand"]
    assert (on_hand.expected, on_hand.actual) == ("3", "null")
    assert not any("[0]" in place for place in places)


def test_positions_matter_where_the_contract_names_them(tmp_path: Path) -> None:
    """A list without a rule for each element is compared place by place."""
    text = pact(interaction(body={"lots": [1, 2]}))
    (seen,) = verified(verify(answering(tmp_path, {"lots": [1, 5]}), context_of(tmp_path, text)))

    assert [one.where for one in seen.mismatches] == ["$.lots[1]"]


def test_status_and_headers_have_places_too(tmp_path: Path) -> None:
    """A wrong status, an absent header and another type of body are told apart from the body."""
    one = interaction(body={"id": 1}, status=201)
    one["response"] = {"headers": {"X-Page": ["2"]}, **_object(one["response"])}
    provider = LocalProvider(till(tmp_path), lambda _: Response("hello", content_type="text/plain"))
    (seen,) = verified(verify(provider, context_of(tmp_path, pact(one))))

    told = {m.where: (m.expected, m.actual) for m in seen.mismatches}
    assert told == {
        "header:Content-Type": ("application/json", "text/plain"),
        "header:X-Page": ("2", ""),
        "status": ("201", "200"),
    }


@pytest.mark.parametrize("version", ["1.0.0", "2.0.0", "3.0.0", "4.0"])
def test_every_version_of_the_specification_is_verified(tmp_path: Path, version: str) -> None:
    """An old pact binds like a new one, its states too."""
    old: dict[str, Json] = {
        "description": "a till",
        "providerState": "open",
        "request": {"method": "get", "path": "/till", "query": "a=1"},
        "response": {"status": 200, "body": {"id": 1}},
    }
    if version == "3.0.0":
        old |= {"providerStates": [{"name": "open"}]}
        old["request"] = {"method": "get", "path": "/till", "query": {"a": ["1"]}}
    one = interaction(body={"id": 1}, states=["open"]) if version == "4.0" else old
    for wrong, outcome in (({"id": 1}, Outcome.PASSED), ({"id": 2}, Outcome.FAILED)):
        provider = answering(tmp_path, wrong, handlers={"open": lambda: None})
        seen = verified(verify(provider, context_of(tmp_path, pact(one, version=version))))
        assert [each.outcome for each in seen] == [outcome]
        assert seen[0].states == ("open",)


def test_the_base_path_of_the_service_goes_first(tmp_path: Path) -> None:
    """Pacts name operations; where a service is mounted is its own business."""
    service = till(tmp_path, base_path="/api/v1")
    provider = answering(tmp_path, {"id": 1}, service=service)
    seen = verify(provider, context_of(tmp_path, pact(interaction()), service=service))

    assert [one.outcome for one in verified(seen)] == [Outcome.PASSED]
    assert "GET /api/v1/till" in provider.log


def test_each_interaction_begins_after_a_reset(tmp_path: Path) -> None:
    """What one interaction left behind must not decide over the next."""
    service = till(tmp_path, reset="s:reset")
    provider = answering(tmp_path, {}, service=service, handlers={"open": lambda: None})
    text = pact(interaction("one", states=["open"]), interaction("two"))
    verify(provider, context_of(tmp_path, text, service=service))

    expected = ["reset", "set up open", "GET /till", "tear down open", "reset", "GET /till"]
    assert [line for line in provider.log if line != "credentials"] == expected


def test_a_reset_that_fails_leaves_all_unseen(tmp_path: Path) -> None:
    """Without a clean beginning no interaction means anything."""
    service = till(tmp_path, reset="s:reset")
    error = StateFailed("reset raised ValueError: oh", detail="Traceback …")
    provider = answering(tmp_path, {}, service=service, reset_error=error)
    text = pact(interaction("one"), interaction("two"))
    seen = verify(provider, context_of(tmp_path, text, service=service))

    assert [one.what for one in unobserved(seen)] == ["shop → till: “one”", "shop → till: “two”"]
    assert "reset raised ValueError" in unobserved(seen)[0].reason


def test_what_a_state_returns_reaches_the_request(tmp_path: Path) -> None:
    """A handler that makes an id itself tells it, and the request carries it."""
    one = interaction(states=[{"name": "open", "params": {"floor": 2}}])
    generator = {
        "type": "ProviderState",
        "expression": "/till/${floor}/${id}",
        "dataType": "STRING",
    }
    one["request"] = {"method": "GET", "path": "/x", "generators": {"path": generator}}
    provider = answering(tmp_path, {}, handlers={"open": lambda floor: {"id": 99}})
    verify(provider, context_of(tmp_path, pact(one)))

    assert "GET /till/2/99" in provider.log


def authorised(request: Request) -> Response:
    """Let in who knows the word."""
    return reply({}, 200 if request.headers.get("Authorization") == "Bearer real-word" else 401)


@pytest.mark.parametrize("header", ["Authorization", "authorization"])
def test_the_providers_own_credentials_replace_the_example(tmp_path: Path, header: str) -> None:
    """A contract cannot know a token that is valid today; its example stands for one."""
    offered = {
        "basic": {"Authorization": "Basic eA=="},
        "token": {"Authorization": "Bearer real-word"},
    }
    provider = LocalProvider(till(tmp_path), authorised, offered=offered)
    text = pact(interaction(headers={header: ["Bearer example"]}))
    seen = verified(verify(provider, context_of(tmp_path, text)))

    assert [one.outcome for one in seen] == [Outcome.PASSED]


def test_credentials_are_asked_for_again_after_each_reset(tmp_path: Path) -> None:
    """A service that forgets everything forgets whom it let in."""
    service = till(tmp_path, reset="s:reset")
    offered = {"token": {"Authorization": "Bearer real-word"}}
    provider = LocalProvider(service, authorised, offered=offered)
    sent = {"Authorization": ["Bearer example"]}
    text = pact(interaction("one", headers=sent), interaction("two", headers=sent))
    verify(provider, context_of(tmp_path, text, service=service))

    assert provider.log == ["reset", "credentials", "GET /till"] * 2


def test_no_credentials_are_added_to_what_carries_none(tmp_path: Path) -> None:
    """A contract that says nothing of authorization is replayed without."""
    provider = LocalProvider(
        till(tmp_path), authorised, offered={"token": {"Authorization": "Bearer real-word"}}
    )
    text = pact(
        interaction("none", status=401),
        interaction("refused", status=401, headers={"Authorization": ["Bearer wrong"]}),
    )
    seen = verified(verify(provider, context_of(tmp_path, text)))

    assert [one.outcome for one in seen] == [Outcome.PASSED, Outcome.PASSED]


def test_credentials_are_never_shown(tmp_path: Path) -> None:
    """What a provider echoes of its secrets stays out of the evidence and of files."""

    def echo(request: Request) -> Response:
        written = [file.read_text() for file in tmp_path.rglob("interaction-*.json")]
        assert written
        assert "real-word" not in "".join(written)
        return reply({"who": request.headers["Authorization"], "why": "top-secret"})

    provider = LocalProvider(
        till(tmp_path), echo, offered={"token": {"Authorization": "Bearer real-word"}}
    )
    text = pact(
        interaction(headers={"Authorization": ["Bearer example"]}, body={"who": "me", "why": "x"})
    )
    context = context_of(tmp_path, text)
    told = repr(verify(provider, context))

    assert "***" in told
    assert "real-word" not in told
    assert "top-secret" not in told
    assert not [file for file in context.directory.rglob("*") if file.is_file()]


def test_a_crash_is_tied_to_the_interaction_that_caused_it(tmp_path: Path) -> None:
    """A 500 says nothing; the exception behind it does."""
    request = RequestSeen("interaction-2", "GET", "/b")
    crash = Crash(1, request, "ValueError", "oh", (), "Traceback …", (), "raised")
    provider = LocalProvider(
        till(tmp_path),
        lambda request: reply({}, 500 if request.path == "/b" else 200),
        crashed=[crash],
    )
    text = pact(interaction("a", path="/a"), interaction("b", path="/b"), interaction("c"))
    seen = verified(verify(provider, context_of(tmp_path, text)))

    assert [one.crash for one in seen] == [None, crash, None]


def test_a_provider_that_dies_leaves_the_rest_unseen(tmp_path: Path) -> None:
    """What was seen before is kept; what comes after is not called a failure."""
    alive = [True]

    def answer(request: Request) -> Response:
        if request.path == "/b":
            alive[0] = False
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return reply({})

    provider = LocalProvider(till(tmp_path), answer, living=lambda: alive[0])
    text = pact(*(interaction(name, path=f"/{name}") for name in "abcd"))
    seen = verify(provider, context_of(tmp_path, text))

    assert [one.outcome for one in verified(seen)] == [Outcome.PASSED, Outcome.ERROR]
    assert "exited with status 3" in verified(seen)[1].detail
    assert [one.what[-3:] for one in unobserved(seen)] == ["“c”", "“d”"]
    assert all("exited with status 3" in one.reason for one in unobserved(seen))
    assert all(one.detail == "last words" for one in unobserved(seen))


def test_a_provider_that_dies_on_its_own_is_told(tmp_path: Path) -> None:
    """An end between two interactions is no interaction's fault."""
    provider = answering(tmp_path, {}, living=lambda: False)
    seen = verify(provider, context_of(tmp_path, pact(interaction())))

    assert isinstance(seen[0], ServiceCrashed)
    assert len(unobserved(seen)) == 1


def gathered(text: str, **more: object) -> Mapping[str, Observed]:
    """What the consumer's tests gave."""
    evidence = PactGathered("shop", "till", text, **more)  # type: ignore[arg-type]
    return {"consumer-tests:shop": Observed("consumer-tests:shop", (evidence,))}


def test_what_the_tests_gave_goes_before_a_file(tmp_path: Path) -> None:
    """A pact in a file may be older than the consumer's code."""
    context = context_of(
        tmp_path, pact(interaction("old")), taken=gathered(pact(interaction("new")))
    )
    seen = verified(verify(answering(tmp_path, {}), context))

    assert [one.description for one in seen] == ["new"]


def test_a_pact_of_a_red_run_is_not_taken(tmp_path: Path) -> None:
    """A partial run's pact lacks interactions; the file stands until there is a whole one."""
    context = context_of(
        tmp_path,
        pact(interaction("old")),
        taken=gathered(pact(interaction("new")), complete=False, reason="red"),
    )
    seen = verified(verify(answering(tmp_path, {}), context))

    assert [one.description for one in seen] == ["old"]


def test_a_pact_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """A truncated text ends in a sentence, and the others are verified."""
    context = context_of(
        tmp_path, pact(interaction("old")), taken=gathered('{"consumer": ', path="shop-till.json")
    )
    seen = verify(answering(tmp_path, {}), context)

    assert isinstance(seen[0], PactRefused)
    assert seen[0].path == "shop-till.json"
    assert len(verified(seen)) == 1


def test_only_the_wanted_consumers_are_verified(tmp_path: Path) -> None:
    """A step may be for some consumers only, by either of their names."""
    context = context_of(
        tmp_path,
        pact(interaction("one"), consumer="one"),
        pact(interaction("two"), consumer="two"),
    )
    seen = verify(answering(tmp_path, {}), context, VerifyPacts("till", consumers=("two",)))

    assert [one.consumer for one in verified(seen)] == ["two"]


def test_members_are_called_by_their_own_names(tmp_path: Path) -> None:
    """A service may go by another name in pacts than in the workspace."""
    service = Service("till", tmp_path, app="a:b", pacticipant="Till Service")
    context = context_of(tmp_path, pact(interaction(), provider="Till Service"), service=service)
    (seen,) = verified(verify(answering(tmp_path, {}, service=service), context))

    assert seen.provider == "till"


def test_messages_are_not_passed_over_in_silence(tmp_path: Path) -> None:
    """What this version cannot verify is told."""
    message: Json = {
        "type": "Asynchronous/Messages",
        "description": "sold",
        "contents": {"content": {"a": 1}, "contentType": "application/json", "encoded": False},
    }
    context = context_of(tmp_path, pact(interaction(), message))
    seen = verify(answering(tmp_path, {}), context)

    assert len(verified(seen)) == 1
    assert [one.reason for one in unobserved(seen)] == [
        "nobody says what makes the messages of till"
    ]


def test_what_a_pact_says_twice_is_verified_twice(tmp_path: Path) -> None:
    """Two interactions of one description are told apart by their keys."""
    text = pact(interaction(body={"id": 1}), interaction(body={"id": 2}))
    seen = verified(verify(answering(tmp_path, {"id": 1}), context_of(tmp_path, text)))

    assert [one.outcome for one in seen] == [Outcome.PASSED, Outcome.FAILED]
    assert len({one.interaction for one in seen}) == 2


def test_a_big_number_and_odd_names_survive(tmp_path: Path) -> None:
    """The verifier is given what the pact says, byte for byte where it matters."""
    text = pact(
        interaction("a / “ü” \U0001f600", path="/ü/a b", body={"n": 12345678901234567, "f": 1.0}),
        consumer="shop/../x ü",
    )
    seen = verified(
        verify(answering(tmp_path, {"n": 12345678901234567, "f": 1.0}), context_of(tmp_path, text))
    )

    assert [one.outcome for one in seen] == [Outcome.PASSED]
    assert json.loads(json.dumps(seen[0].consumer)) == "shop/../x ü"


def test_the_environment_is_left_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service started later must not find the verifier's certificates; loopback has no proxy."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("SSL_CERT_FILE", "/their/own.pem")
    before = dict(os.environ)
    seen = verified(verify(answering(tmp_path, {}), context_of(tmp_path, pact(interaction()))))

    assert [one.outcome for one in seen] == [Outcome.PASSED]
    after = {k: v for k, v in os.environ.items() if k != "PACT_DO_NOT_TRACK"}
    assert after == {k: v for k, v in before.items() if k != "PACT_DO_NOT_TRACK"}
