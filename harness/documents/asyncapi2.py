"""AsyncAPI 2 in the terms of version 3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.documents.places import pointer_tokens
from harness.domain.json import Json

# Version 2 tells what others do: they publish what the application receives.
_ACTIONS = {"publish": "receive", "subscribe": "send"}


def raised(root: Mapping[str, Json]) -> Mapping[str, Json]:
    """
    A document of version 2 as version 3 would write its channels and operations.

    Shape: what is moved is referred to where it stands, so that faults name the place in the text.
    """
    channels: dict[str, Json] = {}
    operations: dict[str, Json] = {}
    written = root.get("channels")
    if not isinstance(written, dict):
        return root
    for address, node in written.items():
        if not isinstance(node, dict) or address.startswith("x-"):
            channels[address] = node
            continue
        messages: dict[str, Json] = {}
        for verb, action in _ACTIONS.items():
            operation = node.get(verb)
            if isinstance(operation, dict):
                mine = dict(_messages(operation, f"#/channels/{_escaped(address)}/{verb}/message"))
                messages.update(mine)
                name = operation.get("operationId")
                called = name if isinstance(name, str) and name else f"{verb} {address}"
                channel = f"#/channels/{_escaped(address)}"
                operations[called] = {
                    **{key: each for key, each in operation.items() if key != "message"},
                    "action": action,
                    "channel": {"$ref": channel},
                    "messages": [{"$ref": f"{channel}/messages/{_escaped(each)}"} for each in mine],
                }
        channels[address] = {**node, "address": address, "messages": messages}
    return {**root, "channels": channels, "operations": operations}


def _messages(operation: Mapping[str, Json], pointer: str) -> Iterator[tuple[str, Json]]:
    """The messages of an operation by name, each as a reference to where it stands."""
    message = operation.get("message")
    if not isinstance(message, dict):
        return
    branches = message.get("oneOf")
    if isinstance(branches, list):
        for at, branch in enumerate(branches):
            yield _name(branch, f"message {at + 1}"), {"$ref": f"{pointer}/oneOf/{at}"}
    else:
        yield _name(message, "message"), {"$ref": pointer}


def _name(message: Json, otherwise: str) -> str:
    if not isinstance(message, dict):
        return otherwise
    reference = message.get("$ref")
    if isinstance(reference, str):
        return (pointer_tokens(reference) or [otherwise])[-1]
    named = (message.get(key) for key in ("messageId", "name", "title"))
    return next((each for each in named if isinstance(each, str) and each), otherwise)


def _escaped(token: str) -> str:
    return token.replace("~", "~0").replace("/", "~1").replace("%", "%25")
