"""Asks the catalogue about products."""

from typing import Literal, NotRequired, TypedDict, cast, get_args

import requests

ProductStatus = Literal["active", "discontinued", "preorder"]


class Product(TypedDict):
    """What the inventory needs to know of a product."""

    sku: str
    name: str
    status: ProductStatus
    weight_grams: int | None
    release_date: NotRequired[str]


class CatalogError(Exception):
    """The catalogue did not tell what was asked."""


class CatalogUnavailable(CatalogError):
    """The catalogue cannot be reached, or answers nonsense."""


class ProductNotFound(CatalogError):
    """The catalogue has no product of that sku."""


class CatalogClient:
    """A client of the catalogue's HTTP API."""

    def __init__(self, base_url: str, *, timeout_s: float = 3.0) -> None:
        self.base_url = base_url.rstrip("/")
        self.timeout_s = timeout_s

    def product(self, sku: str) -> Product:
        """The product of that sku.

        Raises: ProductNotFound, CatalogUnavailable.
        """
        try:
            response = requests.get(
                f"{self.base_url}/products/{sku}",
                headers={"Accept": "application/json"},
                timeout=self.timeout_s,
            )
            if response.status_code == 404:
                raise ProductNotFound(sku)
            response.raise_for_status()
            body: object = response.json()
        except requests.RequestException as error:
            raise CatalogUnavailable(f"GET /products/{sku}: {error}") from error
        return read_product(body)


def read_product(body: object) -> Product:
    """The part of an answer that the inventory uses.

    Raises: CatalogUnavailable.
    """
    match body:
        case {
            "sku": str(sku),
            "name": str(name),
            "status": str(status),
            "weight_grams": int() | None as weight_grams,
        } if status in get_args(ProductStatus):
            product = Product(
                sku=sku,
                name=name,
                status=cast(ProductStatus, status),
                weight_grams=weight_grams,
            )
        case _:
            raise CatalogUnavailable("the catalogue's answer is not a product")
    match body:
        case {"release_date": str(release_date)}:
            product["release_date"] = release_date
    return product
