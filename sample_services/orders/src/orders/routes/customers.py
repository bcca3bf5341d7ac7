"""The operations on customers."""

from fastapi import APIRouter

from orders import queries
from orders.database import SessionDep
from orders.fields import CustomerKey
from orders.problems import documented
from orders.schemas import CustomerSummary

router = APIRouter(prefix="/customers", tags=["customers"])


@router.get("/{customer_id}/summary", operation_id="getCustomerSummary", responses=documented(422))
def get_customer_summary(customer_id: CustomerKey, session: SessionDep) -> CustomerSummary:
    """Sum up what a customer ordered so far."""
    return queries.summarise(customer_id, session)
