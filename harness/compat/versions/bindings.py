"""What bindings say of a broker's own protocol, and what changed in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from harness.compat.messages.keys import KEYED
from harness.compat.versions.telling import Spot
from harness.domain.change import Change
from harness.domain.json import Json, canonical, mapping, shortened

# Of these a consumer can tell nothing.
_UNSEEN: Final = frozenset({"bindingVersion", "clientId", "description", "replicas", "tags"})
# These say where messages travel; who listens elsewhere gets none.
_PLACES: Final = frozenset(
    {
        *("exchange.name", "exchange.type", "exchange.vhost", "is", "queue.name", "queue.vhost"),
        *("destination", "destinationType", "name", "objectName", "queue", "queue.objectName"),
        *("topic", "topic.objectName", "topic.string", "subject", "channel", "stream"),
    }
)
_LONGEST: Final = 80


def bindings(
    old: Mapping[str, Json], new: Mapping[str, Json], spot: Spot, thing: str
) -> Iterator[Change]:
    """Differences of bindings, each member once; the key of a message is told apart."""
    for protocol in dict.fromkeys((*old, *new)):
        was, now = (dict(_leaves(mapping(each.get(protocol)))) for each in (old, new))
        for name in dict.fromkeys((*was, *now)):
            is_key = thing != "channel" and name.partition(".")[0] == "key" and protocol in KEYED
            if was.get(name) == now.get(name) or is_key or set(name.split(".")) & _UNSEEN:
                continue
            here = spot.at(name=f"{protocol}.{name}")
            is_place = thing == "channel" and name in _PLACES and name in was
            what = "place" if is_place else "binding"
            yield here.told(f"{thing}-{what}-changed", was.get(name, ""), now.get(name, ""))


def _leaves(node: Mapping[str, Json], before: str = "") -> Iterator[tuple[str, str]]:
    """Each member that holds no others, by its path, as text."""
    for name, value in node.items():
        if name.startswith("x-"):
            continue
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", shortened(canonical(value), _LONGEST)
