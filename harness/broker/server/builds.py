"""What a build says of itself when it publishes: version, branch, tags and address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from harness.broker.semantics.rows import Pacticipant, Version
from harness.broker.server import versions as shown_versions
from harness.broker.server.asking import Call
from harness.broker.server.bodies import short_pacticipant
from harness.broker.server.links import link
from harness.broker.store import versions
from harness.domain.json import Json, sequence

FILLED: Final = "must be filled"

Told: TypeAlias = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Build:
    """A build of a pacticipant."""

    pacticipant: str
    version: str
    branch: str
    tags: Sequence[str]
    build_url: str | None


def faults(given: Mapping[str, Json], *required: str) -> dict[str, list[str]]:
    """What is wrong with what a build says, by field; some fields must be filled."""
    wrong = {name: [FILLED] for name in required if not is_text(given.get(name))}
    for name in ("branch", "buildUrl"):
        if not isinstance(given.get(name), str | None):
            wrong[name] = ["must be a string"]
    tags = given.get("tags")
    if not isinstance(tags, list | None) or not all(map(is_text, sequence(tags))):
        wrong["tags"] = ["must be strings that are not blank"]
    return wrong


def read(given: Mapping[str, Json], pacticipant: str) -> Build:
    """What a build without faults says."""
    url, branch = given.get("buildUrl"), given.get("branch")
    return Build(
        pacticipant,
        str(given["pacticipantVersionNumber"]),
        branch if isinstance(branch, str) else "",
        list(dict.fromkeys(str(each) for each in sequence(given.get("tags")))),
        url if isinstance(url, str) else None,
    )


def put(call: Call, owner: Pacticipant, version: Version, build: Build, *, is_new: bool) -> Told:
    """Put a version on its branch, tag it, and tell of it."""
    if build.build_url:
        versions.change(call.db, version.id, {"build_url": build.build_url}, call.now)
    if build.branch:
        shown_versions.on_branch(call, owner, version, build.branch)
    for tag in build.tags:
        shown_versions.add_tag(call, owner, version, tag)
    deed = "Created" if is_new else "Updated"
    said = f"{deed} {build.pacticipant} version {build.version}"
    if build.branch:
        said += f" with branch {build.branch}"
    if build.tags:
        said += f"{' and' if build.branch else ' with'} tags {', '.join(build.tags)}"
    notices = [notice("success" if is_new else "debug", said)]
    if not build.branch:
        advice = "  Next steps:\n    Configure the version branch to be the value of your "
        notices.append(notice("prompt", f"{advice}repository branch."))
    return notices


def body(call: Call, build: Build, version: Version, notices: Told) -> dict[str, Any]:
    """What a build is answered: what was done, and where its version is."""
    own = call.links.version(version)
    name = build.pacticipant
    return {
        "notices": notices,
        "_embedded": {
            "pacticipant": short_pacticipant(call.links, name),
            "version": {
                "number": version.number,
                "_links": {"self": link(own, title="Version", name=version.number)},
            },
        },
        "_links": {
            "pb:pacticipant": link(call.links.pacticipant(name), title="Pacticipant", name=name),
            "pb:pacticipant-version": link(own, title="Pacticipant version", name=version.number),
            "pb:pacticipant-version-tags": [
                link(call.links.version(version, "tags", each), title="Tag", name=each)
                for each in build.tags
            ],
        },
    }


def notice(kind: str, text: str) -> dict[str, str]:
    """A sentence and how it is meant: success, error, warning, info, debug or prompt."""
    return {"type": kind, "text": text}


def is_text(value: Json) -> bool:
    """Whether a value is a text that is not blank."""
    return isinstance(value, str) and bool(value.strip())
