"""Environments, and what runs in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlencode

from harness.broker import wire
from harness.broker.client.session import Session
from harness.broker.hal import Resource
from harness.domain.deploying import Environment, Placed
from harness.domain.errors import BrokerFailed, Misused
from harness.domain.json import Json, is_mapping, sequence

_DEPLOYED: Final = "pb:currently-deployed-deployed-versions"
_RELEASED: Final = "pb:currently-supported-released-versions"


def every(session: Session) -> tuple[Environment, ...]:
    """
    All environments that a broker knows.

    Raises: BrokerFailed.
    """
    return tuple(_environment(each) for each in _listed(session).items("environments"))


def named(session: Session, name: str) -> Environment:
    """
    The environment of a name or of an identifier.

    Raises: Misused, naming those that there are; BrokerFailed.
    """
    known = every(session)
    for each in known:
        if name in (each.name, each.uuid):
            return each
    there = ", ".join(each.name for each in known) or "none yet"
    raise Misused(
        f"the broker at {session.url} knows no environment {name}; there are: {there}",
        hint=f"harness environments create {name}",
    )


def create(session: Session, made: Environment) -> Environment:
    """
    Make an environment.

    Raises: Misused, with the broker's reasons; BrokerFailed.
    """
    link = session.own(session.link(session.index(), wire.ENVIRONMENTS))
    # A second one of a name is refused, so that a lost answer shows as a refusal at worst.
    return _environment(session.sent("POST", link, _members(made), is_repeatable=False))


def replace(session: Session, changed: Environment) -> Environment:
    """
    Set all that is told of an environment.

    Raises: Misused, with the broker's reasons; BrokerFailed.
    """
    return _environment(session.sent("PUT", changed.url, _members(changed)))


def remove(session: Session, one: Environment) -> None:
    """
    Remove an environment, with all that is known to run there.

    Raises: BrokerFailed.
    """
    session.sent("DELETE", one.url)


def placed(session: Session, one: Environment, pacticipant: str = "") -> tuple[Placed, ...]:
    """
    What runs or is supported in an environment, of a pacticipant or of all.

    Raises: BrokerFailed.
    """
    place = session.resource(one.url)
    return (
        *_placed(session, place, _DEPLOYED, pacticipant),
        *_placed(session, place, _RELEASED, pacticipant),
    )


def ended(session: Session, one: Placed) -> None:
    """
    Say that a version does not run any more, or is not supported any more.

    Raises: BrokerFailed.
    """
    flag = "currentlySupported" if one.is_release else "currentlyDeployed"
    session.sent("PATCH", one.url, {flag: False}, kind=wire.MERGE_PATCH)


def _listed(session: Session) -> Resource:
    return session.resource(session.link(session.index(), wire.ENVIRONMENTS))


def _placed(session: Session, place: Resource, relation: str, pacticipant: str) -> Iterator[Placed]:
    is_release = relation == _RELEASED
    link = session.link(place, relation)
    if pacticipant:
        link += ("&" if "?" in link else "?") + urlencode({"pacticipant": pacticipant})
    listed = session.resource(link).items("releasedVersions" if is_release else "deployedVersions")
    for each in listed:
        found = Placed(
            each.embedded("pacticipant", "name"),
            each.embedded("version", "number"),
            is_release,
            each.text("applicationInstance") or each.text("target"),
            each.text("createdAt"),
            each.link("self"),
        )
        if not found.url:
            raise BrokerFailed(f"expected a link to itself in what {link} lists, seen none")
        if pacticipant in ("", found.pacticipant):
            yield found


def _environment(found: Resource) -> Environment:
    contacts = tuple(map(_contact, sequence(found.body.get("contacts"))))
    return Environment(
        found.text("uuid"),
        found.text("name"),
        found.text("displayName"),
        found.body.get("production") is True,
        contacts,
        found.link("self"),
    )


def _contact(given: Json) -> tuple[str, str]:
    if not is_mapping(given):
        return "", ""
    details = given.get("details")
    email = details.get("emailAddress") if is_mapping(details) else ""
    return str(given.get("name") or ""), str(email or "")


def _members(one: Environment) -> Mapping[str, Json]:
    contacts: list[Json] = [
        {"name": name, **({"details": {"emailAddress": email}} if email else {})}
        for name, email in one.contacts
    ]
    shown: dict[str, Json] = {"displayName": one.display_name} if one.display_name else {}
    return {"name": one.name, **shown, "production": one.production, "contacts": contacts}
