"""The invoices over HTTP."""

from typing import Annotated

from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from billing import ledger
from billing.ledger import AccountId, Invoice, InvoiceId, NewInvoice, Statement


class Problem(BaseModel):
    detail: str


app = FastAPI(title="Billing", version="0.4", redirect_slashes=False)


@app.exception_handler(RequestValidationError)
async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
    """Tell where and why without repeating values, which may be no JSON."""
    told = [{"loc": one["loc"], "msg": one["msg"], "type": one["type"]} for one in error.errors()]
    return JSONResponse({"detail": told}, 422)


@app.post("/invoices", status_code=201, responses={400: {"model": Problem}})
def create(new: NewInvoice) -> Invoice:
    return ledger.add(new)


@app.get("/invoices/{invoice_id}", responses={404: {"model": Problem}})
def read(invoice_id: InvoiceId) -> Invoice:
    invoice = ledger.find(invoice_id)
    if invoice is None:
        raise HTTPException(404, "no such invoice")
    return invoice


@app.get("/statements")
def statement(account_id: Annotated[AccountId, Query()]) -> Statement:
    return ledger.statement(account_id)
