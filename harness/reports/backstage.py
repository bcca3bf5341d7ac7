"""The map of services as entities of a Backstage catalogue."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Final

import yaml

from harness.domain.accepted import AcceptedDocument
from harness.domain.json import Json
from harness.domain.service_map import Link, Participant, ServiceMap, together
from harness.pages.plain import one_line, plain

UNKNOWN: Final = "unknown"
"""What a catalogue requires and no workspace says: a lifecycle, and here and there an owner."""

_LONGEST: Final = 63
_UNWRITABLE: Final = re.compile(r"[^A-Za-z0-9._-]+")


def render(drawn: ServiceMap, documents: Sequence[AcceptedDocument] = ()) -> str:
    """
    Write a component for each service, and an API for each accepted version of a document.

    Shape: YAML documents; names that a catalogue does not take are changed, and kept as titles.
    """
    names = _names([one.name for one in drawn.participants])
    apis = {document.service: _api_names(document, documents, names) for document in documents}
    entities = [
        *(_component(one, drawn, names, apis) for one in drawn.participants),
        *_apis(drawn, documents, names),
    ]
    return yaml.safe_dump_all(entities, sort_keys=False, allow_unicode=False, width=100)


def _component(
    one: Participant, drawn: ServiceMap, names: dict[str, str], apis: dict[str, list[str]]
) -> Json:
    providers = [link.pair.provider for link in drawn.links if link.pair.consumer == one.name]
    consumed = [api for provider in providers for api in apis.get(provider, [])]
    spec: dict[str, Json] = {"type": "service", "lifecycle": UNKNOWN, "owner": _owner(one.owner)}
    if provided := apis.get(one.name):
        spec["providesApis"] = provided
    if consumed:
        spec["consumesApis"] = consumed
    if providers:
        spec["dependsOn"] = [f"component:{names[provider]}" for provider in providers]
    return _entity("Component", names[one.name], one.name, spec, _legs(one, drawn.links))


def _legs(one: Participant, links: Sequence[Link]) -> dict[str, Json]:
    """What the run knows of the links of a service, as an annotation."""
    known = [link.status for link in links if one.name in _ends(link) and link.legs]
    if not known:
        return {}
    return {"annotations": {"contract-harness/legs": together(known).value}}


def _ends(link: Link) -> tuple[str, str]:
    return (link.pair.consumer, link.pair.provider)


def _apis(
    drawn: ServiceMap, documents: Sequence[AcceptedDocument], names: dict[str, str]
) -> Iterator[Json]:
    owners = {one.name: one.owner for one in drawn.participants}
    for document in documents:
        if document.service in names:
            spec: dict[str, Json] = {
                "type": "openapi",
                "lifecycle": UNKNOWN,
                "owner": _owner(owners[document.service]),
                "definition": plain(document.text),
            }
            name = _api_name(document, documents, names)
            yield _entity("API", name, document.service, spec, {})


def _api_names(
    of: AcceptedDocument, documents: Sequence[AcceptedDocument], names: dict[str, str]
) -> list[str]:
    same = [each for each in documents if each.service == of.service and of.service in names]
    return [_api_name(each, documents, names) for each in same]


def _api_name(
    of: AcceptedDocument, documents: Sequence[AcceptedDocument], names: dict[str, str]
) -> str:
    """The name of the service, with the position behind it where it has several documents."""
    is_only = sum(1 for each in documents if each.service == of.service) == 1
    name = names[of.service]
    return name if is_only else f"{name[: _LONGEST - 4]}.{of.position}"


def _entity(
    kind: str, name: str, title: str, spec: dict[str, Json], metadata: dict[str, Json]
) -> Json:
    told: dict[str, Json] = {} if name == title else {"title": one_line(title) or UNKNOWN}
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": kind,
        "metadata": {"name": name, **told, **metadata},
        "spec": spec,
    }


def _names(services: Sequence[str]) -> dict[str, str]:
    """Names that a catalogue takes, which tells none apart by capitals alone."""
    lower = [_UNWRITABLE.sub("-", name).lower() for name in services]
    return {
        name: _name(name, is_taken=lower.count(plainest) > 1)
        for name, plainest in zip(services, lower, strict=True)
    }


def _name(service: str, *, is_taken: bool) -> str:
    written = _UNWRITABLE.sub("-", service).strip("-._")[:_LONGEST]
    if written and written == service and not is_taken:
        return written
    digest = hashlib.sha256(service.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return "-".join(filter(None, (written[: _LONGEST - 9].rstrip("-._"), digest)))


def _owner(owner: str) -> str:
    """An owner as a reference: `@organisation/team` names its team."""
    return _UNWRITABLE.sub("-", owner.rpartition("/")[2]).strip("-._")[:_LONGEST] or UNKNOWN
