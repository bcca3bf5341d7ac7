"""What changed in how long a thing is meant to stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from harness.domain.json import Json, shortened

SUNSET: Final = "x-sunset"
STABILITY: Final = "x-stability-level"
_LEVELS: Final = ("draft", "alpha", "beta", "stable")


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Whether a thing is deprecated, and what its extensions say of its end."""

    deprecated: bool
    extensions: Mapping[str, Json]

    @property
    def has_sunset(self) -> bool:
        """Whether it says when it ends."""
        return self.extensions.get(SUNSET) is not None

    @property
    def sunset(self) -> date | None:
        """The day on which it ends, or none where that cannot be read."""
        written = self.extensions.get(SUNSET)
        if isinstance(written, date):
            return written
        try:
            return date.fromisoformat(str(written)[:10])
        except ValueError:
            return None


Told = Iterator[tuple[str, str, str]]
"""The end of a rule's id, and what was before and is after."""


def ends(old: Lifetime, new: Lifetime, today: date | None) -> Told:
    """Differences of deprecation and sunset; without a day, no sunset is taken to be over."""
    if old.deprecated and not new.deprecated:
        yield "reactivated", "deprecated", "not deprecated"
    elif new.deprecated and not old.deprecated:
        yield _deprecated(new, today), "not deprecated", _sunset(new)
    elif new.deprecated and old.has_sunset:
        yield from _moved(old, new)


def _deprecated(new: Lifetime, today: date | None) -> str:
    if not new.has_sunset:
        return "deprecated"
    if new.sunset is None:
        return "deprecated-with-unreadable-sunset"
    past = today is not None and new.sunset < today
    return "deprecated-with-past-sunset" if past else "deprecated-with-sunset"


def _moved(old: Lifetime, new: Lifetime) -> Told:
    if not new.has_sunset:
        yield "sunset-removed", _sunset(old), "none"
    elif new.sunset is None:
        if old.sunset is not None:
            yield "sunset-unreadable", _sunset(old), _sunset(new)
    elif old.sunset is not None and new.sunset != old.sunset:
        key = "sunset-brought-forward" if new.sunset < old.sunset else "sunset-put-off"
        yield key, _sunset(old), _sunset(new)


def removal(old: Lifetime, today: date | None) -> str:
    """The end of the id of the rule for a thing that is gone."""
    if not old.deprecated:
        return ""
    if not old.has_sunset:
        return "-when-deprecated"
    if old.sunset is None:
        return "-with-unreadable-sunset"
    over = today is not None and old.sunset <= today
    return "-when-deprecated" if over else "-before-sunset"


def stability(old: Mapping[str, Json], new: Mapping[str, Json]) -> Told:
    """Differences of how stable a thing is said to be."""
    was, now = old.get(STABILITY), new.get(STABILITY)
    if was == now:
        return
    if any(each is not None and each not in _LEVELS for each in (was, now)):
        yield "stability-unknown", _said(was), _said(now)
    elif was is not None and (now is None or now in _LEVELS):
        lower = now is not None and _LEVELS.index(str(now)) < _LEVELS.index(str(was))
        yield "stability-decreased" if lower else "stability-increased", _said(was), _said(now)


def is_unstable(extensions: Mapping[str, Json]) -> bool:
    """Whether a thing promises nothing yet."""
    return extensions.get(STABILITY) in ("draft", "alpha")


def _said(value: Json) -> str:
    return "not said" if value is None else shortened(value, 40)


def _sunset(thing: Lifetime) -> str:
    written = thing.extensions.get(SUNSET)
    return "no sunset" if written is None else f"sunset {shortened(str(written), 40)}"
