"""The API object with its routers."""

from django.http import HttpRequest
from ninja import NinjaAPI
from pydantic import BaseModel

from catalog.errors import install_error_handlers
from catalog.parsing import StrictJsonParser
from catalog.routes import categories, prices, products, reviews

api = NinjaAPI(
    title="Catalog",
    version="1.0.0",
    description="Products, their prices, their reviews and the category tree.",
    docs_url=None,
    parser=StrictJsonParser(),
)
install_error_handlers(api)
for router in (products.router, reviews.router, prices.router, categories.router):
    api.add_router("", router)


class Health(BaseModel):
    """Whether the service answers."""

    status: str


@api.get("/health", operation_id="get_health", response=Health, tags=["operations"])
def get_health(request: HttpRequest) -> Health:
    """Tell that the service answers."""
    return Health(status="ok")
