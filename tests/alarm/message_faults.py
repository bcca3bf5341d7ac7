"""Twelve ways in which services break each other by messages, each on a channel of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.alarm.faults import Edit
from tests.gate.workspaces import Place

HOME = Path(__file__).parents[1] / "workspaces" / "harbour"
DOCUMENT = "asyncapi/terminal.yaml"
EVENTS = "src/terminal/events.py"


@dataclass(frozen=True, slots=True)
class MessageFault:
    """
    One fault: what was changed in the harbour, and what must be found.

    Shape: `edits` are of files below the workspace; `found` are the checks that tell it, each with
    the place of the message that they name; `told_of` is what they name where it is not the
    channel; `on_the_wire` says that only a broker shows it.
    """

    name: str
    story: str
    channel: str
    edits: tuple[Edit, ...]
    found: frozenset[tuple[str, str]]
    told_of: str = ""
    on_the_wire: bool = False

    @property
    def findings(self) -> frozenset[tuple[str, str, str]]:
        """What the gate must tell: the check, the channel and the place."""
        named = self.told_of or self.channel
        return frozenset((check, named, place) for check, place in self.found)


FAULTS = (
    MessageFault(
        "renamed field",
        "the producer gives a field a shorter name, in its code and in its document",
        "container.landed",
        (
            Edit(EVENTS, "yard_block=block", "block=block"),
            Edit(DOCUMENT, "required: [container, yard_block]", "required: [container, block]"),
            Edit(DOCUMENT, "yard_block: {type: string}", "block: {type: string}"),
        ),
        frozenset(
            {("message-not-accepted", "$.yard_block"), ("reply-field-undeclared", "$.yard_block")}
        ),
    ),
    MessageFault(
        "type change",
        "a number becomes a text, in the producer's code and in its document",
        "container.moved",
        (
            Edit(EVENTS, "bay=bay", "bay=str(bay)"),
            Edit(DOCUMENT, "bay: {type: integer}", "bay: {type: string}"),
        ),
        frozenset({("message-not-accepted", "$.bay"), ("reply-not-accepted", "$.bay")}),
    ),
    MessageFault(
        "unit change",
        "the producer sends grams under the name of kilograms, of which its document has a bound",
        "container.weighed",
        (Edit(EVENTS, "weight=kg)", "weight=kg * 1000)"),),
        frozenset({("message-not-as-documented", "$.weight")}),
    ),
    MessageFault(
        "naive time",
        "the producer's clock loses its zone",
        "container.inspected",
        (Edit(EVENTS, "datetime.now(UTC)", "datetime.now()"),),
        frozenset({("message-not-accepted", "$.at"), ("message-not-as-documented", "$.at")}),
    ),
    MessageFault(
        "missing header",
        "the producer forgets a header that its document and the contract have",
        "container.held",
        (Edit(EVENTS, 'event.key, {"officer": officer})', "event.key)"),),
        frozenset(
            {
                ("message-metadata-missing", "metadata:officer"),
                ("message-not-as-documented", "headers.officer"),
            }
        ),
    ),
    MessageFault(
        "wrong routing key",
        "the producer publishes to an address that nobody listens at",
        "container.released",
        (
            Edit(
                "src/terminal/app.py",
                'publish("container.released"',
                'publish("container.release"',
            ),
        ),
        frozenset({("message-not-as-documented", "channel")}),
        told_of="terminal.wire:publish",
    ),
    MessageFault(
        "batch for single",
        "the producer tells of all containers in one message, as a list",
        "container.collected",
        (
            Edit(
                "src/terminal/app.py",
                "    for number in numbers:\n"
                '        publish("container.collected", events.collected(number))\n',
                '    gone = json.dumps([{"container": one} for one in numbers]).encode()\n'
                '    publish("container.collected", events.Event(gone, numbers[0]))\n',
            ),
        ),
        frozenset({("message-not-as-documented", "$")}),
    ),
    MessageFault(
        "new enum member",
        "the producer knows a further outcome, in its code and in its document",
        "container.cleared",
        (
            Edit(
                EVENTS, '    OPENED = "opened"\n', '    OPENED = "opened"\n    SEIZED = "seized"\n'
            ),
            Edit(DOCUMENT, "{enum: [free, opened]}", "{enum: [free, opened, seized]}"),
        ),
        frozenset({("reply-not-accepted", "$.outcome")}),
    ),
    MessageFault(
        "version skew",
        "the consumer wants what every message has now, and those that wait since before have not",
        "container.archived",
        (
            Edit("src/customs/events.py", "clerk: str | None = None", "clerk: str"),
            Edit(
                "asyncapi/customs.yaml",
                "required: [container]",
                "required: [container, clerk]",
            ),
        ),
        frozenset({("channel-incompatible", "")}),
    ),
    MessageFault(
        "tombstone",
        "the consumer no longer looks whether there is a body",
        "container.listed",
        (
            Edit(
                "src/customs/handlers.py",
                "    if body is None:\n        LISTED.pop(key, None)\n        return\n",
                "",
            ),
        ),
        frozenset({("handler-crashes", "")}),
    ),
    MessageFault(
        "acknowledged before done",
        "the broker forgets a message as soon as it has handed it over",
        "container.called",
        (
            Edit(
                "src/haulier/worker.py",
                "Consumer(handlers.on_called)",
                "Consumer(handlers.on_called, no_ack=True)",
            ),
        ),
        frozenset({("acknowledged-before-done", "")}),
        on_the_wire=True,
    ),
    MessageFault(
        "poison loop",
        "what cannot be handled goes back to the queue, for ever",
        "container.loaded",
        (
            Edit(
                "src/haulier/worker.py",
                "Consumer(handlers.on_loaded)",
                "Consumer(handlers.on_loaded, retried=True)",
            ),
        ),
        frozenset({("poison-message-loops", "")}),
        on_the_wire=True,
    ),
)


def seed(place: Place, fault: MessageFault) -> None:
    """Break a copy of the harbour in one way."""
    for edit in fault.edits:
        place.edit(edit.file, edit.old, edit.new)
