"""Lists of pacts: the latest of all, and those of one provider."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from harness.broker.semantics.contents import interactions_of, states_of
from harness.broker.semantics.rows import Publication
from harness.broker.server import answers, finding, pact_bodies
from harness.broker.server.answers import Answer
from harness.broker.server.asking import Call
from harness.broker.server.bodies import shown
from harness.broker.server.links import link
from harness.broker.server.routing import Route, get
from harness.broker.store import contracts, environments
from harness.broker.store.choosing import Among
from harness.documents.json_text import parse_json
from harness.domain.json import mapping

_OF: Final = "/pacts/provider/{provider}"


def latest_of_all(call: Call) -> Answer:
    """The newest pact of each pair."""
    found = contracts.found(call.db, Among(is_head=True))
    pacts = [
        _entry(call, each) for each in sorted(found, key=lambda one: (one.consumer, one.provider))
    ]
    return answers.hal({"pacts": pacts, "_links": {"self": link(call.url)}})


def of_provider(call: Call) -> Answer:
    """All pacts of a provider that are in force, of a tag where one is given."""
    return _listed(call, finding.among(call))


def latest_of_provider(call: Call) -> Answer:
    """Of each consumer the newest pact, of a tag or branch where one is given."""
    return _listed(call, replace(finding.among(call), is_head=True))


def of_main_branches(call: Call) -> Answer:
    """The pacts of the consumers' main branches."""
    return _listed(call, replace(finding.among(call), main_branch=True))


def latest_of_main_branches(call: Call) -> Answer:
    """Of each consumer the newest pact of its main branch."""
    return _listed(call, replace(finding.among(call), main_branch=True, is_head=True))


def provider_states(call: Call) -> Answer:
    """The provider states of consumers' pacts: of main branches, a branch or an environment."""
    meant = finding.among(call)
    if "environment" in call.names:
        place = finding.environment(call)
        deployed, released = environments.current(call.db, environment_id=place.id)
        ids = {each.version_id for each in deployed} | {each.version_id for each in released}
        found = contracts.of_version(call.db, ids, meant.provider_id)
    else:
        main = replace(meant, main_branch=not meant.branch, is_head=True)
        latest = replace(meant, is_head=True)
        found = contracts.found(call.db, main)
        if not meant.branch:
            has = {each.consumer_id for each in found}
            found += [one for one in contracts.found(call.db, latest) if one.consumer_id not in has]
    states: dict[str, dict[str, set[str]]] = {}
    for each in found:
        text = contracts.content(call.db, each.content_id)
        for interaction in interactions_of(mapping(parse_json(text, each.sha).value)):
            for name, params in states_of(interaction):
                entry = states.setdefault(name, {"consumers": set(), "params": set()})
                entry["consumers"].add(each.consumer)
                entry["params"].update(params)
    told = [
        {"name": name, "params": sorted(entry["params"]), "consumers": sorted(entry["consumers"])}
        for name, entry in sorted(states.items())
    ]
    return answers.hal({"providerStates": told, "_links": {"self": link(call.url)}})


def _listed(call: Call, meant: Among) -> Answer:
    page = call.page()
    found = contracts.found(call.db, meant, page)
    links = pact_bodies.listed(call.links, found)
    name = call.names["provider"]
    provider = link(call.links.pacticipant(name), title=name)
    return answers.hal(
        {
            "_links": {
                "self": link(call.url, title=f"Pact versions for the provider {name}"),
                "pb:provider": provider,
                "provider": provider,
                "pb:pacts": links,
                "pacts": links,
                "curies": call.links.curies(),
            }
        }
    )


def _entry(call: Call, one: Publication) -> dict[str, Any]:
    links = call.links

    def side(name: str) -> dict[str, Any]:
        return {"name": name, "_links": {"self": link(links.pacticipant(name))}}

    number = {
        "number": one.version,
        "_links": {"self": link(links.pacticipant(one.consumer, "versions", one.version))},
    }
    return {
        "createdAt": shown(one.created_at),
        "_embedded": {
            "consumer": {**side(one.consumer), "_embedded": {"version": number}},
            "provider": side(one.provider),
        },
        "_links": {
            "self": [
                link(links.pair(one.provider, one.consumer, "latest")),
                link(links.pact(one)),
            ],
            "pb:pact": link(links.pact(one)),
            "pb:latest-pact-version": link(links.pair(one.provider, one.consumer, "latest")),
        },
    }


ROUTES: Final[tuple[Route, ...]] = (
    get("/pacts/latest", latest_of_all),
    get(_OF, of_provider),
    get(f"{_OF}/latest", latest_of_provider),
    get(f"{_OF}/latest/{{tag}}", latest_of_provider),
    get(f"{_OF}/tag/{{tag}}", of_provider),
    get(f"{_OF}/branch", of_main_branches),
    get(f"{_OF}/branch/latest", latest_of_main_branches),
    get(f"{_OF}/branch/{{branch}}", of_provider),
    get(f"{_OF}/branch/{{branch}}/latest", latest_of_provider),
    get(f"{_OF}/provider-states", provider_states),
    get(f"{_OF}/provider-states/branch/{{branch}}", provider_states),
    get(f"{_OF}/provider-states/environment/{{environment}}", provider_states),
)
