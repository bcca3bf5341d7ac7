"""Puts the catalogue into the states that its consumers' contracts name."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from django.conf import settings
from django.db import connection, transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from catalog.models import UNCATEGORISED_ID, UNCATEGORISED_NAME, Category, Product, Review

OPENING_DAY = datetime(2024, 3, 1, 9, 30, tzinfo=UTC)


def reset() -> None:
    """Empty the catalogue down to what a fresh one holds."""
    with transaction.atomic(), connection.cursor() as cursor:
        for model in (Review, Product, Category):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
        Category.objects.create(id=UNCATEGORISED_ID, name=UNCATEGORISED_NAME)


def credentials() -> dict[str, dict[str, str]]:
    """The headers that satisfy each security scheme."""
    return {"BearerToken": {"Authorization": f"Bearer {settings.API_TOKEN}"}}


def a_category_exists(id: str, name: str = "Furniture", parent_id: str | None = None) -> None:
    """A category of that id, at the root unless it has a parent."""
    parent = UUID(parent_id) if parent_id else None
    homonyms = Category.objects.filter(name=name, parent_id=parent).exclude(id=UUID(id))
    homonyms.update(name=Concat("name", Value(" "), Cast("id", CharField())))
    Category.objects.update_or_create(id=UUID(id), defaults={"name": name, "parent_id": parent})


def categories_are_nested() -> None:
    """Furniture holds Desks and Chairs, and Desks holds Standing desks."""
    furniture = _category("Furniture")
    desks = _category("Desks", furniture)
    _category("Chairs", furniture)
    _category("Standing desks", desks)


def a_product_exists(
    sku: str,
    name: str = "Walnut desk",
    description: str | None = "A desk of solid walnut.",
    category: str = "Furniture",
    status: str = "active",
    tags: list[str] | None = None,
    amount: str = "249.00",
    currency: str = "EUR",
    weight_grams: int | None = 18500,
    release_date: str | None = None,
) -> None:
    """A product of that sku, on sale unless told otherwise, without reviews and discount."""
    Product.objects.update_or_create(
        sku=sku,
        defaults={
            "name": name,
            "description": description,
            "category": _category(category),
            "status": status,
            "tags": ["desk", "wood"] if tags is None else tags,
            "price_amount": Decimal(amount),
            "price_currency": currency,
            "price_valid_from": OPENING_DAY,
            "weight_grams": weight_grams,
            "release_date": date.fromisoformat(release_date) if release_date else None,
            "created_at": OPENING_DAY,
            "discount_percent": None,
            "discount_until": None,
        },
    )
    Review.objects.filter(product_id=sku).delete()


def a_product_without_description_exists(sku: str) -> None:
    """A product that has no description, no weight and no tags."""
    a_product_exists(sku, description=None, weight_grams=None, tags=[])


def a_discontinued_product_exists(sku: str) -> None:
    """A product that is no longer sold."""
    a_product_exists(sku, status="discontinued")


def a_preorder_exists(sku: str, release_date: str = "2031-05-01") -> None:
    """A product that is not out yet."""
    a_product_exists(sku, status="preorder", release_date=release_date)


def a_product_with_a_discount_exists(
    sku: str,
    percent: int = 15,
    until: str = "2035-01-01T00:00:00+00:00",
    amount: str = "249.00",
    currency: str = "EUR",
) -> None:
    """A product whose price is reduced until a moment."""
    a_product_exists(sku, amount=amount, currency=currency)
    Product.objects.filter(sku=sku).update(
        discount_percent=percent, discount_until=datetime.fromisoformat(until)
    )


def a_product_with_reviews_exists(sku: str, count: int = 2, rating: int = 4) -> None:
    """A product with that many reviews, the first without a text."""
    a_product_exists(sku)
    for number in range(count):
        Review.objects.create(
            id=uuid5(UNCATEGORISED_ID, f"{sku} {number}"),
            product_id=sku,
            author=f"Customer {number + 1}",
            rating=rating,
            body="Sturdy and quickly built." if number else None,
            pros=["sturdy", "handsome"][: number + 1],
            cons=["heavy"][:number],
            created_at=OPENING_DAY + timedelta(days=number),
        )


def products_exist(count: int = 3, category: str = "Furniture") -> None:
    """Products SKU-1, SKU-2 ... in one category."""
    for number in range(1, count + 1):
        a_product_exists(f"SKU-{number}", name=f"Product {number}", category=category)


def no_product_exists(sku: str) -> None:
    """There is no product of that sku."""
    Product.objects.filter(sku=sku).delete()


def there_are_no_products() -> None:
    """The catalogue is empty."""
    Product.objects.all().delete()


def _category(name: str, parent: Category | None = None) -> Category:
    """The category of that name, made if need be."""
    key = uuid5(UNCATEGORISED_ID, f"{parent.id if parent else ''} {name}")
    category, _ = Category.objects.get_or_create(name=name, parent=parent, defaults={"id": key})
    return category


STATES: Mapping[str, Callable[..., None]] = {
    "a category exists": a_category_exists,
    "categories are nested": categories_are_nested,
    "a product exists": a_product_exists,
    "a product without description exists": a_product_without_description_exists,
    "a discontinued product exists": a_discontinued_product_exists,
    "a preorder exists": a_preorder_exists,
    "a product with a discount exists": a_product_with_a_discount_exists,
    "a product with reviews exists": a_product_with_reviews_exists,
    "products exist": products_exist,
    "no product exists": no_product_exists,
    "there are no products": there_are_no_products,
}
