"""The first page of the shop."""

import asyncio

from fastapi import APIRouter

from storefront import history
from storefront.neighbours import CatalogDep
from storefront.problems import documented
from storefront.schemas import HomePage

FEATURED = 12
router = APIRouter(tags=["pages"])


@router.get("/home", operation_id="getHome", responses=documented(502))
async def get_home(catalog: CatalogDep) -> HomePage:
    """Show products, the category tree, and what was looked at lately."""
    products, categories, viewed = await asyncio.gather(
        catalog.list_products(page_size=FEATURED),
        catalog.list_categories(),
        asyncio.to_thread(history.recent),
    )
    return HomePage.model_validate(
        {"featured": products.items, "categories": categories, "recently_viewed": viewed}
    )
