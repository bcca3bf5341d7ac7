"""The client of a Pact Broker, against a small broker over HTTP."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Iterator

import pytest

from harness.broker.client import BrokerClient, address_and_credentials, opened
from harness.broker.http import MAX_SIZE_BYTES, Credentials, HttpAsking, Patience
from harness.broker.wire import Request
from harness.documents.pacts import read_pact
from harness.domain.errors import BrokerFailed, Misused
from harness.domain.published import Chosen, Published
from tests.broker.hal_server import Broker, Publication, basic, pact, serving

AT_ONCE = Patience(connect_s=2, read_s=2, waits_s=(0.0, 0.0))
LATEST = Chosen()
NOBODY = Credentials()
NAMES = ("orders", "Bestell Dienst/größe", "a%2Fb c?d#e", "注文")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of the machine stands between."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def broker() -> Iterator[Broker]:
    """A broker that is empty yet."""
    with serving(Broker()) as running:
        yield running


def published(
    broker: Broker,
    consumer: str = "orders",
    chosen: Chosen = LATEST,
    credentials: Credentials = NOBODY,
) -> Published:
    """What a client of the broker is given."""
    with opened(broker.url + broker.prefix, credentials, AT_ONCE) as client:
        return client.latest_pacts(consumer, chosen)


def put(
    broker: Broker, version: str, provider: str = "stock", consumer: str = "orders", **more: str
) -> None:
    """Publish a pact that names its version."""
    content = {**pact(consumer, provider), "made": version}
    broker.pacts.append(Publication(consumer, version, provider, content, **more))


def versions(found: Published) -> list[tuple[str, str]]:
    """Provider and version of each pact."""
    return [(each.provider, each.consumer_version) for each in found.pacts]


def test_the_latest_pacts_are_those_of_each_provider(broker: Broker) -> None:
    """Without a branch, the latest pact of every provider counts, and no other consumer's."""
    put(broker, "1", "stock")
    put(broker, "1", "billing")
    put(broker, "2", "stock")
    put(broker, "9", "stock", "another")
    found = published(broker)

    assert found.chosen == "the latest of all"
    assert sorted(versions(found)) == [("billing", "1"), ("stock", "2")]
    assert read_pact(found.pacts[0].content).consumer == "orders"


def test_the_main_branch_goes_before_what_is_latest(broker: Broker) -> None:
    """Where the consumer has a main branch with a version, its head counts."""
    put(broker, "1", branch="main")
    put(broker, "2", branch="feature")
    broker.main_branches["orders"] = "main"
    found = published(broker)

    assert (versions(found), found.chosen) == ([("stock", "1")], "main branch main, version 1")


def test_a_main_branch_without_a_version_leaves_the_latest(broker: Broker) -> None:
    """A branch that nobody published from is passed over."""
    put(broker, "2", branch="feature")
    broker.main_branches["orders"] = "main"

    assert versions(published(broker)) == [("stock", "2")]


@pytest.mark.parametrize("name", ["feature", "feat/größe #1", "a%2Fb"])
def test_a_branch_or_a_tag_may_be_named(broker: Broker, name: str) -> None:
    """The head of the branch, or the latest with the tag, whatever signs are in its name."""
    put(broker, "1", branch=name, tag=name)
    put(broker, "2", branch="other", tag="other")
    by_branch = published(broker, chosen=Chosen(branch=name))
    by_tag = published(broker, chosen=Chosen(tag=name))

    assert versions(by_branch) == versions(by_tag) == [("stock", "1")]
    assert by_branch.chosen == f"branch {name}, version 1"


@pytest.mark.parametrize("consumer", NAMES)
@pytest.mark.parametrize("provider", NAMES)
def test_names_of_any_signs_are_found(broker: Broker, consumer: str, provider: str) -> None:
    """Slashes, blanks, percent signs and other scripts go whole into addresses."""
    put(broker, "1/ü", provider, consumer, branch="main")
    broker.main_branches[consumer] = "main"
    found = published(broker, consumer)

    assert versions(found) == [(provider, "1/ü")]
    assert read_pact(found.pacts[0].content).provider == provider


@pytest.mark.parametrize(
    ("consumer", "chosen", "said"),
    [
        ("nobody", Chosen(), "knows no pacticipant nobody"),
        ("orders", Chosen(branch="gone"), "no version of orders of branch gone"),
        ("orders", Chosen(tag="gone"), "no version of orders of tag gone"),
    ],
)
def test_what_is_not_there_is_told(
    broker: Broker, consumer: str, chosen: Chosen, said: str
) -> None:
    """A name that the broker does not know is no empty answer."""
    put(broker, "1")

    with pytest.raises(BrokerFailed, match=said):
        published(broker, consumer, chosen)


@pytest.mark.parametrize(
    ("credentials", "shown"),
    [
        (Credentials("t0ken"), "Bearer t0ken"),
        (Credentials("", "me", "pä:ss"), basic("me", "pä:ss")),
        (Credentials("t0ken", "me", "pass"), "Bearer t0ken"),
    ],
)
def test_credentials_are_shown_to_the_broker(
    broker: Broker, credentials: Credentials, shown: str
) -> None:
    """A token goes before a name with its password."""
    put(broker, "1")
    broker.authorization = shown

    assert versions(published(broker, credentials=credentials)) == [("stock", "1")]
    assert set(broker.shown) == {shown}


def test_credentials_in_an_address_are_used_and_never_told(broker: Broker) -> None:
    """What stands before the host is taken out of the address that sentences show."""
    put(broker, "1")
    broker.authorization = basic("me", "s3cret/")
    url = broker.url.replace("http://", "http://me:s3cret%2F@")
    with opened(url, Credentials(), AT_ONCE) as client:
        assert client.url == broker.url
        assert versions(client.latest_pacts("orders", Chosen())) == [("stock", "1")]


