"""What orders expects of the catalog: products and their prices."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from orders.clients.catalog import (
    CatalogClient,
    Price,
    Product,
    ProductNotFound,
    ProductStatus,
)
from orders.enums import Currency

from harness.consumer import Consumer, MockProvider, get, reply, state

catalog = Consumer("orders").of("catalog")

OPENING_DAY = datetime(2024, 3, 1, 9, 30, tzinfo=UTC)
NO_PRODUCT = {"detail": "There is no product GHOST-1.", "errors": []}


@catalog.expects(
    "a product on sale",
    given=[state("a product exists", sku="DESK-120")],
    request=get("/products/DESK-120"),
    response=reply(
        200,
        Product(
            sku="DESK-120",
            name="Walnut desk",
            description="A desk of solid walnut.",
            status=ProductStatus.ACTIVE,
            weight_grams=18500,
        ),
    ),
)
def test_a_product_on_sale(provider: MockProvider) -> None:
    """A product is read with its status and description."""
    product = CatalogClient(provider.url).get_product("DESK-120")
    assert (product.name, product.status) == ("Walnut desk", ProductStatus.ACTIVE)


@catalog.expects(
    "a product without description",
    given=[state("a product without description exists", sku="STOOL-2")],
    request=get("/products/STOOL-2"),
    response=reply(
        200,
        Product(
            sku="STOOL-2",
            name="Walnut desk",
            description=None,
            status=ProductStatus.ACTIVE,
            weight_grams=None,
        ),
    ),
)
def test_a_product_without_description(provider: MockProvider) -> None:
    """What a product does not tell is None."""
    product = CatalogClient(provider.url).get_product("STOOL-2")
    assert (product.description, product.weight_grams) == (None, None)


@catalog.expects(
    "a product that is no longer sold",
    given=[state("a discontinued product exists", sku="LAMP-7")],
    request=get("/products/LAMP-7"),
    response=reply(
        200,
        Product(
            sku="LAMP-7",
            name="Walnut desk",
            description="A desk of solid walnut.",
            status=ProductStatus.DISCONTINUED,
        ),
    ),
)
def test_a_product_that_is_no_longer_sold(provider: MockProvider) -> None:
    """A discontinued product can be told from one on sale."""
    product = CatalogClient(provider.url).get_product("LAMP-7")
    assert product.status is ProductStatus.DISCONTINUED


@catalog.expects(
    "a product that does not exist",
    given=[state("no product exists", sku="GHOST-1")],
    request=get("/products/GHOST-1"),
    response=reply(404, NO_PRODUCT),
    raises=ProductNotFound,
)
def test_a_product_that_does_not_exist(provider: MockProvider) -> None:
    """An unknown sku is told apart from a failing catalog."""
    with pytest.raises(ProductNotFound):
        CatalogClient(provider.url).get_product("GHOST-1")


@catalog.expects(
    "the price of a product in euros",
    given=[state("a product exists", sku="DESK-120", amount="249.00", currency="EUR")],
    request=get("/products/DESK-120/price", query={"currency": "EUR"}),
    response=reply(
        200,
        Price(
            sku="DESK-120",
            amount=Decimal("249.00"),
            currency=Currency.EUR,
            valid_from=OPENING_DAY,
        ),
    ),
)
def test_the_price_of_a_product(provider: MockProvider) -> None:
    """A price is an exact Decimal, valid from an aware moment."""
    price = CatalogClient(provider.url).get_price("DESK-120", Currency.EUR)
    assert (price.amount, price.valid_from) == (Decimal("249.00"), OPENING_DAY)


@catalog.expects(
    "the price of a product that does not exist",
    given=[state("no product exists", sku="GHOST-1")],
    request=get("/products/GHOST-1/price", query={"currency": "GBP"}),
    response=reply(404, NO_PRODUCT),
    raises=ProductNotFound,
)
def test_the_price_of_a_product_that_does_not_exist(provider: MockProvider) -> None:
    """Without a product there is no price."""
    with pytest.raises(ProductNotFound):
        CatalogClient(provider.url).get_price("GHOST-1", Currency.GBP)
