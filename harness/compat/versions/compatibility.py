"""Whether readers of one version of a channel's messages can read what the other version writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from harness.compat.schemas.bounds import Bounds
from harness.compat.schemas.directions import Directed, Direction
from harness.compat.schemas.engine import compare_sides
from harness.compat.schemas.outcome import Broken, Comparison, Unknown
from harness.compat.versions.channels import Used, matched, used
from harness.compat.versions.messages import paired
from harness.domain.channel import Action, MessageType, MessagingDocument
from harness.domain.compatibility import Compatibility, Fits, Way
from harness.domain.json import Json, canonical

_NONE: Final[Json] = {"type": "object", "additionalProperties": False}
Asked: TypeAlias = Callable[[Used, Action], tuple[Way, ...]]
"""The ways that are asked for of a channel, as the later version has it, in one of its roles."""


def compatibilities(
    base: MessagingDocument, head: MessagingDocument, asked: Asked
) -> Iterator[Compatibility]:
    """Every message of every channel that both versions have, each way that is asked for."""
    pairs = [(was, now) for was, now in matched(used(base), used(head)) if was and now]
    for way in Way:
        is_backward = way is Way.BACKWARD
        sides = _Sides(base, head) if is_backward else _Sides(head, base)
        for was, now in pairs:
            actions = tuple(each for each in Action if way in asked(now, each))
            both = (was, now) if is_backward else (now, was)
            for action in actions:
                yield from _of_role(now.channel.label, action, *both, way, sides)


def _of_role(
    label: str, action: Action, writer: Used, reader: Used, way: Way, sides: _Sides
) -> Iterator[Compatibility]:
    written, read = writer.messages(action), reader.messages(action)
    names = dict(paired(written, read))
    for name, message in written.items() if read else ():
        if name in names:
            fits, shown, reason = sides.fit(message, read[names[name]])
            yield Compatibility(label, action, name, way, fits, shown, reason)
            fits, shown, reason = sides.headers_fit(message, read[names[name]])
            if fits is not Fits.YES:
                yield Compatibility(label, action, name, way, fits, shown, reason, True)
        else:
            said = "the other version has no such message"
            yield Compatibility(label, action, name, way, Fits.NO, reason=said)


class _Sides:
    """The schemas of who writes, as little and as much as it may, and of who reads."""

    def __init__(self, writes: MessagingDocument, reads: MessagingDocument) -> None:
        self._lenient = Directed(writes.schemas, Direction.REPLY, closed=True)
        self._strict = Directed(writes.schemas, Direction.REPLY, closed=False)
        self._reader = Directed(reads.schemas, Direction.REPLY, closed=False)

    def fit(self, written: MessageType, read: MessageType) -> tuple[Fits, str, str]:
        """What the reader makes of a message, with one that it does not take, or a reason."""
        lost = written.payload.unknown or read.payload.unknown
        if lost:
            return Fits.UNKNOWN, "", lost
        if read.payload.schema is None:
            return Fits.YES, "", ""
        lenient = self._compared(self._lenient, written, read)
        if isinstance(lenient, Broken):
            return Fits.NO, canonical(lenient.witnesses[0].value), ""
        if isinstance(lenient, Unknown):
            return Fits.UNKNOWN, "", lenient.reason
        strict = self._compared(self._strict, written, read)
        if isinstance(strict, Broken):
            return Fits.IF_PRODUCER_IS_KNOWN, canonical(strict.witnesses[0].value), ""
        if isinstance(strict, Unknown):
            return Fits.IF_PRODUCER_IS_KNOWN, "", f"strictly unknown: {strict.reason}"
        return Fits.YES, "", ""

    def headers_fit(self, written: MessageType, read: MessageType) -> tuple[Fits, str, str]:
        """
        What the reader makes of the headers of a message.

        Shape: those that a document does not name are the transport's, and are not told of.
        """
        lost = written.headers.unknown or read.headers.unknown
        if read.headers.schema is None or lost:
            return (Fits.UNKNOWN, "", lost) if lost else (Fits.YES, "", "")
        found = self._between(self._lenient, written.headers.schema or _NONE, read.headers.schema)
        if isinstance(found, Broken):
            return Fits.NO, canonical(found.witnesses[0].value), ""
        return (
            (Fits.UNKNOWN, "", found.reason) if isinstance(found, Unknown) else (Fits.YES, "", "")
        )

    def _compared(self, writer: Directed, written: MessageType, read: MessageType) -> Comparison:
        schema = True if written.payload.schema is None else written.payload.schema
        return self._between(writer, schema, read.payload.schema)

    def _between(self, writer: Directed, written: Json, read: Json) -> Comparison:
        return compare_sides(writer.side(written), self._reader.side(read), bounds=Bounds())
