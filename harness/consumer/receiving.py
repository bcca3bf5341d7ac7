"""The messages of one test: what is handed to its handler, and the pact that says so."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from harness.consumer.bodies import DeclarationUnsound
from harness.consumer.contents import (
    delivered,
    put_comments,
    put_contents,
    put_states,
    read_contents,
)
from harness.consumer.declaration import MessageDeclaration
from harness.consumer.face import Delivery
from harness.domain.possible import Fault, PossibleReply

if TYPE_CHECKING:
    from pact import Pact

DeliveryOf = Callable[[MessageDeclaration], Delivery]
Instead = Callable[[Sequence[MessageDeclaration], Sequence[Delivery]], Sequence[Delivery]]


@dataclass(slots=True)
class Deliveries:
    """
    The messages that a test declares, and whether it asked for them.

    Shape: `instead` may hand out other messages in the place of those that are declared, which
    `delivered` makes.
    """

    declarations: tuple[MessageDeclaration, ...]
    instead: Instead = field(default=lambda _, handed: handed)
    delivered: DeliveryOf = field(default=lambda one: delivery_of(one))
    is_taken: bool = False

    def taken(self) -> tuple[Delivery, ...]:
        """All of them, in the order of reading."""
        self.is_taken = True
        try:
            shown = [*map(self.delivered, self.declarations)]
            return tuple(self.instead(self.declarations, shown))
        except DeclarationUnsound as error:
            pytest.fail(str(error), pytrace=False)

    def only_one(self) -> Delivery:
        """The message of a test that declares one."""
        if len(self.declarations) != 1:
            pytest.fail(
                f"expected one message, seen {len(self.declarations)}\n"
                "hint: declare with @pair.receives(...); with several messages, take `deliveries`",
                pytrace=False,
            )
        return self.taken()[0]


def delivery_of(declaration: MessageDeclaration) -> Delivery:
    """
    The declared message as a transport would hand it over.

    Raises: DeclarationUnsound.
    """
    return delivered(declaration.message, read_contents(declaration.message, declaration))


def varied(delivery: Delivery, by: PossibleReply | None) -> Delivery:
    """A delivery as it may come instead."""
    if by is None:
        return delivery
    body = delivery.body if by.body is None else by.body.encode("utf-8", "surrogateescape")
    return replace(
        delivery,
        body=None if by.fault is Fault.ABSENT else body,
        headers=json.loads(by.headers) if by.headers else delivery.headers,
        content_type=delivery.content_type if by.media_type is None else by.media_type,
    )


def message_pacts(declarations: Sequence[MessageDeclaration]) -> list[Pact]:
    """
    The pacts of what a test receives, one for each producer.

    Raises: DeclarationUnsound.
    """
    from pact import Pact  # imported late: a run without contracts never pays for it

    logging.getLogger("pact").setLevel(logging.CRITICAL)
    pacts: dict[tuple[str, str], Pact] = {}
    for each in declarations:
        _add(pacts.setdefault(each.pair, Pact(*each.pair)), each)
    return list(pacts.values())


def _add(pact: Pact, declaration: MessageDeclaration) -> None:
    message, body = declaration.message, read_contents(declaration.message, declaration)
    interaction = pact.upon_receiving(declaration.description, "Async")
    put_states(interaction, declaration)
    put_contents(interaction, message, body)
    put_comments(interaction, message.operation, body)
