"""What requests carry and answers hold."""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import MISSING, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from catalog.models import UNCATEGORISED_ID
from catalog.money import Currency
from catalog.values import (
    Amount,
    Day,
    Grams,
    Instant,
    Line,
    PageNumber,
    PageSize,
    Percent,
    Prose,
    Sku,
    Stars,
    Tag,
    Uuid,
)


class ProductStatus(StrEnum):
    """Whether a product can be bought."""

    ACTIVE = "active"
    DISCONTINUED = "discontinued"
    PREORDER = "preorder"


Tags = Annotated[list[Tag], Field(max_length=10)]
Points = Annotated[list[Line], Field(max_length=10)]
ListedStatus = Literal["active", "discontinued"]


def absent() -> MISSING:
    """The value of a field that is not there, which leaves the schema without a default."""
    return MISSING


class Request(BaseModel):
    """A request body; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Money(Request):
    """An amount in a currency."""

    amount: Amount
    currency: Currency


class _NewProduct(Request):
    """What every new product needs."""

    sku: Sku
    name: Line
    price: Money
    description: Prose | None = None
    category_id: Uuid = UNCATEGORISED_ID
    tags: Tags = []
    weight_grams: Grams | None = None


class NewListedProduct(_NewProduct):
    """A product that is on sale, or was."""

    status: ListedStatus


class NewPreorder(_NewProduct):
    """A product that is not out yet."""

    status: Literal["preorder"]
    release_date: Day


NewProduct = Annotated[NewListedProduct | NewPreorder, Field(discriminator="status")]


class ProductChange(Request):
    """The fields of a product to change; a new status ends a preorder."""

    name: Line | MISSING = Field(default_factory=absent)
    description: Prose | MISSING | None = Field(default_factory=absent)
    category_id: Uuid | MISSING = Field(default_factory=absent)
    status: ListedStatus | MISSING = Field(default_factory=absent)
    tags: Tags | MISSING = Field(default_factory=absent)
    weight_grams: Grams | MISSING | None = Field(default_factory=absent)


class CategoryName(BaseModel):
    """A category without its place in the tree."""

    id: UUID
    name: str


class Product(BaseModel):
    """A product; `release_date` is there for preorders alone."""

    sku: Sku
    name: str
    description: str | None
    category: CategoryName
    status: ProductStatus
    tags: list[str]
    price: Money
    weight_grams: int | None
    release_date: Day | MISSING = Field(default_factory=absent)
    created_at: AwareDatetime
    rating: Annotated[float | None, Field(ge=1, le=5)]


class ProductQuery(BaseModel):
    """Which products to list."""

    category: Uuid | SkipJsonSchema[None] = None
    page: PageNumber = 1
    page_size: PageSize = 20


class ProductPage(BaseModel):
    """One page of products."""

    items: list[Product]
    page: int
    page_size: int
    total: int


class NewReview(Request):
    """A customer's opinion."""

    author: Line
    rating: Stars
    body: Prose | None = None
    pros: Points = []
    cons: Points = []


class Review(BaseModel):
    """A published opinion."""

    id: UUID
    author: str
    rating: Stars
    body: str | None
    pros: list[str]
    cons: list[str]
    created_at: AwareDatetime


class Discount(Request):
    """A percentage off, until a moment."""

    percent: Percent
    until: Instant


class NewPrice(Money):
    """A price, and the discount on it if there is one."""

    discount: Discount | None = None


class PriceQuery(BaseModel):
    """In which currency to tell a price."""

    currency: Currency = Currency.EUR


class Price(BaseModel):
    """The price now; `discount` is there while one runs."""

    sku: Sku
    amount: Amount
    currency: Currency
    valid_from: AwareDatetime
    discount: Discount | MISSING = Field(default_factory=absent)


class NewCategory(Request):
    """A category to add, at the root or under a parent."""

    name: Line
    parent_id: Uuid | None = None


class Category(BaseModel):
    """A category with all that is below it."""

    id: UUID
    name: str
    children: list["Category"]
