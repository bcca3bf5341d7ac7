"""Media types as requests and replies name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from harness.domain.document import Content, content_for
from harness.domain.json import media_type_essence

T = TypeVar("T")


def negotiated(offered: Mapping[str, Content], media_type: str) -> Content | None:
    """The content that a media type falls under, its parameters counted where they tell apart."""
    for written, content in offered.items():
        if _normal(written) == _normal(media_type):
            return content
    return content_for(offered, media_type)


def is_acceptable(accept: str, offered: Mapping[str, T]) -> bool:
    """Whether one of the media types on offer is what an `Accept` header asks for."""
    wanted = [media_type_essence(each) for each in accept.split(",") if each.strip()]
    mine = [media_type_essence(each) for each in offered]
    return not wanted or any(_meet(one, other) for one in wanted for other in mine)


def media_fits(expected: str, seen: str) -> bool:
    """Whether media types are the same, where one may have parameters beside those expected."""
    ours, theirs = _all_parts(expected), _all_parts(seen)
    return ours[:1] == theirs[:1] and set(ours) <= set(theirs)


def _all_parts(media_type: str) -> list[str]:
    essence, *parameters = ("".join(part.split()) for part in media_type.split(";"))
    return [essence, *(each.lower() for each in parameters)]


def _meet(one: str, other: str) -> bool:
    if "*/*" in (one, other):
        return True
    for wide, narrow in ((one, other), (other, one)):
        if wide.endswith("/*") and narrow.startswith(wide[:-1]):
            return True
    return one == other


def _normal(media_type: str) -> tuple[str, ...]:
    essence, *parameters = (part.strip().lower() for part in media_type.split(";"))
    kept = sorted(each.replace('"', "") for each in parameters if not each.startswith("charset"))
    return (essence, *kept)


def header(headers: Mapping[str, tuple[str, ...]], name: str) -> str | None:
    """A header's values in one text, whatever the case of its name, or none."""
    for key, values in headers.items():
        if key.lower() == name:
            return ", ".join(values)
    return None
