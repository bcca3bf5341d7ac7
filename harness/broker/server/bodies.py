"""What is shown of pacticipants, versions and what is on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from harness.broker.semantics.rows import (
    Environment,
    Membership,
    Pacticipant,
    Tag,
    Version,
)
from harness.broker.server.asking import Call
from harness.broker.server.links import Links, link
from harness.broker.store import environments, lines
from harness.broker.store.statements import Page


def shown(at: str) -> str:
    """A moment as clients read it, to the second."""
    return f"{at[:19]}+00:00" if at else ""


def paging(call: Call, page: Page | None, total: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The members `page` and the links of a list that is shown in parts."""
    if page is None:
        return {}, {}
    last = max(1, -(-total // page.size))
    at = {"number": page.number, "size": page.size}
    told = {"page": {**at, "totalElements": total, "totalPages": last}}
    around = {"previous": page.number - 1, "next": page.number + 1}
    found = {
        name: link(f"{call.url}?pageSize={page.size}&pageNumber={number}", title=name.capitalize())
        for name, number in around.items()
        if 1 <= number <= last
    }
    return told, found


def short_pacticipant(links: Links, name: str) -> dict[str, Any]:
    """A pacticipant by its name alone."""
    own = link(links.pacticipant(name), title="Pacticipant", name=name)
    return {"name": name, "_links": {"self": own}}


def pacticipant(
    call: Call, one: Pacticipant, labels: Iterable[tuple[str, str]], latest: Version | None
) -> dict[str, Any]:
    """A pacticipant with its labels and its latest version."""
    links, own = call.links, call.links.pacticipant(one.name)
    embedded: dict[str, Any] = {
        "labels": [{"name": name, "_links": _self(f"{own}/labels", name)} for name, _ in labels]
    }
    if latest:
        embedded["latest-version"] = {
            "number": latest.number,
            "_links": {"self": link(links.version(latest))},
        }
    open_links = {
        "pb:version": "/versions/{version}",
        "pb:version-tag": "/versions/{version}/tags/{tag}",
        "pb:branch-version": "/branches/{branch}/versions/{version}",
        "pb:label": "/labels/{label}",
        "pb:can-i-deploy-badge": "/latest-version/{tag}/can-i-deploy/to/{environmentTag}/badge",
        "pb:can-i-deploy-branch-to-environment-badge": "/branches/{branch}/latest-version"
        "/can-i-deploy/to-environment/{environment}/badge",
    }
    return {
        **_members(one),
        "_embedded": embedded,
        "_links": {
            "self": link(own),
            "versions": link(f"{own}/versions"),
            "pb:versions": link(f"{own}/versions"),
            "pb:branches": link(f"{own}/branches"),
            "pb:latest-version": link(f"{own}/latest-version"),
            **{name: link(own + path, templated=True) for name, path in open_links.items()},
            "curies": links.curies(),
        },
    }


def _members(one: Pacticipant) -> dict[str, Any]:
    told = {
        "name": one.name,
        "displayName": one.display_name or one.name,
        "repositoryUrl": one.repository_url,
        "repositoryName": one.repository_name,
        "repositoryNamespace": one.repository_namespace,
        "mainBranch": one.main_branch,
        "updatedAt": shown(one.updated_at),
        "createdAt": shown(one.created_at),
    }
    return {name: value for name, value in told.items() if value is not None}


def version(
    call: Call, one: Version, places: Collection[Environment], *, found: Found
) -> dict[str, Any]:
    """A version, with where it may be deployed."""
    own = call.links.version(one)
    name = one.pacticipant

    def to(kind: str, title: str) -> list[dict[str, Any]]:
        return [
            link(f"{own}/{kind}/environment/{each.uuid}", title=title, name=each.name)
            for each in places
        ]

    return {
        "number": one.number,
        **({"buildUrl": one.build_url} if one.build_url else {}),
        "createdAt": shown(one.created_at),
        "_embedded": {
            "branchVersions": [branch_version(call.links, one, each) for each in found.on(one)],
            "tags": [tag(call.links, one, each) for each in found.tags_of(one)],
        },
        "_links": {
            "self": link(own, title="Version", name=one.number),
            "pb:pacticipant": link(call.links.pacticipant(name), title="Pacticipant", name=name),
            "pb:tag": link(f"{own}/tags/{{tag}}", templated=True),
            "pb:latest-verification-results-where-pacticipant-is-consumer": link(
                call.links.to(
                    *("verification-results", "consumer", name, "version", one.number, "latest")
                )
            ),
            "pb:record-deployment": to("deployed-versions", "Record deployment"),
            "pb:record-release": to("released-versions", "Record release"),
            **found.places(call, one),
            "curies": call.links.curies(),
        },
    }


class Found:
    """What is on versions, fetched once for all of them."""

    def __init__(self, call: Call, shown_versions: Collection[Version]) -> None:
        ids = [each.id for each in shown_versions]
        self._on = lines.memberships(call.db, ids) if ids else {}
        self._tags = lines.tags(call.db, ids) if ids else {}
        self._deployed, self._released, self._names = environments.of_versions(call.db, ids)

    def on(self, one: Version) -> list[Membership]:
        """The branches of a version."""
        return self._on.get(one.id, [])

    def tags_of(self, one: Version) -> list[Tag]:
        """The tags of a version."""
        return self._tags.get(one.id, [])

    def environments_of(self, version_id: int) -> list[Environment]:
        """Where a version runs or is supported, each place once."""
        keys = [each.environment_id for each in self._deployed if each.version_id == version_id]
        keys += [each.environment_id for each in self._released if each.version_id == version_id]
        return [self._names[key] for key in dict.fromkeys(keys)]

    def places(self, call: Call, one: Version) -> Mapping[str, Any]:
        """The links to where a version is deployed and released."""
        deployed = [each for each in self._deployed if each.version_id == one.id]
        released = [each for each in self._released if each.version_id == one.id]
        return {
            "pb:deployed-environments": [
                link(
                    call.links.to("deployed-versions", each.uuid),
                    title=f"Version deployed to {self._names[each.environment_id].display_name}",
                    name=self._names[each.environment_id].name,
                    currentlyDeployed=True,
                )
                for each in deployed
            ],
            "pb:released-environments": [
                link(
                    call.links.to("released-versions", each.uuid),
                    title=f"Version released to {self._names[each.environment_id].display_name}",
                    name=self._names[each.environment_id].name,
                    currentlySupported=True,
                )
                for each in released
            ],
        }


def branch_version(links: Links, one: Version, on: Membership) -> dict[str, Any]:
    """That a version is on a branch."""
    href = links.pacticipant(one.pacticipant, "branches", on.branch, "versions", one.number)
    return {"name": on.branch, "latest": on.is_head, "_links": {"self": link(href)}}


def tag(links: Links, one: Version, found: Tag) -> dict[str, Any]:
    """A tag on a version."""
    href = links.version(one, "tags", found.name)
    return {"name": found.name, "_links": {"self": link(href)}}


def _self(place: str, name: str) -> dict[str, Any]:
    return {"self": link(f"{place}/{Links('').to(name)[1:]}")}
