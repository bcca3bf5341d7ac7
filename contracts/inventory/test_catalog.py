"""What the inventory expects of the catalog: that a product exists, and when it comes out."""

import pytest
from inventory.clients.catalog import CatalogClient, Product, ProductNotFound

from harness.consumer import Consumer, MockProvider, get, reply, state

catalog = Consumer("inventory").of("catalog")

JSON = {"Accept": "application/json"}


@catalog.expects(
    "a product to keep",
    given=[state("a product exists", sku="DESK-120")],
    request=get("/products/DESK-120", headers=JSON),
    response=reply(
        200,
        Product(sku="DESK-120", name="Walnut desk", status="active", weight_grams=18500),
        reads=Product,
    ),
)
def test_a_product_to_keep(provider: MockProvider) -> None:
    """A product on sale has no release date."""
    product = CatalogClient(provider.url).product("DESK-120")
    assert product["weight_grams"] == 18500
    assert "release_date" not in product


@catalog.expects(
    "a product of unknown weight",
    given=[state("a product without description exists", sku="STOOL-2")],
    request=get("/products/STOOL-2", headers=JSON),
    response=reply(
        200,
        Product(sku="STOOL-2", name="Walnut desk", status="active", weight_grams=None),
        reads=Product,
    ),
)
def test_a_product_of_unknown_weight(provider: MockProvider) -> None:
    """A weight may be unknown."""
    assert CatalogClient(provider.url).product("STOOL-2")["weight_grams"] is None


@catalog.expects(
    "a product that is not out yet",
    given=[state("a preorder exists", sku="CHAIR-9", release_date="2031-05-01")],
    request=get("/products/CHAIR-9", headers=JSON),
    response=reply(
        200,
        Product(
            sku="CHAIR-9",
            name="Walnut desk",
            status="preorder",
            weight_grams=18500,
            release_date="2031-05-01",
        ),
        reads=Product,
    ),
)
def test_a_product_that_is_not_out_yet(provider: MockProvider) -> None:
    """A preorder tells its release date."""
    assert CatalogClient(provider.url).product("CHAIR-9")["release_date"] == "2031-05-01"


@catalog.expects(
    "a product that does not exist",
    given=[state("no product exists", sku="GHOST-1")],
    request=get("/products/GHOST-1", headers=JSON),
    response=reply(404, {"detail": "There is no product GHOST-1.", "errors": []}),
    raises=ProductNotFound,
)
def test_a_product_that_does_not_exist(provider: MockProvider) -> None:
    """An unknown sku is told apart from a failing catalog."""
    with pytest.raises(ProductNotFound):
        CatalogClient(provider.url).product("GHOST-1")
