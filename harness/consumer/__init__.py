"""
Contracts of a consumer, declared once with the models that its client parses.

Shape:

    inventory = Consumer("orders").of("inventory")

    @inventory.expects(
        "the stock of a known sku",
        given=[state("a sku exists", sku="A-1", on_hand=3)],
        request=get("/stock/A-1"),
        response=reply(200, StockLevel(sku="A-1", on_hand=3)),
    )
    def test_stock_of_a_known_sku(provider: MockProvider) -> None:
        assert InventoryClient(provider.url).stock("A-1").on_hand == 3
"""

from harness.consumer.declaration import Like, Pattern, Reply, Request, State
from harness.consumer.face import (
    Consumer,
    MockProvider,
    Pair,
    delete,
    get,
    like,
    patch,
    pattern,
    post,
    put,
    reply,
    request,
    state,
)

__all__ = [
    "Consumer",
    "Like",
    "MockProvider",
    "Pair",
    "Pattern",
    "Reply",
    "Request",
    "State",
    "delete",
    "get",
    "like",
    "patch",
    "pattern",
    "post",
    "put",
    "reply",
    "request",
    "state",
]
