"""The text of an AsyncAPI document of version 2 or 3 to its normal form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.documents import asyncapi2
from harness.documents.json_text import Parsed, unreadable
from harness.documents.keywords import Dialect
from harness.documents.message_types import (
    MessageTypes,
    extensions,
    members,
    with_schemas_of_formats,
)
from harness.documents.places import Where, path_of
from harness.documents.reading import Reading, text
from harness.domain.channel import (
    Action,
    Channel,
    ChannelOperation,
    MessageType,
    MessagingDocument,
    Reply,
)
from harness.domain.json import Json, kind_of

_VERSIONS = "AsyncAPI 2.x or 3.x"
_ACTIONS = {each.value: each for each in Action}


def read_parsed(parsed: Parsed, name: str) -> MessagingDocument:
    """
    A document in its normal form, from its text as JSON.

    Raises: DocumentUnreadable.
    """
    root = parsed.value
    if not isinstance(root, dict):
        raise unreadable(name, "an AsyncAPI document", kind_of(root))
    version = _version(root, name)
    raised = asyncapi2.raised(root) if version.startswith("2") else root
    reading = Reading(with_schemas_of_formats(raised), Dialect.JSON_SCHEMA, "/components/schemas")
    reading.note_duplicates(parsed)
    return _finished(reading, root, version)


def _version(root: Mapping[str, Json], name: str) -> str:
    """The version that a document names, which YAML may have made a number."""
    written = root.get("asyncapi")
    if isinstance(written, str | int | float) and not isinstance(written, bool):
        version = str(written).strip()
        if version.startswith(("2.", "3.")) or version in ("2", "3"):
            return version
    hint = "a document begins with `asyncapi: 3.0.0` or the like"
    raise unreadable(name, f"{_VERSIONS} in `asyncapi`", kind_of(written), hint)


def _finished(reading: Reading, root: Mapping[str, Json], version: str) -> MessagingDocument:
    components = reading.root.get("components")
    reading.schemas.read_components(
        components.get("schemas") if isinstance(components, dict) else None
    )
    reader = _Reader(reading)
    channels = dict(reader.channels(reading.root.get("channels"), (None, "channels")))
    operations = tuple(reader.operations(reading.root.get("operations"), (None, "operations")))
    info = root.get("info")
    definitions = reading.schemas.definitions
    named = {each.definition for each in reading.problems.found if each.definition}
    return MessagingDocument(
        spec_version=version,
        title=text(info.get("title")) if isinstance(info, dict) else "",
        channels=channels,
        operations=operations,
        definitions=dict(sorted(definitions.schemas.items())),
        problems=reading.problems.finished(definitions.users(named)),
        raw=root,
    )


class _Reader:
    """Reads channels once each, and the operations that go through them."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._types = MessageTypes(reading)
        self._channels: dict[str, Channel] = {}

    def channels(self, node: Json, where: Where) -> Iterator[tuple[str, Channel]]:
        for name, written, place in self._reading.members(node, where, "`channels`"):
            yield name, self._channel(name, written, place)

    def operations(self, node: Json, where: Where) -> Iterator[ChannelOperation]:
        for name, written, place in self._reading.members(node, where, "`operations`"):
            self._reading.problems.user = name
            resolved = self._reading.resolve(written, place, "operation")
            if resolved.node is not None:
                found = self._operation(name, resolved.node, resolved.where)
                if found is not None:
                    yield found
            self._reading.problems.user = ""

    def _channel(self, name: str, written: Json, where: Where) -> Channel:
        """A channel, the same one however it is referred to."""
        resolved = self._reading.resolve(written, where, "channel")
        place = path_of(resolved.where)
        if place not in self._channels:
            self._channels[place] = (
                Channel(name, location=place, unknown=resolved.unknown)
                if resolved.node is None
                else self._fresh(name, resolved.node, resolved.where)
            )
        return self._channels[place]

    def _fresh(self, name: str, node: Mapping[str, Json], where: Where) -> Channel:
        address = node.get("address")
        listed = self._reading.members(node.get("messages"), (where, "messages"), "`messages`")
        return Channel(
            name=name,
            address=address if isinstance(address, str) else None,
            messages={key: self._types.read(key, each, place) for key, each, place in listed},
            parameters=members(node.get("parameters")),
            bindings=members(node.get("bindings")),
            extensions=extensions(node),
            location=path_of(where),
        )

    def _operation(
        self, name: str, own: Mapping[str, Json], where: Where
    ) -> ChannelOperation | None:
        node = self._types.with_traits(own, where, "operation trait")
        action = _ACTIONS.get(text(node.get("action")))
        if action is None:
            said = f"expected send or receive as `action`, seen {kind_of(node.get('action'))}"
            self._reading.problems.structure((where, "action"), said)
            return None
        channel = self._channel_at(node.get("channel"), (where, "channel"))
        messages, unknown = self._messages(node, where, channel)
        return ChannelOperation(
            name=name,
            action=action,
            channel=channel,
            messages=messages,
            reply=self._reply(node.get("reply"), (where, "reply")),
            bindings=members(node.get("bindings")),
            extensions=extensions(node),
            location=path_of(where),
            unknown=channel.unknown or unknown,
        )

    def _channel_at(self, node: Json, where: Where) -> Channel:
        """The channel that an operation refers to, under the last name on the way to it."""
        reference = node.get("$ref") if isinstance(node, dict) else None
        pointer = self._reading.references.pointer(reference) if isinstance(reference, str) else ""
        tokens = (pointer or "").split("/")
        name = tokens[-1].replace("~1", "/").replace("~0", "~")
        return self._channel(name, node, where)

    def _messages(
        self, node: Mapping[str, Json], where: Where, channel: Channel | None
    ) -> tuple[tuple[MessageType, ...], str]:
        """The messages that are listed, or all of the channel where none is said."""
        if "messages" not in node:
            return (tuple(channel.messages.values()) if channel is not None else ()), ""
        found: list[MessageType] = []
        listed = self._reading.elements(node["messages"], (where, "messages"), "`messages`")
        for at, (written, place) in enumerate(listed):
            found.append(self._types.read(f"message {at + 1}", written, place))
        lost = next((each.payload.unknown for each in found if not each.location), "")
        return tuple(found), lost

    def _reply(self, written: Json, where: Where) -> Reply | None:
        if written is None:
            return None
        resolved = self._reading.resolve(written, where, "reply")
        node = resolved.node
        if node is None:
            return Reply(unknown=resolved.unknown)
        channel = None
        if node.get("channel") is not None:
            channel = self._channel_at(node["channel"], (resolved.where, "channel"))
        messages, unknown = self._messages(node, resolved.where, channel)
        address = ""
        if node.get("address") is not None:
            at = self._reading.resolve(node["address"], (resolved.where, "address"), "address")
            address = text((at.node or {}).get("location"))
        lost = channel.unknown if channel is not None else ""
        return Reply(messages, channel, address, lost or unknown)
