"""What the stocktake expects of the catalog: prices to value the stock with."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from msgspec import UNSET
from stocktake.clients.catalog import CatalogClient, Currency, Discount, Price, ProductNotFound

from harness.consumer import Consumer, MockProvider, get, reply, state

catalog = Consumer("stocktake").of("catalog")

OPENING_DAY = datetime(2024, 3, 1, 9, 30, tzinfo=UTC)
SALE_ENDS = datetime(2035, 1, 1, tzinfo=UTC)


@catalog.expects(
    "the price of a product",
    given=[state("a product exists", sku="DESK-120", amount="249.00", currency="EUR")],
    request=get("/products/DESK-120/price", query={"currency": "EUR"}),
    response=reply(200, Price("DESK-120", Decimal("249.00"), Currency.EUR, OPENING_DAY)),
)
def test_the_price_of_a_product(provider: MockProvider) -> None:
    """A price without a discount does not mention one."""
    with CatalogClient(provider.url) as client:
        price = client.price("DESK-120")
    assert (price.amount, price.discount) == (Decimal("249.00"), UNSET)


@catalog.expects(
    "the price of a product on sale",
    given=[state("a product with a discount exists", sku="LAMP-7", percent=15, until=SALE_ENDS)],
    request=get("/products/LAMP-7/price", query={"currency": "USD"}),
    response=reply(
        200,
        Price("LAMP-7", Decimal("271.41"), Currency.USD, OPENING_DAY, Discount(15, SALE_ENDS)),
    ),
)
def test_the_price_of_a_product_on_sale(provider: MockProvider) -> None:
    """A discount tells its percentage and its end."""
    with CatalogClient(provider.url) as client:
        price = client.price("LAMP-7", Currency.USD)
    assert price.discount == Discount(15, SALE_ENDS)


@catalog.expects(
    "the price of a product that does not exist",
    given=[state("no product exists", sku="GHOST-1")],
    request=get("/products/GHOST-1/price", query={"currency": "EUR"}),
    response=reply(404, {"detail": "There is no product GHOST-1.", "errors": []}),
    raises=ProductNotFound,
)
def test_the_price_of_a_product_that_does_not_exist(provider: MockProvider) -> None:
    """Without a product there is no price."""
    with CatalogClient(provider.url) as client, pytest.raises(ProductNotFound):
        client.price("GHOST-1")
