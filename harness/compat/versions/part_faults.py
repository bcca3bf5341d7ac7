"""The table of what can change in the parts, branches and conditions of a schema."""

from __future__ import annotations

from typing import Final

from harness.compat.versions.rule import Effect, Fault

_N: Final = Effect.NARROWS
_W: Final = Effect.WIDENS
_O: Final = Effect.OTHER
_S: Final = Effect.NONE
_ALL: Final = "PQBRbrh"


def _pair(key: str, added: str, removed: str, oasdiff: str = "BRbr") -> tuple[Fault, ...]:
    return (
        Fault(f"{key}-added", _N, added, oasdiff),
        Fault(f"{key}-removed", _W, removed, oasdiff),
    )


PARTS: Final = (
    *_pair("items", "has a schema for its items", "has no schema for its items", ""),
    Fault("prefix-items-added", _O, "has a schema for a further first item", "BRbr"),
    Fault("prefix-items-removed", _O, "has a schema for one first item less", "BRbr"),
    *_pair("contains", "must contain an item of a kind", "need not contain an item of a kind"),
    Fault("additional-properties-forbidden", _N, "may have no other properties"),
    Fault("additional-properties-allowed", _W, "may have other properties"),
    Fault("additional-properties-narrowed", _N, "has a schema for other properties"),
    Fault("additional-properties-widened", _W, "has no schema for other properties"),
    *_pair("property-names", "has a schema for names", "has no schema for names"),
    *_pair("pattern-property", "has a schema for names of a form", "has none for names of a form"),
    *_pair("unevaluated-items", "limits its other items", "does not limit its other items"),
    *_pair(
        "unevaluated-properties",
        "limits its other properties",
        "does not limit its other properties",
    ),
    *_pair(
        "dependent-required", "demands a property beside another", "demands none beside another"
    ),
    Fault("dependent-required-changed", _O, "demands other properties beside one", "BRbr"),
    *_pair("dependent-schema", "has a schema where a property is", "has none where a property is"),
    *_pair("content-schema", "says what its text holds", "does not say what its text holds"),
    Fault("content-media-type-changed", _S, "holds text of another media type", "BRbr", may=_ALL),
    Fault("content-encoding-changed", _S, "holds text in another encoding", "BRbr", may=_ALL),
)

UNIONS: Final = (
    Fault("any-of-added", _W, "has a further branch of `anyOf`", "BRbr"),
    Fault("any-of-removed", _N, "has a branch of `anyOf` less", "BRbr"),
    Fault("one-of-added", _W, "has a further branch of `oneOf`", "BRbr"),
    Fault("one-of-removed", _N, "has a branch of `oneOf` less", "BRbr"),
    Fault(
        "any-of-set",
        _N,
        "must meet a branch of `anyOf`",
        called=dict.fromkeys("BRbr", "any-of-added"),
    ),
    Fault(
        "any-of-unset",
        _W,
        "need not meet a branch of `anyOf`",
        called=dict.fromkeys("BRbr", "any-of-removed"),
    ),
    Fault(
        "one-of-set",
        _N,
        "must meet a branch of `oneOf`",
        called=dict.fromkeys("BRbr", "one-of-added"),
    ),
    Fault(
        "one-of-unset",
        _W,
        "need not meet a branch of `oneOf`",
        called=dict.fromkeys("BRbr", "one-of-removed"),
    ),
    Fault("union-changed", _O, "is a union of another kind"),
    Fault("wrapped-in-one-of", _O, "became a choice of several", "Bb"),
    Fault("unwrapped-from-one-of", _O, "is no longer a choice of several"),
    Fault("all-of-added", _N, "must meet a further schema", "BRbr"),
    Fault("all-of-removed", _W, "must meet a schema less", "BRbr"),
    *_pair("not", "must not meet a schema", "may meet a schema that was forbidden", ""),
    *_pair("if", "has a condition", "has no condition any more"),
    *_pair("then", "has a schema where its condition holds", "has none where its condition holds"),
    *_pair("else", "has a schema where its condition fails", "has none where its condition fails"),
    Fault("discriminator-added", _S, "names the property that tells its branches apart", "BRbr"),
    Fault("discriminator-removed", _S, "names no property that tells its branches apart", "BRbr"),
    Fault("discriminator-property-name-changed", _S, "tells branches by another property", "BRbr"),
    Fault("discriminator-mapping-added", _S, "has a further name for a branch", "BRbr"),
    Fault("discriminator-mapping-deleted", _S, "has a name for a branch less", "BRbr"),
    Fault("discriminator-mapping-changed", _S, "gives a name to another branch", "BRbr"),
)

WHOLE: Final = (
    Fault("changed-otherwise", _O, "has another keyword that is not looked into", may="PQBRbrh"),
    Fault("undecided", _O, "changed, and whether a value is lost is not known", may="PQBRbrh"),
)
