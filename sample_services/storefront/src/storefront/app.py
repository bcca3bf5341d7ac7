"""The ASGI application."""

from fastapi import FastAPI

from storefront import neighbours, problems
from storefront.routes import account, checkout, health, home, products

app = FastAPI(
    title="Storefront",
    version="0.9.0",
    description="The back end of the web shop: one answer a page.",
    lifespan=neighbours.lifespan,
    redirect_slashes=False,
)
problems.install(app)
for page in (home, products, checkout, account, health):
    app.include_router(page.router)