def test_refused_credentials_say_what_to_set(broker: Broker) -> None:
    """A broker that refuses is told by its address, without what it was shown."""
    broker.authorization = "Bearer other"
    with pytest.raises(BrokerFailed, match="refused the credentials") as caught:
        published(broker, credentials=Credentials("s3cret"))

    assert "PACT_BROKER_TOKEN" in caught.value.hint
    assert "s3cret" not in caught.value.message + caught.value.hint + repr(Credentials("s3cret"))


def test_a_broker_may_call_itself_by_another_name(broker: Broker) -> None:
    """Links are followed on the host that was given, so credentials go nowhere else."""
    put(broker, "1", branch="main")
    broker.called, broker.prefix = "https://broker.internal:9292", "/sub"

    found = published(broker, chosen=Chosen(branch="main"), credentials=Credentials("t"))
    assert versions(found) == [("stock", "1")]
    assert all(each.startswith("/sub/") for each in broker.asked)


@pytest.mark.parametrize("failures", [[503], [502, 504]])
def test_what_passes_is_asked_again(broker: Broker, failures: list[int]) -> None:
    """A gateway's refusal is asked for again after a wait."""
    put(broker, "1")
    broker.failures = list(failures)

    assert versions(published(broker)) == [("stock", "1")]


@pytest.mark.parametrize(
    ("failures", "said"), [([503, 503, 503], "answered with 503"), ([500], "answered with 500")]
)
def test_what_does_not_pass_is_told(broker: Broker, failures: list[int], said: str) -> None:
    """The last answer counts, and an error of the broker's own is not asked for again."""
    put(broker, "1")
    broker.failures = list(failures)

    with pytest.raises(BrokerFailed, match=said):
        published(broker)


def test_each_further_try_waits_longer() -> None:
    """The waits are those that patience names, one before each further try."""
    waited: list[float] = []
    asking = HttpAsking(Credentials(), Patience(waits_s=(0.5, 1.0)), waited.append)

    with pytest.raises(BrokerFailed, match="cannot be reached"):
        asking.ask(Request("GET", f"http://127.0.0.1:{closed_port()}/"))
    assert waited == [0.5, 1.0]


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


def test_a_silent_host_ends_in_time() -> None:
    """Who accepts and never answers is given up."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        asking = HttpAsking(Credentials(), Patience(0.2, 0.2, ()))
        with pytest.raises(BrokerFailed, match="did not answer in time"):
            asking.ask(Request("GET", f"http://127.0.0.1:{silent.getsockname()[1]}/"))


def test_a_proxy_that_is_not_there_is_told_without_its_password(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment's proxy is used, and its credentials stand in no sentence."""
    monkeypatch.setenv("http_proxy", f"http://user:s3cret@127.0.0.1:{closed_port()}")
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(BrokerFailed, match="the proxy did not lead to") as caught:
        published(broker)

    assert "s3cret" not in caught.value.message


@pytest.mark.parametrize(
    "url", ["broker.example", "ftp://a.example", "http://", "http://[", "https://me:s3cret@"]
)
def test_what_is_no_address_is_misused(url: str) -> None:
    """An address is http or https with a host; what it may hide is not shown."""
    with pytest.raises(Misused, match=r"https://broker\.example") as caught:
        address_and_credentials(url, Credentials())

    assert "s3cret" not in caught.value.message


@pytest.mark.parametrize("body", [b"<html></html>", b"[]", b'{"_links": {}}'])
def test_what_is_no_broker_is_told(body: bytes) -> None:
    """A page, another kind of JSON, or HAL without the relations that a broker has."""

    class Page(Broker):
        def answer(self, path: str) -> tuple[int, bytes]:
            return 200, body

    with serving(Page()) as page, pytest.raises(BrokerFailed) as caught:
        published(page)
    assert caught.value.hint == "is this the address of a Pact Broker?"


def test_an_answer_without_end_is_cut(broker: Broker) -> None:
    """More bytes than a document may have are not read."""

    class Endless(Broker):
        def answer(self, path: str) -> tuple[int, bytes]:
            return 200, b" " * (MAX_SIZE_BYTES + 1)

    with serving(Endless()) as endless, pytest.raises(BrokerFailed, match="more than"):
        published(endless)


@pytest.mark.parametrize("is_wrapped", [True, False])
def test_a_document_that_the_broker_keeps_is_given(broker: Broker, is_wrapped: bool) -> None:
    """As it is, or encoded as the content of an object."""
    written = b'{"openapi": "3.1.0"}'
    broker.provider_versions["stock/1"] = "7"
    content = json.dumps({"content": base64.b64encode(written).decode()}).encode()
    broker.documents["stock/1", "7"] = content if is_wrapped else written

    with opened(broker.url, Credentials(), AT_ONCE) as client:
        assert client.documents("stock/1") == (written,)


def test_a_broker_that_keeps_no_document_says_so(broker: Broker) -> None:
    """An unknown provider, or one without a document, has none."""
    broker.provider_versions["stock"] = "7"
    with opened(broker.url, Credentials(), AT_ONCE) as client:
        assert client.documents("stock") == ()
        assert client.documents("nobody") == ()


def test_another_address_is_not_shown_the_credentials(broker: Broker) -> None:
    """A document from elsewhere is fetched without what the broker is shown."""
    broker.provider_versions["a"] = "1"
    with serving(Broker()) as elsewhere, opened(broker.url, Credentials("t"), AT_ONCE) as client:
        assert isinstance(client, BrokerClient)
        client.fetched(elsewhere.url + "/")
        with pytest.raises(BrokerFailed, match="answered with 404"):
            client.fetched(elsewhere.url + "/gone")

    assert elsewhere.shown == [None, None]
