"""Operations on products."""

from typing import Annotated

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from ninja import Body, Path, Query, Router, Status
from ninja.errors import HttpError
from pydantic import MISSING

from catalog import models
from catalog.errors import refusals
from catalog.lookup import average_ratings, category_or_409, product_or_404, products_by_sku
from catalog.money import Currency
from catalog.schemas import (
    CategoryName,
    Money,
    NewPreorder,
    NewProduct,
    Product,
    ProductChange,
    ProductPage,
    ProductQuery,
    ProductStatus,
)
from catalog.values import Sku

router = Router(tags=["products"])

LOCATION = {
    "description": "Where the new product is.",
    "schema": {"type": "string", "format": "uri-reference"},
}


def present(product: models.Product, ratings: dict[str, float]) -> Product:
    """The product as answers show it."""
    return Product(
        sku=product.sku,
        name=product.name,
        description=product.description,
        category=CategoryName(id=product.category.id, name=product.category.name),
        status=ProductStatus(product.status),
        tags=product.tags,
        price=Money(amount=product.price_amount, currency=Currency(product.price_currency)),
        weight_grams=product.weight_grams,
        release_date=MISSING if product.release_date is None else product.release_date,
        created_at=product.created_at,
        rating=ratings.get(product.sku),
    )


def present_one(product: models.Product) -> Product:
    """One product with its rating."""
    return present(product, average_ratings([product.sku]))


@router.get(
    "/products",
    operation_id="list_products",
    response={200: ProductPage, **refusals(422)},
)
def list_products(request: HttpRequest, query: Annotated[ProductQuery, Query()]) -> ProductPage:
    """List products by sku, one page at a time."""
    products = products_by_sku()
    if query.category is not None:
        products = products.filter(category_id=query.category)
    start = (query.page - 1) * query.page_size
    rows = list(products[start : start + query.page_size])
    ratings = average_ratings([row.sku for row in rows])
    return ProductPage(
        items=[present(row, ratings) for row in rows],
        page=query.page,
        page_size=query.page_size,
        total=products.count(),
    )


@router.post(
    "/products",
    operation_id="create_product",
    response={201: Product, **refusals(400, 409, 415, 422)},
    openapi_extra={"responses": {201: {"headers": {"Location": LOCATION}}}},
)
def create_product(
    request: HttpRequest, response: HttpResponse, new: Annotated[NewProduct, Body()]
) -> Status[Product]:
    """Add a product to the catalogue."""
    product = models.Product(
        sku=new.sku,
        name=new.name,
        description=new.description,
        category=category_or_409(new.category_id),
        status=new.status,
        tags=new.tags,
        weight_grams=new.weight_grams,
        release_date=new.release_date if isinstance(new, NewPreorder) else None,
        price_amount=new.price.amount,
        price_currency=new.price.currency,
    )
    try:
        with transaction.atomic():
            product.save(force_insert=True)
    except IntegrityError as error:
        raise HttpError(409, f"There is a product {new.sku} already.") from error
    response["Location"] = f"/products/{product.sku}"
    return Status(201, present_one(product))


@router.get(
    "/products/{sku}",
    operation_id="get_product",
    response={200: Product, **refusals(404, 422)},
)
def get_product(request: HttpRequest, sku: Annotated[Sku, Path()]) -> Product:
    """Show one product."""
    return present_one(product_or_404(sku))


@router.patch(
    "/products/{sku}",
    operation_id="change_product",
    response={200: Product, **refusals(400, 404, 409, 415, 422)},
)
def change_product(
    request: HttpRequest, sku: Annotated[Sku, Path()], change: Annotated[ProductChange, Body()]
) -> Product:
    """Change the given fields of a product and leave the others."""
    with transaction.atomic():
        product = product_or_404(sku)
        if change.category_id is not MISSING:
            product.category = category_or_409(change.category_id)
        if change.status is not MISSING:
            product.release_date = None
        for field, value in change.model_dump(exclude={"category_id"}).items():
            setattr(product, field, value)
        product.save(force_update=True)
    return present_one(product)


@router.delete(
    "/products/{sku}",
    operation_id="delete_product",
    response={204: None, **refusals(404, 422)},
)
def delete_product(request: HttpRequest, sku: Annotated[Sku, Path()]) -> Status[None]:
    """Remove a product with its reviews."""
    with transaction.atomic():
        product_or_404(sku).delete()
    return Status(204, None)
