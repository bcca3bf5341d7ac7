"""The rules of operations and webhooks."""

from __future__ import annotations

from typing import Final

from harness.compat.versions.rule import rules
from harness.domain.change import Breaks, Part

_BREAKS: Final = Breaks.BREAKS
_MAY: Final = Breaks.MAY_BREAK
_OK: Final = Breaks.HARMLESS

OPERATIONS: Final = rules(
    Part.OPERATION,
    ("operation-added", _OK, "An operation is new.", "endpoint-added"),
    ("operation-removed", _BREAKS, "An operation is gone.", "api-removed-without-deprecation"),
    (
        "operation-removed-when-deprecated",
        _OK,
        "An operation is gone that was deprecated, its sunset over.",
        "api-removed-with-deprecation",
    ),
    (
        "operation-removed-before-sunset",
        _BREAKS,
        "An operation is gone before its sunset.",
        "api-removed-before-sunset",
    ),
    (
        "operation-removed-with-unreadable-sunset",
        _BREAKS,
        "An operation is gone whose sunset was no date.",
        "api-path-sunset-parse",
    ),
    (
        "path-removed",
        _BREAKS,
        "An operation is gone with its whole path.",
        "api-path-removed-without-deprecation",
    ),
    (
        "path-removed-when-deprecated",
        _OK,
        "A deprecated operation is gone with its whole path, its sunset over.",
        "api-path-removed-with-deprecation",
    ),
    (
        "path-removed-before-sunset",
        _BREAKS,
        "An operation is gone with its whole path before its sunset.",
        "api-path-removed-before-sunset",
    ),
    (
        "path-removed-with-unreadable-sunset",
        _BREAKS,
        "An operation is gone with its whole path, and its sunset was no date.",
        "api-path-sunset-parse",
    ),
    ("operation-deprecated", _OK, "An operation is deprecated.", "endpoint-deprecated"),
    (
        "operation-deprecated-with-sunset",
        _OK,
        "An operation is deprecated and says until when it stays.",
        "endpoint-deprecated-with-sunset",
    ),
    (
        "operation-deprecated-with-unreadable-sunset",
        _MAY,
        "An operation is deprecated with a sunset that is no date.",
        "api-deprecated-sunset-parse",
    ),
    (
        "operation-deprecated-with-past-sunset",
        _MAY,
        "An operation is deprecated with a sunset that is over.",
        "api-sunset-date-too-small",
    ),
    ("operation-reactivated", _OK, "An operation is no longer deprecated.", "endpoint-reactivated"),
    (
        "operation-sunset-removed",
        _MAY,
        "A deprecated operation has lost its sunset.",
        "sunset-deleted",
    ),
    (
        "operation-sunset-brought-forward",
        _MAY,
        "A deprecated operation ends earlier than was said.",
        "api-sunset-date-changed-too-small",
    ),
    ("operation-sunset-put-off", _OK, "A deprecated operation ends later than was said.", ""),
    (
        "operation-sunset-unreadable",
        _MAY,
        "The sunset of a deprecated operation is no date any more.",
        "api-path-sunset-parse",
    ),
    (
        "operation-stability-decreased",
        _MAY,
        "An operation is less stable.",
        "api-stability-decreased",
    ),
    (
        "operation-stability-increased",
        _OK,
        "An operation is more stable.",
        "api-stability-increased",
    ),
    (
        "operation-stability-unknown",
        _MAY,
        "The stability of an operation is none that is known.",
        "api-invalid-stability-level",
    ),
    ("operation-id-added", _OK, "An operation has an id.", "api-operation-id-added"),
    ("operation-id-removed", _OK, "An operation has no id any more.", "api-operation-id-removed"),
    ("operation-id-changed", _OK, "An operation has another id.", "api-operation-id-removed"),
    ("operation-tag-added", _OK, "An operation has a further tag.", "api-tag-added"),
    ("operation-tag-removed", _OK, "An operation has a tag less.", "api-tag-removed"),
    ("operation-base-path-added", _OK, "An operation is offered below a further base path.", ""),
    ("operation-base-path-removed", _MAY, "An operation is gone from a base path.", ""),
    ("base-path-added", _OK, "All operations are offered below a further base path.", ""),
    ("base-path-removed", _MAY, "All operations are gone from a base path.", ""),
    ("operation-undecided", _MAY, "What an operation takes could not be read whole.", ""),
    ("webhook-added", _OK, "A webhook is new.", "webhook-added"),
    ("webhook-removed", _BREAKS, "A webhook is gone.", "webhook-removed"),
    ("webhook-media-type-added", _MAY, "A webhook may send a further media type.", ""),
    ("webhook-media-type-removed", _MAY, "A webhook no longer sends a media type.", ""),
    ("webhook-changed", _OK, "What a webhook sends changed, and its consumers take it.", ""),
    ("webhook-widened", _BREAKS, "A webhook sends what it did not send before.", ""),
    ("webhook-undecided", _MAY, "What a webhook sends changed, and nobody can tell how.", ""),
)
