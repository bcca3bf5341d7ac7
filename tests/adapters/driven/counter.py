"""The same consumer on Flask, with handlers for what is raised."""

import os

import requests
from flask import Flask, jsonify
from flask.typing import ResponseReturnValue


def stock(sku: str) -> requests.Response:
    """Ask the till; it has a second."""
    return requests.get(f"{os.environ['TILL_URL']}/stock/{sku}", timeout=1)


def shouted(response: requests.Response) -> str:
    """The label of a product in capitals."""
    response.raise_for_status()
    return str(response.json()["label"].upper())


app = Flask(__name__)


@app.errorhandler(requests.RequestException)
def failed(error: requests.RequestException) -> ResponseReturnValue:
    """Pass the blame on, which every operation but one declares."""
    return jsonify(detail="the till fails"), 502


@app.get("/labels/<sku>")
def label(sku: str) -> ResponseReturnValue:
    """Trust that there is a label."""
    return jsonify(label=shouted(stock(sku)))


@app.get("/careful/<sku>")
def careful(sku: str) -> ResponseReturnValue:
    """Take anything for what it may be."""
    try:
        return jsonify(label=shouted(stock(sku)))
    except (ValueError, AttributeError, KeyError, TypeError):
        return jsonify(detail="the till fails"), 502


@app.get("/fragile/<sku>")
def fragile(sku: str) -> ResponseReturnValue:
    """End it all where a product is gone."""
    answer = stock(sku)
    if answer.status_code == 410:
        os._exit(3)
    return jsonify(status=answer.status_code)


@app.get("/deposit")
def patient() -> ResponseReturnValue:
    """Wait for ever, and never say that it may fail."""
    return jsonify(status=requests.get(os.environ["VAULT_URL"] + "/deposit").status_code)
