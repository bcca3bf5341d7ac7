"""Provider states are the service's own functions, called in its own process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.domain.errors import StateFailed, StateMissing
from harness.services import RunningService, Services
from tests.services.support import ask, sample

pytestmark = pytest.mark.tools


@pytest.fixture(scope="module")
def shared(services: Services) -> Iterator[RunningService]:
    """A service whose states are the functions of a module."""
    table = sample(
        "bare:wsgi", states="bare", reset="bare:reset", auth="bare:credentials", name="a/b ü"
    )
    with services.open(table) as running:
        yield running


@pytest.fixture
def service(shared: RunningService) -> RunningService:
    """The same, put back to its beginning."""
    shared.reset()
    return shared


def stock(service: RunningService) -> Any:
    """What the service has in store."""
    return ask(service.url + "/").json["stock"]


def test_parameters_go_by_name(service: RunningService) -> None:
    """A state's function gets its parameters by name; what it returns comes back."""
    given = service.set_up_state("A SKU exists", {"sku": "A-1", "on_hand": 3})

    assert given == {"sku": "A-1", "id": 7}
    assert stock(service) == {"A-1": 3}


def test_a_state_may_be_async(service: RunningService) -> None:
    """A coroutine function is run to its end."""
    assert service.set_up_state("an order is placed", {}) == {}
    assert stock(service) == {"order": "placed"}


@pytest.mark.parametrize(
    ("state", "params", "during"),
    [("a sale is on", {"percent": 5}, {"sale": 5}), ("a queue is open", {}, {"queue": "open"})],
)
def test_yield_divides_set_up_from_tear_down(
    service: RunningService, state: str, params: dict[str, object], during: object
) -> None:
    """A generator stops at its yield, and tear-down lets it run on; async ones too."""
    assert params == service.set_up_state(state, params)
    assert during == stock(service)

    service.tear_down_state(state, params)

    assert stock(service) == {}


def test_reset_ends_open_states(service: RunningService) -> None:
    """What no tear-down has ended, a reset ends: its `del` would fail after the store's own."""
    service.set_up_state("a sale is on", {"percent": 5})

    service.reset()

    assert stock(service) == {}


def test_an_unknown_state_is_missing(service: RunningService) -> None:
    """A state without a handler is told apart, with what there is and the nearest name."""
    with pytest.raises(StateMissing) as caught:
        service.set_up_state("a sku exist", {})

    assert "did you mean 'a_sku_exists'?" in caught.value.message
    assert "an_order_is_placed" in caught.value.message


def test_a_state_that_raises_keeps_its_traceback(service: RunningService) -> None:
    """The exception and where it was raised come back to the caller."""
    with pytest.raises(StateFailed) as caught:
        service.set_up_state("it fails", {})

    assert "RuntimeError: the state's own fault" in caught.value.message
    assert "in it_fails" in caught.value.detail


@pytest.mark.parametrize(
    ("state", "params", "expected"),
    [
        ("a sku exists", {"sku": "A", "colour": "red"}, "unexpected keyword argument 'colour'"),
        ("a sku exists", {}, "missing a required argument: 'sku'"),
        ("it returns a list", {}, "expected a dict or None"),
    ],
)
def test_a_misfit_is_explained(
    service: RunningService, state: str, params: dict[str, object], expected: str
) -> None:
    """Parameters that the handler does not take, and results that are none, are told clearly."""
    with pytest.raises(StateFailed, match=expected):
        service.set_up_state(state, params)


def test_pacts_own_handlers_are_understood(service: RunningService) -> None:
    """A handler written for pact's verifier gets action and parameters, at tear-down too."""
    service.set_up_state("for pact itself", {"x": 1})
    assert stock(service) == {"action": ["setup", {"x": 1}]}

    service.tear_down_state("for pact itself", {"x": 1})
    assert stock(service) == {"action": ["teardown", {"x": 1}]}


def test_the_wire_is_pacts_callback(service: RunningService) -> None:
    """pact's verifier is served: no state is fine, a missing one is refused at once with 400."""
    nothing = ask(
        service.state_url, method="POST", body=b'{"state": "", "action": "setup", "params": {}}'
    )
    unknown = ask(service.state_url, method="POST", body=b'{"state": "?", "action": "setup"}')
    nonsense = ask(service.state_url, method="POST", body=b"{")

    assert (nothing.status, nothing.json) == (200, {})
    assert (unknown.status, unknown.json["missing"]) == (400, True)
    assert nonsense.status == 400


def test_the_channel_is_behind_its_token(service: RunningService) -> None:
    """Without the token there is nothing to be found."""
    port = service.state_url.split("/")[2]

    assert ask(f"http://{port}/guessed/info").status == 404
    assert ask(f"http://{port}/").status == 404


def test_credentials_come_from_the_service(service: RunningService) -> None:
    """Headers for each security scheme are what the named function returns."""
    assert service.credentials() == {"key": {"X-Key": "abc"}}


def test_states_in_a_mapping(services: Services) -> None:
    """A mapping is looked up by the state's own name, slashes and accents included."""
    table = sample("bare:make_wsgi", states="bare:STATES")
    with services.open(table) as service:
        service.set_up_state("the café/bar is open", {"sku": "é/1"})
        with pytest.raises(StateMissing, match="for pact"):
            service.set_up_state("for_pact", {})

        assert stock(service) == {"é/1": 1}


def test_no_states_named(services: Services) -> None:
    """A service without states says so; a module that does not import says why."""
    with (
        services.open(sample("bare:wsgi")) as service,
        pytest.raises(StateMissing, match="names no `states`"),
    ):
        service.set_up_state("any", {})
    with (
        services.open(sample("bare:wsgi", states="bare.absent")) as service,
        pytest.raises(StateFailed, match="ModuleNotFoundError"),
    ):
        service.set_up_state("any", {})


def test_pacts_verifier_calls_the_channel(
    service: RunningService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real verifier sets up, verifies and tears down through the channel."""
    monkeypatch.setenv("PACT_DO_NOT_TRACK", "true")
    from pact import Verifier

    pact = {
        "consumer": {"name": "c"},
        "provider": {"name": "sample"},
        "interactions": [
            {
                "type": "Synchronous/HTTP",
                "description": "a look",
                "providerStates": [{"name": "a sale is on", "params": {"percent": 5}}],
                "request": {"method": "GET", "path": "/"},
                "response": {
                    "status": 200,
                    "body": {"content": {"stock": {"sale": 5}}, "contentType": "application/json"},
                },
            }
        ],
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }
    (tmp_path / "c-sample.json").write_text(json.dumps(pact))
    verifier = Verifier("sample", host="127.0.0.1").add_transport(url=service.url)
    verifier.add_source(tmp_path).state_handler(service.state_url, teardown=True, body=True)

    verifier.verify()

    assert [each["result"] for each in verifier.results["interactionResults"]] == ["OK"]
    assert stock(service) == {}
