"""Publishes pacts, and refuses what would overwrite others."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from harness.broker import wire
from harness.broker.client.session import Session, failed, hal, reasons
from harness.broker.hal import member
from harness.broker.semantics import contents
from harness.broker.semantics.contents import Conflicting
from harness.broker.wire import Reply
from harness.documents.json_text import parse_json
from harness.domain.deploying import Notice
from harness.domain.json import Json, is_mapping, mapping, sequence
from harness.domain.published import Contract, Publishing

_CONFLICT: Final = 409
_WELL: Final = range(200, 300)
# What a broker adds to a pact that it hands out.
_ADDED: Final = ("_links", "createdAt")


class State(Enum):
    """How a pact stands to what is published already for its consumer's version."""

    NEW = "new"
    SAME = "the same is published already"
    OTHER = "another content is published already"


@dataclass(frozen=True, slots=True)
class Standing:
    """
    A contract with its state, and the address of what is there.

    Shape: `replaced` are the interactions that are there and would be told otherwise.
    """

    contract: Contract
    state: State
    link: str = ""
    replaced: tuple[str, ...] = ()

    def is_refused(self, *, is_merging: bool) -> bool:
        """Whether it would overwrite something."""
        return bool(self.replaced) if is_merging else self.state is State.OTHER


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the broker says; with `conflicts` nothing was published."""

    notices: tuple[Notice, ...]
    conflicts: tuple[str, ...] = ()


def standing(session: Session, wanted: Publishing) -> tuple[Standing, ...]:
    """
    How each pact stands to what is there.

    Raises: BrokerFailed.
    """
    link = session.link(
        session.index(),
        wire.PACTICIPANT_VERSION,
        pacticipant=wanted.consumer,
        version=wanted.version,
    )
    version = session.found(link)
    there = dict(_published(session, version.links(wire.PACTS_OF_VERSION))) if version else {}
    return tuple(_standing(each, *there.get(each.provider, ("", {}))) for each in wanted.contracts)


def publish(session: Session, wanted: Publishing, *, is_merging: bool = False) -> Outcome:
    """
    Publish the pacts of a version: all of them, or none.

    Shape: what would overwrite another content is refused here, since a broker may allow it; with
    `is_merging` what is new is added to what is there.
    Raises: BrokerFailed.
    """
    seen = standing(session, wanted)
    refused = [each for each in seen if each.is_refused(is_merging=is_merging)]
    if refused:
        return Outcome((), tuple(_refusal(each, wanted, is_merging=is_merging) for each in refused))
    contracts = []
    for each in seen:
        if each.state is not State.OTHER:
            contracts.append(each.contract)
            continue
        reply = session.tried("PATCH", each.link, each.contract.pact)
        if reply.status == _CONFLICT:
            return Outcome((), tuple(reasons(reply)))
        if reply.status not in _WELL:
            raise failed(each.link, reply)
        merged = _bare(hal(each.link, reply.body).body)
        contracts.append(replace(each.contract, pact=merged, text=""))
    link = session.link(session.index(), wire.PUBLISH)
    body = _body(replace(wanted, contracts=tuple(contracts)))
    return _outcome(link, session.tried("POST", link, body))


def joined(first: Contract, second: Contract) -> Contract:
    """
    One contract of two between the same pair.

    Raises: Conflicting, where they contradict each other.
    """
    told_twice = contents.replaced(first.pact, second.pact)
    if told_twice:
        raise Conflicting(f"they tell {', '.join(map(repr, told_twice))} in two ways")
    return replace(first, pact=contents.merged(first.pact, second.pact), text="")


def _published(
    session: Session, links: list[str]
) -> Iterator[tuple[str, tuple[str, Mapping[str, Json]]]]:
    for link in links:
        pact = _bare(session.resource(link).body)
        yield str(member(pact, "provider").get("name") or ""), (link, pact)


def _standing(contract: Contract, link: str, there: Mapping[str, Json]) -> Standing:
    if not link:
        return Standing(contract, State.NEW)
    if contents.sha_of(there) == contents.sha_of(contents.without_ids(contract.pact)):
        return Standing(contract, State.SAME, link)
    replaced = contents.replaced(there, contract.pact)
    return Standing(contract, State.OTHER, link, tuple(replaced))


def _bare(pact: Mapping[str, Json]) -> Mapping[str, Json]:
    """A pact as it was before a broker added to it."""
    return contents.without_ids({key: pact[key] for key in pact if key not in _ADDED})


def _refusal(one: Standing, wanted: Publishing, *, is_merging: bool) -> str:
    if not is_merging:
        what = "another content"
    else:
        what = f"{', '.join(map(repr, one.replaced))} told otherwise"
    return (
        f"for {wanted.consumer} {wanted.version} {what} of the pact with "
        f"{one.contract.provider} is published already, at {one.link}"
    )


def _body(wanted: Publishing) -> Mapping[str, Json]:
    more: dict[str, Json] = {"branch": wanted.branch, "buildUrl": wanted.build_url}
    contracts: list[Json] = [
        {
            "consumerName": wanted.consumer,
            "providerName": each.provider,
            "specification": "pact",
            "contentType": "application/json",
            "content": base64.b64encode(_text(each).encode()).decode("ascii"),
            "onConflict": "overwrite",
        }
        for each in wanted.contracts
    ]
    return {
        "pacticipantName": wanted.consumer,
        "pacticipantVersionNumber": wanted.version,
        **{key: value for key, value in more.items() if value},
        "tags": list(wanted.tags),
        "contracts": contracts,
    }


def _text(contract: Contract) -> str:
    return contract.text or json.dumps(contract.pact)


def _outcome(link: str, reply: Reply) -> Outcome:
    if reply.status != _CONFLICT and reply.status not in _WELL:
        raise failed(link, reply)
    body = mapping(parse_json(reply.body, link).value)
    notices = tuple(
        Notice(str(each.get("type") or "info"), str(each.get("text") or ""))
        for each in sequence(body.get("notices"))
        if is_mapping(each)
    )
    if reply.status != _CONFLICT:
        return Outcome(notices)
    said = tuple(reasons(reply)) or ("the broker refuses, and gives no reason",)
    return Outcome(tuple(each for each in notices if each.text not in said), said)
