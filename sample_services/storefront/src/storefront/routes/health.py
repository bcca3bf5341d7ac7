"""Whether the service is well."""

import asyncio

from fastapi import APIRouter

from storefront import history
from storefront.schemas import Health

router = APIRouter(tags=["health"])


@router.get("/health", operation_id="getHealth")
async def get_health() -> Health:
    """Answer when the service and its database work."""
    await asyncio.to_thread(history.recent)
    return Health(status="ok")
