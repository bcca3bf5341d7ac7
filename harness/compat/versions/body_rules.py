"""The rules of request bodies, replies and headers."""

from __future__ import annotations

from typing import Final

from harness.compat.versions.rule import rules
from harness.domain.change import Breaks, Part

_BREAKS: Final = Breaks.BREAKS
_MAY: Final = Breaks.MAY_BREAK
_OK: Final = Breaks.HARMLESS

BODIES: Final = rules(
    Part.REQUEST,
    (
        "request-body-required-added",
        _BREAKS,
        "A required request body is new.",
        "request-body-added-required",
    ),
    (
        "request-body-optional-added",
        _OK,
        "An optional request body is new.",
        "request-body-added-optional",
    ),
    ("request-body-removed", _BREAKS, "A request body is gone.", "request-body-removed"),
    (
        "request-body-became-required",
        _BREAKS,
        "A request body became required.",
        "request-body-became-required",
    ),
    (
        "request-body-became-optional",
        _OK,
        "A request body became optional.",
        "request-body-became-optional",
    ),
    (
        "request-media-type-added",
        _OK,
        "A request body may be of a further media type.",
        "request-body-media-type-added",
    ),
    (
        "request-media-type-removed",
        _BREAKS,
        "A request body may no longer be of a media type.",
        "request-body-media-type-removed",
    ),
    (
        "request-schema-added",
        _MAY,
        "A request body has a schema, and had none.",
        "request-body-media-type-schema-added",
    ),
    (
        "request-schema-removed",
        _OK,
        "A request body has no schema any more.",
        "request-body-media-type-schema-removed",
    ),
    ("request-encoding-changed", _MAY, "A part of a request body is written in another way.", ""),
    (
        "request-body-narrowed",
        _BREAKS,
        "A request that was accepted is refused, and no other rule says why.",
        "",
    ),
)

REPLIES: Final = rules(
    Part.REPLY,
    (
        "reply-success-added",
        _OK,
        "An operation may answer with a further status of success.",
        "response-success-status-added",
    ),
    (
        "reply-success-removed",
        _BREAKS,
        "An operation no longer answers with a status of success.",
        "response-success-status-removed",
    ),
    (
        "reply-failure-added",
        _OK,
        "An operation may answer with a further status of failure.",
        "response-non-success-status-added",
    ),
    (
        "reply-failure-removed",
        _OK,
        "An operation no longer answers with a status of failure.",
        "response-non-success-status-removed",
    ),
    ("reply-default-added", _OK, "An operation may answer with any other status.", ""),
    ("reply-default-removed", _OK, "An operation answers with no other status.", ""),
    (
        "reply-media-type-added",
        _OK,
        "A reply may be of a further media type.",
        "response-media-type-added",
    ),
    (
        "reply-media-type-removed",
        _BREAKS,
        "A reply is no longer of a media type.",
        "response-media-type-removed",
    ),
    (
        "reply-media-type-renamed",
        _OK,
        "The media type of a reply has other parameters.",
        "response-media-type-name-changed",
    ),
    (
        "reply-media-type-generalized",
        _MAY,
        "The media type of a reply is less specific.",
        "response-media-type-name-generalized",
    ),
    (
        "reply-media-type-specialized",
        _OK,
        "The media type of a reply is more specific.",
        "response-media-type-name-specialized",
    ),
    (
        "reply-schema-added",
        _OK,
        "The body of a reply has a schema, and had none.",
        "response-body-media-type-schema-added",
    ),
    (
        "reply-schema-removed",
        _MAY,
        "The body of a reply has no schema any more.",
        "response-body-media-type-schema-removed",
    ),
    ("reply-header-added", _OK, "A reply has a further header.", "response-header-added"),
    (
        "reply-header-required-removed",
        _BREAKS,
        "A header is gone that was in every reply.",
        "required-response-header-removed",
    ),
    (
        "reply-header-optional-removed",
        _MAY,
        "A header is gone that was in some replies.",
        "optional-response-header-removed",
    ),
    (
        "reply-header-became-optional",
        _BREAKS,
        "A header of a reply became optional.",
        "response-header-became-optional",
    ),
    ("reply-header-became-required", _OK, "A header is in every reply.", ""),
    ("reply-header-style-changed", _MAY, "A header of a reply is written in another way.", ""),
    (
        "reply-body-widened",
        _BREAKS,
        "A reply may be what it was not before, and no other rule says why.",
        "",
    ),
)
