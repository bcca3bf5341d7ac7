"""From a broker's address to a client of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import unquote, urlsplit, urlunsplit

from harness.broker.client.pacts import BrokerClient
from harness.broker.http import USUAL_PATIENCE, Credentials, HttpAsking, Patience
from harness.domain.errors import Misused


@contextmanager
def opened(
    url: str, given: Credentials, patience: Patience = USUAL_PATIENCE, authority: str = ""
) -> Iterator[BrokerClient]:
    """
    A client of the broker at an address, which may hold credentials of its own.

    Shape: `authority` is the file, or the directory, of the authorities to trust; empty for those
    that `requests` finds.
    Raises: Misused, for what is no address of a broker.
    """
    address, shown = address_and_credentials(url, given)
    with (
        closing(HttpAsking(shown, patience, authority=authority)) as asking,
        closing(HttpAsking(Credentials(), patience, authority=authority)) as bare,
    ):
        yield BrokerClient(address, asking, bare)


def address_and_credentials(url: str, given: Credentials) -> tuple[str, Credentials]:
    """
    A broker's address without the credentials that it may hold, and those to show.

    Raises: Misused, for what is no address of a broker.
    """
    try:
        parts = urlsplit(url)
        name, password = unquote(parts.username or ""), unquote(parts.password or "")
    except ValueError:
        parts, name, password = urlsplit(""), "", ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        bare = url.rpartition("@")[2]
        raise Misused(f"expected an address such as https://broker.example, saw {bare}")
    shown = given if given != Credentials() else Credentials("", name, password)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", "")), shown
