"""A consumer on FastAPI: careless in three places, careful in one."""

import os
from typing import Any

import requests
from fastapi import FastAPI, HTTPException


def stock(sku: str) -> requests.Response:
    """Ask the till; it has a second."""
    return requests.get(f"{os.environ['TILL_URL']}/stock/{sku}", timeout=1)


def shouted(response: requests.Response) -> str:
    """The label of a product in capitals."""
    response.raise_for_status()
    return str(response.json()["label"].upper())


app = FastAPI()
BAD_GATEWAY: dict[int | str, dict[str, Any]] = {502: {"description": "the till fails"}}


@app.get("/labels/{sku}", responses=BAD_GATEWAY)
def label(sku: str) -> dict[str, str]:
    """Trust that there is a label."""
    try:
        return {"label": shouted(stock(sku))}
    except requests.RequestException as error:
        raise HTTPException(502, "the till fails") from error


@app.get("/careful/{sku}", responses=BAD_GATEWAY)
def careful(sku: str) -> dict[str, str]:
    """Take anything for what it may be."""
    try:
        return {"label": shouted(stock(sku))}
    except Exception as error:
        raise HTTPException(502, "the till fails") from error


@app.get("/fragile/{sku}", responses=BAD_GATEWAY)
def fragile(sku: str) -> dict[str, int]:
    """End it all where a product is gone."""
    try:
        answer = stock(sku)
    except requests.RequestException as error:
        raise HTTPException(502, "the till fails") from error
    if answer.status_code == 410:
        os._exit(3)
    return {"status": answer.status_code}


@app.get("/deposit", responses=BAD_GATEWAY)
def patient() -> dict[str, int]:
    """Wait for ever."""
    try:
        return {"status": requests.get(os.environ["VAULT_URL"] + "/deposit").status_code}
    except requests.RequestException as error:
        raise HTTPException(502, "the vault fails") from error
