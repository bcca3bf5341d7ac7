"""What happened when a contract was published: whom it may concern."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

PUBLISHED: Final = "contract_published"
CONTENT_CHANGED: Final = "contract_content_changed"
REQUIRING_VERIFICATION: Final = "contract_requiring_verification_published"
VERIFIED: Final = "provider_verification_published"
SUCCEEDED: Final = "provider_verification_succeeded"
FAILED: Final = "provider_verification_failed"

EVENTS: Final = (PUBLISHED, CONTENT_CHANGED, REQUIRING_VERIFICATION, VERIFIED, SUCCEEDED, FAILED)


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, and why; `version_ids` are the provider versions that it concerns."""

    name: str
    reason: str = ""
    version_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Earlier:
    """
    The contents that a consumer published before, of one provider.

    Shape: the newest content of each branch and tag that the version is on, none where there is
    no earlier one; `previous` is the newest of all.
    """

    branches: Mapping[str, int | None]
    tags: Mapping[str, int | None]
    previous: int | None


def change(content_id: int, earlier: Earlier) -> str:
    """What a publication changed, in words; nothing where its content was there before."""
    if earlier.previous is None:
        return "first time any pact published for this consumer with this provider"
    lines = [
        *((f"from branch {name}", found) for name, found in earlier.branches.items()),
        *((f"with consumer version tagged {name}", found) for name, found in earlier.tags.items()),
    ]
    for where, found in lines or [("", earlier.previous)]:
        if found is None:
            return f"first time any pact published for this consumer {where}"
        if found != content_id:
            return f"pact content has changed since the last version {where}".rstrip()
    return ""


def detected(changed: str, without_result: Collection[int] = ()) -> tuple[Event, ...]:
    """The events of a publication; provider versions in use that have said nothing on it."""
    found = [Event(PUBLISHED)]
    if changed:
        found.append(Event(CONTENT_CHANGED, changed))
    if without_result:
        said = "no verification by a provider version in use"
        found.append(Event(REQUIRING_VERIFICATION, said, tuple(sorted(without_result))))
    return tuple(found)


def told(events: Iterable[Event]) -> str:
    """The events as one line."""
    return ", ".join(f"{one.name} ({one.reason})" if one.reason else one.name for one in events)
