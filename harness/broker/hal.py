"""Resources in HAL: JSON objects whose links have names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.broker.wire import expanded
from harness.domain.json import Json


@dataclass(frozen=True, slots=True)
class Resource:
    """What an address holds."""

    url: str
    body: Mapping[str, Json]

    def text(self, name: str) -> str:
        """A member that is text, or nothing."""
        found = self.body.get(name)
        return found if isinstance(found, str) else ""

    def link(self, relation: str, **values: str) -> str:
        """The address behind a relation, the first where it is a list, or nothing."""
        listed = self.links(relation)
        return expanded(listed[0], **values) if listed else ""

    def links(self, relation: str) -> list[str]:
        """All addresses behind a relation."""
        hrefs = (each.get("href") for each in self._linked(relation))
        return [each for each in hrefs if isinstance(each, str) and each]

    def names(self, relation: str) -> list[str]:
        """The names of all links behind a relation."""
        names = (each.get("name") for each in self._linked(relation))
        return [each for each in names if isinstance(each, str) and each]

    def link_named(self, relation: str, name: str) -> str:
        """The address behind the one of several links that has a name, or nothing."""
        named = (each for each in self._linked(relation) if each.get("name") == name)
        hrefs = (each.get("href") for each in named)
        return next((each for each in hrefs if isinstance(each, str)), "")

    def _linked(self, relation: str) -> list[dict[str, Json]]:
        found = member(self.body, "_links").get(relation)
        listed = found if isinstance(found, list) else [found]
        return [each for each in listed if isinstance(each, dict)]

    def title(self, relation: str, name: str) -> str:
        """A text beside the address behind a relation, such as its `name`, or nothing."""
        found = member(self.body, "_links").get(relation)
        text = found.get(name) if isinstance(found, dict) else None
        return text if isinstance(text, str) else ""

    def embedded(self, *names: str) -> str:
        """A text below objects that are embedded in one another."""
        node: Mapping[str, Json] = self.body
        for name in names[:-1]:
            node = member(member(node, "_embedded"), name)
        found = node.get(names[-1])
        return found if isinstance(found, str) else ""

    def items(self, name: str) -> list[Resource]:
        """The resources that are embedded as a list."""
        listed = member(self.body, "_embedded").get(name)
        found = listed if isinstance(listed, list) else []
        return [Resource(self.url, each) for each in found if isinstance(each, dict)]


def member(node: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    """A member that is an object, or an empty one."""
    found = node.get(name)
    return found if isinstance(found, dict) else {}
