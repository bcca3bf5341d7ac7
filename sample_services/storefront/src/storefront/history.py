"""Which products were looked at lately."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, select

from storefront.database import new_session
from storefront.tables import ProductView

KEPT = 10


@dataclass(frozen=True, slots=True)
class Viewed:
    """A product and when it was last looked at."""

    sku: str
    name: str
    viewed_at: datetime


def remember(sku: str, name: str, viewed_at: datetime | None = None) -> None:
    """Put a product on top of the history."""
    moment = (viewed_at or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)
    with new_session() as session:
        session.execute(delete(ProductView).where(ProductView.sku == sku))
        session.add(ProductView(sku=sku, name=name, viewed_at=moment))
        session.commit()


def recent() -> list[Viewed]:
    """The products last looked at, the latest first."""
    query = select(ProductView).order_by(ProductView.viewed_at.desc(), ProductView.id).limit(KEPT)
    with new_session() as session:
        return [
            Viewed(view.sku, view.name, view.viewed_at.replace(tzinfo=UTC))
            for view in session.scalars(query)
        ]


def forget() -> None:
    """Empty the history."""
    with new_session() as session:
        session.execute(delete(ProductView))
        session.commit()
