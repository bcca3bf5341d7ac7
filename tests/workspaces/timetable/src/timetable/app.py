"""The timetable over HTTP; openapi/timetable.json describes it."""

from flask import Flask, abort
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

TRAINS: dict[str, dict[str, object]] = {
    "R7": {"id": "R7", "status": "on_time", "platform": "4", "delay": 0, "note": "no bicycles"},
    "S1": {"id": "S1", "status": "cancelled", "platform": None, "delay": 2.5},
}

app = Flask(__name__)


@app.errorhandler(HTTPException)
def problem(error: HTTPException) -> ResponseReturnValue:
    return {"error": error.description or error.name}, error.code or 500


@app.get("/trains/<train_id>")
def train(train_id: str) -> ResponseReturnValue:
    found = TRAINS.get(train_id)
    return found if found is not None else abort(404, "no such train")


@app.get("/departures")
def departures() -> ResponseReturnValue:
    return [{"train": "R7", "to": "Ulm"}, {"train": "S1", "to": "Aalen"}]


@app.get("/notice")
def notice() -> ResponseReturnValue:
    return {"text": "The lift is out of order."}
