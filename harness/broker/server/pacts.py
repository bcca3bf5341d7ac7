"""Single pacts: published, shown, compared and removed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from harness.broker.semantics import differences
from harness.broker.semantics.rows import Publication
from harness.broker.server import answers, finding, pact_bodies, storing
from harness.broker.server.answers import TEXT, Answer, Refused
from harness.broker.server.asking import Call
from harness.broker.server.links import link
from harness.broker.server.needs import administering, publishing
from harness.broker.server.routing import Route, change, get
from harness.broker.store import contracts, pacticipants, versions
from harness.broker.store.choosing import Among
from harness.domain.json import Json, is_mapping

_PAIR: Final = "/pacts/provider/{provider}/consumer/{consumer}"
_ONE: Final = f"{_PAIR}/version/{{version}}"
_CONTENT: Final = f"{_PAIR}/pact-version/{{sha}}"


def one(call: Call) -> Answer:
    """The pact of a consumer version."""
    return pact_bodies.pact(call, finding.publication(call))


def by_content(call: Call) -> Answer:
    """A pact by its content; what it was given for goes along."""
    return pact_bodies.pact(call, finding.content(call), call.names.get("metadata", ""))


def latest(call: Call) -> Answer:
    """The newest pact of a pair, of a tag or branch where one is given."""
    return pact_bodies.pact(call, finding.newest(call, finding.among(call)))


def latest_of_main_branch(call: Call) -> Answer:
    """The newest pact of a consumer's main branch."""
    meant = replace(finding.pair(call), main_branch=True)
    return pact_bodies.pact(call, finding.newest(call, meant))


def latest_untagged(call: Call) -> Answer:
    """The newest pact whose consumer version has no tag."""
    meant = replace(finding.pair(call), untagged=True)
    return pact_bodies.pact(call, finding.newest(call, meant))


def publish(call: Call) -> Answer:
    """Publish a pact, or merge it (PATCH) with the one that is there."""
    pact = call.object()
    _matching(call, pact)
    consumer, provider = call.names["consumer"], call.names["provider"]
    known = pacticipants.named(call.db, (consumer, provider))
    alike = storing.unlike(call, (consumer, provider), known)
    if alike:
        raise Refused(answers.text("\n\n".join(alike), TEXT, 409))
    sides = pacticipants.ensured(call.db, (consumer, provider), known, call.now)
    version, is_new = versions.ensure(call.db, sides[consumer], call.names["version"], call.now)
    merging = call.asked.method == "PATCH"
    found = storing.stored(
        *(call, version, sides[provider], pact), is_merging=merging, is_first=is_new
    )
    if found.publication is None:
        raise Refused(answers.error(found.conflict, 409))
    return pact_bodies.pact(call, found.publication, status=201 if found.is_new else 200)


def remove(call: Call) -> Answer:
    """Remove the pact of a consumer version."""
    found = finding.publication(call)
    contracts.remove_of_version(call.db, found.version_id, found.provider_id)
    latest_pact = link(call.links.pair(found.provider, found.consumer, "latest"))
    return answers.hal({"_links": {"pb:latest-pact-version": latest_pact}})


def previous(call: Call) -> Answer:
    """The newest earlier pact whose content differs."""
    found = contracts.before(call.db, finding.publication(call))
    return pact_bodies.pact(call, found or finding.nothing(call))


def difference_to_previous(call: Call) -> Answer:
    """What differs from the newest earlier pact whose content differs."""
    found = finding.publication(call)
    before = contracts.before(call.db, found)
    return _difference(call, before or finding.nothing(call), found)


def difference_to_version(call: Call) -> Answer:
    """What differs from the pact of another consumer version."""
    found = finding.publication(call)
    other = versions.find(call.db, found.consumer_id, call.names["other"])
    listed = contracts.of_version(call.db, [other.id], found.provider_id) if other else []
    return _difference(call, listed[0] if listed else finding.nothing(call), found)


