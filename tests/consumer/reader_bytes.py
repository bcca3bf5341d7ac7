"""Prints the readers of many models; run by interpreters of several versions."""

from __future__ import annotations

import platform
import sys

import pydantic

from harness.consumer.schema import Mode, schema_of
from harness.domain.json import canonical
from tests.consumer import models

KINDS = (
    *models.THINGS,
    *(models.Payment, models.Tree, models.Wired, models.Branch, models.Grade),
    list[models.Card | models.Cash],
    dict[models.Colour, models.Tree],
    models.Tree | None,
)


def readers() -> list[str]:
    """The canonical bytes of every reader and writer, a line each."""
    return [canonical(schema_of(each, mode)) for each in KINDS for mode in _MODES]


_MODES: tuple[Mode, ...] = ("validation", "serialization")

if __name__ == "__main__":
    sys.stderr.write(f"Python {platform.python_version()}, pydantic {pydantic.VERSION}\n")
    sys.stdout.write("\n".join(readers()) + "\n")
