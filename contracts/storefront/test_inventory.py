"""What the storefront expects of the inventory, written with pact-python alone."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from pact import Pact, match
from storefront.clients.errors import StockNotFound
from storefront.clients.inventory import InventoryClient, Location
from storefront.enums import StockStatus

PACTS = Path(__file__).parent.parent / "pacts"
MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"
STATUS = r"^(in_stock|low|out_of_stock)$"


@pytest.fixture
def pact() -> Iterator[Pact]:
    """One pact a test, written when the test has passed."""
    pact = Pact("storefront", "inventory")
    yield pact
    pact.write_file(PACTS)


def test_the_stock_of_a_known_sku(pact: Pact) -> None:
    """A level tells where the stock lies."""
    (
        pact.upon_receiving("the stock of a known sku")
        .given("a sku exists", sku="DESK-120", on_hand=10)
        .with_request("GET", "/stock/DESK-120")
        .will_respond_with(200)
        .with_body(
            {
                "sku": match.str("DESK-120"),
                "on_hand": match.int(10),
                "reserved": match.int(0),
                "available": match.int(10),
                "restock_at": None,
                "locations": match.each_like(
                    {"warehouse_id": match.int(1), "quantity": match.int(10)}, min=1
                ),
                "status": match.regex("in_stock", regex=STATUS),
            }
        )
    )
    with pact.serve() as server:
        stock = asyncio.run(InventoryClient(str(server.url)).get_stock("DESK-120"))
    assert (stock.locations, stock.restock_at) == ([Location(1, 10)], None)


def test_the_stock_of_what_is_awaited(pact: Pact) -> None:
    """What is sold out may tell when it comes again."""
    (
        pact.upon_receiving("the stock of a sku that is awaited")
        .given("a sku awaits restocking", sku="LAMP-7", restock_at="2031-05-01T06:00:00+00:00")
        .with_request("GET", "/stock/LAMP-7")
        .will_respond_with(200)
        .with_body(
            {
                "sku": match.str("LAMP-7"),
                "on_hand": match.int(0),
                "reserved": match.int(0),
                "available": match.int(0),
                "restock_at": match.regex("2031-05-01T06:00:00+00:00", regex=MOMENT),
                "locations": [],
                "status": match.regex("out_of_stock", regex=STATUS),
            }
        )
    )
    with pact.serve() as server:
        stock = asyncio.run(InventoryClient(str(server.url)).get_stock("LAMP-7"))
    assert stock.status is StockStatus.OUT_OF_STOCK
    assert stock.restock_at is not None


def test_the_stock_of_a_sku_that_is_not_kept(pact: Pact) -> None:
    """What the inventory does not keep is told apart from a failing inventory."""
    (
        pact.upon_receiving("the stock of a sku that is not kept")
        .given("no sku exists", sku="GHOST-1")
        .with_request("GET", "/stock/GHOST-1")
        .will_respond_with(404)
    )
    with pact.serve() as server, pytest.raises(StockNotFound):
        asyncio.run(InventoryClient(str(server.url)).get_stock("GHOST-1"))
