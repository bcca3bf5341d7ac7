"""What the storefront expects of the catalog: all that a product page shows."""

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from storefront.clients.catalog import (
    CatalogClient,
    Category,
    CategoryName,
    Discount,
    Money,
    Price,
    Product,
    ProductPage,
    Review,
)
from storefront.clients.errors import ProductNotFound
from storefront.enums import Currency, ProductStatus

from harness.consumer import Consumer, MockProvider, get, reply, state

catalog = Consumer("storefront").of("catalog")

OPENING_DAY = datetime(2024, 3, 1, 9, 30, tzinfo=UTC)
SALE_ENDS = datetime(2035, 1, 1, tzinfo=UTC)
FURNITURE = UUID("3f0c8a52-7d1b-4f0e-9a2b-5d1c0e7f6a11")
MAY_BE_ABSENT = ("release_date", "weight_grams", "discount")


def product(
    sku: str,
    *,
    status: ProductStatus = ProductStatus.ACTIVE,
    release_date: date | None = None,
    rating: float | None = None,
) -> Product:
    """A product as the catalog's states make it."""
    return Product(
        sku=sku,
        name="Walnut desk",
        description="A desk of solid walnut.",
        category=CategoryName(FURNITURE, "Furniture"),
        status=status,
        tags=["desk", "wood"],
        price=Money(Decimal("249.00"), Currency.EUR),
        weight_grams=18500,
        release_date=release_date,
        created_at=OPENING_DAY,
        rating=rating,
    )


@catalog.expects(
    "a product for its page",
    given=[state("a product exists", sku="DESK-120")],
    request=get("/products/DESK-120"),
    response=reply(200, product("DESK-120"), may_be_absent=MAY_BE_ABSENT),
)
def test_a_product_for_its_page(provider: MockProvider) -> None:
    """A product without reviews has no rating, and one on sale no release date."""
    found = asyncio.run(CatalogClient(provider.url).get_product("DESK-120"))
    assert found == product("DESK-120")


@catalog.expects(
    "a preorder with its release date",
    given=[state("a preorder exists", sku="CHAIR-9", release_date="2031-05-01")],
    request=get("/products/CHAIR-9"),
    response=reply(
        200,
        product("CHAIR-9", status=ProductStatus.PREORDER, release_date=date(2031, 5, 1)),
        may_be_absent=MAY_BE_ABSENT,
    ),
)
def test_a_preorder_with_its_release_date(provider: MockProvider) -> None:
    """A preorder tells when it comes out."""
    found = asyncio.run(CatalogClient(provider.url).get_product("CHAIR-9"))
    assert found.release_date == date(2031, 5, 1)


@catalog.expects(
    "a product that does not exist",
    given=[state("no product exists", sku="GHOST-1")],
    request=get("/products/GHOST-1"),
    response=reply(404, {"detail": "There is no product GHOST-1.", "errors": []}),
    raises=ProductNotFound,
)
def test_a_product_that_does_not_exist(provider: MockProvider) -> None:
    """An unknown sku is told apart from a failing catalog."""
    with pytest.raises(ProductNotFound):
        asyncio.run(CatalogClient(provider.url).get_product("GHOST-1"))


@catalog.expects(
    "the first page of products",
    given=[state("products exist", count=3)],
    request=get("/products", query={"page": "1", "page_size": "2"}),
    response=reply(
        200,
        ProductPage([product("SKU-1"), product("SKU-2")], page=1, page_size=2, total=3),
        may_be_absent=MAY_BE_ABSENT,
    ),
)
def test_the_first_page_of_products(provider: MockProvider) -> None:
    """A page tells how many products there are in all."""
    page = asyncio.run(CatalogClient(provider.url).list_products(page_size=2))
    assert ([each.sku for each in page.items], page.total) == (["SKU-1", "SKU-2"], 3)


@catalog.expects(
    "the price of a product on sale",
    given=[state("a product with a discount exists", sku="LAMP-7", percent=15, until=SALE_ENDS)],
    request=get("/products/LAMP-7/price", query={"currency": "EUR"}),
    response=reply(
        200,
        Price("LAMP-7", Decimal("249.00"), Currency.EUR, OPENING_DAY, Discount(15, SALE_ENDS)),
        may_be_absent=MAY_BE_ABSENT,
    ),
)
def test_the_price_of_a_product_on_sale(provider: MockProvider) -> None:
    """A discount tells its percentage and its end."""
    price = asyncio.run(CatalogClient(provider.url).get_price("LAMP-7", Currency.EUR))
    assert price.discount == Discount(15, SALE_ENDS)


@catalog.expects(
    "the price of a product without discount",
    given=[state("a product exists", sku="DESK-120")],
    request=get("/products/DESK-120/price", query={"currency": "GBP"}),
    response=reply(
        200,
        Price("DESK-120", Decimal("214.14"), Currency.GBP, OPENING_DAY, None),
        may_be_absent=MAY_BE_ABSENT,
    ),
)
def test_the_price_of_a_product_without_discount(provider: MockProvider) -> None:
    """A price may lack a discount."""
    price = asyncio.run(CatalogClient(provider.url).get_price("DESK-120", Currency.GBP))
    assert price.discount is None


@catalog.expects(
    "the reviews of a product",
    given=[state("a product with reviews exists", sku="DESK-120", count=2, rating=4)],
    request=get("/products/DESK-120/reviews"),
    response=reply(
        200,
        [
            Review(UUID(int=1), "Customer 1", 4, None, OPENING_DAY),
            Review(UUID(int=2), "Customer 2", 4, "Sturdy and quickly built.", OPENING_DAY),
        ],
    ),
)
def test_the_reviews_of_a_product(provider: MockProvider) -> None:
    """A review may come without a text."""
    reviews = asyncio.run(CatalogClient(provider.url).list_reviews("DESK-120"))
    assert [review.body for review in reviews] == [None, "Sturdy and quickly built."]


@catalog.expects(
    "the category tree",
    given=[state("categories are nested")],
    request=get("/categories"),
    response=reply(
        200,
        [Category(FURNITURE, "Furniture", [Category(UUID(int=3), "Chairs", [])])],
    ),
)
def test_the_category_tree(provider: MockProvider) -> None:
    """Categories hold categories."""
    (furniture, *_) = asyncio.run(CatalogClient(provider.url).list_categories())
    assert [child.name for child in furniture.children] == ["Chairs"]
