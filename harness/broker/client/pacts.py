"""The pacts of a consumer, and documents where the broker keeps them."""

from __future__ import annotations

from typing import Final

from harness.broker import wire
from harness.broker.client.documents import promises
from harness.broker.client.session import REFUSED, Session, hal
from harness.broker.hal import Resource, member
from harness.broker.wire import Request
from harness.domain.errors import BrokerFailed
from harness.domain.published import Chosen, Published, PublishedPact

_INVALID: Final = frozenset({400, 422})


class BrokerClient(Session):
    """A session with questions about pacts and documents."""

    def offered(self) -> int:
        """
        Ask the broker for its index, and count the relations that it offers.

        Raises: BrokerFailed, where it does not answer, refuses, or is no Pact Broker.
        """
        index = self.index()
        self.resource(self.link(index, wire.LATEST_PACTS))
        return len(member(index.body, "_links"))

    def may_publish(self) -> bool | None:
        """
        Whether these credentials may publish; none where the broker does not tell.

        Shape: a publication of nothing is asked for, which who may publish is refused for what it
        lacks, and who may not for who asks: nothing is changed by it.
        Raises: BrokerFailed, where nobody answers.
        """
        link = self.index().link(wire.PUBLISH)
        if not link:
            return None
        reply = self.ask_anyhow(Request("POST", self.own(link), body=b"{}", kind=wire.JSON))
        if reply.status in REFUSED:
            return False
        return True if reply.status in _INVALID else None

    def latest_pacts(self, consumer: str, chosen: Chosen) -> Published:
        """
        The pacts of a consumer's version, in the order in which the broker lists them.

        Raises: BrokerFailed, also where the broker knows no such consumer, branch or tag.
        """
        index = self.index()
        if chosen.branch:
            version = self._head(index, consumer, chosen.branch)
            return self._of_version(version, consumer, f"branch {chosen.branch}")
        if chosen.tag:
            link = self.link(
                index, wire.LATEST_TAGGED_VERSION, pacticipant=consumer, tag=chosen.tag
            )
            return self._of_version(self.found(link), consumer, f"tag {chosen.tag}")
        known = self.found(self.link(index, wire.PACTICIPANT, pacticipant=consumer))
        if known is None:
            hint = "names count as they are written"
            raise BrokerFailed(
                f"the broker at {self.url} knows no pacticipant {consumer}", hint=hint
            )
        main = known.text("mainBranch")
        head = self._head(index, consumer, main) if main else None
        if head is not None:
            return self._of_version(head, consumer, f"main branch {main}")
        return self._overall(index, consumer)

    def documents(self, provider: str) -> tuple[bytes, ...]:
        """
        The documents that the broker keeps for a provider's latest version: one of each kind.

        Raises: BrokerFailed.
        """
        index = self.index()
        known = self.found(self.link(index, wire.PACTICIPANT, pacticipant=provider))
        if known is None:
            return ()
        main = known.text("mainBranch")
        version = self._head(index, provider, main) if main else None
        if version is None and (link := index.link(wire.LATEST_VERSION, pacticipant=provider)):
            version = self.found(link)
        if version is None or not version.text("number"):
            return ()
        return tuple(each.content for each in promises(self, version, provider))

    def _of_version(self, version: Resource | None, consumer: str, chosen: str) -> Published:
        if version is None:
            raise BrokerFailed(f"the broker at {self.url} has no version of {consumer} of {chosen}")
        number = version.text("number")
        links = version.links(wire.PACTS_OF_VERSION)
        pacts = tuple(self._pact(each, number) for each in links)
        return Published(f"{chosen}, version {number}", pacts)

    def _overall(self, index: Resource, consumer: str) -> Published:
        listed = self.resource(self.link(index, wire.LATEST_PACTS)).body.get("pacts")
        found: list[PublishedPact] = []
        for each in listed if isinstance(listed, list) else []:
            entry = Resource(self.url, each if isinstance(each, dict) else {})
            if entry.embedded("consumer", "name") == consumer and (link := entry.link("self")):
                found.append(self._pact(link, entry.embedded("consumer", "version", "number")))
        return Published("the latest of all", tuple(found))

    def _pact(self, link: str, number: str) -> PublishedPact:
        url = self.own(link)
        reply = self.asked(Request("GET", url))
        if reply.status != 200:
            raise BrokerFailed(f"{url} answered with {reply.status} where a pact was expected")
        pact = hal(url, reply.body)
        provider = pact.body.get("provider")
        name = provider.get("name") if isinstance(provider, dict) else None
        return PublishedPact(name if isinstance(name, str) else "", number, reply.body, url)

    def _head(self, index: Resource, name: str, branch: str) -> Resource | None:
        """The version that was added to a branch last, or none where there is no such branch."""
        link = self.link(index, wire.PACTICIPANT_BRANCH, pacticipant=name, branch=branch)
        found = self.found(link)
        if found is None:
            return None
        return self.found(found.link(wire.LATEST_VERSION) or self.own(link) + wire.HEAD_OF_BRANCH)
