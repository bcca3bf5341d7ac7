"""What verification says of messages: made by the provider, judged by pact's own verifier."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from harness.domain.crash import Crash
from harness.domain.errors import MessageNotMade
from harness.domain.evidence import InteractionVerified, Outcome
from harness.domain.json import Json
from harness.domain.message import Message
from harness.domain.produced import Made, Produced, Wanted
from harness.domain.service import BrokerUse, Service
from tests.adapters.pact_provider import (
    LocalProvider,
    context_of,
    interaction,
    pact,
    unobserved,
    verified,
    verify,
)

pytestmark = pytest.mark.tools

TYPED: Json = {"body": {"$": {"combine": "AND", "matchers": [{"match": "type"}]}}}
JSON_TYPE = "application/json"


def told(
    content: Json, metadata: Mapping[str, Json] | None = None, **more: Json
) -> dict[str, Json]:
    """An asynchronous message of a pact."""
    kind: dict[str, Json] = {"type": "Asynchronous/Messages", "description": "it was told"}
    return {**kind, **side(content, metadata), **more}


def side(content: Json, metadata: Mapping[str, Json] | None = None) -> dict[str, Json]:
    """A message as one side of an interaction holds it."""
    contents: Json = {"content": content, "contentType": JSON_TYPE, "encoded": False}
    return {"contents": contents, "metadata": dict(metadata or {}), "matchingRules": TYPED}


def asked(*replies: Json, **more: Json) -> dict[str, Json]:
    """A synchronous message of a pact, with the replies that are expected."""
    kind: dict[str, Json] = {"type": "Synchronous/Messages", "description": "it was told"}
    request = side({"sku": "A-1"}, {"contentType": JSON_TYPE, "topic": "asked", "key": "A-1"})
    return {**kind, "request": request, "response": list(replies), **more}


def made(body: Json = None, **more: object) -> Produced:
    """A message that says all that is beside it."""
    channel = str(more.pop("channel", ""))
    metadata = more.pop("metadata", None)
    more.setdefault("content_type", JSON_TYPE)
    payload = None if body is None else json.dumps(body).encode()
    return Produced(Message(payload, **more), channel, metadata=metadata)  # type: ignore[arg-type]


def seen_of(
    directory: Path,
    contract: Json,
    *messages: Produced,
    make: Callable[[Wanted], Made | Crash] | None = None,
    by: str = "description",
    **more: object,
) -> InteractionVerified:
    """How one interaction was judged of a worker that makes these messages."""
    service = Service("till", directory, messages="till.messages", states="s")
    maker = make or (lambda _: Made("till.messages.told", by, messages))
    provider = LocalProvider(
        service,
        lambda _: Response(status=500),
        makers={"it was told": maker},
        **more,  # type: ignore[arg-type]
    )
    context = context_of(directory, pact(contract), service=service)
    evidence = verify(provider, context)
    assert unobserved(evidence) == []
    (seen,) = verified(evidence)
    assert seen.of_message
    return seen


def test_a_message_that_is_as_promised_passes(tmp_path: Path) -> None:
    """Body, headers, key, content type and channel are found under the names that a pact has."""
    metadata: dict[str, Json] = {
        "contentType": JSON_TYPE,
        "topic": "parcels",
        "kafka_key": "7",
        "trace": "c0ffee",
        "attempt": 1,
        "correlation-id": "c1",
    }
    message = made(
        {"id": 9},
        channel="parcels",
        key="7",
        headers={"trace": b"c0ffee", "attempt": "1", "more": "x"},
        correlation_id="c1",
    )

    seen = seen_of(tmp_path, told({"id": 1}, metadata), message)

    assert (seen.outcome, seen.lacking, seen.mismatches) == (Outcome.PASSED, (), ())
    assert seen.function == "till.messages.told"


def test_what_differs_and_what_is_not_there_are_told_apart(tmp_path: Path) -> None:
    """A wrong body does not hide a key that is missing, nor the other way round."""
    metadata = {"contentType": JSON_TYPE, "topic": "parcels", "key": "7"}
    message = made({"id": "x"}, channel="letters", content_type="")

    seen = seen_of(tmp_path, told({"id": 1}, metadata), message)

    assert seen.outcome is Outcome.FAILED
    assert seen.lacking == ("contentType", "key")
    places = {one.where: (one.expected, one.actual) for one in seen.mismatches}
    assert places == {
        "$.id": ("1", '"x"'),
        "metadata:topic": ("parcels", "letters"),
        "metadata:contentType": (JSON_TYPE, ""),
        "metadata:key": ("7", ""),
    }


def test_a_channel_names_where_its_function_sends(tmp_path: Path) -> None:
    """A function that was found by the channel needs not repeat it; found otherwise, it does."""
    contract = told({"id": 1}, {"topic": "parcels"})

    assert seen_of(tmp_path, contract, made({"id": 1}), by="channel").outcome is Outcome.PASSED
    assert seen_of(tmp_path, contract, made({"id": 1})).lacking == ("topic",)


def test_names_of_one_mapping_are_read_as_libraries_write_them(tmp_path: Path) -> None:
    """Where all is named in one mapping, its key, type and place are found in it."""
    metadata = {"contentType": JSON_TYPE, "channel": "parcels", "key": "7", "trace": "t"}
    beside = {"content-type": JSON_TYPE, "topic": "parcels", "kafka.key": "7", "trace": "t"}
    message = made({"id": 1}, metadata=beside, content_type="")

    assert seen_of(tmp_path, told({"id": 1}, metadata), message).outcome is Outcome.PASSED


def test_a_bare_body_of_json_is_seen_to_be_json(tmp_path: Path) -> None:
    """Contracts name a content type by themselves; a body that nobody says anything of has one."""
    bare = Produced(Message(b'{"id": 3}'), is_bare=True)

    seen = seen_of(tmp_path, told({"id": 1}, {"contentType": JSON_TYPE}), bare)

    assert seen.outcome is Outcome.PASSED


def test_a_tombstone_in_place_of_a_body_is_one_difference(tmp_path: Path) -> None:
    """What has no body has no content type, which is not told again."""
    seen = seen_of(tmp_path, told({"id": 1}, {"contentType": JSON_TYPE}), made(content_type=""))

    assert (seen.outcome, seen.lacking) == (Outcome.FAILED, ())
    assert [one.where for one in seen.mismatches] == ["$"]


def test_a_pact_of_version_3_and_binary_bodies_are_verified(tmp_path: Path) -> None:
    """Messages of older pacts stand in a list of their own; bytes are compared as bytes."""
    old = {"description": "it was told", "contents": {"id": 1}, "metaData": {"topic": "t"}}
    text = {"consumer": {"name": "shop"}, "provider": {"name": "till"}, "messages": [old]}
    text |= {"metadata": {"pactSpecification": {"version": "3.0.0"}}}
    service = Service("till", tmp_path, messages="till.messages")
    for body, outcome in ({"id": 1}, Outcome.PASSED), ({"id": 2}, Outcome.FAILED):
        maker = partial(_made_by, Made("f", "", (made(body, channel="t"),)))
        provider = LocalProvider(
            service, lambda _: Response(status=500), makers={"it was told": maker}
        )
        context = context_of(tmp_path, json.dumps(text), service=service)
        assert [one.outcome for one in verified(verify(provider, context))] == [outcome]
    media_type = "application/octet-stream"
    shown: Json = {
        "type": "Asynchronous/Messages",
        "description": "it was told",
        "contents": {
            "content": base64.b64encode(b"\x00\x01").decode(),
            "contentType": media_type,
            "encoded": "base64",
        },
    }
    for content, outcome in (b"\x00\x01", Outcome.PASSED), (b"\x00\x02", Outcome.FAILED):
        message = Produced(Message(content, content_type=media_type))
        assert seen_of(tmp_path, shown, message).outcome is outcome


def _made_by(told: Made, _: Wanted) -> Made:
    return told


def test_a_reply_is_made_of_the_request_that_asks(tmp_path: Path) -> None:
    """The function gets the request of the contract, in the states that it names."""
    got: list[Wanted] = []

    def price(wanted: Wanted) -> Made:
        got.append(wanted)
        return Made("till.messages.price", "channel", (made({"price": 3}),))

    states: Json = [{"name": "a sku exists", "params": {"sku": "A-1"}}]
    seen = seen_of(
        tmp_path,
        asked(side({"price": 1}), providerStates=states),
        make=price,
        handlers={"a sku exists": lambda sku: {"id": 7}},
    )

    assert seen.outcome is Outcome.PASSED
    (wanted,) = got
    assert wanted.given == {"sku": "A-1", "id": 7}
    assert wanted.request == Message(b'{"sku": "A-1"}', {}, "A-1", JSON_TYPE)
    assert wanted.names == (("description", "it was told"), ("channel", "asked"))


def test_each_of_several_replies_is_judged(tmp_path: Path) -> None:
    """Pact's verifier takes one message an interaction: each reply is handed to it alone."""
    contract = asked(side({"page": 1}), side({"total": 9}, {"last": "yes"}))
    first = made({"page": 3})

    good = seen_of(tmp_path, contract, first, made({"total": 1}, headers={"last": "yes"}))
    bad = seen_of(tmp_path, contract, first, made({"total": "x"}, headers={"last": "no"}))
    short = seen_of(tmp_path, contract, first)

    assert good.outcome is Outcome.PASSED
    assert [one.where for one in bad.mismatches] == ["reply 2 $.total", "reply 2 metadata:last"]
    assert short.outcome is Outcome.ERROR
    assert short.detail.startswith("expected 2 messages of till.messages.told, seen 1")


