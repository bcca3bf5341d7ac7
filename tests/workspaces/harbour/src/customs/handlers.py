"""What customs do about messages of the terminal."""

from __future__ import annotations

from collections.abc import Mapping

from customs import events

SAID = {events.Outcome.FREE: "may go", events.Outcome.OPENED: "was opened"}
LISTED: dict[str, str] = {}


def on_landed(body: bytes) -> str:
    landed = events.Landed.model_validate_json(body)
    return f"{landed.container} stands in {landed.yard_block}"


def on_moved(body: bytes) -> str:
    moved = events.Moved.model_validate_json(body)
    return f"{moved.container} is in row {moved.bay // 2}"


def on_weighed(body: bytes) -> str:
    weighed = events.Weighed.model_validate_json(body)
    return f"{weighed.container} has {weighed.weight / 1000:.1f} t"


def on_inspected(body: bytes) -> str:
    inspected = events.Inspected.model_validate_json(body)
    return f"{inspected.container} was looked into in {inspected.at.year}"


def on_held(body: bytes, headers: Mapping[str, str]) -> str:
    officer = headers.get("officer", "somebody")
    return f"{officer} holds {events.Told.model_validate_json(body).container}"


def on_released(body: bytes) -> str:
    return f"{events.Told.model_validate_json(body).container} may go"


def on_collected(body: bytes) -> str:
    return f"{events.Told.model_validate_json(body).container} is gone"


def on_cleared(body: bytes) -> str:
    cleared = events.Cleared.model_validate_json(body)
    return f"{cleared.container} {SAID[cleared.outcome]}"


def on_archived(body: bytes) -> str:
    archived = events.Archived.model_validate_json(body)
    return f"{archived.container} was filed by {archived.clerk or 'nobody we know'}"


def on_listed(body: bytes | None, key: str) -> None:
    if body is None:
        LISTED.pop(key, None)
        return
    listed = events.Listed.model_validate_json(body.decode())
    LISTED[listed.container] = listed.goods
