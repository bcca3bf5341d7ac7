"""The shared clients, one a neighbour, made when first needed."""

from functools import lru_cache
from typing import Annotated

from fastapi import Depends

from orders.clients.catalog import CatalogClient
from orders.clients.inventory import InventoryClient
from orders.settings import settings


@lru_cache(maxsize=1)
def _shared_catalog() -> CatalogClient:
    return CatalogClient(settings().catalog_url)


@lru_cache(maxsize=1)
def _shared_inventory() -> InventoryClient:
    return InventoryClient(settings().inventory_url)


async def catalog() -> CatalogClient:
    """The client of the catalog."""
    return _shared_catalog()


async def inventory() -> InventoryClient:
    """The client of the inventory."""
    return _shared_inventory()


CatalogDep = Annotated[CatalogClient, Depends(catalog)]
InventoryDep = Annotated[InventoryClient, Depends(inventory)]
