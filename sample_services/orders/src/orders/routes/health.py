"""Whether the service is well."""

from fastapi import APIRouter
from sqlalchemy import text

from orders.database import SessionDep
from orders.schemas import Health

router = APIRouter(tags=["health"])


@router.get("/health", operation_id="getHealth")
def get_health(session: SessionDep) -> Health:
    """Answer when the service and its database work."""
    session.execute(text("SELECT 1"))
    return Health(status="ok")
