"""What may come back instead of the reply that a contract shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Origin(Enum):
    """
    Who says that a reply may come.

    Shape: `document` for what the provider's document allows where the contract shows a reply,
    `refusal` for another status that the document declares, `delivery` for a message of the
    contract that comes more often than once or in another order, `network` for what no document
    says and networks do all the same.
    """

    DOCUMENT = "document"
    REFUSAL = "refusal"
    DELIVERY = "delivery"
    NETWORK = "network"


class Fault(Enum):
    """
    What happens to the connection, or to a message on its way.

    Shape: `closed` before anything is answered, `cut` in the middle of the body, `silent` when
    nothing ever comes; `absent` is a message without a body, a tombstone, `repeated` one that comes
    twice, and `moved` one that comes at another time than the others of its test.
    """

    CLOSED = "closed"
    CUT = "cut"
    SILENT = "silent"
    ABSENT = "absent"
    REPEATED = "repeated"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class PossibleReply:
    """
    A reply or a message that may come.

    Shape: `what` tells in what it differs from the contract's own, and is a name among the replies
    of one interaction; `status` 0, `media_type` None, `body` None and empty `headers` leave what
    the contract shows as it is; `elsewhere` is where a redirect points; `place` is what was changed
    in the body; `headers` is the JSON text of all headers of a message; `version` is the place of
    the earlier version of its document that allows it, empty where today's does.
    """

    what: str
    origin: Origin
    status: int = 0
    media_type: str | None = None
    body: str | None = None
    fault: Fault | None = None
    elsewhere: str = ""
    place: str = ""
    headers: str = ""
    version: str = ""
