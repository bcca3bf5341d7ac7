"""The table of what can change in a schema."""

from __future__ import annotations

from typing import Final

from harness.compat.versions.rule import Effect, Fault

_N: Final = Effect.NARROWS
_W: Final = Effect.WIDENS
_O: Final = Effect.OTHER
_S: Final = Effect.NONE

_ALL: Final = "PQBRbrh"
_TYPE_SHRINKS: Final = {
    "P": "type-changed",
    "Q": "type-specialized",
    "B": "type-changed",
    "R": "type-changed",
    "b": "type-specialized",
    "r": "type-specialized",
    "h": "type-specialized",
}
_TYPE_GROWS: Final = dict.fromkeys(_ALL, "type-generalized")
_TYPE_MOVES: Final = dict.fromkeys(_ALL, "type-changed")

TYPES: Final = (
    Fault("type-changed", _O, "has another type", _ALL, may="Q"),
    Fault("type-generalized", _W, "may be of more types", _ALL),
    Fault("type-specialized", _N, "may be of fewer types", called=_TYPE_SHRINKS),
    Fault("type-compatible", _S, "has another type, which the text hides", "BRbrh"),
    Fault("list-of-types-widened", _W, "is a union of more types", "PQBRbr"),
    Fault("list-of-types-narrowed", _N, "is a union of fewer types", "PQBRbr"),
    Fault("became-nullable", _W, "may be null", "PQBRbrh"),
    Fault("became-not-nullable", _N, "may no longer be null", "PQBRbrh"),
    Fault("format-added", _N, "has a format", called=_TYPE_SHRINKS),
    Fault("format-removed", _W, "has no format any more", called=_TYPE_GROWS),
    Fault("format-widened", _W, "has a wider format", called=_TYPE_GROWS),
    Fault("format-narrowed", _N, "has a narrower format", called=_TYPE_SHRINKS),
    Fault("format-changed", _O, "has another format", called=_TYPE_MOVES, may="Q"),
)

VALUES: Final = (
    Fault(
        "enum-value-added",
        _W,
        "may take a further value",
        "PQRr",
        may="brh",
    ),
    Fault(
        "enum-value-removed",
        _N,
        "may no longer take a value",
        "PQRrB",
        called={"b": "=response-mediatype-enum-value-removed"},
    ),
    Fault(
        "became-enum",
        _N,
        "takes listed values only",
        "PBR",
    ),
    Fault("enum-removed", _W, "takes other values than those that were listed"),
    Fault("const-added", _N, "is one fixed value", "BRbr"),
    Fault("const-removed", _W, "is no longer one fixed value", "BRbr"),
    Fault("const-changed", _O, "is another fixed value", "BRbr"),
    Fault("extensible-enum-value-added", _S, "lists a further value that others may follow"),
    Fault(
        "extensible-enum-value-removed",
        _N,
        "lists a value less, though others may follow",
        called=dict.fromkeys("PR", "x-extensible-enum-value-removed"),
    ),
    Fault(
        "default-added",
        _S,
        "has a default",
        called=dict.fromkeys("PBRbr", "default-value-added"),
        may="P",
    ),
    Fault(
        "default-removed",
        _S,
        "has no default",
        called=dict.fromkeys("PBRbr", "default-value-removed"),
        may="P",
    ),
    Fault(
        "default-changed",
        _S,
        "has another default",
        called=dict.fromkeys("PBRbr", "default-value-changed"),
        may="P",
    ),
    Fault("pattern-added", _N, "must match a pattern", "PRr"),
    Fault("pattern-removed", _W, "need not match a pattern", "PRr"),
    Fault("pattern-changed", _O, "must match another pattern", "PRr", may="PQBRbrh"),
    Fault(
        "pattern-generalized",
        _W,
        "has a pattern that everything matches",
        "PR",
        called={"r": "pattern-changed"},
    ),
)


def _upper(
    key: str, word: str, decreased: str, increased: str, set_: str = "", unset: str = ""
) -> tuple[Fault, ...]:
    return (
        Fault(f"{key}-set", _N, f"has a `{word}`", set_, may="PQBR"),
        Fault(f"{key}-unset", _W, f"has no `{word}` any more", unset),
        Fault(f"{key}-decreased", _N, f"has a smaller `{word}`", decreased),
        Fault(f"{key}-increased", _W, f"has a larger `{word}`", increased),
    )


def _lower(
    key: str, word: str, increased: str, decreased: str, set_: str = "", unset: str = ""
) -> tuple[Fault, ...]:
    return (
        Fault(f"{key}-set", _N, f"has a `{word}`", set_, may="PQBR"),
        Fault(f"{key}-unset", _W, f"has no `{word}` any more", unset),
        Fault(f"{key}-increased", _N, f"has a larger `{word}`", increased),
        Fault(f"{key}-decreased", _W, f"has a smaller `{word}`", decreased),
    )


