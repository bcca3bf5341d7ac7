"""What answers in the neighbours' place while a provider state asks for it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from uuid import NAMESPACE_URL, UUID, uuid5

from orders.clients.catalog import (
    CatalogClient,
    CatalogUnavailable,
    Price,
    Product,
    ProductNotFound,
    ProductStatus,
)
from orders.clients.inventory import (
    InsufficientStock,
    InventoryClient,
    InventoryUnavailable,
    Reservation,
    StockNotFound,
)
from orders.enums import Currency

_SINCE = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class KnownProduct:
    """A product that both neighbours know."""

    sku: str
    name: str
    unit_price: Decimal
    available: int


@dataclass(slots=True)
class Neighbourhood:
    """What the substitutes know, and which of them are down."""

    products: dict[str, KnownProduct] = field(default_factory=dict)
    catalog_down: bool = False
    inventory_down: bool = False


class SubstituteCatalog(CatalogClient):
    """Answers like the catalog, from what the neighbourhood knows."""

    def __init__(self, known: Neighbourhood) -> None:
        self._known = known

    def get_product(self, sku: str) -> Product:
        """Look a product up, or raise ProductNotFound."""
        name = self._find(sku).name
        return Product(sku=sku, name=name, description=None, status=ProductStatus.ACTIVE)

    def get_price(self, sku: str, currency: Currency) -> Price:
        """Answer the product's price, the same in each currency."""
        amount = self._find(sku).unit_price
        return Price(sku=sku, amount=amount, currency=currency, valid_from=_SINCE)

    def _find(self, sku: str) -> KnownProduct:
        if self._known.catalog_down:
            raise CatalogUnavailable("the catalog is unavailable")
        if sku not in self._known.products:
            raise ProductNotFound(f"no product {sku}")
        return self._known.products[sku]


class SubstituteInventory(InventoryClient):
    """Answers like the inventory, from what the neighbourhood knows."""

    def __init__(self, known: Neighbourhood) -> None:
        self._known = known

    def reserve(self, sku: str, quantity: int, order_id: UUID) -> Reservation:
        """Set stock aside, or raise StockNotFound or InsufficientStock."""
        if self._known.inventory_down:
            raise InventoryUnavailable("the inventory is unavailable")
        if sku not in self._known.products:
            raise StockNotFound(f"no stock is kept of {sku}")
        if quantity > self._known.products[sku].available:
            raise InsufficientStock(f"not enough of {sku} in stock")
        return Reservation(
            id=uuid5(NAMESPACE_URL, f"{order_id}/{sku}"),
            sku=sku,
            quantity=quantity,
            order_id=order_id,
            created_at=_SINCE,
        )

    def release(self, reservation_id: UUID) -> None:
        """Give reserved stock back."""
        if self._known.inventory_down:
            raise InventoryUnavailable("the inventory is unavailable")
