"""What both consumers know of the till and the vault."""

import os

import requests


def stock(sku: str) -> requests.Response:
    """Ask the till; it has a second."""
    return requests.get(f"{os.environ['TILL_URL']}/stock/{sku}", timeout=1)


def deposit() -> requests.Response:
    """Ask the vault, for as long as it takes."""
    return requests.get(f"{os.environ['VAULT_URL']}/deposit", timeout=None)  # noqa: S113


def shouted(response: requests.Response) -> str:
    """The label of a product in capitals."""
    response.raise_for_status()
    return str(response.json()["label"].upper())
