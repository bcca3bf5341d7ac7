"""The lines of the board, each from an answer of the timetable."""

from typing import Any

import httpx

LABELS = {"on_time": "on time", "late": "late"}


class Timetable:
    """Asks the timetable."""

    def __init__(self, url: str) -> None:
        self._url = url

    def status(self, train_id: str) -> str:
        status = self._get(f"/trains/{train_id}")["status"]
        return LABELS.get(status, "ask the staff")

    def platform(self, train_id: str) -> str:
        platform = self._get(f"/trains/{train_id}")["platform"]
        return "Pl. " + (platform or "?")

    def note(self, train_id: str) -> str:
        train = self._get(f"/trains/{train_id}")
        return str(train.get("note", ""))

    def delay(self, train_id: str) -> str:
        delay = self._get(f"/trains/{train_id}")["delay"]
        return f"{delay:.0f} min"

    def first(self) -> str:
        rows = self._get("/departures")
        first = rows[0] if rows else {"to": "nowhere today"}
        return "to " + str(first["to"])

    def notice(self) -> str:
        text = self._get("/notice")["text"]
        text = text if isinstance(text, str) else text["en"]
        return "*** " + text

    def _get(self, path: str) -> Any:
        return httpx.get(self._url + path, timeout=1).raise_for_status().json()
