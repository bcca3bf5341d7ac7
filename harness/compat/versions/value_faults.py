"""The table of what can change in a value: types, listed values, patterns and bounds."""

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
        _S,
        "lists a value less, though others may follow",
        called=dict.fromkeys("PR", "x-extensible-enum-value-removed"),
        may="PQBR",
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
    # None is the same as nought to oasdiff.
    Fault(
        "min-length-set",
        _N,
        "has a `minLength`",
        called=dict.fromkeys("PBR", "min-length-increased"),
        may="PQBR",
    ),
    Fault(
        "min-length-unset",
        _W,
        "has no `minLength` any more",
        called=dict.fromkeys("PBRbr", "min-length-decreased"),
    ),
    Fault("min-length-increased", _N, "has a larger `minLength`", "PBR"),
    Fault("min-length-decreased", _W, "has a smaller `minLength`", "PBRbr"),
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
