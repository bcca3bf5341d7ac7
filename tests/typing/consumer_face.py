"""The face for contract authors as mypy sees it; checked, never run."""

from dataclasses import dataclass
from typing import TypedDict, assert_type

import pytest

from harness.consumer import (
    Consumer,
    Delivery,
    Exchange,
    Like,
    Message,
    MockProvider,
    Pair,
    Pattern,
    Reply,
    Request,
    State,
    answer,
    delete,
    get,
    like,
    message,
    patch,
    pattern,
    post,
    put,
    reply,
    request,
    state,
)


@dataclass
class Stock:
    """What a client parses."""

    sku: str
    on_hand: int


class StockDict(TypedDict):
    """The same, as a plain dict."""

    sku: str


inventory = assert_type(Consumer("orders").of("inventory"), Pair)
assert_type(state("a sku exists", sku="A", on_hand=3), State)
assert_type(get("/stock", query={"page": "1", "tag": ["a", "b"]}), Request)
assert_type(post("/stock", Stock("A", 1), headers={"X": pattern(".+", "x")}), Request)
assert_type(put("/stock", {"sku": "A"}), Request)
assert_type(patch("/stock", like(Stock("A", 1))), Request)
assert_type(delete(pattern("/stock/.+", "/stock/A")), Request)
assert_type(request("OPTIONS", "/stock"), Request)
assert_type(reply(200, Stock("A", 1)), Reply)
assert_type(reply(200, [], reads=list[Stock]), Reply)
assert_type(reply(200, {"sku": "A"}, reads=StockDict), Reply)
assert_type(reply(200, {"sku": "A"}, reads=StockDict | None, may_be_absent=["sku"]), Reply)
assert_type(like(Stock("A", 1)), Like[Stock])
assert_type(pattern("a+", "a"), Pattern)

get("/stock", query={"page": 1})  # type: ignore[dict-item]
reply("200")  # type: ignore[arg-type]
inventory.expects("no request", response=reply(200))  # type: ignore[call-arg]
inventory.expects("no reply", request=get("/"))  # type: ignore[call-arg]
inventory.expects("a", given=[3], request=get("/"), response=reply(200))  # type: ignore[list-item]
inventory.expects("a", request=get("/"), response=reply(200), raises=Stock)  # type: ignore[arg-type]


@inventory.expects("plain", given=["a state"], request=get("/"), response=reply(200))
def test_plain(provider: MockProvider) -> None:
    """A decorated test keeps its own type."""
    assert_type(provider.url, str)


@inventory.expects("outer", request=get("/"), response=reply(200), raises=(KeyError, ValueError))
@pytest.mark.parametrize("number", [1])
@inventory.expects("inner", request=get("/"), response=reply(200), raises=KeyError)
async def test_stacked(provider: MockProvider, number: int) -> None:
    """So does an asynchronous one."""


@inventory.expects("returns", request=get("/"), response=reply(200))  # type: ignore[type-var]
def test_returns(provider: MockProvider) -> int:
    """A test that gives something back is most often an assertion that was forgotten."""
    return 1


def uses() -> None:
    """The decorator gives back what it was given."""
    assert_type(test_plain(MockProvider("a", "b")), None)
    test_plain(3)  # type: ignore[arg-type]


priced = message("prices", like(Stock("A", 1)))
assert_type(
    answer([Stock("A", 1)], reads=list[Stock], headers={"page": pattern("1", "1")}), Message
)
inventory.asks("no reply", message=priced)  # type: ignore[call-arg]
inventory.asks("a reply over HTTP", message=priced, reply=reply(200))  # type: ignore[arg-type]


@inventory.asks("a price", message=priced, reply=answer(Stock("A", 1)), raises=KeyError)
def test_asks(exchange: Exchange) -> None:
    """What carries the request gives a delivery back."""
    assert_type(exchange.ask(b"{}", headers={"trace": "1"}, key="7"), Delivery)
