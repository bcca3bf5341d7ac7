"""The WSGI application."""

from apiflask import APIFlask
from flask import Response
from werkzeug.routing import BaseConverter

from inventory.bodies import require_json
from inventory.routes.reservations import reservations
from inventory.routes.stock import stock
from inventory.routes.warehouses import warehouses
from inventory.schemas import MAX_ID, NO_ID, Health
from inventory.spec import describe


class SkuConverter(BaseConverter):
    """A sku in a path."""

    regex = "[A-Z0-9][A-Z0-9-]{0,31}"


class WarehouseIdConverter(BaseConverter):
    """A warehouse's number in a path; one out of bounds becomes a number that none has."""

    regex = "-?[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        """Read the number."""
        number = int(value)
        return number if 1 <= number <= MAX_ID else NO_ID


def sort_allowed_methods(response: Response) -> Response:
    """Name the allowed methods in a fixed order."""
    if "Allow" in response.headers:
        response.headers["Allow"] = ", ".join(sorted(response.allow))
    return response


def create_app() -> APIFlask:
    """The application with its routes."""
    app = APIFlask(__name__, title="Inventory", version="1.0.0", docs_path=None)
    app.url_map.converters.update(sku=SkuConverter, warehouse_id=WarehouseIdConverter)
    describe(app)
    app.before_request(require_json)
    app.after_request(sort_allowed_methods)
    for blueprint in (warehouses, stock, reservations):
        app.register_blueprint(blueprint)

    @app.get("/health")
    @app.output(Health)
    @app.doc(operation_id="get_health", tags=["Operations"])
    def get_health() -> dict[str, str]:
        """Tell that the service answers."""
        return {"status": "ok"}

    return app


app = create_app()
