"""The accounts over HTTP; openapi/accounts.yaml describes it."""

import re

from flask import Flask, abort, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from accounts import storage

_ID = re.compile(r"A[0-9]{4,9}")
_NAME = re.compile(r"[A-Z][A-Za-z '-]{0,59}")
_EMAIL = re.compile(r"[a-z0-9._-]{1,40}@[a-z0-9-]{1,40}\.[a-z]{2,6}")

app = Flask(__name__)


@app.errorhandler(HTTPException)
def problem(error: HTTPException) -> ResponseReturnValue:
    return {"error": error.description or error.name}, error.code or 500


@app.get("/accounts/<account_id>")
def read(account_id: str) -> ResponseReturnValue:
    account = storage.find(account_id) if _ID.fullmatch(account_id) else None
    if account is None:
        abort(404, "no such account")
    return {"id": account["id"], "name": account["name"], "email": account["email"]}


@app.post("/accounts")
def create() -> ResponseReturnValue:
    body: object = request.get_json()
    if not isinstance(body, dict) or not body.keys() <= {"name", "email"}:
        abort(400, "expected an object with a name and perhaps an email")
    name, email = body.get("name"), body.get("email")
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        abort(400, "expected a name of letters")
    if email is not None and (not isinstance(email, str) or _EMAIL.fullmatch(email) is None):
        abort(400, "expected an email address")
    account = storage.add(name, email)
    return dict(account), 201, {"Location": f"/accounts/{account['id']}"}