BOUNDS: Final = (
    *_upper("max", "maximum", "PBR", "PBRbr", "PBR"),
    *_upper("exclusive-max", "exclusiveMaximum", "PBR", "PBRbr", "PBR"),
    *_lower("min", "minimum", "PBR", "PBRbr", "PBR"),
    *_lower("exclusive-min", "exclusiveMinimum", "PBR", "PBRbr", "PBR"),
    *_upper("max-length", "maxLength", "PBR", "PBRbr", "PBR", "br"),
    *_lower("min-length", "minLength", "PBR", "PBRbr"),
    *_upper("max-items", "maxItems", "P", "P"),
    *_lower("min-items", "minItems", "PBR", "Pbr", "PBR", "br"),
    *_upper("max-properties", "maxProperties", "", ""),
    *_lower("min-properties", "minProperties", "", ""),
    *_upper("max-contains", "maxContains", "BRbr", "BRbr"),
    *_lower("min-contains", "minContains", "BRbr", "BRbr"),
    Fault("multiple-of-set", _N, "must be a multiple of a number"),
    Fault("multiple-of-unset", _W, "need not be a multiple of a number"),
    Fault("multiple-of-changed", _O, "must be a multiple of another number"),
    Fault("unique-items-set", _N, "must have items that differ"),
    Fault("unique-items-unset", _W, "may have items that are the same"),
)


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

LIFECYCLE: Final = (
    Fault("deprecated", _S, "is deprecated", "Rr"),
    Fault("deprecated-with-sunset", _S, "is deprecated and says until when it stays", "Rr"),
    Fault(
        "deprecated-with-unreadable-sunset",
        _S,
        "is deprecated with a sunset that is no date",
        called=dict.fromkeys("Rr", "deprecated-sunset-invalid"),
        may=_ALL,
    ),
    Fault(
        "deprecated-with-past-sunset",
        _S,
        "is deprecated with a sunset that is over",
        called=dict.fromkeys("Rr", "sunset-date-too-small"),
        may=_ALL,
    ),
    Fault("reactivated", _S, "is no longer deprecated", "Rr"),
    Fault("sunset-removed", _S, "has lost its sunset", may=_ALL),
    Fault("sunset-brought-forward", _S, "ends earlier than was said", may=_ALL),
    Fault("sunset-put-off", _S, "ends later than was said"),
    Fault("sunset-unreadable", _S, "has a sunset that is no date any more", may=_ALL),
    Fault("stability-decreased", _S, "is less stable", "Rr", may=_ALL),
    Fault("stability-increased", _S, "is more stable", "Rr"),
    Fault("stability-unknown", _S, "has a stability that is none that is known", may=_ALL),
)

# A property is added, removed or moved in the object that holds it.
PROPERTIES: Final = (
    Fault(
        "required-added",
        _N,
        "is new and required",
        called={
            "R": "=new-required-request-property",
            "r": "=response-required-property-added",
        },
    ),
    Fault(
        "required-added-with-default",
        _N,
        "is new and required, and has a default",
        called={"R": "=new-required-request-property-with-default"},
    ),
    Fault(
        "optional-added",
        _S,
        "is new",
        called={
            "R": "=new-optional-request-property",
            "r": "=response-optional-property-added",
        },
    ),
    Fault(
        "added-to-closed",
        _W,
        "is new where no other properties were allowed",
        called={
            "R": "=new-optional-request-property",
            "r": "=response-optional-property-added",
        },
        may="rh",
    ),
    Fault(
        "required-removed",
        _W,
        "is gone, and was required",
        called={"R": "removed", "r": "=response-required-property-removed"},
        may="QR",
    ),
    Fault(
        "optional-removed",
        _S,
        "is gone, and was optional",
        called={"R": "removed", "r": "=response-optional-property-removed"},
        may="QRrh",
    ),
    Fault("became-required", _N, "became required", "Rr"),
    Fault("became-required-with-default", _N, "became required, and has a default", "R"),
    Fault("became-optional", _W, "became optional", "Rr"),
    Fault("unsent-changed", _S, "changed, and never travels this way"),
)


def _marked(mark: str, words: str, may: str) -> tuple[Fault, ...]:
    return tuple(
        Fault(
            f"{kind}-{mark}",
            _S,
            words,
            called={
                "R": f"=request-{kind}-property-{mark}",
                "r": f"=response-{kind}-property-{mark}",
            },
            may=may,
        )
        for kind in ("required", "optional")
    )


MARKS: Final = (
    *_marked("became-read-only", "is sent in replies only", ""),
    *_marked("became-not-read-only", "is no longer sent in replies only", ""),
    *_marked("became-write-only", "is sent in requests only", "rh"),
    *_marked("became-not-write-only", "is no longer sent in requests only", ""),
)

# What holds of a value that never travels this way, where oasdiff has an id of its own.
UNSENT: Final = (
    *(
        (f"request-read-only-property-{key}", f"request-read-only-property-{key}", key)
        for key in (
            "enum-value-removed",
            "max-length-decreased",
            "max-decreased",
            "exclusive-max-decreased",
            "min-increased",
            "exclusive-min-increased",
        )
    ),
    *(
        (f"reply-write-only-property-{key}", f"response-write-only-property-{key}", key)
        for key in ("became-optional", "became-required", "enum-value-added")
    ),
    *(
        (
            f"reply-write-only-property-{kind}-{what}",
            f"response-{kind}-write-only-property-{what}",
            f"{kind}-{what}",
        )
        for kind in ("required", "optional")
        for what in ("added", "removed")
    ),
)

WHOLE: Final = (
    Fault("changed-otherwise", _O, "has another keyword that is not looked into", may="PQBRbrh"),
    Fault("undecided", _O, "changed, and whether a value is lost is not known", may="PQBRbrh"),
)

FAULTS: Final = (*TYPES, *VALUES, *BOUNDS, *PARTS, *UNIONS, *WHOLE)
