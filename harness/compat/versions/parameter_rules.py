"""The rules of parameters."""

from __future__ import annotations

from typing import Final

from harness.compat.versions.rule import rules
from harness.domain.change import Breaks, Part

_BREAKS: Final = Breaks.BREAKS
_MAY: Final = Breaks.MAY_BREAK
_OK: Final = Breaks.HARMLESS

PARAMETERS: Final = rules(
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
