"""
Puts what another broker told into this one: once, however often it is told.

Shape: nothing that is there is changed, but for branches, tags and what runs somewhere, which go
on; no webhook is told of it. Moments are the other broker's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from harness.broker.semantics import contents
from harness.broker.semantics.portable import (
    Contract,
    Earlier,
    Hook,
    Owner,
    Place,
    Promise,
    Release,
    Result,
    Running,
    Taken,
)
from harness.broker.semantics.rows import Environment, Version
from harness.broker.store import (
    audit,
    contracts,
    environments,
    lines,
    pacticipants,
    provider_contracts,
    results,
    versions,
    webhooks,
)
from harness.broker.store.audit import COMMAND_LINE, Entry
from harness.broker.store.contracts import Content
from harness.broker.store.database import Store


@dataclass(frozen=True, slots=True)
class Part:
    """What is put in at once: of a pacticipant, or of nobody in particular where it is empty."""

    pacticipant: str
    put: Callable[[Taking], None]


def done(store: Store, part: Part, now: str, command: str) -> Taken:
    """
    Put a part in, in one transaction, and count it; anew where another was faster.

    Shape: what is new is written down as the deed of a `command`.
    """

    def put(db: Connection) -> Taken:
        into = Taking(db, now)
        part.put(into)
        if any(into.taken.new.values()):
            audit.add(db, [Entry(now, COMMAND_LINE, "pulled", part.pacticipant, "", "", command)])
        return into.taken

    return store.write(put, lambda _: True)


class Taking:
    """What is put into a database in one transaction, and counted; `now` is its moment."""

    def __init__(self, db: Connection, now: str) -> None:
        self.taken = Taken()
        self._db, self._now = db, now

    def owners(self, found: Iterable[Owner]) -> None:
        """Pacticipants with their labels."""
        for one in found:
            self._owner(one)

    def releases(self, owner: str, found: Sequence[Release]) -> None:
        """The versions of a pacticipant with their branches, tags and pacts, the oldest first."""
        for one in found:
            self._release(one)
        self._branches(owner, found)

    def results(self, found: Iterable[Result]) -> None:
        """Verification results, each unless its like is there."""
        for one in found:
            self._result(one)

    def places(self, found: Iterable[Place]) -> None:
        """Environments, and what runs there."""
        for one in found:
            self._place(one)

    def earlier(self, owner: str, found: Iterable[tuple[str, Earlier]]) -> None:
        """What ran, and which version of a pacticipant it was; the environments are there."""
        for number, one in found:
            self._earlier(owner, number, one)

    def hooks(self, found: Iterable[Hook]) -> None:
        """Webhooks that are not there; one that lacks its secrets is not enabled."""
        for one in found:
            self._hook(one)

    def _owner(self, one: Owner) -> None:
        at = self._moment(one.created_at)
        made, is_new = pacticipants.ensure(self._db, one.name, at)
        if is_new and one.told:
            pacticipants.change(self._db, made.id, dict(one.told), at)
        for label in one.labels:
            pacticipants.add_label(self._db, made.id, label, at)
        self.taken.count("pacticipant", is_new=is_new)

    def _release(self, one: Release) -> None:
        at = self._moment(one.created_at)
        owner, _ = pacticipants.ensure(self._db, one.owner, at)
        version, is_new = versions.ensure(self._db, owner, one.number, at)
        if is_new and one.build_url:
            versions.change(self._db, version.id, {"build_url": one.build_url}, at)
        self.taken.count("version", is_new=is_new)
        for tag in one.tags:
            self.taken.count("tag", is_new=lines.add_tag(self._db, version, tag, at))
        for contract in one.pacts:
            self._contract(version, contract)
        for promise in one.promises:
            self._promise(version, promise)

    def _branches(self, owner: str, released: Sequence[Release]) -> None:
        """When all versions are there: of each branch, the head goes last."""
        for is_head in (False, True):
            for one in released:
                for name in one.branches:
                    if (name in one.heads) == is_head:
                        version = self._version(owner, one.number)
                        at = self._moment(one.created_at)
                        is_new = bool(version and lines.add_to_branch(self._db, version, name, at))
                        self.taken.count("branch membership", is_new=is_new)

    def _result(self, one: Result) -> None:
        consumer = self._version(one.consumer, one.consumer_version)
        provider = pacticipants.find(self._db, one.provider)
        at = self._moment(one.verified_at)
        published = contracts.of_version(self._db, [consumer.id]) if consumer else []
        found = [each for each in published if provider and each.provider_id == provider.id]
        if consumer is None or provider is None or not found:
            return
        version, _ = versions.ensure(self._db, provider, one.provider_version, at)
        known = results.of_contents(self._db, [found[0].content_id], [version.id])
        is_new = all((each.created_at, each.success) != (at, one.success) for each in known)
        if is_new:
            values = {
                "content_id": found[0].content_id,
                "success": one.success,
                "wip": False,
                "build_url": one.build_url or None,
                "test_results": _text(one.test_results),
                "verified_by": _text(one.verified_by),
                "consumer_version_ids": json.dumps([consumer.id]),
                "created_at": at,
            }
            results.add(self._db, version, values)
        self.taken.count("result", is_new=is_new)

    def _place(self, one: Place) -> None:
        at = self._moment(one.created_at)
        found = environments.named(self._db, one.name)
        is_new = found is None
        if found is None:
            values = {"name": one.name, "display_name": one.display_name or one.name}
            given = {"uuid": one.uuid} if one.uuid else {}
            more = {"production": one.production, "contacts": json.dumps(one.contacts or [])}
            found = environments.add(self._db, {**given, **values, **more}, at)
        self.taken.count("environment", is_new=is_new)
        for running in one.running:
            version = self._version(running.owner, running.version)
            if version is not None:
                self._running(version, found, running)

    def _running(self, version: Version, place: Environment, one: Running) -> None:
        deployed, released = environments.current(
            self._db, environment_id=place.id, pacticipant_id=version.pacticipant_id
        )
        at = self._moment(one.created_at)
        if one.is_release:
            is_new = all(each.version_id != version.id for each in released)
            if is_new:
                environments.release(self._db, version, place, at)
        else:
            there = [each for each in deployed if each.instance == one.instance]
            # What was recorded here since is newer than what is told.
            is_new = all(each.created_at < at for each in there)
            if is_new:
                environments.deploy(self._db, version, place, one.instance, at)
        self.taken.count("release" if one.is_release else "deployment", is_new=is_new)

    def _earlier(self, owner: str, number: str, one: Earlier) -> None:
        version, place = self._version(owner, number), environments.named(self._db, one.place)
        if version is None or place is None:
            return
        moments = (self._moment(one.created_at), self._moment(one.ended_at))
        if one.is_release:
            is_new = environments.was_released(self._db, version, place, *moments)
        else:
            is_new = environments.ran(self._db, version, place, one.instance, *moments)
        self.taken.count(f"earlier {'release' if one.is_release else 'deployment'}", is_new=is_new)

    def _hook(self, one: Hook) -> None:
        is_new = webhooks.find(self._db, one.uuid) is None
        if is_new:
            sides = {
                f"{side}_id": owner.id if (owner := pacticipants.find(self._db, name)) else None
                for side, name in (("consumer", one.consumer), ("provider", one.provider))
            }
            values: dict[str, object] = {
                **sides,
                "description": one.description or None,
                "enabled": one.is_enabled and one.is_whole,
                "consumer_label": one.consumer_label or None,
                "provider_label": one.provider_label or None,
                "events": json.dumps(list(one.events)),
                "request": json.dumps(dict(one.request)),
            }
            webhooks.put(self._db, one.uuid, values, self._now)
        self.taken.count("webhook", is_new=is_new)

    def _contract(self, version: Version, one: Contract) -> None:
        at = self._moment(one.created_at)
        provider, _ = pacticipants.ensure(self._db, one.provider, at)
        known = contracts.of_version(self._db, [version.id], provider.id)
        if not known:
            text = json.dumps(contents.with_ids(one.content), separators=(",", ":"))
            content = Content(contents.sha_of(one.content), text)
            contracts.publish(self._db, version, provider, content, at, is_new=True)
        self.taken.count("pact", is_new=not known)

    def _promise(self, version: Version, one: Promise) -> None:
        known = provider_contracts.of_versions(self._db, [version.id])
        is_new = all(each.specification != one.specification for each in known)
        if is_new:
            own = one.self_verification
            told = {
                "content_type": one.content_type or "application/octet-stream",
                "self_success": own.get("success") is True if own is not None else None,
                "self_verification": _text(own),
            }
            at = self._moment(one.created_at)
            kind = one.specification
            provider_contracts.add(self._db, version, kind, one.content, told, at)
        self.taken.count("document", is_new=is_new)

    def _version(self, owner: str, number: str) -> Version | None:
        found = pacticipants.find(self._db, owner)
        return versions.find(self._db, found.id, number) if found else None

    def _moment(self, told: str) -> str:
        """A moment as it is kept; where none can be read, that of the transaction."""
        try:
            at = datetime.fromisoformat(told)
        except ValueError:
            return self._now
        return at.astimezone(UTC).isoformat(timespec="microseconds")


def _text(value: object) -> str | None:
    return None if value is None else json.dumps(value, separators=(",", ":"))
