"""The services behind the gateway."""

from typing import Literal

import httpx
from pydantic import BaseModel, TypeAdapter
from typing_extensions import TypedDict


class Unavailable(Exception):
    """A service does not answer, or not as it promised."""


class Customer(TypedDict):
    id: str
    name: str
    email: str | None


_CUSTOMER = TypeAdapter(Customer)


class Invoice(BaseModel):
    id: str
    amount: str
    status: Literal["open", "paid"]


class Statement(BaseModel):
    owed: str
    invoices: list[Invoice]


class Accounts:
    def __init__(self, url: str) -> None:
        self._url = url

    def customer(self, account_id: str) -> Customer | None:
        reply = _send("GET", f"{self._url}/accounts/{account_id}")
        if reply.status_code == 404:
            return None
        return _CUSTOMER.validate_python(_content(reply, 200))


class Billing:
    def __init__(self, url: str) -> None:
        self._url = url

    def statement(self, account_id: str) -> Statement:
        reply = _send("GET", f"{self._url}/statements", params={"account_id": account_id})
        return Statement.model_validate(_content(reply, 200))

    def charge(self, account_id: str, amount: str) -> Invoice:
        new = {"account_id": account_id, "amount": amount}
        reply = _send("POST", f"{self._url}/invoices", json=new)
        return Invoice.model_validate(_content(reply, 201))


def _send(
    method: str,
    url: str,
    params: dict[str, str] | None = None,
    json: dict[str, str] | None = None,
) -> httpx.Response:
    try:
        return httpx.request(method, url, params=params, json=json, timeout=1)
    except httpx.HTTPError as error:
        raise Unavailable(f"{httpx.URL(url).path}: {type(error).__name__}") from error


def _content(reply: httpx.Response, status: int) -> object:
    if reply.status_code != status:
        raise Unavailable(f"{reply.request.url.path} answered {reply.status_code}")
    try:
        content: object = reply.json()
    except ValueError as error:
        raise Unavailable(f"{reply.request.url.path} answered no JSON") from error
    return content
