"""The pages of the web and the phones."""

import os
from typing import Annotated

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from gateway.clients import Accounts, Billing, Invoice, Unavailable

accounts = Accounts(os.environ.get("ACCOUNTS_URL", "http://localhost:5000"))
billing = Billing(os.environ.get("BILLING_URL", "http://localhost:8000"))

AccountId = Annotated[str, Field(pattern=r"^A[0-9]{4,9}$", examples=["A0007"])]


class Problem(BaseModel):
    detail: str


class Overview(BaseModel):
    name: str
    email: str | None
    owed: str
    open_invoices: list[str]


class Charge(BaseModel):
    model_config = ConfigDict(extra="forbid")

    account_id: AccountId
    amount: str = Field(pattern=r"^[0-9]{1,6}\.[0-9]{2}$")


app = FastAPI(
    title="Gateway",
    version="1.0",
    redirect_slashes=False,
    responses={502: {"model": Problem, "description": "A service behind is unavailable."}},
)


@app.exception_handler(Unavailable)
async def unavailable(_request: Request, error: Unavailable) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, 502)


@app.exception_handler(RequestValidationError)
async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
    """Tell where and why without repeating values, which may be no JSON."""
    told = [{"loc": one["loc"], "msg": one["msg"], "type": one["type"]} for one in error.errors()]
    return JSONResponse({"detail": told}, 422)


@app.get("/overview", responses={404: {"model": Problem}})
def overview(account_id: AccountId) -> Overview:
    customer = accounts.customer(account_id)
    if customer is None:
        raise HTTPException(404, "no such account")
    statement = billing.statement(account_id)
    return Overview(
        name=customer["name"],
        email=customer["email"],
        owed=statement.owed,
        open_invoices=[one.id for one in statement.invoices if one.status == "open"],
    )


@app.post("/charges", status_code=201, responses={400: {"model": Problem}})
def charge(new: Charge) -> Invoice:
    return billing.charge(new.account_id, new.amount)
