"""What a haulier reads of the terminal's messages."""

from __future__ import annotations

from pydantic import BaseModel


class Called(BaseModel):
    container: str
    gate: int


class Loaded(BaseModel):
    container: str
    lorry: str
