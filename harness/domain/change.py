"""What differs between two versions of a provider's document of either kind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Breaks(Enum):
    """Whether a change can break a consumer that used what was there before."""

    BREAKS = "breaks"
    MAY_BREAK = "may-break"
    HARMLESS = "harmless"


class Part(Enum):
    """
    The part of a document that a change lies in.

    Shape: `sent` and `received` are messages, by what the document's application does with them.
    """

    REQUEST = "request"
    REPLY = "reply"
    OPERATION = "operation"
    DOCUMENT = "document"
    SENT = "sent"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class Change:
    """
    One difference between two versions.

    Shape: `rule` is a stable id of ours, `oasdiff` the id that oasdiff gives it, empty where it has
    none; `operation` is the label in the version that has it (the earlier where both do), or the
    address of a channel, empty for the whole document; `of` is the message of a channel; `status`
    and `media_type` say which reply or body; `name` is a parameter or header; `path` the JSON path
    in a body or parameter, with `[*]` for any item; `before` and `after` are sentences' parts;
    `also` lists further places in the same body where the same schema stands, the first few of
    many; `witness` is the JSON text of a whole message that was not sent before, or is taken no
    more.
    """

    rule: str
    breaks: Breaks
    part: Part
    operation: str = ""
    status: str = ""
    media_type: str = ""
    name: str = ""
    path: str = ""
    before: str = ""
    after: str = ""
    message: str = ""
    oasdiff: str = ""
    also: tuple[str, ...] = ()
    of: str = ""
    witness: str = ""
