"""One message of each channel, made as those are that are published."""

from __future__ import annotations

from terminal import events

NUMBER = "TRLU4567893"
MESSAGES = {
    "container.landed": lambda: events.landed(NUMBER, "C2"),
    "container.moved": lambda: events.moved(NUMBER, 14),
    "container.weighed": lambda: events.weighed(NUMBER, 18400),
    "container.inspected": lambda: events.inspected(NUMBER),
    "container.held": lambda: events.held(NUMBER, "Okoro"),
    "container.released": lambda: events.released(NUMBER),
    "container.collected": lambda: events.collected(NUMBER),
    "container.cleared": lambda: events.cleared(NUMBER, events.Outcome.FREE),
    "container.archived": lambda: events.archived(NUMBER, "Silva"),
    "container.listed": lambda: events.listed(NUMBER, "tea"),
    "container.called": lambda: events.called(NUMBER, 3),
    "container.loaded": lambda: events.loaded(NUMBER, "HH-K 12"),
}
