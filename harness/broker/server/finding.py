"""What a path speaks of, or a refusal where it is not there."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from harness.broker.semantics.rows import (
    Branch,
    Environment,
    Pacticipant,
    Publication,
    Verification,
    Version,
)
from harness.broker.server.answers import Refused, missing
from harness.broker.server.asking import Call
from harness.broker.store import contracts, environments, lines, pacticipants, results, versions
from harness.broker.store.choosing import Among


def nothing(call: Call) -> NoReturn:
    """Refuse: nothing is there."""
    raise Refused(missing(call.kind))


def pacticipant(call: Call, which: str = "pacticipant") -> Pacticipant:
    """The pacticipant that a path names."""
    found = pacticipants.find(call.db, call.names[which])
    return found or nothing(call)


def version(call: Call, which: str = "pacticipant") -> Version:
    """The version that a path names."""
    owner = pacticipant(call, which)
    return versions.find(call.db, owner.id, call.names["version"]) or nothing(call)


def branch(call: Call) -> Branch:
    """The branch that a path names."""
    owner = pacticipant(call)
    return lines.branch(call.db, owner.id, call.names["branch"]) or nothing(call)


def environment(call: Call) -> Environment:
    """The environment that a path names."""
    return environments.find(call.db, call.names["environment"]) or nothing(call)


def pair(call: Call) -> Among:
    """The publications of the pair that a path names."""
    provider, consumer = pacticipant(call, "provider"), pacticipant(call, "consumer")
    return Among(provider_id=provider.id, consumer_id=consumer.id)


def among(call: Call) -> Among:
    """The publications of a provider, and of the consumer, branch or tag that a path names."""
    provider = pacticipant(call, "provider")
    owner = pacticipant(call, "consumer") if "consumer" in call.names else None
    return Among(
        provider_id=provider.id,
        consumer_id=owner.id if owner else 0,
        branch=call.names.get("branch", ""),
        tag=call.names.get("tag", ""),
    )


def publication(call: Call) -> Publication:
    """The pact of the consumer version that a path names."""
    provider, made = pacticipant(call, "provider"), version(call, "consumer")
    found = contracts.of_version(call.db, [made.id], provider.id)
    return found[0] if found else nothing(call)


def newest(call: Call, meant: Among) -> Publication:
    """The newest of publications."""
    found = contracts.found(call.db, replace(meant, is_head=True))
    return found[0] if found else nothing(call)


def content(call: Call) -> Publication:
    """The newest publication of the content that a path names."""
    names = call.names
    found = contracts.named(call.db, names["consumer"], names["provider"], names["sha"])
    return found or nothing(call)


def result(call: Call) -> tuple[Publication, Verification]:
    """The verification result that a path names, with its pact."""
    one, number = content(call), call.names["number"]
    is_number = number.isascii() and number.isdigit() and len(number) < 10
    found = results.by_number(call.db, int(number)) if is_number else None
    if found is None or found.content_id != one.content_id:
        nothing(call)
    return one, found
