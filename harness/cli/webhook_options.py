"""The options that say what a webhook is."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypedDict, TypeVar

import click

from harness.broker.semantics.events import EVENTS
from harness.documents.json_text import parse_json
from harness.domain.errors import DocumentUnreadable, Misused
from harness.domain.json import Json, mapping

F = TypeVar("F", bound=Callable[..., Any])


class Written(TypedDict):
    """What was written of a webhook; nothing, or an empty list, where nothing was."""

    url: str | None
    method: str | None
    events: tuple[str, ...]
    consumer: str | None
    consumer_label: str | None
    provider: str | None
    provider_label: str | None
    headers: tuple[str, ...]
    secret_headers: tuple[str, ...]
    username: str | None
    password_from: str | None
    body: str | None
    description: str | None
    enabled: bool | None


_OPTIONS: Final = (
    click.option("--url", metavar="URL", help="Who is told; may hold ${pactbroker.…}."),
    click.option("--method", metavar="METHOD", help="How; POST for a new one."),
    click.option(
        "--event",
        "events",
        type=click.Choice(EVENTS),
        multiple=True,
        help="Of what; may be repeated.",
    ),
    click.option("--consumer", metavar="NAME", help="Of this consumer's pacts alone."),
    click.option("--consumer-label", metavar="LABEL", help="Of consumers with this label alone."),
    click.option("--provider", metavar="NAME", help="Of this provider's pacts alone."),
    click.option("--provider-label", metavar="LABEL", help="Of providers with this label alone."),
    click.option(
        "--header",
        "headers",
        metavar="NAME:VALUE",
        multiple=True,
        help="A header that is sent; may be repeated.",
    ),
    click.option(
        "--secret-header",
        "secret_headers",
        metavar="NAME=VARIABLE",
        multiple=True,
        help="A header whose value is that of a variable, so that no command line holds it.",
    ),
    click.option("--user", "username", metavar="NAME", help="A name for basic authentication."),
    click.option("--password-from", metavar="VARIABLE", help="The variable with its password."),
    click.option("--body", metavar="TEXT", help="What is sent; @FILE reads it from a file."),
    click.option("--description", metavar="TEXT", help="What it is for."),
    click.option("--enabled/--disabled", "enabled", default=None, help="Whether it is sent."),
)


def webhook_options(verb: F) -> F:
    """The options of who declares a webhook; `definition` takes their values."""
    for option in reversed(_OPTIONS):
        verb = option(verb)
    return verb


def definition(written: Written, old: Mapping[str, Json]) -> dict[str, Json]:
    """
    What a webhook is to be, what is not written as it was.

    Raises: Misused, where something is missing or contradicts something else.
    """
    told: dict[str, Json] = {
        key: value for key in ("description", "enabled") if (value := written[key]) is not None
    }
    for side in ("consumer", "provider"):
        told |= _side(side, written)
    if written["events"]:
        told["events"] = [{"name": each} for each in written["events"]]
    merged = {**old, **told, "request": _request(written, mapping(old.get("request")))}
    if not mapping(merged["request"]).get("url") or not merged.get("events"):
        raise Misused("expected --url and at least one --event for a new webhook")
    return merged


def _side(side: str, written: Written) -> dict[str, Json]:
    known: Mapping[str, Any] = written
    name, label = known[side], known[f"{side}_label"]
    if name and label:
        raise Misused(f"expected one of --{side} and --{side}-label, saw both")
    if name:
        return {side: {"name": name}}
    return {side: {"label": label}} if label else {}


def _request(written: Written, old: Mapping[str, Json]) -> dict[str, Json]:
    headers = {
        **mapping(old.get("headers")),
        **dict(_pair(each, ":", "--header") for each in written["headers"]),
    }
    for each in written["secret_headers"]:
        name, variable = _pair(each, "=", "--secret-header")
        headers[name] = _variable(variable)
    told: dict[str, Json] = {
        "url": written["url"],
        "method": written["method"] or (None if old.get("method") else "POST"),
        "username": written["username"],
        "password": _variable(written["password_from"]) if written["password_from"] else None,
        "body": None if written["body"] is None else _body(written["body"]),
    }
    given = {key: value for key, value in told.items() if value is not None}
    return {**old, **given, "headers": headers}


def _pair(text: str, sign: str, option: str) -> tuple[str, str]:
    name, found, value = text.partition(sign)
    if not found or not name.strip():
        raise Misused(f"expected {option} NAME{sign}VALUE, saw no {sign!r} in what was written")
    return name.strip(), value.strip()


def _variable(name: str) -> str:
    if name not in os.environ:
        raise Misused(f"expected a secret in the variable {name}, which is not set")
    return os.environ[name]


def _body(text: str) -> Json:
    """A body as JSON where it is JSON, so that a broker can put values into its texts."""
    if text.startswith("@"):
        try:
            text = Path(text[1:]).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Misused(f"cannot read the body from {text[1:]}: {error}") from None
    try:
        return parse_json(text, "--body").value
    except DocumentUnreadable:
        return text
