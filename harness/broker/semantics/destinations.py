"""Where webhooks may go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from harness.domain.errors import Misused

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

SCHEMES: Final = ("https", "http")
_TOLD: Final = "See /doc/webhooks#whitelist for more information."
# Addresses of IPv6 that lead to one of IPv4 by way of a translator.
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Destinations:
    """
    The hosts that may be told.

    Shape: `names` are host names in lower case, `*.example.com` for one label before the rest;
    `networks` hold addresses. Where both are empty, every public address may be told; an address
    that is not public has to be named.
    """

    schemes: tuple[str, ...] = ("https",)
    names: tuple[str, ...] = ()
    networks: tuple[Network, ...] = ()

    def refusal(self, url: str) -> str:
        """Why a URL may not be asked, as far as it can be said before its name is looked up."""
        parts = urlsplit(url)
        if parts.scheme.lower() not in self.schemes:
            return f"scheme must be {' or '.join(self.schemes)}. {_TOLD}"
        host = parts.hostname or ""
        if self._names(host) or not (self.names or self.networks):
            return ""
        literal = _literal(host)
        if self.networks and (literal is None or self._holds(literal)):
            return ""
        listed = ", ".join((*self.names, *map(str, self.networks)))
        return f"host must be in the whitelist {listed}. {_TOLD}"

    def permits(self, host: str, address: str) -> bool:
        """Whether a connection may be made to an address to which a host's name led."""
        found = ip_address(address)
        if self.names_host(host, address):
            return True
        return not (self.names or self.networks) and _is_public(found)

    def names_host(self, host: str, address: str) -> bool:
        """Whether a host is allowed explicitly, by its name or by its address."""
        return self._names(host) or self._holds(ip_address(address))

    def _names(self, host: str) -> bool:
        name = host.lower().rstrip(".")
        return name in self.names or f"*.{name.partition('.')[2]}" in self.names

    def _holds(self, address: Address) -> bool:
        return any(address in network for network in self.networks)


def destinations(hosts: Iterable[str], schemes: Iterable[str] = ()) -> Destinations:
    """
    Destinations by what an administrator names: host names, `*.example.com`, addresses, networks.

    Raises: Misused, for what is none of these.
    """
    names, networks = [], []
    for each in hosts:
        try:
            networks.append(ip_network(each))
        except ValueError:
            names.append(_named(each))
    return Destinations(tuple(schemes) or ("https",), tuple(names), tuple(networks))


def _named(text: str) -> str:
    name = text.lower().rstrip(".")
    labels = name.removeprefix("*.").split(".")
    if not all(each and each.replace("-", "").replace("_", "").isalnum() for each in labels):
        raise Misused(
            f"expected a host that webhooks may tell, saw {text}",
            hint="such as ci.example.com, *.example.com, 10.1.2.3 or 10.0.0.0/8, without a port",
        )
    return name


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _is_public(address: Address) -> bool:
    inner = _inner(address)
    return inner.is_global and not inner.is_multicast


def _inner(address: Address) -> Address:
    """The address of IPv4 to which one of IPv6 leads, where it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address
