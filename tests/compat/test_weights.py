"""Schemas whose references branch, and what becomes of values and documents that they hold."""

from __future__ import annotations

import time
from typing import Any

import pytest

from harness.compat.contracts import promises
from harness.compat.schemas.judging import Judge
from harness.compat.schemas.weights import is_too_heavy
from tests.compat.samples import INTEGER, LIKE, TEXT, document, interaction, record
from tests.compat.test_messages import READ, SOLD, asking, contents, exchanged, received, sending
from tests.documents.messaging import channel, messaging, operation, refer


def doubling(word: str, count: int, prefix: str = "#/$defs/") -> dict[str, Any]:
    """Named schemas each of which asks the next one twice."""
    made: dict[str, Any] = {
        f"S{at}": {word: [{"$ref": f"{prefix}S{at + 1}"}, {"$ref": f"{prefix}S{at + 1}"}]}
        for at in range(count)
    }
    return {**made, f"S{count}": SOLD}


@pytest.mark.parametrize("word", ["allOf", "anyOf", "oneOf"])
def test_references_that_multiply_are_not_judged(word: str) -> None:
    """What would be looked at more often than can be answered says so at once."""
    judge = Judge({"$ref": "#/$defs/S0", "$defs": doubling(word, 3000)})

    assert "branch too often" in judge.fault
    assert judge.accepts({"sku": "A"}) is None


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/$defs/S0", "$defs": doubling("allOf", 10)},
        {"$ref": "#/$defs/T", "$defs": {"T": record({"below": {"$ref": "#/$defs/T"}})}},
        {"$ref": "#/$defs/A", "$defs": {"A": {"anyOf": [{"$ref": "#/$defs/A"}, TEXT]}}},
        {"allOf": [TEXT] * 1000},
        True,
    ],
    ids=["a few", "below", "a circle", "a long list", "anything"],
)
def test_what_ends_soon_is_judged(schema: Any) -> None:
    """Recursion through a value's parts, circles and long lists are light."""
    assert not is_too_heavy(schema)


@pytest.mark.parametrize("written", ["received", "sent", "over HTTP"])
def test_a_hostile_document_ends_in_a_gap(written: str) -> None:
    """In each direction, and in the field's own codes, the answer comes soon and is unknown."""
    schemas = doubling("allOf", 3000, "#/components/schemas/")
    top = refer("components", "schemas", "S0")
    components = {"schemas": schemas}
    started = time.monotonic()
    if written == "received":
        given: Any = messaging({"orders": channel(sold={"payload": top})}, components=components)
        each = received(READ, {"$": LIKE})
    elif written == "sent":
        channels = {"orders": channel(asked={"payload": top})}
        reply = {"messages": [refer("channels", "orders", "messages", "asked")]}
        asks = {"ask": operation("receive", reply=reply)}
        given = messaging(channels, asks, components=components)
        each = exchanged(contents(READ), contents(READ, {"$": LIKE}))
    else:
        body = {"requestBody": {"content": {"application/json": {"schema": top}}}}
        given = document(body, "/things", method="post", **components)
        sent = {"content": READ, "contentType": "application/json", "encoded": False}
        each = interaction(request={"method": "POST", "path": "/things", "body": sent})
    held = promises([given])
    found = held.compared(each)
    list(held.results(each, found))

    assert found is not None
    assert found.gaps
    assert not found.proven
    assert time.monotonic() - started < 10


def test_a_thousand_messages_of_an_operation_are_tried_in_bounded_time() -> None:
    """The one that fits is found, behind however many that do not."""
    many: dict[str, Any] = {
        f"m{at}": {"payload": record({f"f{at}": INTEGER}, f"f{at}")} for at in range(1000)
    }
    started = time.monotonic()
    held = promises([messaging({"orders": channel(**many)})])
    found = held.compared(received({"f999": 1}, {"$": LIKE}))

    assert found is not None
    assert "m999" in found.operation
    assert time.monotonic() - started < 20


def test_an_enormous_enum_is_compared() -> None:
    """A hundred thousand values are one list, in both directions."""
    listed = {"enum": [f"v{at}" for at in range(100_000)]}
    outward = promises([sending(listed)]).compared(received("v5", {"$": LIKE}))
    inward = promises([asking(listed)]).compared(
        exchanged(contents("v5"), contents(READ, {"$": LIKE}))
    )

    assert outward is not None
    assert inward is not None
    assert outward.proven
    assert inward.proven
