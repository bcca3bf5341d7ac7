"""
Reads all that a broker tells by its relations: from the index on, page by page.

Shape: only what the protocol shows. Superseded revisions and whether a result was for work in
progress are not shown by any broker.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from harness.broker import wire
from harness.broker.client.documents import promises
from harness.broker.client.session import Session
from harness.broker.hal import Resource
from harness.broker.semantics.portable import (
    Contract,
    Earlier,
    Hook,
    Owner,
    Place,
    Promise,
    Release,
    Result,
    Running,
)
from harness.domain.json import Json, is_mapping, mapping, sequence

MASK: Final = "**********"
_MANY: Final = 1_000_000
_COLUMNS: Final = {
    "displayName": "display_name",
    "repositoryUrl": "repository_url",
    "repositoryName": "repository_name",
    "repositoryNamespace": "repository_namespace",
    "mainBranch": "main_branch",
}
_OWN: Final = ("createdAt", "_links")
_RAN: Final = (
    (wire.RECORD_DEPLOYMENT, "deployedVersions", "undeployedAt", False),
    (wire.RECORD_RELEASE, "releasedVersions", "supportEndedAt", True),
)
_RUNNING: Final = (
    ("pb:currently-deployed-deployed-versions", "deployedVersions", False),
    ("pb:currently-supported-released-versions", "releasedVersions", True),
)


class Everything:
    """
    All of a broker, kind by kind; each method reads anew.

    Raises: BrokerFailed, as a session does.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._index = session.index()

    def owners(self) -> Iterator[Owner]:
        """The pacticipants."""
        first = self._session.link(self._index, wire.PACTICIPANTS)
        for page in self._pages(first):
            for entry in self._embedded(page, "pacticipants"):
                one = self._session.resource(self._session.link(entry, "self"))
                told = {
                    column: one.text(name) for name, column in _COLUMNS.items() if one.text(name)
                }
                labels = [each.text("name") for each in self._embedded(one, "labels")]
                yield Owner(one.text("name"), told, labels, one.text("createdAt"))

    def releases(self, owner: str) -> Iterator[Release]:
        """The versions of a pacticipant with their pacts, the oldest first."""
        link = self._session.link(self._index, wire.PACTICIPANT, pacticipant=owner)
        known = self._session.resource(link)
        address = known.link("pb:versions") or f"{link}/versions"
        listed = [
            each for page in self._pages(address) for each in self._embedded(page, "versions")
        ]
        for entry in reversed(listed):
            one = self._session.resource(self._session.link(entry, "self"))
            branches = self._embedded(one, "branchVersions")
            yield Release(
                *(owner, one.text("number"), one.text("buildUrl")),
                [each.text("name") for each in branches],
                [each.text("name") for each in branches if each.body.get("latest") is True],
                [each.text("name") for each in self._embedded(one, "tags")],
                one.text("createdAt"),
                [self._pact(each) for each in one.links(wire.PACTS_OF_VERSION)],
                list(self._promises(one, owner)),
                list(self._earlier(one)),
            )

    def results(self, consumer: str, provider: str) -> Iterator[Result]:
        """The last result of each version of a provider on each pact of a consumer."""
        names = "&".join(
            f"q[][pacticipant]={quote(each, safe='')}" for each in (consumer, provider)
        )
        link = f"{self._session.url}/matrix?{names}&latestby=cvpv&limit={_MANY}"
        rows = [mapping(each) for each in sequence(self._session.resource(link).body.get("matrix"))]
        seen = {""}
        for row in reversed(rows):
            told = mapping(row.get("verificationResult"))
            if told.get("kind") == "comparison":  # what was verified stands beside it
                told = mapping(row.get("verification"))
            said = Resource(link, told)
            # Versions of one content share their results: each is told of the oldest.
            if said.link("self") in seen:
                continue
            seen.add(said.link("self"))
            one = self._session.resource(said.link("self"))
            yield Result(
                *(consumer, _number(row, "consumer"), provider, _number(row, "provider")),
                said.body.get("success") is True,
                *(said.text("verifiedAt"), one.text("buildUrl")),
                *(one.body.get("testResults"), one.body.get("verifiedBy")),
            )

    def places(self) -> Iterator[Place]:
        """The environments with what runs in them."""
        link = self._index.link(wire.ENVIRONMENTS)
        for entry in self._embedded(self._session.resource(link), "environments") if link else ():
            one = self._session.resource(self._session.link(entry, "self"))
            place = Place(
                *(one.text("uuid"), one.text("name"), one.text("displayName")),
                one.body.get("production") is True,
                *(one.body.get("contacts"), one.text("createdAt")),
            )
            yield replace(place, running=list(self._running(one)))

    def hooks(self) -> Iterator[Hook]:
        """The webhooks, without what a broker hides of them."""
        link = self._index.link("pb:webhooks")
        for address in self._session.resource(link).links("pb:webhooks") if link else ():
            yield _hook(self._session.resource(address))

    def _pact(self, link: str) -> Contract:
        one = self._session.resource(link)
        provider = mapping(one.body.get("provider"))
        name = provider.get("name")
        content = {key: value for key, value in one.body.items() if key not in _OWN}
        shown = one.title("pb:provider", "name")
        return Contract(
            shown or (name if isinstance(name, str) else ""),
            {key: _bare(value) for key, value in content.items()},
            one.text("createdAt"),
        )

    def _promises(self, version: Resource, owner: str) -> Iterator[Promise]:
        """The documents of a version; not every broker that keeps some links to them."""
        is_linking = bool(self._index.link(wire.PROVIDER_CONTRACT))
        if version.links(wire.PROVIDER_CONTRACT) or (
            self._index.link(wire.PUBLISH_PROVIDER_CONTRACT) and not is_linking
        ):
            yield from promises(self._session, version, owner)

    def _earlier(self, version: Resource) -> Iterator[Earlier]:
        """Where a version ran: each environment is asked, since no list of all is shown."""
        for relation, name, ended, is_release in _RAN:
            for link in version.links(relation):
                found = self._session.found(link)
                for each in self._embedded(found, name) if found else ():
                    if each.text(ended):
                        instance = each.text("applicationInstance") or each.text("target")
                        yield Earlier(
                            each.embedded("environment", "name"),
                            is_release,
                            instance or None,
                            *(each.text("createdAt"), each.text(ended)),
                        )

    def _running(self, place: Resource) -> Iterator[Running]:
        for relation, name, is_release in _RUNNING:
            link = place.link(relation)
            for each in self._embedded(self._session.resource(link), name) if link else ():
                instance = each.text("applicationInstance") or each.text("target")
                yield Running(
                    each.embedded("pacticipant", "name"),
                    each.embedded("version", "number"),
                    *(is_release, instance or None, each.text("createdAt")),
                )

    def _pages(self, link: str) -> Iterator[Resource]:
        seen: set[str] = set()
        while link and link not in seen:
            seen.add(link)
            page = self._session.resource(link)
            yield page
            link = page.link("next")

    def _embedded(self, one: Resource, name: str) -> list[Resource]:
        listed = sequence(mapping(one.body.get("_embedded")).get(name))
        return [Resource(one.url, each) for each in listed if is_mapping(each)]


