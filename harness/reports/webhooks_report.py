"""Webhooks and what became of them, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from harness.domain.json import Json, mapping, sequence
from harness.domain.webhooks import Delivery, Trial, Webhook
from harness.pages.plain import one_line, plain
from harness.reports.json_text import json_text

FORMAT: Final = "contract-harness-webhooks"
FORMAT_VERSION: Final = "1.0"
_OUTCOMES: Final = {True: "delivered", False: "failed", None: "unknown"}


def described(one: Webhook) -> str:
    """A webhook in one line: what it does, when, and for whom."""
    told = one.definition
    request = mapping(told.get("request"))
    events = ", ".join(str(mapping(each).get("name")) for each in sequence(told.get("events")))
    off = "" if told.get("enabled") is not False else " · disabled"
    words = f"{request.get('method')} {request.get('url')} on {events}{_whose(told)}{off}"
    description = told.get("description")
    return one_line(f"{words} · {description}" if description else words)


def _whose(told: Mapping[str, Json]) -> str:
    named = []
    for side in ("consumer", "provider"):
        given = mapping(told.get(side))
        if given.get("name"):
            named.append(f"{side} {given['name']}")
        elif given.get("label"):
            named.append(f"{side}s labelled {given['label']}")
    return f" of {' and '.join(named)}" if named else ""


def list_text(found: Sequence[Webhook]) -> str:
    """Write webhooks for people, a line each."""
    lines = [one_line(f"{each.uuid}  {described(each)}") for each in found]
    return "\n".join(lines or ["no webhook is there yet"]) + "\n"


def list_json(found: Sequence[Webhook]) -> str:
    """Write webhooks for programs; a secret is masked as the broker masks it."""
    shown: Json = [{"uuid": each.uuid, **each.definition} for each in found]
    return json_text({"format": _format(), "webhooks": shown})


def trial_text(found: Trial) -> str:
    """Write how a trial went, its log first."""
    answered = f": answered with {found.status}" if found.status else ""
    verdict = f"{_OUTCOMES[found.success]}{answered}"
    return f"{plain(found.log).rstrip()}\n{verdict}\n" if found.log else f"{verdict}\n"


def deliveries_text(found: Sequence[Delivery]) -> str:
    """Write what webhooks had to tell, the log of each below it."""
    lines = [line for each in found for line in _lines(each)]
    return "\n".join(lines or ["nothing was to be told"]) + "\n"


def _lines(one: Delivery) -> Iterator[str]:
    left = f", {one.tries_left} left" if one.tries_left else ""
    tries = f"tried {one.tries} times" if one.tries != 1 else "tried once"
    yield one_line(f"{one.status:<10} {one.event} {one.at} · {one.webhook} · {tries}{left}")
    yield from (f"  {line}" for line in plain(one.log).rstrip().splitlines())


def deliveries_json(found: Sequence[Delivery]) -> str:
    """Write what webhooks had to tell for programs."""
    shown: Json = [
        {
            "webhook": each.webhook,
            "event": each.event,
            "status": each.status,
            "at": each.at or None,
            "tries": each.tries,
            "tries_left": each.tries_left,
            "log": each.log,
        }
        for each in found
    ]
    return json_text({"format": _format(), "deliveries": shown})


def _format() -> Json:
    return {"name": FORMAT, "version": FORMAT_VERSION}