def test_a_request_without_a_reply_in_its_contract_is_not_verified(tmp_path: Path) -> None:
    """That a function took the request holds nothing of what came back, and is told as such."""
    service = Service("till", tmp_path, messages="till.messages", states="s")
    provider = LocalProvider(
        service,
        lambda _: Response(status=500),
        makers={"it was told": lambda _: Made("f", "description", (made({"id": 1}),))},
    )

    evidence = verify(provider, context_of(tmp_path, pact(asked()), service=service))

    assert verified(evidence) == []
    (seen,) = unobserved(evidence)
    assert seen.reason.startswith("its contract shows no reply")


def test_a_message_that_nobody_makes_and_one_that_cannot_be_made(tmp_path: Path) -> None:
    """Both are told with their reason, and pact's verifier is not asked."""

    def refuse(_: Wanted) -> Made:
        raise MessageNotMade("the function f makes no message: it returned nothing", detail="more")

    other = told({"id": 1}, description="another")
    unnamed = seen_of(tmp_path, other, made({"id": 1}))
    unmade = seen_of(tmp_path, told({"id": 1}), make=refuse)

    assert (unnamed.outcome, unnamed.detail) == (
        Outcome.UNNAMED,
        "no function makes the message 'another'",
    )
    assert unmade.outcome is Outcome.ERROR
    assert unmade.detail == "the function f makes no message: it returned nothing\nmore"


