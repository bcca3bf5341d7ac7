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

A message is declared in the same way, and handed to the consumer's own handler:

    orders = Consumer("shipping").of("orders")

    @orders.receives("an order was placed", message=message("orders.placed", OrderPlaced(7)))
    def test_an_order_was_placed(delivery: Delivery) -> None:
        assert handle(delivery.body, delivery.headers).order_id == 7

A request message and its reply are declared together, and the client is handed what carries them:

    pricing = Consumer("checkout").of("pricing")

    @pricing.asks("a price", message=message("prices", {"sku": "A"}), reply=answer(Price(900)))
    def test_a_price(exchange: Exchange) -> None:
        assert PriceClient(exchange.ask).price("A").cents == 900
"""

from harness.consumer.declaration import CloudEvent, Like, Message, Pattern, Reply, Request, State
from harness.consumer.exchange import Exchange, RequestUndeclared
from harness.consumer.face import (
    Consumer,
    Delivery,
    MockProvider,
    Pair,
    answer,
    cloud_event,
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

__all__ = [
    "CloudEvent",
    "Consumer",
    "Delivery",
    "Exchange",
    "Like",
    "Message",
    "MockProvider",
    "Pair",
    "Pattern",
    "Reply",
    "Request",
    "RequestUndeclared",
    "State",
    "answer",
    "cloud_event",
    "delete",
    "get",
    "like",
    "message",
    "patch",
    "pattern",
    "post",
    "put",
    "reply",
    "request",
    "state",
]