def _number(row: Mapping[str, Json], side: str) -> str:
    return _text(mapping(mapping(row.get(side)).get("version")), "number")


def _bare(value: Json) -> Json:
    """Interactions without the digests that the broker put into them: they are not published."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return value
    return [
        {key: inner for key, inner in each.items() if key != "_id"} if is_mapping(each) else each
        for each in value
    ]


def _hook(one: Resource) -> Hook:
    request = mapping(one.body.get("request"))
    headers = {
        name: value for name, value in mapping(request.get("headers")).items() if value != MASK
    }
    shown = {key: value for key, value in request.items() if value not in (MASK, None)}
    sides = {side: mapping(one.body.get(side)) for side in ("consumer", "provider")}
    hidden = len(headers) < len(mapping(request.get("headers"))) or MASK in request.values()
    events = (mapping(each).get("name") for each in sequence(one.body.get("events")))
    return Hook(
        uuid=one.text("uuid") or one.url.rpartition("/")[2],
        description=one.text("description"),
        is_enabled=one.body.get("enabled") is not False,
        is_whole=not hidden,
        consumer=_text(sides["consumer"], "name"),
        provider=_text(sides["provider"], "name"),
        consumer_label=_text(sides["consumer"], "label"),
        provider_label=_text(sides["provider"], "label"),
        events=[each for each in events if isinstance(each, str)],
        request={**shown, "headers": headers},
        created_at=one.text("createdAt"),
    )


def _text(node: Mapping[str, Json], name: str) -> str:
    found = node.get(name)
    return found if isinstance(found, str) else ""
