"""Reads JSON request bodies strictly."""

import json
from typing import Any, Never

from django.http import HttpRequest
from ninja.parser import Parser


class UnsupportedMediaType(Exception):
    """The body is of a type other than JSON."""


class StrictJsonParser(Parser):
    """A parser that takes `application/json` in UTF-8, without NaN and infinities."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Decode the body, which may be any JSON, or raise what makes it unreadable."""
        if request.content_type != "application/json":
            raise UnsupportedMediaType(request.content_type or "")
        return json.loads(request.body.decode(), parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> Never:
    """Refuse a number that JSON does not have."""
    raise ValueError(f"{name} is not JSON")
