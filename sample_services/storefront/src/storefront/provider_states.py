"""States that a contract or a test may ask for, and the way back to none of them."""

from datetime import datetime

from storefront import history


def reset() -> None:
    """Forget what was looked at."""
    history.forget()


def no_product_was_viewed() -> None:
    """Nobody looked at anything yet."""
    history.forget()


def a_product_was_viewed(
    sku: str = "DESK-120",
    name: str = "Walnut desk",
    viewed_at: str = "2025-03-14T09:26:53+00:00",
) -> dict[str, str]:
    """Somebody looked at the product."""
    history.remember(sku, name, datetime.fromisoformat(viewed_at))
    return {"sku": sku}
