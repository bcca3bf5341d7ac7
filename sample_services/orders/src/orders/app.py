"""The ASGI application."""

from fastapi import FastAPI

from orders import problems
from orders.routes import customers, health, orders

app = FastAPI(
    title="Orders",
    version="1.4.0",
    description="Takes orders, prices them by the catalog and reserves their stock.",
    redirect_slashes=False,
)
problems.install(app)
app.include_router(orders.router)
app.include_router(customers.router)
app.include_router(health.router)
