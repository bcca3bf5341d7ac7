"""An application that imports what it is made of at its first request, as Django does."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import Any


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Have the other module answer."""
    answer: Iterable[bytes] = importlib.import_module("believing").app(environ, start_response)
    return answer
