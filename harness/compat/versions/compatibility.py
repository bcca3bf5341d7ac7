"""Whether readers of one version of a channel's messages can read what the other version writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from harness.compat.schemas.bounds import Bounds
from harness.compat.schemas.directions import Directed, Direction
from harness.compat.schemas.engine import compare_sides
from harness.compat.schemas.outcome import Broken, Comparison, Unknown
from harness.compat.versions.channels import Used, matched, used
from harness.compat.versions.messages import paired
from harness.domain.channel import Action, MessageType, MessagingDocument
from harness.domain.json import canonical


class Way(Enum):
    """Who reads: `backward` the later version what the earlier wrote, `forward` the other way."""

    BACKWARD = "backward"
    FORWARD = "forward"


class Fits(Enum):
    """
    What one version makes of the other's messages.

    Shape: `if-producer-is-known` when a producer that sends what its schema names, and nothing
    else, is read, and one that sends whatever else the schema lets pass is not.
    """

    YES = "yes"
    IF_PRODUCER_IS_KNOWN = "if-producer-is-known"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Compatibility:
    """
    What comes of one way for one message of a channel.

    Shape: `counterexample` is the JSON text of a whole message that is written and not read, for
    what is not a plain yes; empty where the message itself is gone, as `reason` then says.
    """

    channel: str
    message: str
    way: Way
    fits: Fits
    counterexample: str = ""
    reason: str = ""


def compatibilities(
    base: MessagingDocument, head: MessagingDocument, ways: tuple[Way, ...]
) -> Iterator[Compatibility]:
    """Every message of every channel that both versions have, each way that is asked for."""
    for way in ways:
        writes, reads = (base, head) if way is Way.BACKWARD else (head, base)
        sides = _Sides(writes, reads)
        pairs = matched(used(base), used(head))
        for was, now in pairs:
            writer, reader = (was, now) if way is Way.BACKWARD else (now, was)
            if writer is not None and reader is not None:
                yield from _of_channel(writer, reader, way, sides)


def _of_channel(writer: Used, reader: Used, way: Way, sides: _Sides) -> Iterator[Compatibility]:
    for action in Action:
        written, read = writer.messages(action), reader.messages(action)
        names = dict(paired(written, read))
        for name, message in written.items() if read else ():
            label = writer.channel.label
            if name in names:
                fits, shown, reason = sides.fit(message, read[names[name]])
                yield Compatibility(label, name, way, fits, shown, reason)
            else:
                said = "the other version has no such message"
                yield Compatibility(label, name, way, Fits.NO, reason=said)


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

    def _compared(self, writer: Directed, written: MessageType, read: MessageType) -> Comparison:
        schema = True if written.payload.schema is None else written.payload.schema
        return compare_sides(
            writer.side(schema), self._reader.side(read.payload.schema), bounds=Bounds()
        )
