"""What a contract's own example holds where something does not fit."""

from __future__ import annotations

import json
from typing import Final

from harness.checks.facts import Facts
from harness.domain.edge import Pair
from harness.domain.fit import Code, Misfit
from harness.domain.pact import Body, Interaction, Message, Presence

_REPLIES: Final = frozenset({Code.REPLY_BODY, Code.REPLY_BODY_UNDECLARED})
_REQUESTS: Final = frozenset({Code.REQUEST_BODY, Code.REQUEST_BODY_UNDECLARED})
_PAYLOADS: Final = frozenset({Code.MESSAGE_PAYLOAD, Code.MESSAGE_REQUEST_PAYLOAD})
_QUERIES: Final = frozenset({Code.REQUEST_QUERY, Code.REQUEST_QUERY_UNDECLARED})


def of_misfit(facts: Facts, pair: Pair, key: str, misfit: Misfit) -> str:
    """Give what stands in the place of a misfit's witness as JSON text, empty where none does."""
    interaction = _interaction(facts, pair, key)
    if interaction is None:
        return ""
    request, response = interaction.request, interaction.response
    if misfit.code in _REPLIES and response:
        return _text(response.body)
    if misfit.code in _REQUESTS and request:
        return _text(request.body)
    if misfit.code in _QUERIES and request and misfit.name in request.query:
        return json.dumps(list(request.query[misfit.name]), ensure_ascii=False)
    return _of_message(interaction, misfit)


def of_reply(facts: Facts, pair: Pair, key: str) -> str:
    """Give the reply of an example in one line, as a reply that was put is told."""
    interaction = _interaction(facts, pair, key)
    if interaction is None or interaction.response is None:
        return ""
    response = interaction.response
    head = f"{response.status} {response.body.content_type}".rstrip()
    return f"{head}  {_text(response.body)}".rstrip()


def _interaction(facts: Facts, pair: Pair, key: str) -> Interaction | None:
    found = (
        contract.interaction
        for contract in facts.contracts
        if contract.edge.pair == pair and contract.interaction.key == key
    )
    return next(found, None)


def _of_message(interaction: Interaction, misfit: Misfit) -> str:
    if misfit.code not in _PAYLOADS:
        return ""
    is_reply = interaction.replies and misfit.code is Code.MESSAGE_PAYLOAD
    messages: tuple[Message, ...] = interaction.replies if is_reply else interaction.messages
    return _text(messages[0].body) if messages else ""


def _text(body: Body) -> str:
    if body.presence is Presence.ABSENT or isinstance(body.value, bytes):
        return ""
    if body.is_json:
        return json.dumps(body.value, ensure_ascii=False)
    return str(body.value or "")
