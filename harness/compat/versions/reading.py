"""Whether an interaction reads or sends the thing that a change of a document is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.compat.http.replies import media_type_of
from harness.compat.messages.channels import plain_key
from harness.compat.messages.keys import KEYS
from harness.compat.pacts.readers import body_schema, reply_reader, statuses
from harness.compat.versions.steps import ITEM, VALUE, steps_of
from harness.domain.change import Change, Part
from harness.domain.document import definition_name
from harness.domain.json import Json, media_type_essence
from harness.domain.pact import (
    HttpRequest,
    HttpResponse,
    Interaction,
    InteractionKind,
    Message,
    Presence,
)


def meets_status(status: str, interaction: Interaction) -> bool:
    """Whether what is said of a status is said of one that the consumer expects."""
    if status in ("", "default") or interaction.response is None:
        return True
    wanted = [str(each) for each in statuses(interaction.response)]
    return any(each == status or f"{each[0]}XX" == status.upper() for each in wanted)


def meets_media_type(change: Change, interaction: Interaction) -> bool:
    """Whether a change of one media type is one of what the consumer reads or sends."""
    part = interaction.response if change.part is Part.REPLY else interaction.request
    if not change.media_type or part is None or part.body.presence is Presence.ABSENT:
        return True
    essence = media_type_essence(media_type_of(part.body))
    changed = media_type_essence(change.media_type)
    return changed in (essence, essence.partition("/")[0] + "/*", "*/*")


def reads(change: Change, interaction: Interaction) -> bool:
    """
    Whether the consumer reads or sends what has changed, as far as its pact shows.

    Shape: the interaction must be one of the operation that the change lies in.
    """
    request, response = interaction.request, interaction.response
    if request is None or response is None:
        return False
    if change.part is Part.REPLY:
        return meets_status(change.status, interaction) and _reads_reply(
            change, interaction, response
        )
    return change.part is not Part.REQUEST or _sends(change, interaction, request)


def reads_message(change: Change, interaction: Interaction) -> bool:
    """
    Whether the consumer reads or sends what has changed in a message, as far as its pact shows.

    Shape: a lone message is read, whatever its document says of directions; of a request and its
    reply, what the application receives is what the consumer sends.
    """
    if change.part not in (Part.SENT, Part.RECEIVED):
        return True
    is_sync = interaction.kind is InteractionKind.SYNC
    is_sent = is_sync and change.part is Part.RECEIVED
    found = interaction.replies if is_sync and not is_sent else interaction.messages
    reader = interaction.writer if is_sent else interaction.reader
    return any(_is_in_message(change, each, reader) for each in found)


def _is_in_message(change: Change, message: Message, declared: Json) -> bool:
    if is_of_headers(change):
        names = set(map(plain_key, message.metadata))
        steps = steps_of(change.path)
        return not steps or plain_key(steps[0][1:]) in names
    if is_of_key(change):
        return not KEYS.isdisjoint(map(plain_key, message.metadata))
    if not change.path:
        return True
    if message.body.presence is Presence.ABSENT:
        return False
    schema = declared if declared is not None else body_schema(message.body, message.rules)
    return _mentions_one(schema, change)


def is_of_headers(change: Change) -> bool:
    """Whether a change of a message is one of its headers, whose path begins with their name."""
    return change.rule.startswith(("sent-header", "received-header"))


def is_of_key(change: Change) -> bool:
    """Whether a change of a message is one of its key."""
    return change.rule.startswith(("sent-key-", "received-key-"))


def _reads_reply(change: Change, interaction: Interaction, response: HttpResponse) -> bool:
    if change.name:
        return change.name.casefold() in map(str.casefold, response.headers)
    if not (change.media_type or change.path):
        return True
    reader = reply_reader(interaction.reader, response)
    if reader is None or not meets_media_type(change, interaction):
        return False
    return _mentions_one(reader.schema, change)


def _sends(change: Change, interaction: Interaction, request: HttpRequest) -> bool:
    if change.name:
        named = (*request.query, *request.headers)
        stems = {name.partition("[")[0].casefold() for name in named}
        return change.name.casefold() in stems or _is_in_path(change)
    if not (change.media_type or change.path):
        return True
    if request.body.presence is Presence.ABSENT or not meets_media_type(change, interaction):
        return False
    return _mentions_one(body_schema(request.body, request.rules), change)


def _mentions_one(schema: Json, change: Change) -> bool:
    """Whether one of the places that changed is mentioned; the whole body always is."""
    places = [steps_of(path) for path in (change.path, *change.also)]
    return any(not steps or mentions(schema, steps) for steps in places)


def _is_in_path(change: Change) -> bool:
    return f"{{{change.name}}}" in change.operation


def mentions(schema: Json, steps: tuple[str, ...]) -> bool:
    """Whether a schema says something of a place, or takes whatever is there as a whole."""
    definitions = schema.get("$defs", {}) if isinstance(schema, Mapping) else {}
    waiting: list[tuple[Json, tuple[str, ...]]] = [(schema, steps)]
    seen: set[tuple[int, int]] = set()
    while waiting:
        node, rest = waiting.pop()
        if not rest and node is not False:
            return True
        if node is False or (id(node), len(rest)) in seen:
            continue
        seen.add((id(node), len(rest)))
        if not isinstance(node, Mapping) or not node:
            if len(rest) < len(steps):
                return True
            continue
        waiting.extend((each, rest) for each in _same_place(node, definitions))
        waiting.extend((each, rest[1:]) for each in _below(node, rest[0]))
    return False


def _same_place(node: Mapping[str, Json], definitions: Json) -> Iterator[Json]:
    name = definition_name(node.get("$ref"))
    if name is not None and isinstance(definitions, Mapping) and name in definitions:
        yield definitions[name]
    for word in ("anyOf", "oneOf", "allOf"):
        branches = node.get(word)
        if isinstance(branches, list | tuple):
            yield from branches


def _below(node: Mapping[str, Json], step: str) -> Iterator[Json]:
    if step == ITEM:
        if "items" in node:
            yield node["items"]
        listed = node.get("prefixItems")
        yield from listed if isinstance(listed, list | tuple) else ()
        return
    properties = node.get("properties")
    known = properties if isinstance(properties, Mapping) else {}
    if step == VALUE:
        yield from known.values()
    elif step[1:] in known:
        yield known[step[1:]]
        return
    elif _is_required(node, step[1:]):
        yield True
    if "additionalProperties" in node and (node["additionalProperties"] is not True or not known):
        yield node["additionalProperties"]


def _is_required(node: Mapping[str, Json], name: str) -> bool:
    required = node.get("required")
    return isinstance(required, list | tuple) and name in required
