"""What changed in the operations that a provider calls."""

from __future__ import annotations

from collections.abc import Iterator

from harness.compat.versions.comparing import Comparing, Container, Told
from harness.compat.versions.rule import Place
from harness.compat.versions.telling import Spot
from harness.domain.change import Breaks, Change
from harness.domain.document import Document, Operation
from harness.domain.json import is_json_media_type

_RULES = {
    Breaks.BREAKS: "webhook-widened",
    Breaks.MAY_BREAK: "webhook-undecided",
    Breaks.HARMLESS: "webhook-changed",
}


def webhooks(base: Document, head: Document, comparing: Comparing) -> Iterator[Change]:
    """Differences of webhooks, whose bodies the provider writes and the consumer reads."""
    was = {each.label: each for each in base.webhooks}
    now = {each.label: each for each in head.webhooks}
    for label in dict.fromkeys((*was, *now)):
        spot = Spot(label)
        if label not in now:
            yield spot.told("webhook-removed")
        elif label not in was:
            yield spot.told("webhook-added")
        else:
            yield from _bodies(was[label], now[label], spot, comparing)


def _bodies(old: Operation, new: Operation, spot: Spot, comparing: Comparing) -> Iterator[Change]:
    was = old.body.content if old.body is not None else {}
    now = new.body.content if new.body is not None else {}
    for name in dict.fromkeys((*was, *now)):
        here = spot.at(media_type=name)
        if name not in now:
            yield here.told("webhook-media-type-removed")
        elif name not in was:
            yield here.told("webhook-media-type-added")
        else:
            is_json = is_json_media_type(name)
            container = Container(Place.REPLY_BODY, loose=not is_json, whole=is_json)
            told = comparing.told(was[name].schema, now[name].schema, container)
            yield from (_change(each, here) for each in told)


def _change(told: Told, spot: Spot) -> Change:
    said = told.rule.sentence.removesuffix(".")
    after = f"{told.before or 'none'} to {told.after or 'none'}" if told.before else told.after
    return spot.told(_RULES[told.breaks], said, after, told.path)