def test_what_a_function_raises_is_a_crash(tmp_path: Path) -> None:
    """It is kept with its frames, as that of a request is; secrets are hidden in what is told."""
    crash = Crash(0, None, "KeyError", "'id'", (), "Traceback …", (), "raised")

    seen = seen_of(tmp_path, told({"id": 1}), make=lambda _: crash)

    assert (seen.outcome, seen.crash) == (Outcome.ERROR, crash)


def test_a_state_that_is_missing_is_told_before_anything_is_made(tmp_path: Path) -> None:
    """States bind messages as they bind replies."""
    contract = told({"id": 1}, providerStates=[{"name": "a parcel exists"}])

    seen = seen_of(tmp_path, contract, made({"id": 1}))

    assert seen.outcome is Outcome.STATE_MISSING
    assert seen.states == ("a parcel exists",)


def test_requests_of_a_worker_are_told_as_not_verified(tmp_path: Path) -> None:
    """A worker answers nobody: an HTTP interaction with it is no silent pass."""
    service = Service("till", tmp_path, messages="till.messages")
    provider = LocalProvider(
        service,
        lambda _: Response(status=200),
        makers={"it was told": lambda _: Made("f", "", (made({"id": 1}),))},
    )
    context = context_of(tmp_path, pact(told({"id": 1}), interaction()), service=service)
    evidence = verify(provider, context)

    assert [one.outcome for one in verified(evidence)] == [Outcome.PASSED]
    assert [one.reason for one in unobserved(evidence)] == ["till answers no requests"]


def test_requests_to_a_worker_that_is_asked_itself_need_no_function(tmp_path: Path) -> None:
    """Another step asks it; what it sends unasked is still made by nobody."""
    worker = ("{python}", "-m", "till")
    service = Service("till", tmp_path, broker=BrokerUse("zeromq"), worker=worker, states="s")
    provider = LocalProvider(service, lambda _: Response(status=500))
    contract = pact(told({"id": 1}), {**asked(side({"id": 1})), "description": "it was asked"})

    (one,) = unobserved(verify(provider, context_of(tmp_path, contract, service=service)))

    assert one.what == "shop → till: 1 of 2 interactions"
    assert one.reason == "nobody says what makes the messages of till"
