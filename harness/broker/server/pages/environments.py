"""Environments, and what runs where."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from harness.broker.semantics.rows import Deployment, Environment, Release
from harness.broker.server import finding
from harness.broker.server.answers import Answer
from harness.broker.server.asking import Call
from harness.broker.server.pages import commands, frame, parts
from harness.broker.server.routing import Route, page
from harness.broker.store import environments as stored
from harness.broker.store import pacticipants, versions
from harness.pages.markup import Child, Markup, tag

_MOST: Final = 8
"""How many environments stand beside each other."""


def listed(call: Call) -> Answer:
    """All environments, and for each pacticipant what runs in them."""
    places = stored.every(call.db)
    running = _Running(call, *stored.current(call.db))
    rows: list[list[Child]] = [
        [
            parts.to(call.links.to("environments", each.uuid), parts.name(each.display_name)),
            parts.name(each.name),
            tag("span", "production", class_="chip") if each.production else None,
            f"{running.count(each):,}",
        ]
        for each in places
    ]
    heads = ("Environment", "Name", "Kind", "Versions there")
    return frame.page(
        call,
        "Environments",
        parts.table(heads, rows) if rows else _none(),
        frame.section("What runs where", running.grid(places)) if running.is_any else None,
    )


def one(call: Call) -> Answer:
    """An environment with what runs and what is out in it."""
    place = finding.environment(call)
    running = _Running(call, *stored.current(call.db, environment_id=place.id))
    return frame.page(
        call,
        place.display_name,
        frame.section("What runs there", *running.listed()),
        lead=parts.terms(
            ("name", parts.name(place.name)),
            ("kind", "production" if place.production else "not production"),
            ("contacts", _contacts(place)),
            ("since", parts.moment(place.created_at)),
        ),
    )


class _Running:
    """Deployments and releases, and of a part of the pacticipants the versions that they are of."""

    def __init__(self, call: Call, deployed: list[Deployment], released: list[Release]) -> None:
        self._call = call
        self._all: list[Deployment | Release] = [*deployed, *released]
        self._part, text = parts.part_of(call), call.query("q").casefold()
        owners = pacticipants.by_ids(call.db, {each.pacticipant_id for each in self._all})
        meant = [each for each in owners.values() if text in each.name.casefold()]
        self._total = len(meant)
        meant.sort(key=lambda one: one.name)
        self._owners = meant[self._part.skipped : self._part.skipped + self._part.size]
        shown = {one.id for one in self._owners}
        self._shown = [each for each in self._all if each.pacticipant_id in shown]
        self._known = versions.by_ids(call.db, {each.version_id for each in self._shown})

    @property
    def is_any(self) -> bool:
        """Whether anything runs or is out."""
        return bool(self._all)

    def count(self, place: Environment) -> int:
        """How many versions are in an environment."""
        return len({each.version_id for each in self._all if each.environment_id == place.id})

    def grid(self, places: list[Environment]) -> Child:
        """Pacticipants by environments."""
        found: dict[tuple[int, int], list[Deployment | Release]] = {}
        for each in self._shown:
            found.setdefault((each.pacticipant_id, each.environment_id), []).append(each)
        beside = places[:_MOST]
        rows = [
            [
                parts.pacticipant(self._call.links, one.name),
                *(self._cell(found.get((one.id, each.id), ())) for each in beside),
            ]
            for one in self._owners
        ]
        heads = ("Pacticipant", *(each.display_name for each in beside))
        said = (
            f"The first {_MOST} environments stand beside each other; the others have a page each."
        )
        more = tag("p", said, class_="quiet") if len(places) > _MOST else None
        return [more, *self._listed(parts.table(heads, rows, empty=self._empty()))]

    def listed(self) -> list[Child]:
        """One line for each version that is there."""
        rows: list[list[Child]] = []
        for each in sorted(self._shown, key=self._order):
            own = self._known[each.version_id]
            rows.append(
                [
                    parts.pacticipant(self._call.links, own.pacticipant),
                    parts.version(self._call.links, own.pacticipant, own.number),
                    _how(each) or "deployed",
                    parts.moment(each.created_at),
                ]
            )
        heads = ("Pacticipant", "Version", "How", "Since")
        return self._listed(parts.table(heads, rows, empty=self._empty()))

    def _listed(self, shown: Markup) -> list[Child]:
        """A table of a part of the pacticipants, with the ways to the others."""
        is_long = self._total > self._part.size or self._call.query("q")
        return [
            parts.search(self._call, "Pacticipant") if is_long else None,
            shown,
            parts.pager(self._call, self._part, self._total),
        ]

    def _empty(self) -> str:
        if text := self._call.query("q"):
            return f"No name holds “{text}”."
        return "Nothing is recorded as deployed or released here."

    def _order(self, one: Deployment | Release) -> tuple[str, int]:
        return self._known[one.version_id].pacticipant, one.version_id

    def _cell(self, found: Iterable[Deployment | Release]) -> Child:
        shown: list[Child] = []
        for each in found:
            own = self._known[each.version_id]
            number = parts.version(self._call.links, own.pacticipant, own.number)
            how = _how(each)
            shown.append(tag("div", number, [" ", tag("small", how)] if how else None))
            shown.append(" ")
        return shown or tag("span", "–", class_="quiet")


def _how(one: Deployment | Release) -> Child:
    if isinstance(one, Release):
        return "released"
    return ["as ", parts.name(one.instance)] if one.instance else None


def _contacts(place: Environment) -> Child:
    return [
        [parts.name(", ".join(str(value) for value in each.values())), " "]
        for each in json.loads(place.contacts)
    ]


def _none() -> list[Child]:
    lines = commands.either(
        "harness environments create production --production",
        "pact broker create-environment --name production --production",
    )
    return [tag("p", "None is known yet. Make one:"), *lines]


ROUTES: Final[tuple[Route, ...]] = (
    page("/environments", listed),
    page("/environments/{environment}", one),
)
