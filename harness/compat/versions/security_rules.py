"""The rules of credentials."""

from __future__ import annotations

from typing import Final

from harness.compat.versions.rule import rules
from harness.domain.change import Breaks, Part

_BREAKS: Final = Breaks.BREAKS
_MAY: Final = Breaks.MAY_BREAK
_OK: Final = Breaks.HARMLESS

SECURITY: Final = rules(
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
) + rules(
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
)
