"""A consumer on Flask that fails on what its own contract with its provider shows."""

import os

import requests
from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

app = Flask(__name__)


@app.get("/labels/<sku>")
def label(sku: str) -> ResponseReturnValue:
    """Read what no reply has to hold."""
    response = requests.get(f"{os.environ['TILL_URL']}/stock/{sku}", timeout=1)
    response.raise_for_status()
    return jsonify(price=response.json()["price"])
