"""Finds what a request names, or refuses."""

from uuid import UUID

from django.db.models import Avg, QuerySet
from ninja.errors import HttpError

from catalog import models


def products_by_sku() -> QuerySet[models.Product]:
    """All products in the order of their sku."""
    return models.Product.objects.select_related("category").order_by("sku")


def product_or_404(sku: str) -> models.Product:
    """The product of that sku."""
    product = products_by_sku().filter(sku=sku).first()
    if product is None:
        raise HttpError(404, f"There is no product {sku}.")
    return product


def category_or_409(category_id: UUID) -> models.Category:
    """The category that a body refers to."""
    category = models.Category.objects.filter(id=category_id).first()
    if category is None:
        raise HttpError(409, f"There is no category {category_id}.")
    return category


def average_ratings(skus: list[str]) -> dict[str, float]:
    """The mean rating of each reviewed product among these."""
    rows = (
        models.Review.objects.filter(product_id__in=skus)
        .order_by()
        .values_list("product_id")
        .annotate(mean=Avg("rating"))
    )
    return {sku: round(mean, 2) for sku, mean in rows}
