"""The table of what can change in a property, and in how long a thing is meant to stay."""

from __future__ import annotations

from typing import Final

from harness.compat.versions.rule import Effect, Fault

_N: Final = Effect.NARROWS
_W: Final = Effect.WIDENS
_O: Final = Effect.OTHER
_S: Final = Effect.NONE
_ALL: Final = "PQBRbrh"

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
        only="RQ",
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
        only="rh",
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
    Fault("became-required-with-default", _N, "became required, and has a default", "R", only="RQ"),
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
