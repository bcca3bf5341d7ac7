"""The tables."""

from datetime import datetime

from sqlalchemy import DateTime, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The declarative base of this service."""


class ProductView(Base):
    """The latest look that anyone took at a product."""

    __tablename__ = "product_views"

    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(Text)
    viewed_at: Mapped[datetime] = mapped_column(DateTime, index=True)
