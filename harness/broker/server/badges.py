"""Badges of pacts, as pictures of one's own."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from harness.broker.semantics.badges import GREY, badge, verdict
from harness.broker.server import answers, finding
from harness.broker.server.answers import Answer, Refused
from harness.broker.server.asking import Call
from harness.broker.server.needs import BADGE
from harness.broker.server.routing import Route, get, steady
from harness.broker.server.standing import words

SVG: Final = "image/svg+xml"
_PAIR: Final = "/pacts/provider/{provider}/consumer/{consumer}"


def outcome(call: Call, label: str, success: bool | None, words: tuple[str, str, str]) -> Answer:
    """A label with the word for yes, no or unknown."""
    word, colour = verdict(success, words)
    return picture(call, label, word, colour)


def picture(call: Call, label: str, word: str, colour: str | None) -> Answer:
    """A label and a word; `?label=` puts another label."""
    return answers.text(badge(call.query("label") or label, word, colour or GREY), SVG)


def of_latest(call: Call) -> Answer:
    """Whether the newest pact of a pair holds; of what is not there, that it is not."""
    label = f"{call.names['consumer']}/{call.names['provider']} pact"
    if initials := call.query("initials"):
        label = label if initials != "true" else _initials(label)
    untagged = "/latest-untagged/" in call.asked.path
    try:
        found = finding.newest(call, replace(finding.among(call), untagged=untagged))
    except Refused:
        return picture(call, label, "not found", None)
    word = words(call.db, [found]).get(found.content_id)
    shown = ("verified", "failed", "unknown")
    return outcome(call, label, word.success if word else None, shown)


def _initials(label: str) -> str:
    names, _, rest = label.rpartition(" ")
    return "/".join(each[:1].lower() for each in names.split("/")) + f" {rest}"


ROUTES: Final[tuple[Route, ...]] = steady(
    get(f"{_PAIR}/latest/badge", of_latest, SVG, needs=BADGE),
    get(f"{_PAIR}/latest/{{tag}}/badge", of_latest, SVG, needs=BADGE),
    get(f"{_PAIR}/latest-untagged/badge", of_latest, SVG, needs=BADGE),
    get(f"{_PAIR}/branch/{{branch}}/latest/badge", of_latest, SVG, needs=BADGE),
)
