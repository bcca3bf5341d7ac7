"""The page of one product."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query

from storefront import history
from storefront.clients.catalog import Review
from storefront.clients.errors import StockNotFound
from storefront.clients.inventory import InventoryClient, Stock
from storefront.enums import Currency
from storefront.fields import Sku
from storefront.neighbours import CatalogDep, InventoryDep
from storefront.problems import documented
from storefront.schemas import ProductPage

LATEST_REVIEWS = 3
router = APIRouter(tags=["pages"])


@router.get(
    "/product-pages/{sku}", operation_id="getProductPage", responses=documented(404, 422, 502)
)
async def get_product_page(
    sku: Sku,
    catalog: CatalogDep,
    inventory: InventoryDep,
    currency: Annotated[Currency, Query()] = Currency.EUR,
) -> ProductPage:
    """Show a product with its price, its availability and its reviews."""
    product = await catalog.get_product(sku)
    price, reviews, stock = await asyncio.gather(
        catalog.get_price(sku, currency), catalog.list_reviews(sku), _stock_of(sku, inventory)
    )
    await asyncio.to_thread(history.remember, product.sku, product.name)
    return ProductPage.model_validate(
        {
            "product": product,
            "price": price,
            "availability": _availability(stock) if stock else None,
            "reviews": _digest(reviews),
        }
    )


async def _stock_of(sku: str, inventory: InventoryClient) -> Stock | None:
    try:
        return await inventory.get_stock(sku)
    except StockNotFound:
        return None


def _availability(stock: Stock) -> dict[str, object]:
    return {
        "status": stock.status,
        "available": stock.available,
        "restock_at": stock.restock_at,
        "warehouses": [place.warehouse_id for place in stock.locations if place.quantity > 0],
    }


def _digest(reviews: list[Review]) -> dict[str, object]:
    newest = sorted(reviews, key=lambda review: review.created_at, reverse=True)
    ratings = [review.rating for review in reviews]
    return {
        "count": len(reviews),
        "average": round(sum(ratings) / len(ratings), 1) if ratings else None,
        "latest": newest[:LATEST_REVIEWS],
    }
