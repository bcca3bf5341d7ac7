"""Compares a pact with a document of its provider, as `harness compat` does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from harness.broker.semantics.fitting import Compared
from harness.documents.described import read_described
from harness.documents.pacts import read_pact
from harness.domain.errors import DocumentUnreadable
from harness.domain.fit import Answer, InteractionCompat, Misfit, sides
from harness.domain.json import shortened
from harness.domain.pact import Interaction, Pact

_MOST: Final = 20
_LONGEST: Final = 300


def compared(content: str, document: bytes) -> Compared:
    """What a document says of the interactions of its kind in a pact."""
    try:
        pact = read_pact(content, "the pact")
    except DocumentUnreadable as fault:
        return _open(0, fault.message)
    total = len(pact.interactions) + sum(1 for note in pact.notes if note.lost)
    if not total:
        return _open(0, "the pact has no interactions")
    try:
        described = read_described(document, "the document")
    except DocumentUnreadable as fault:
        return _open(total, fault.message)
    # It takes long to import, and a broker that keeps no documents never needs it.
    from harness.compat.contracts import promises

    promised = promises([described])
    found = [(each, promised.compared(each)) for each in pact.interactions]
    return _told(pact, total, [(each, compat) for each, compat in found if compat is not None])


def _told(pact: Pact, total: int, found: list[tuple[Interaction, InteractionCompat]]) -> Compared:
    answers = [compat.answer for _, compat in found]
    success: bool | None = bool(found)
    if Answer.BROKEN in answers:
        success = False
    elif Answer.UNKNOWN in answers or not found:
        success = None
    reasons = [said for each, compat in found for said in _reasons(each, compat, success)]
    reasons += [
        f"it cannot be read: {note.path}: {note.message}" for note in pact.notes if note.lost
    ]
    return Compared(
        success,
        len(found),
        total,
        sum(compat.unconfirmed for _, compat in found),
        tuple(_clipped(said) for said in dict.fromkeys(reasons))[:_MOST],
        json.dumps([_interaction(each, compat) for each, compat in found]),
    )


def _open(total: int, why: str) -> Compared:
    return Compared(None, 0, total, 0, (_clipped(why),), "[]")


def _reasons(one: Interaction, compat: InteractionCompat, success: bool | None) -> Iterator[str]:
    """Why an interaction keeps the pact from fitting."""
    where = compat.operation or shortened(one.description)
    if success is False:
        for misfit in compat.misfits:
            if not misfit.hypothesis:
                yield f"{where}: {_sentence(misfit)}"
    elif success is None:
        for gap in compat.gaps:
            yield f"{where}: {' '.join(filter(None, (gap.code.value, gap.path)))}: {gap.reason}"


def _sentence(misfit: Misfit) -> str:
    place = " ".join(filter(None, (misfit.code.value, misfit.message, misfit.name, misfit.path)))
    sends, takes = sides(misfit.code)
    parts = [f"{sends} {misfit.sent}" if misfit.sent else ""]
    parts.append(f"{takes} {misfit.accepted}" if misfit.accepted else "")
    told = ", ".join(filter(None, parts))
    return f"{place}: {told}" if told else place


def _interaction(one: Interaction, compat: InteractionCompat) -> dict[str, Any]:
    """An interaction for programs."""
    return {
        "description": one.description,
        "providerStates": [state.name for state in one.states],
        "operation": compat.operation or None,
        "answer": compat.answer.value,
        "misfits": [
            {
                "code": misfit.code.value,
                "kind": misfit.kind.value,
                "path": misfit.path or misfit.name or None,
                "unconfirmed": misfit.hypothesis,
                "text": _clipped(_sentence(misfit)),
                "witness": json.loads(misfit.witnesses[0]) if misfit.witnesses else None,
            }
            for misfit in compat.misfits
        ],
        "unknown": [
            {"code": gap.code.value, "path": gap.path or None, "text": _clipped(gap.reason)}
            for gap in compat.gaps
        ],
    }


def _clipped(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
