"""The shared clients of the services behind the shop."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import lru_cache
from typing import Annotated

from fastapi import Depends, FastAPI

from storefront.clients.catalog import CatalogClient
from storefront.clients.inventory import InventoryClient
from storefront.clients.orders import OrdersClient
from storefront.settings import settings


@lru_cache(maxsize=1)
def _shared() -> tuple[CatalogClient, InventoryClient, OrdersClient]:
    configured = settings()
    return (
        CatalogClient(configured.catalog_url),
        InventoryClient(configured.inventory_url),
        OrdersClient(configured.orders_url),
    )


async def catalog() -> CatalogClient:
    """The client of the catalog."""
    return _shared()[0]


async def inventory() -> InventoryClient:
    """The client of the inventory."""
    return _shared()[1]


async def orders() -> OrdersClient:
    """The client of the order service."""
    return _shared()[2]


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """Close the clients' connections when the service stops."""
    async with AsyncExitStack() as stack:
        for client in _shared():
            stack.push_async_callback(client.aclose)
        yield
        _shared.cache_clear()


CatalogDep = Annotated[CatalogClient, Depends(catalog)]
InventoryDep = Annotated[InventoryClient, Depends(inventory)]
OrdersDep = Annotated[OrdersClient, Depends(orders)]
