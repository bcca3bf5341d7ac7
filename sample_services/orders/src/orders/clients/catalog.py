"""The catalog's products and prices, as orders needs them."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, TypeVar
from urllib.parse import quote

import httpx
from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from orders.enums import Currency

TIMEOUT = httpx.Timeout(4.0, connect=2.0)
_Model = TypeVar("_Model", bound=BaseModel)


class CatalogError(Exception):
    """The catalog did not do its part."""


class CatalogUnavailable(CatalogError):
    """The catalog cannot be reached or answers with an error of its own."""


class CatalogReplyInvalid(CatalogError):
    """The catalog's answer does not say what orders needs."""


class ProductNotFound(Exception):
    """The catalog knows no such product, or no price of it in this currency."""


class ProductStatus(StrEnum):
    """Whether a product is sold."""

    ACTIVE = "active"
    DISCONTINUED = "discontinued"
    PREORDER = "preorder"


class Product(BaseModel):
    """What orders reads of a product."""

    sku: str
    name: str
    description: str | None
    status: ProductStatus
    weight_grams: int | None = None


class Price(BaseModel):
    """What a product costs in one currency."""

    sku: str
    amount: Annotated[Decimal, Field(ge=0)]
    currency: Currency
    valid_from: AwareDatetime


class CatalogClient:
    """Asks the catalog; safe to share between threads."""

    def __init__(self, base_url: str) -> None:
        self._http = httpx.Client(base_url=base_url, timeout=TIMEOUT)

    def get_product(self, sku: str) -> Product:
        """Look a product up, or raise ProductNotFound."""
        response = self._get(f"/products/{quote(sku, safe='')}")
        return self._read(response, Product, f"no product {sku}")

    def get_price(self, sku: str, currency: Currency) -> Price:
        """Ask for the current price in a currency, or raise ProductNotFound."""
        path = f"/products/{quote(sku, safe='')}/price"
        response = self._get(path, {"currency": currency.value})
        return self._read(response, Price, f"no price of {sku} in {currency}")

    def _get(self, path: str, params: dict[str, str] | None = None) -> httpx.Response:
        try:
            return self._http.get(path, params=params)
        except httpx.HTTPError as error:
            raise CatalogUnavailable("the catalog is unavailable") from error

    def _read(self, response: httpx.Response, model: type[_Model], absent: str) -> _Model:
        if response.status_code in (404, 422):
            raise ProductNotFound(absent)
        if response.status_code != 200:
            raise CatalogUnavailable(f"the catalog answered {response.status_code}")
        try:
            return model.model_validate_json(response.content)
        except ValidationError as error:
            raise CatalogReplyInvalid("the catalog's answer cannot be read") from error
