"""The catalog, as the shop shows it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import quote
from uuid import UUID

from storefront.clients import parsing
from storefront.clients.errors import ProductNotFound
from storefront.clients.parsing import as_object, field
from storefront.clients.transport import JsonClient, Params
from storefront.enums import Currency, ProductStatus


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency."""

    amount: Decimal
    currency: Currency


@dataclass(frozen=True, slots=True)
class CategoryName:
    """A category without its place in the tree."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Category:
    """A category with all that is below it."""

    id: UUID
    name: str
    children: list["Category"]


@dataclass(frozen=True, slots=True)
class Product:
    """A product; only a preorder has a release date."""

    sku: str
    name: str
    description: str | None
    category: CategoryName
    status: ProductStatus
    tags: list[str]
    price: Money
    weight_grams: int | None
    release_date: date | None
    created_at: datetime
    rating: float | None


@dataclass(frozen=True, slots=True)
class ProductPage:
    """One page of products."""

    items: list[Product]
    page: int
    page_size: int
    total: int


@dataclass(frozen=True, slots=True)
class Discount:
    """A percentage off, until a moment."""

    percent: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Price:
    """What a product costs now."""

    sku: str
    amount: Decimal
    currency: Currency
    valid_from: datetime
    discount: Discount | None


@dataclass(frozen=True, slots=True)
class Review:
    """A customer's opinion."""

    id: UUID
    author: str
    rating: int
    body: str | None
    created_at: datetime


class CatalogClient(JsonClient):
    """Asks the catalog."""

    service = "the catalog"

    async def list_products(
        self, category: str | None = None, page: int = 1, page_size: int = 20
    ) -> ProductPage:
        """One page of the products, of one category or of all."""
        params: Params = {"page": page, "page_size": page_size}
        if category is not None:
            params["category"] = category
        response = await self._send("GET", "/products", params=params)
        return _product_page(self._json(response))

    async def get_product(self, sku: str) -> Product:
        """A product, or ProductNotFound."""
        return _product(await self._of_product(sku, ""))

    async def get_price(self, sku: str, currency: Currency) -> Price:
        """A product's price in a currency, or ProductNotFound."""
        return _price(await self._of_product(sku, "/price", {"currency": currency.value}))

    async def list_reviews(self, sku: str) -> list[Review]:
        """What customers say about a product, or ProductNotFound."""
        return parsing.many(_review, await self._of_product(sku, "/reviews"))

    async def list_categories(self) -> list[Category]:
        """The category tree."""
        return parsing.many(_category, self._json(await self._send("GET", "/categories")))

    async def _of_product(self, sku: str, what: str, params: Params | None = None) -> object:
        response = await self._send("GET", f"/products/{quote(sku, safe='')}{what}", params=params)
        if response.status_code == 404:
            raise ProductNotFound(f"no product {sku}")
        return self._json(response)


def _product_page(value: object) -> ProductPage:
    source = as_object(value)
    return ProductPage(
        items=parsing.many(_product, field(source, "items")),
        page=parsing.integer(field(source, "page")),
        page_size=parsing.integer(field(source, "page_size")),
        total=parsing.integer(field(source, "total")),
    )


def _product(value: object) -> Product:
    source = as_object(value)
    return Product(
        sku=parsing.text(field(source, "sku")),
        name=parsing.text(field(source, "name")),
        description=parsing.nullable(parsing.text, field(source, "description")),
        category=_category_name(field(source, "category")),
        status=parsing.choice(ProductStatus, field(source, "status")),
        tags=parsing.many(parsing.text, field(source, "tags")),
        price=_money(field(source, "price")),
        weight_grams=parsing.nullable(parsing.integer, source.get("weight_grams")),
        release_date=parsing.nullable(parsing.day, source.get("release_date")),
        created_at=parsing.moment(field(source, "created_at")),
        rating=parsing.nullable(parsing.number, field(source, "rating")),
    )


def _money(value: object) -> Money:
    source = as_object(value)
    return Money(
        amount=parsing.amount(field(source, "amount")),
        currency=parsing.choice(Currency, field(source, "currency")),
    )


def _category_name(value: object) -> CategoryName:
    source = as_object(value)
    return CategoryName(
        id=parsing.identifier(field(source, "id")), name=parsing.text(field(source, "name"))
    )


def _category(value: object) -> Category:
    source = as_object(value)
    return Category(
        id=parsing.identifier(field(source, "id")),
        name=parsing.text(field(source, "name")),
        children=parsing.many(_category, field(source, "children")),
    )


def _price(value: object) -> Price:
    source = as_object(value)
    return Price(
        sku=parsing.text(field(source, "sku")),
        amount=parsing.amount(field(source, "amount")),
        currency=parsing.choice(Currency, field(source, "currency")),
        valid_from=parsing.moment(field(source, "valid_from")),
        discount=parsing.nullable(_discount, source.get("discount")),
    )


def _discount(value: object) -> Discount:
    source = as_object(value)
    return Discount(
        percent=parsing.integer(field(source, "percent")),
        until=parsing.moment(field(source, "until")),
    )


def _review(value: object) -> Review:
    source = as_object(value)
    return Review(
        id=parsing.identifier(field(source, "id")),
        author=parsing.text(field(source, "author")),
        rating=parsing.integer(field(source, "rating")),
        body=parsing.nullable(parsing.text, field(source, "body")),
        created_at=parsing.moment(field(source, "created_at")),
    )
