"""Commands that supply what is missing: the house's own, and those of the official client."""

from __future__ import annotations

import json
import shlex
from typing import Final

from harness.broker.semantics.deployability import Row
from harness.broker.semantics.queries import Named
from harness.broker.semantics.rows import Version
from harness.broker.server.asking import Call
from harness.broker.server.bodies import Found
from harness.broker.server.pages import parts
from harness.pages.markup import Child, tag

SOME: Final = "VERSION"


def either(ours: str, official: str) -> list[Child]:
    """Lines of `harness` to paste into a shell, and below them those of the official client."""
    summary = tag("summary", "With the official client")
    return [parts.script(ours), tag("details", summary, parts.script(official))]


def publishing(named: Named) -> list[Child]:
    """What publishes the pacts of a version that nobody knows."""
    number = named.version or SOME
    return either(
        shlex.join(("harness", "publish", "--version", number)),
        shlex.join(("pact", "broker", "publish", "pacts", "--consumer-app-version", number)),
    )


def verifying_all(named: Named) -> list[Child]:
    """What verifies all that a version of a provider is held to."""
    return either(
        _ours(named.pacticipant, named.version),
        _official(named.pacticipant, named.version),
    )


def verifying(call: Call, row: Row, consumer: Version, found: Found, version: str) -> list[Child]:
    """
    What verifies one pact with a version of its provider, which may be empty: one that mends it.

    Shape: `consumer` is the version that published it. `harness verify` finds by itself what runs
    somewhere; else its branch is named, and what is the newest of none is named by address alone.
    """
    one = row.publication
    official = _official(one.provider, version, "--url", call.links.content(one))
    heads = [each.branch for each in found.on(consumer) if each.is_head]
    if found.environments_of(consumer.id):
        return either(_ours(one.provider, version), official)
    if heads:
        selector = json.dumps({"consumer": one.consumer, "branch": heads[0]}, ensure_ascii=False)
        chosen = ("--consumer-version-selector", selector)
        return either(_ours(one.provider, version, *chosen), official)
    return [parts.script(official)]


def recording(pacticipant: str, place: str) -> list[Child]:
    """What says that a version runs somewhere."""
    meant = ("--pacticipant", pacticipant, "--version", SOME, "--environment", place)
    return either(
        shlex.join(("harness", "record-deployment", *meant)),
        shlex.join(("pact", "broker", "record-deployment", *meant)),
    )


def _ours(provider: str, version: str, *more: str) -> str:
    by = ("--provider-version", version) if version else ()
    return shlex.join(("harness", "verify", provider, *more, *by, "--publish"))


def _official(provider: str, version: str, *more: str) -> str:
    named = ("pact", "verifier", *more, "--provider-name", provider, "--hostname", "localhost")
    return shlex.join((*named, "--publish", "--provider-version", version or SOME))
