"""What a service's code says of its values, and a value that it saw which is another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from harness.domain.crash import RequestSeen

CONTRADICTED = "contradicted:"
"""What the cause of each contradiction begins with."""


class Contradicted(Enum):
    """
    What a value contradicted.

    Shape: an annotation, or the type that is declared for a response: of a value it made another
    kind, it dropped keys, or nothing held it against a value or against keys that went out.
    """

    ANNOTATION = "annotation"
    COERCED = "coerced"
    DROPPED = "dropped"
    UNCHECKED = "unchecked"
    UNDECLARED = "undeclared"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """
    One place in the code of a service, and what was seen there, once however often.

    Shape: `what` is `argument NAME`, `return`, `yielded`, `sent` or `variable NAME` of an
    annotation, else the JSON path within what a handler returned; `seen` is the first value's type,
    with the value where it is plain, or the names of keys that the declared type does not have;
    `detail` says what within the value is wrong; `requests` are the first that led there, and
    `in_flight` what was being answered where none did.
    """

    kind: Contradicted
    file: str
    line: int
    module: str
    function: str
    what: str
    expected: str
    seen: str
    detail: str = ""
    requests: tuple[RequestSeen, ...] = ()
    in_flight: tuple[RequestSeen, ...] = ()
    occurrences: int = 1

    @property
    def cause(self) -> str:
        """The identity, which moved lines and other values leave alone."""
        return f"{CONTRADICTED} {self.kind.value} {self.module}.{self.function} {self.what}"

    @property
    def seen_type(self) -> str:
        """The type of what was seen."""
        return self.seen.partition(" ")[0]


def by_cause(found: Iterable[Contradiction]) -> list[Contradiction]:
    """Put together what several starts of a service saw at one place."""
    kept: dict[str, Contradiction] = {}
    for one in found:
        known = kept.get(one.cause)
        kept[one.cause] = (
            replace(
                known,
                requests=(*known.requests, *one.requests),
                occurrences=known.occurrences + one.occurrences,
            )
            if known
            else one
        )
    return list(kept.values())
