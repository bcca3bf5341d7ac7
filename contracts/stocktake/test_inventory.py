"""What the stocktake expects of the inventory: page after page of stock levels."""

from datetime import UTC, datetime

from stocktake.clients.inventory import (
    InventoryClient,
    Location,
    StockLevel,
    StockPage,
    StockStatus,
)

from harness.consumer import Consumer, MockProvider, get, reply, state

inventory = Consumer("stocktake").of("inventory")

RESTOCK = datetime(2031, 5, 1, 6, tzinfo=UTC)


def asked(status: StockStatus, page: int = 1, page_size: int = 50) -> dict[str, str]:
    """The query for one page of levels."""
    return {"status": status.value, "page": str(page), "page_size": str(page_size)}


@inventory.expects(
    "what runs low",
    given=[state("nothing is in stock"), state("a sku is low", sku="LAMP-7", on_hand=4)],
    request=get("/stock", query=asked(StockStatus.LOW)),
    response=reply(
        200,
        StockPage(
            items=[StockLevel("LAMP-7", 4, 0, 4, None, [Location(1, 4)], StockStatus.LOW)],
            page=1,
            page_size=50,
            total=1,
        ),
    ),
)
def test_what_runs_low(provider: MockProvider) -> None:
    """A level tells where the stock lies."""
    with InventoryClient(provider.url) as client:
        (level,) = client.levels(StockStatus.LOW)
    assert level.locations == [Location(1, 4)]


@inventory.expects(
    "what is sold out and awaited",
    given=[
        state("nothing is in stock"),
        state("a sku awaits restocking", sku="DESK-120", restock_at=RESTOCK),
    ],
    request=get("/stock", query=asked(StockStatus.OUT_OF_STOCK)),
    response=reply(
        200,
        StockPage(
            items=[StockLevel("DESK-120", 0, 0, 0, RESTOCK, [], StockStatus.OUT_OF_STOCK)],
            page=1,
            page_size=50,
            total=1,
        ),
    ),
)
def test_what_is_sold_out_and_awaited(provider: MockProvider) -> None:
    """What is awaited tells when it comes."""
    with InventoryClient(provider.url) as client:
        (level,) = client.levels(StockStatus.OUT_OF_STOCK)
    assert level.restock_at == RESTOCK


@inventory.expects(
    "an empty page of what is in stock",
    given=[state("nothing is in stock")],
    request=get("/stock", query=asked(StockStatus.IN_STOCK, page_size=10)),
    response=reply(200, StockPage(items=[], page=1, page_size=10, total=0)),
)
def test_an_empty_page(provider: MockProvider) -> None:
    """Nothing in stock is an empty page and not an error."""
    with InventoryClient(provider.url, page_size=10) as client:
        assert list(client.levels(StockStatus.IN_STOCK)) == []
