"""Asks for JSON and reads it into a model."""

from collections.abc import Mapping
from typing import TypeVar

import httpx
import msgspec

Model = TypeVar("Model")


class ServiceUnavailable(Exception):
    """A service cannot be reached, or answers what nobody promised."""


class NotFound(Exception):
    """A service does not have what was asked for."""


def get(http: httpx.Client, path: str, params: Mapping[str, str], model: type[Model]) -> Model:
    """The answer to a GET request.

    Raises: NotFound, ServiceUnavailable.
    """
    try:
        response = http.get(path, params=params)
        if response.status_code == httpx.codes.NOT_FOUND:
            raise NotFound(path)
        response.raise_for_status()
        return msgspec.json.decode(response.content, type=model)
    except (httpx.HTTPError, msgspec.DecodeError) as error:
        raise ServiceUnavailable(f"GET {path}: {error}") from error
