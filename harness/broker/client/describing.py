"""What a broker knows of pacticipants and of their versions."""

from __future__ import annotations

from collections.abc import Iterator

from harness.broker import wire
from harness.broker.client.deploying import known_version
from harness.broker.client.session import Session
from harness.broker.hal import Resource, member
from harness.domain.errors import BrokerFailed, Misused
from harness.domain.json import Json, is_mapping, sequence
from harness.domain.published import KnownPacticipant, KnownVersion

_SHOWN = 10


def pacticipant(session: Session, name: str) -> KnownPacticipant:
    """
    What is known of a pacticipant, with its newest versions.

    Raises: Misused, where the broker does not know it; BrokerFailed.
    """
    found = session.found(session.link(session.index(), wire.PACTICIPANT, pacticipant=name))
    if found is None:
        raise Misused(
            f"the broker at {session.url} knows no pacticipant {name}",
            hint="names count as they are written",
        )
    labels = member(found.body, "_embedded").get("labels")
    return KnownPacticipant(
        found.text("name"),
        found.text("mainBranch"),
        found.text("repositoryUrl"),
        tuple(_names(labels)),
        tuple(_branches(session, found)),
        tuple(_versions(session, found)),
    )


def version(session: Session, name: str, number: str) -> KnownVersion:
    """
    What is known of a version.

    Raises: Misused, where there is none; BrokerFailed.
    """
    return _version(known_version(session, name, number))


def _version(found: Resource) -> KnownVersion:
    embedded = member(found.body, "_embedded")
    return KnownVersion(
        found.text("number"),
        tuple(_names(embedded.get("branchVersions"))),
        tuple(_names(embedded.get("tags"))),
        found.text("buildUrl"),
        found.text("createdAt"),
        tuple(found.names("pb:deployed-environments")),
        tuple(found.names("pb:released-environments")),
        tuple(found.names(wire.PACTS_OF_VERSION)),
    )


def _branches(session: Session, found: Resource) -> Iterator[str]:
    link = found.link("pb:branches")
    if link:
        yield from (each.text("name") for each in session.resource(link).items("branches"))


def _versions(session: Session, found: Resource) -> Iterator[KnownVersion]:
    """The newest versions; their lists are short, so that each is asked for what is on it."""
    link = found.link("pb:versions")
    if not link:
        raise BrokerFailed(f"expected the relation pb:versions at {found.url}, seen none")
    listed = session.resource(f"{link}?pageNumber=1&pageSize={_SHOWN}").items("versions")
    for each in listed[:_SHOWN]:
        yield _version(session.resource(each.link("self")))


def _names(listed: Json) -> Iterator[str]:
    for each in sequence(listed):
        if is_mapping(each) and isinstance(name := each.get("name"), str):
            yield name
