"""Sending a request to a neighbour, and reading JSON from what comes back."""

from types import TracebackType
from typing import Self

import httpx

from storefront.clients.errors import NeighbourUnavailable, ReplyInvalid

TIMEOUT = httpx.Timeout(5.0, connect=2.0)
Params = dict[str, str | int]
Body = dict[str, object]


class JsonClient:
    """What the clients share; an asynchronous context manager that closes its connections."""

    service: str

    def __init__(self, base_url: str) -> None:
        self._http = httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _send(
        self, method: str, path: str, *, params: Params | None = None, body: Body | None = None
    ) -> httpx.Response:
        try:
            return await self._http.request(method, path, params=params, json=body)
        except httpx.HTTPError as error:
            raise NeighbourUnavailable(f"{self.service} is unavailable") from error

    def _json(self, response: httpx.Response, expected: int = 200) -> object:
        """The body of the expected answer; any other answer is an error of the neighbour."""
        if response.status_code != expected:
            raise NeighbourUnavailable(f"{self.service} answered {response.status_code}")
        try:
            value: object = response.json()
        except (ValueError, RecursionError) as error:
            raise ReplyInvalid(f"{self.service} sent no JSON") from error
        return value


def reason(response: httpx.Response, otherwise: str) -> str:
    """Why a neighbour refused, if it says so."""
    try:
        value: object = response.json()
    except (ValueError, RecursionError):
        return otherwise
    detail = value.get("detail") if isinstance(value, dict) else None
    return detail if isinstance(detail, str) and detail.isprintable() else otherwise
