"""What a haulier does about messages of the terminal."""

from __future__ import annotations

from haulier.events import Called, Loaded


def on_called(body: bytes) -> str:
    called = Called.model_validate_json(body)
    return f"{called.container} at gate {called.gate}"


def on_loaded(body: bytes) -> str:
    loaded = Loaded.model_validate_json(body)
    return f"{loaded.container} on {loaded.lorry}"
