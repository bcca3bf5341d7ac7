"""Operations on the price of a product."""

from typing import Annotated

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Body, Path, Query, Router
from pydantic import MISSING

from catalog import models
from catalog.auth import BearerToken
from catalog.errors import refusals
from catalog.lookup import product_or_404
from catalog.money import Currency, convert
from catalog.schemas import Discount, NewPrice, Price, PriceQuery
from catalog.values import Sku

router = Router(tags=["prices"])


def running_discount(product: models.Product) -> Discount | None:
    """The discount on a product, unless it has ended."""
    percent, until = product.discount_percent, product.discount_until
    if percent is None or until is None or until <= timezone.now():
        return None
    return Discount(percent=percent, until=until)


def present(product: models.Product, currency: Currency) -> Price:
    """The product's price in a currency, with the discount if one runs."""
    return Price(
        sku=product.sku,
        amount=convert(product.price_amount, Currency(product.price_currency), currency),
        currency=currency,
        valid_from=product.price_valid_from,
        discount=running_discount(product) or MISSING,
    )


@router.get(
    "/products/{sku}/price",
    operation_id="get_price",
    response={200: Price, **refusals(404, 422)},
)
def get_price(
    request: HttpRequest,
    sku: Annotated[Sku, Path()],
    query: Annotated[PriceQuery, Query()],
) -> Price:
    """Show what a product costs now in a currency."""
    return present(product_or_404(sku), query.currency)


@router.put(
    "/products/{sku}/price",
    operation_id="set_price",
    auth=BearerToken(),
    response={200: Price, **refusals(400, 401, 404, 415, 422)},
)
def set_price(
    request: HttpRequest, sku: Annotated[Sku, Path()], new: Annotated[NewPrice, Body()]
) -> Price:
    """Give a product a new price from now on."""
    with transaction.atomic():
        product = product_or_404(sku)
        product.price_amount = new.amount
        product.price_currency = new.currency
        product.price_valid_from = timezone.now()
        product.discount_percent = new.discount.percent if new.discount else None
        product.discount_until = new.discount.until if new.discount else None
        product.save(force_update=True)
    return present(product, new.currency)
