"""What the pages take and give."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from pydantic.json_schema import SkipJsonSchema

from storefront.enums import Currency, OrderStatus, PaymentMethod, ProductStatus, StockStatus
from storefront.fields import Amount, CustomerId, Note, Quantity, Sku


def _without_default(schema: JsonDict) -> None:
    """The field is absent, never null, so no default is published."""
    schema.pop("default", None)


_ABSENT_WITHOUT_VALUE = Field(
    exclude_if=lambda value: value is None, json_schema_extra=_without_default
)


class _Request(BaseModel):
    """Requests refuse fields that nobody knows."""

    model_config = ConfigDict(extra="forbid")


class _Reply(BaseModel):
    """Replies are read from what the clients parsed."""

    model_config = ConfigDict(from_attributes=True)


class Money(_Reply):
    """An amount in a currency."""

    amount: Amount
    currency: Currency


class ProductCard(_Reply):
    """A product in a list; `release_date` is there for preorders alone."""

    sku: str
    name: str
    status: ProductStatus
    price: Money
    rating: float | None
    release_date: Annotated[date | SkipJsonSchema[None], _ABSENT_WITHOUT_VALUE] = None


class CategoryNode(_Reply):
    """A category with all that is below it."""

    id: UUID
    name: str
    children: list["CategoryNode"]


class ViewedProduct(_Reply):
    """A product that somebody looked at lately."""

    sku: str
    name: str
    viewed_at: AwareDatetime


class HomePage(_Reply):
    """The first page of the shop."""

    featured: list[ProductCard]
    categories: list[CategoryNode]
    recently_viewed: list[ViewedProduct]


class CategoryName(_Reply):
    """A category without its place in the tree."""

    id: UUID
    name: str


class ProductDetails(ProductCard):
    """All that is said of a product."""

    description: str | None
    category: CategoryName
    tags: list[str]
    weight_grams: int | None


class Discount(_Reply):
    """A percentage off, until a moment."""

    percent: int
    until: AwareDatetime


class CurrentPrice(_Reply):
    """What a product costs now; `discount` is there while one runs."""

    amount: Amount
    currency: Currency
    discount: Annotated[Discount | SkipJsonSchema[None], _ABSENT_WITHOUT_VALUE] = None


class Availability(_Reply):
    """Whether and from where a product can be sent."""

    status: StockStatus
    available: int
    restock_at: AwareDatetime | None
    warehouses: list[int]


class Review(_Reply):
    """A customer's opinion."""

    author: str
    rating: int
    body: str | None
    created_at: AwareDatetime


class ReviewDigest(_Reply):
    """What customers think, in short."""

    count: int
    average: float | None
    latest: list[Review]


class ProductPage(_Reply):
    """The page of one product; without `availability` where no stock is kept of it."""

    product: ProductDetails
    price: CurrentPrice
    availability: Availability | None
    reviews: ReviewDigest


class BasketLine(_Request):
    """A product and how many of it."""

    sku: Sku
    quantity: Quantity


class Basket(_Request):
    """What a customer buys; with a payment method it is paid at once."""

    customer_id: CustomerId
    currency: Currency
    lines: Annotated[list[BasketLine], Field(min_length=1, max_length=20)]
    note: Note | None = None
    payment_method: PaymentMethod | None = None


class OrderLine(_Reply):
    """A line of an order."""

    sku: str
    name: str
    quantity: int
    line_total: Amount


class Payment(_Reply):
    """The payment of an order."""

    method: PaymentMethod
    reference: str


class OrderCard(_Reply):
    """An order as its customer sees it; `payment` is there only once it was paid."""

    id: UUID
    status: OrderStatus
    currency: Currency
    total: Amount
    placed_at: AwareDatetime
    lines: list[OrderLine]
    payment: Annotated[Payment | SkipJsonSchema[None], _ABSENT_WITHOUT_VALUE] = None


class OrderHistory(_Reply):
    """One page of a customer's orders, the newest first."""

    items: list[OrderCard]
    page: int
    page_size: int
    total: int


class InvoiceCard(_Reply):
    """An invoice in short."""

    number: str
    issued_at: AwareDatetime
    currency: Currency
    tax: Amount
    total: Amount


class AccountOverview(_Reply):
    """A customer's account at a glance."""

    customer_id: int
    orders: int
    total_spent: list[Money]
    last_order_at: AwareDatetime | None
    recent_orders: list[OrderCard]
    latest_invoice: InvoiceCard | None


class Health(BaseModel):
    """That the service answers and reaches its database."""

    status: str
