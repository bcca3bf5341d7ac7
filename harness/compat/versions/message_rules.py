"""The rules of channels and of the messages that travel through them."""

from __future__ import annotations

from typing import Final

from harness.compat.versions.rule import rules
from harness.domain.change import Breaks, Part

_BREAKS: Final = Breaks.BREAKS
_MAY: Final = Breaks.MAY_BREAK
_OK: Final = Breaks.HARMLESS

CHANNELS: Final = rules(
    Part.OPERATION,
    ("channel-added", _OK, "A channel is new.", ""),
    ("channel-removed", _BREAKS, "A channel is gone.", ""),
    ("channel-send-added", _OK, "Messages are sent to a channel that were not before.", ""),
    ("channel-send-removed", _BREAKS, "Nothing is sent to a channel any more.", ""),
    ("channel-receive-added", _OK, "Messages are taken from a channel that were not before.", ""),
    ("channel-receive-removed", _BREAKS, "Nothing is taken from a channel any more.", ""),
    ("channel-address-changed", _BREAKS, "A channel has another address.", ""),
    ("channel-parameter-added", _MAY, "The address of a channel has a further parameter.", ""),
    ("channel-parameter-removed", _MAY, "The address of a channel has a parameter less.", ""),
    ("channel-parameter-changed", _MAY, "A parameter of an address takes other values.", ""),
    (
        "channel-place-changed",
        _BREAKS,
        "A binding says that messages travel through another place of the broker.",
        "",
    ),
    ("channel-binding-changed", _MAY, "A binding of a channel or its operation changed.", ""),
    ("channel-operation-renamed", _OK, "An operation of a channel has another name.", ""),
    ("channel-undirected-changed", _MAY, "Messages changed that no operation handles.", ""),
    ("channel-undecided", _MAY, "What travels through a channel could not be read whole.", ""),
)

MESSAGES: Final = (
    *rules(
        Part.SENT,
        ("sent-message-added", _MAY, "A further kind of message is sent.", ""),
        ("sent-message-removed", _BREAKS, "A kind of message is sent no more.", ""),
        ("sent-message-renamed", _OK, "A message that is sent has another name.", ""),
        ("sent-media-type-changed", _BREAKS, "A message is sent as another media type.", ""),
        ("sent-media-type-renamed", _OK, "The media type of a message has other parameters.", ""),
        ("sent-schema-added", _OK, "A message that is sent has a schema, and had none.", ""),
        ("sent-schema-removed", _MAY, "A message that is sent has no schema any more.", ""),
        ("sent-header-schema-added", _OK, "The headers of a message have a schema.", ""),
        ("sent-header-schema-removed", _MAY, "The headers of a message have no schema now.", ""),
        ("sent-correlation-added", _OK, "A message that is sent has a correlation id.", ""),
        ("sent-correlation-removed", _BREAKS, "A message is sent without a correlation id.", ""),
        ("sent-correlation-moved", _BREAKS, "A correlation id is sent at another place.", ""),
        ("sent-key-added", _OK, "A message that is sent has a key.", ""),
        ("sent-key-removed", _MAY, "A message is sent without the key that it had.", ""),
        ("sent-key-widened", _BREAKS, "The key of a message may be what it was not before.", ""),
        ("sent-key-changed", _OK, "The key of a message changed, and readers of it cope.", ""),
        ("sent-key-undecided", _MAY, "The key of a message changed, and nobody can tell how.", ""),
        ("sent-binding-changed", _MAY, "A binding of a message that is sent changed.", ""),
        ("sent-reply-added", _OK, "A message is answered.", ""),
        ("sent-reply-removed", _BREAKS, "A message is not answered any more.", ""),
        ("sent-reply-address-changed", _BREAKS, "An answer goes to another place.", ""),
        (
            "sent-payload-widened",
            _BREAKS,
            "A message may be what it was not before, and no other rule says why.",
            "",
        ),
        (
            "sent-header-widened",
            _BREAKS,
            "Headers may be what they were not before, and no other rule says why.",
            "",
        ),
    ),
    *rules(
        Part.RECEIVED,
        ("received-message-added", _OK, "A further kind of message is taken.", ""),
        ("received-message-removed", _BREAKS, "A kind of message is taken no more.", ""),
        ("received-message-renamed", _OK, "A message that is taken has another name.", ""),
        ("received-media-type-changed", _BREAKS, "A message is taken as another media type.", ""),
        (
            "received-media-type-renamed",
            _OK,
            "The media type of a message that is taken has other parameters.",
            "",
        ),
        ("received-schema-added", _MAY, "A message that is taken has a schema, and had none.", ""),
        ("received-schema-removed", _OK, "A message that is taken has no schema any more.", ""),
        ("received-header-schema-added", _MAY, "Headers that are taken have a schema.", ""),
        ("received-header-schema-removed", _OK, "Headers that are taken have no schema now.", ""),
        ("received-correlation-added", _MAY, "A correlation id is looked for in a message.", ""),
        ("received-correlation-removed", _OK, "No correlation id is looked for any more.", ""),
        (
            "received-correlation-moved",
            _BREAKS,
            "A correlation id is looked for at another place.",
            "",
        ),
        ("received-key-added", _MAY, "A message that is taken has a key.", ""),
        ("received-key-removed", _OK, "A message that is taken needs no key any more.", ""),
        ("received-key-narrowed", _BREAKS, "A key that was taken is refused.", ""),
        ("received-key-changed", _OK, "The key of a message changed, and none is refused.", ""),
        (
            "received-key-undecided",
            _MAY,
            "The key of a message that is taken changed, and nobody can tell how.",
            "",
        ),
        ("received-binding-changed", _MAY, "A binding of a message that is taken changed.", ""),
        ("received-reply-added", _MAY, "An answer is expected.", ""),
        ("received-reply-removed", _OK, "No answer is expected any more.", ""),
        (
            "received-reply-address-changed",
            _BREAKS,
            "An answer is expected at another place.",
            "",
        ),
        (
            "received-payload-narrowed",
            _BREAKS,
            "A message that was taken is refused, and no other rule says why.",
            "",
        ),
        (
            "received-header-narrowed",
            _BREAKS,
            "Headers that were taken are refused, and no other rule says why.",
            "",
        ),
    ),
)