def difference_to_content(call: Call) -> Answer:
    """What differs from another content of the pair."""
    found = finding.content(call)
    pair = (found.consumer_id, found.provider_id)
    key = contracts.content_of(call.db, *pair, call.names["other"])
    listed = contracts.of_content(call.db, key) if key is not None else []
    return _difference(call, listed[0] if listed else finding.nothing(call), found)


def _difference(call: Call, old: Publication, new: Publication) -> Answer:
    before, after = (json.loads(contracts.content(call.db, each.content_id)) for each in (old, new))
    names = (pact_bodies.titled(each) for each in (old, new))
    told = differences.told(before, after, *names)
    return answers.text(f"{told or 'No changes'}\n")


def _matching(call: Call, pact: Mapping[str, Json]) -> None:
    wrong = {}
    for side in ("consumer", "provider"):
        inside = pact.get(side)
        name = inside.get("name") if is_mapping(inside) else None
        if name is not None and name != call.names[side]:
            said = f"name in pact ('{name}') does not match name in URL ('{call.names[side]}')"
            wrong[f"{side}.name"] = [said]
    if wrong:
        raise Refused(answers.errors(wrong, kind=call.kind))


def versions_of_pair(call: Call) -> Answer:
    """All pacts of a pair, newest first, of a tag or branch where one is given."""
    found = contracts.found(call.db, _listed(call))
    return answers.hal(
        {
            "_links": {
                "self": link(call.url, title="All versions of the pact"),
                "pb:consumer": link(call.links.pacticipant(call.names["consumer"])),
                "pb:provider": link(call.links.pacticipant(call.names["provider"])),
                "pb:pact-versions": [
                    link(call.links.pact(each), title="Pact", name=pact_bodies.titled(each))
                    for each in found
                ],
                "curies": call.links.curies(),
            }
        }
    )


def remove_of_pair(call: Call) -> Answer:
    """Remove all pacts of a pair, of a tag or branch where one is given."""
    contracts.remove(call.db, _listed(call))
    return answers.empty()


def _listed(call: Call) -> Among:
    meant = finding.among(call)
    is_main = not meant.branch and "/branch/" in call.asked.path and not meant.tag
    return replace(meant, main_branch=is_main)


_LISTS: Final = (
    f"{_PAIR}/versions",
    f"{_PAIR}/tag/{{tag}}",
    f"{_PAIR}/branch/{{branch}}",
    f"{_PAIR}/branch/{{branch}}/latest/versions",
    f"{_PAIR}/branch/versions",
)

ROUTES: Final[tuple[Route, ...]] = (
    get(_ONE, one),
    change("PUT", _ONE, publish, publishing("consumer")),
    change("PATCH", _ONE, publish, publishing("consumer")),
    change("DELETE", _ONE, remove, administering("consumer")),
    get(f"{_ONE}/previous-distinct", previous),
    get(f"{_ONE}/diff/previous-distinct", difference_to_previous, TEXT, "application/hal+json"),
    get(f"{_ONE}/diff/version/{{other}}", difference_to_version, TEXT, "application/hal+json"),
    get(_CONTENT, by_content),
    get(f"{_CONTENT}/metadata/{{metadata}}", by_content),
    get(
        f"{_CONTENT}/diff/pact-version/{{other}}",
        difference_to_content,
        *(TEXT, "application/hal+json"),
    ),
    get(f"{_PAIR}/latest", latest),
    get(f"{_PAIR}/latest/{{tag}}", latest),
    get(f"{_PAIR}/latest-untagged", latest_untagged),
    get(f"{_PAIR}/branch/{{branch}}/latest", latest),
    get(f"{_PAIR}/branch/latest", latest_of_main_branch),
    *(get(path, versions_of_pair) for path in _LISTS),
    *(change("DELETE", path, remove_of_pair, administering("consumer")) for path in _LISTS),
)
