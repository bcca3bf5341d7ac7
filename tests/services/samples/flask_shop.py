"""A small Flask application; CATCH_ALL gives it an error handler for everything."""

from __future__ import annotations

import logging
import os
import threading

from flask import Flask, Response, abort, jsonify

app = Flask(__name__)
STOCK: dict[str, int] = {"A-1": 3}


@app.get("/stock/<sku>")
def stock(sku: str) -> Response:
    return jsonify(on_hand=STOCK[sku])


@app.get("/absent")
def absent() -> Response:
    abort(404)


@app.get("/closed")
def closed() -> Response:
    abort(503)


@app.get("/recovered")
def recovered() -> Response:
    try:
        return stock("none")
    except KeyError:
        logging.getLogger("shop").exception("no such sku, but we cope")
        return jsonify(on_hand=0)


@app.get("/logged")
def logged() -> tuple[str, int]:
    try:
        return stock("none").get_data(as_text=True), 200
    except KeyError:
        quiet = logging.getLogger("quiet")
        quiet.propagate = False
        quiet.error("we do not cope", exc_info=True)
        return "sorry", 500


@app.get("/thread")
def thread() -> Response:
    worker = threading.Thread(target=lambda: STOCK["in a thread"])
    worker.start()
    worker.join()
    return jsonify(started=True)


@app.get("/own-500")
def own_500() -> tuple[str, int]:
    return "we say so ourselves", 500


if os.environ.get("CATCH_ALL"):

    @app.errorhandler(Exception)
    def everything(error: Exception) -> tuple[Response, int]:
        return jsonify(error="something went wrong"), getattr(error, "code", 500)
