"""The rules of what is no schema: operations, parameters, bodies, replies and security."""

from __future__ import annotations

from typing import Final

from harness.compat.versions.rule import Rule
from harness.domain.change import Breaks, Part

_BREAKS: Final = Breaks.BREAKS
_MAY: Final = Breaks.MAY_BREAK
_OK: Final = Breaks.HARMLESS


def _rules(part: Part, *rows: tuple[str, Breaks, str, str]) -> tuple[Rule, ...]:
    return tuple(Rule(id_, breaks, said, part, theirs) for id_, breaks, said, theirs in rows)


OPERATIONS: Final = _rules(
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

PARAMETERS: Final = _rules(
    Part.REQUEST,
    (
        "parameter-required-added",
        _BREAKS,
        "A required parameter is new.",
        "new-required-request-parameter",
    ),
    (
        "parameter-optional-added",
        _OK,
        "An optional parameter is new.",
        "new-optional-request-parameter",
    ),
    (
        "parameter-of-path-required-added",
        _BREAKS,
        "All operations of a path have a new required parameter.",
        "new-required-request-default-parameter-to-existing-path",
    ),
    (
        "parameter-of-path-optional-added",
        _OK,
        "All operations of a path have a new optional parameter.",
        "new-optional-request-default-parameter-to-existing-path",
    ),
    (
        "parameter-in-path-added",
        _BREAKS,
        "A parameter in the path is new.",
        "new-request-path-parameter",
    ),
    ("parameter-removed", _MAY, "A parameter is gone.", "request-parameter-removed"),
    (
        "parameter-removed-when-deprecated",
        _OK,
        "A deprecated parameter is gone, its sunset over.",
        "request-parameter-removed-with-deprecation",
    ),
    (
        "parameter-removed-before-sunset",
        _BREAKS,
        "A deprecated parameter is gone before its sunset.",
        "request-parameter-removed-before-sunset",
    ),
    (
        "parameter-removed-with-unreadable-sunset",
        _MAY,
        "A deprecated parameter is gone whose sunset was no date.",
        "request-parameter-sunset-parse",
    ),
    (
        "parameter-became-required",
        _BREAKS,
        "A parameter became required.",
        "request-parameter-became-required",
    ),
    (
        "parameter-became-optional",
        _OK,
        "A parameter became optional.",
        "request-parameter-became-optional",
    ),
    ("parameter-style-changed", _BREAKS, "A parameter is written in another way.", ""),
    ("parameter-deprecated", _OK, "A parameter is deprecated.", "request-parameter-deprecated"),
    (
        "parameter-deprecated-with-sunset",
        _OK,
        "A parameter is deprecated and says until when it stays.",
        "request-parameter-deprecated",
    ),
    (
        "parameter-deprecated-with-unreadable-sunset",
        _MAY,
        "A parameter is deprecated with a sunset that is no date.",
        "request-parameter-sunset-parse",
    ),
    (
        "parameter-deprecated-with-past-sunset",
        _MAY,
        "A parameter is deprecated with a sunset that is over.",
        "request-parameter-sunset-date-too-small",
    ),
    (
        "parameter-reactivated",
        _OK,
        "A parameter is no longer deprecated.",
        "request-parameter-reactivated",
    ),
    (
        "parameter-sunset-removed",
        _MAY,
        "A deprecated parameter has lost its sunset.",
        "request-parameter-sunset-deleted",
    ),
    (
        "parameter-sunset-brought-forward",
        _MAY,
        "A deprecated parameter ends earlier than was said.",
        "request-parameter-sunset-date-changed-too-small",
    ),
    ("parameter-sunset-put-off", _OK, "A deprecated parameter ends later than was said.", ""),
    (
        "parameter-sunset-unreadable",
        _MAY,
        "The sunset of a deprecated parameter is no date any more.",
        "request-parameter-sunset-parse",
    ),
    (
        "header-property-required-added",
        _BREAKS,
        "A value in a header of a request is new and required.",
        "new-required-request-header-property",
    ),
    (
        "header-property-became-required",
        _BREAKS,
        "A value in a header of a request became required.",
        "request-header-property-became-required",
    ),
    (
        "header-property-became-enum",
        _BREAKS,
        "A value in a header of a request takes listed values only.",
        "request-header-property-became-enum",
    ),
)

BODIES: Final = _rules(
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

REPLIES: Final = _rules(
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

SECURITY: Final = _rules(
    Part.OPERATION,
    (
        "security-asked",
        _BREAKS,
        "An operation asks for credentials, and did not before.",
        "api-security-added",
    ),
    ("security-added", _OK, "An operation takes further credentials.", "api-security-added"),
    (
        "security-removed",
        _BREAKS,
        "An operation no longer takes some credentials.",
        "api-security-removed",
    ),
    (
        "security-dropped",
        _OK,
        "An operation asks for no credentials any more.",
        "api-security-removed",
    ),
    ("security-scope-added", _BREAKS, "An operation asks for a scope.", "api-security-scope-added"),
    (
        "security-scope-removed",
        _OK,
        "An operation no longer asks for a scope.",
        "api-security-scope-removed",
    ),
) + _rules(
    Part.DOCUMENT,
    (
        "global-security-asked",
        _BREAKS,
        "All operations ask for credentials, and did not before.",
        "api-global-security-added",
    ),
    (
        "global-security-added",
        _OK,
        "All operations take further credentials.",
        "api-global-security-added",
    ),
    (
        "global-security-removed",
        _BREAKS,
        "All operations no longer take some credentials.",
        "api-global-security-removed",
    ),
    (
        "global-security-dropped",
        _OK,
        "All operations ask for no credentials any more.",
        "api-global-security-removed",
    ),
    (
        "global-security-scope-added",
        _BREAKS,
        "All operations ask for a scope.",
        "api-global-security-scope-added",
    ),
    (
        "global-security-scope-removed",
        _OK,
        "All operations no longer ask for a scope.",
        "api-global-security-scope-removed",
    ),
    (
        "security-scheme-added",
        _OK,
        "A way to authenticate is new.",
        "api-security-component-added",
    ),
    (
        "security-scheme-removed",
        _OK,
        "A way to authenticate is gone; operations that took it say so themselves.",
        "api-security-component-removed",
    ),
    (
        "security-scheme-changed",
        _BREAKS,
        "A way to authenticate works in another way.",
        "api-security-component-type-changed",
    ),
    (
        "security-scheme-url-changed",
        _MAY,
        "Credentials are asked for at another address.",
        "api-security-component-oauth-url-changed",
    ),
    (
        "security-scheme-token-url-changed",
        _MAY,
        "Tokens are given out at another address.",
        "api-security-component-oauth-token-url-changed",
    ),
    (
        "security-scheme-scope-added",
        _OK,
        "A way to authenticate has a further scope.",
        "api-security-component-oauth-scope-added",
    ),
    (
        "security-scheme-scope-removed",
        _MAY,
        "A way to authenticate has a scope less.",
        "api-security-component-oauth-scope-removed",
    ),
    (
        "security-scheme-scope-changed",
        _OK,
        "A scope is described in other words.",
        "api-security-component-oauth-scope-changed",
    ),
)

FIXED: Final = (*OPERATIONS, *PARAMETERS, *BODIES, *REPLIES, *SECURITY)
