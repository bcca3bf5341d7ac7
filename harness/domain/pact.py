"""A pact in its one normal form, whatever version of the specification it was written in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from harness.domain.json import Json


class InteractionKind(Enum):
    """How the two sides of an interaction meet."""

    HTTP = "http"
    ASYNC = "async"
    SYNC = "sync"


class Presence(Enum):
    """Whether a body is there: absent says nothing, empty and null say that it is so."""

    ABSENT = "absent"
    NULL = "null"
    EMPTY = "empty"
    PRESENT = "present"


FIRST_REFUSAL = 400
"""Statuses from here on say that the provider did not do as it was asked."""


@dataclass(frozen=True, slots=True)
class State:
    """A provider state with its parameters."""

    name: str
    params: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Body:
    """
    A decoded body.

    Shape: `value` is JSON when `is_json`, else text, or bytes where the pact holds them encoded;
    `content_type` is empty when the pact names none.
    """

    presence: Presence = Presence.ABSENT
    value: Json | bytes = None
    content_type: str = ""
    is_json: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """The matchers at one expression, joined by `AND` or `OR`."""

    matchers: tuple[Mapping[str, Json], ...]
    combine: str = "AND"


Rules = Mapping[str, Mapping[str, Rule]]
"""
Matching rules as category -> expression -> rule.

Shape: the categories are `path`, `query`, `header`, `status`, `body`, `metadata`; the expression of
`path` and `status` is empty, that of `query` and `header` is the name, that of `body` begins with
`$`. Rules of specification version 2 are brought to this form.
"""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What the consumer sends: query and header values are lists, names are as written."""

    method: str = "GET"
    path: str = "/"
    query: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    body: Body = Body()
    rules: Rules = field(default_factory=dict)
    generators: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """What the consumer expects back."""

    status: int = 200
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    body: Body = Body()
    rules: Rules = field(default_factory=dict)
    generators: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """The contents of a message with its metadata."""

    body: Body = Body()
    metadata: Mapping[str, Json] = field(default_factory=dict)
    rules: Rules = field(default_factory=dict)
    generators: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Interaction:
    """
    One thing that the consumer relies on.

    Shape: an HTTP interaction has `request` and `response`; an asynchronous message stands alone in
    `messages`; a synchronous one has its request in `messages` and its replies in `replies`.
    `key` is short and made of description and states, with a number behind it where a pact repeats
    them; `reader` is what the consumer says it accepts, `writer` what it says it sends; `location`
    is the JSON path in the pact.
    """

    description: str
    kind: InteractionKind
    key: str
    states: tuple[State, ...] = ()
    request: HttpRequest | None = None
    response: HttpResponse | None = None
    messages: tuple[Message, ...] = ()
    replies: tuple[Message, ...] = ()
    pending: bool = False
    comments: Mapping[str, Json] = field(default_factory=dict)
    reader: Json = None
    writer: Json = None
    location: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """
    Something of a pact that its reader should know.

    Shape: `lost` says that an interaction could not be read, so the pact is not seen whole.
    """

    path: str
    message: str
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Pact:
    """
    What one consumer asks of one provider.

    Shape: `spec_version` is `1`, `1.1`, `2`, `3` or `4`; `digest` covers everything but the
    metadata, so that a newer tool that writes the same contract gives the same digest.
    """

    consumer: str
    provider: str
    spec_version: str
    interactions: tuple[Interaction, ...] = ()
    notes: tuple[Note, ...] = ()
    path: str = ""
    digest: str = ""

    def interaction(self, key: str) -> Interaction | None:
        """The interaction with a key, or none."""
        return next((each for each in self.interactions if each.key == key), None)
