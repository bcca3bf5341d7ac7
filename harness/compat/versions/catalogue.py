"""Every rule, as data that can be listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from harness.compat.versions.body_rules import BODIES, REPLIES
from harness.compat.versions.message_rules import CHANNELS, MESSAGES
from harness.compat.versions.operation_rules import OPERATIONS
from harness.compat.versions.parameter_rules import PARAMETERS
from harness.compat.versions.part_faults import PARTS, UNIONS, WHOLE
from harness.compat.versions.property_faults import LIFECYCLE, MARKS, PROPERTIES, UNSENT
from harness.compat.versions.rule import (
    CODES,
    OF_MESSAGES,
    Effect,
    Fault,
    Place,
    Rule,
    level,
)
from harness.compat.versions.security_rules import SECURITY
from harness.compat.versions.value_faults import BOUNDS, TYPES, VALUES
from harness.domain.change import Breaks, Part

_THEIRS: Final[Mapping[Place, str]] = {
    Place.REQUEST_BODY: "request-body",
    Place.REQUEST_PROPERTY: "request-property",
    Place.PARAMETER: "request-parameter",
    Place.PARAMETER_PROPERTY: "request-parameter-property",
    Place.REPLY_BODY: "response-body",
    Place.REPLY_PROPERTY: "response-property",
    Place.REPLY_HEADER: "response-header",
}
_NAMES: Final[Mapping[Place, str]] = {
    Place.REQUEST_BODY: "A request body",
    Place.REQUEST_PROPERTY: "A value in a request body",
    Place.PARAMETER: "A parameter",
    Place.PARAMETER_PROPERTY: "A value in a parameter",
    Place.REPLY_BODY: "The body of a reply",
    Place.REPLY_PROPERTY: "A value in the body of a reply",
    Place.REPLY_HEADER: "A header of a reply",
    Place.SENT_PAYLOAD: "The payload of a message that is sent",
    Place.SENT_PROPERTY: "A value in a message that is sent",
    Place.SENT_HEADER: "A header of a message that is sent",
    Place.RECEIVED_PAYLOAD: "The payload of a message that is received",
    Place.RECEIVED_PROPERTY: "A value in a message that is received",
    Place.RECEIVED_HEADER: "A header of a message that is received",
}
_FAULTS: Final = (*TYPES, *VALUES, *BOUNDS, *PARTS, *UNIONS, *WHOLE)
_HOLDERS: Final = "RQrh"
_LIVING: Final = "QBRbr"
_OF_PROPERTIES: Final = frozenset(fault.key for fault in (*PROPERTIES, *MARKS))
# A value that is gone from a request is ignored from now on, whatever the schemas still accept.
_UNJUDGED: Final = frozenset(
    f"{place.value}-required-removed"
    for place in (Place.REQUEST_PROPERTY, Place.RECEIVED_PROPERTY, Place.RECEIVED_HEADER)
)


def _at(code: str, place: Place) -> tuple[Rule, ...]:
    """The rules of a schema at one place, which changes as that of a letter does."""
    more = LIFECYCLE if code in _LIVING else ()
    held = (*PROPERTIES, *MARKS) if code in _HOLDERS else ()
    faults = (*_FAULTS, *more, *held)
    return tuple(_rule(each, code, place) for each in faults if code in each.only)


def rule_id(place: Place, key: str) -> str:
    """
    The id of the rule for a fault at a place.

    Shape: a header has rules of its own for whether it is there, so that those of the properties
    of its value go by another name.
    """
    holder = place is Place.REPLY_HEADER and key in _OF_PROPERTIES
    return f"{place.value}-property-{key}" if holder else f"{place.value}-{key}"


def _rule(fault: Fault, code: str, place: Place) -> Rule:
    id_ = rule_id(place, fault.key)
    breaks = Breaks.MAY_BREAK if code in fault.may else level(fault.effect, place.part)
    judged = fault.effect is not Effect.NONE and id_ not in _UNJUDGED
    name = "A value in a header of a reply" if "reply-header-property" in id_ else _NAMES[place]
    sentence = f"{name} {fault.words}."
    theirs = _oasdiff(fault, code, place) if place in _THEIRS else ""
    return Rule(id_, breaks, sentence, place.part, theirs, fault.effect, judged)


def _oasdiff(fault: Fault, code: str, place: Place) -> str:
    ending = fault.called.get(code, fault.key if code in fault.oasdiff else "")
    if ending.startswith("="):
        return ending[1:]
    return f"{_THEIRS[place]}-{ending}" if ending else ""


def _unsent() -> Iterator[Rule]:
    words = {fault.key: fault.words for fault in (*_FAULTS, *PROPERTIES)}
    for ours, theirs, key in UNSENT:
        part = Part.REPLY if ours.startswith("reply") else Part.REQUEST
        said = f"A value that is not sent in a {part.value} {words[key]}."
        yield Rule(ours, Breaks.HARMLESS, said, part, theirs)


SECTIONS: Final[tuple[tuple[str, tuple[Rule, ...]], ...]] = (
    ("Operations and webhooks", OPERATIONS),
    ("Parameters", PARAMETERS),
    ("Request bodies", BODIES),
    ("Replies", REPLIES),
    ("Credentials", SECURITY),
    *((f"Schemas: {_NAMES[place].lower()}", _at(code, place)) for code, place in CODES.items()),
    ("Schemas: what never travels this way", tuple(_unsent())),
    ("Channels", CHANNELS),
    ("Messages", MESSAGES),
    *(
        (f"Schemas: {_NAMES[place].lower()}", _at(code, place))
        for place, code in OF_MESSAGES.items()
    ),
)
RULES: Final[tuple[Rule, ...]] = tuple(rule for _, rules in SECTIONS for rule in rules)
"""The whole list, in the order in which it is printed."""

_BY_ID: Final[Mapping[str, Rule]] = MappingProxyType({rule.id: rule for rule in RULES})


def rule(id_: str) -> Rule:
    """
    The rule of an id.

    Raises: KeyError.
    """
    return _BY_ID[id_]


def known(id_: str) -> bool:
    """Whether there is a rule of an id."""
    return id_ in _BY_ID
