"""What a pact and a document say of each other: for people, for programs, in the field's codes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from harness import __version__
from harness.compat.opc.codes import Result
from harness.domain.fit import BY_PROVIDER, Answer, Code, Gap, InteractionCompat, Misfit, sides
from harness.domain.json import Json
from harness.domain.pact import Interaction, InteractionKind, Pact
from harness.domain.verdict import Status
from harness.pages.plain import clipped, one_line
from harness.reports.json_text import cleaned, json_text
from harness.reports.words import EXITS, counted

FORMAT = "contract-harness-compat"
FORMAT_VERSION = "1.0"

CODES: Final = {Status.PASSED: 0, Status.FAILED: 1, Status.INCONCLUSIVE: 3}
_LONGEST: Final = 400
_SHOWN_NOTES: Final = 20
_COLUMN: Final = 14


@dataclass(frozen=True, slots=True)
class Compared:
    """
    An interaction with what comparing it came to: none where no document of its kind was given.

    Shape: `results` are the codes that the field knows for it, where they are asked for.
    """

    interaction: Interaction
    compat: InteractionCompat | None
    results: tuple[Result, ...] = ()

    @property
    def answer(self) -> Answer:
        """The gravest that holds."""
        return self.compat.answer if self.compat is not None else Answer.NOT_COMPARED


@dataclass(frozen=True, slots=True)
class Comparisons:
    """
    A pact compared with one document, or with one for HTTP and one for messages.

    Shape: `notes` are document, place and sentence for what was passed over in reading.
    """

    pact: Pact
    documents: tuple[str, ...]
    compared: tuple[Compared, ...]
    notes: tuple[tuple[str, str, str], ...] = ()

    @property
    def unread(self) -> tuple[tuple[str, str], ...]:
        """The interactions that could not be read, each with its reason."""
        return tuple((each.path, each.message) for each in self.pact.notes if each.lost)

    @property
    def status(self) -> Status:
        """The verdict: what was not seen never passes."""
        answers = [each.answer for each in self.compared]
        if Answer.BROKEN in answers:
            return Status.FAILED
        if Answer.UNKNOWN in answers or self.unread or not self.is_seen:
            return Status.INCONCLUSIVE
        return Status.PASSED

    @property
    def is_seen(self) -> bool:
        """Whether there was an interaction to compare at all."""
        return any(each.compat is not None for each in self.compared)

    @property
    def exit_code(self) -> int:
        """What the shell is told."""
        return CODES[self.status]

    def count(self, answer: Answer) -> int:
        """How many interactions have an answer."""
        return sum(1 for each in self.compared if each.answer is answer)


def render_text(run: Comparisons) -> str:
    """Write the report for people."""
    return "\n".join(_lines(run)) + "\n"


def verdict_line(run: Comparisons) -> str:
    """Say the verdict in one line."""
    counts = [(each.value, run.count(each)) for each in Answer] + [("unread", len(run.unread))]
    always = {Answer.PROVEN.value, Answer.BROKEN.value, Answer.UNKNOWN.value}
    told = ", ".join(f"{number:,} {word}" for word, number in counts if number or word in always)
    empty = "" if run.is_seen else "no interaction to compare with what was given · "
    return f"{run.status.value}: {empty}{told} · {EXITS[run.status]}"


def render_json(run: Comparisons) -> str:
    """
    Write the report for programs.

    Shape: ASCII; lone surrogates, which many readers refuse, are the text of their escape.
    """
    head: dict[str, Json] = {
        "format": {"name": FORMAT, "version": FORMAT_VERSION},
        "tool": {"name": "contract-harness", "version": __version__},
    }
    return json_text({**head, **report_of(run)})


def report_of(run: Comparisons) -> dict[str, Json]:
    """What programs are told of one pact."""
    return {
        "status": run.status.value,
        "exit_code": run.exit_code,
        "consumer": run.pact.consumer,
        "provider": run.pact.provider,
        "pact": run.pact.path,
        "document": run.documents[0],
        "documents": list(run.documents),
        "counts": {
            **{each.value.replace(" ", "_"): run.count(each) for each in Answer},
            "unread": len(run.unread),
        },
        "interactions": [_interaction(each) for each in run.compared],
        "unread": [{"path": path, "reason": reason} for path, reason in run.unread],
        "notes": [
            {"file": file, "path": path, "message": message} for file, path, message in _notes(run)
        ],
    }


def render_opc(run: Comparisons) -> str:
    """
    Write one JSON object a line, with the codes that the field knows.

    Shape: `interaction` is the position in the pact's list, and null for a match; nothing at all
    where all fits.
    """
    return "".join(json.dumps(cleaned(line)) + "\n" for line in opc_lines(run))


def opc_lines(run: Comparisons) -> list[dict[str, Json]]:
    """The results of all interactions, an object each."""
    return [
        {
            "interaction": _position(each.interaction) if result.located else None,
            "description": each.interaction.description,
            "operation": each.compat.operation if each.compat is not None else "",
            "code": result.code,
            "type": result.type,
            "name": result.name,
            "path": result.path,
        }
        for each in run.compared
        for result in each.results
    ]


def _lines(run: Comparisons) -> Iterator[str]:
    count = counted(len(run.compared), "interaction")
    yield _line(f"{run.pact.consumer} and {run.pact.provider}: {count} of {run.pact.path}")
    yield _line(f"against {' and '.join(run.documents)}")
    yield ""
    for each in run.compared:
        yield from _told(each)
    for path, reason in run.unread:
        yield _headed("unread", f"{path}: {reason}")
    notes = list(_notes(run))
    for file, path, message in notes[:_SHOWN_NOTES]:
        yield _headed("note", f"{file}: {path}: {message}")
    if len(notes) > _SHOWN_NOTES:
        yield f"… and {counted(len(notes) - _SHOWN_NOTES, 'more note')}; --format json shows them"
    if run.compared or run.unread or notes:
        yield ""
    yield verdict_line(run)


def _told(each: Compared) -> Iterator[str]:
    interaction, compat = each.interaction, each.compat
    given = ", ".join(state.name for state in interaction.states)
    title = interaction.description or "an interaction without a description"
    yield _headed(each.answer.value, f"{title} · given {given}" if given else title)
    if compat is None:
        yield f"    {_uncompared(interaction)}"
        return
    if each.answer is Answer.PROVEN and not (compat.found_by or compat.misfits):
        return
    if compat.operation:
        found = f" · found by {compat.found_by}" if compat.found_by else ""
        yield _line(f"    {compat.operation}{found}")
    for misfit in compat.misfits:
        yield from _misfit_lines(misfit)
    for gap in compat.gaps:
        yield from _gap_lines(gap)


def _uncompared(interaction: Interaction) -> str:
    if interaction.kind is InteractionKind.HTTP:
        return "it is over HTTP, and no OpenAPI document was given"
    return "it is of messages, and no AsyncAPI document was given"


def _misfit_lines(misfit: Misfit) -> Iterator[str]:
    place = " ".join(each for each in (misfit.name, misfit.path) if each)
    marked = ", unconfirmed" if misfit.hypothesis else ""
    head = f"{misfit.code.value} {place}".rstrip()
    yield _line(f"    {head}: {misfit.kind.value}{marked}")
    sends, takes = sides(misfit.code)
    if misfit.sent:
        yield _line(f"        {sends}: {misfit.sent}")
    if misfit.accepted:
        yield _line(f"        {takes}: {misfit.accepted}")
    if misfit.witnesses:
        value = json.loads(misfit.witnesses[0])
        yield _line(f"        witness: {json.dumps(value, ensure_ascii=False)}")


def _gap_lines(gap: Gap) -> Iterator[str]:
    tried = counted(gap.tried, "value") + " tried" if gap.tried else "not tried"
    place = f" {gap.path}" if gap.path else ""
    yield _line(f"    {gap.code.value}{place}: unknown, {tried}: {gap.reason}")


def _headed(word: str, text: str) -> str:
    return _line(f"{word:<{_COLUMN}}{text}")


def _line(text: str) -> str:
    """One harmless line, indented as it was."""
    indent = len(text) - len(text.lstrip(" "))
    return " " * indent + clipped(one_line(text), _LONGEST)


def _notes(run: Comparisons) -> Iterator[tuple[str, str, str]]:
    for note in run.pact.notes:
        if not note.lost:
            yield run.pact.path, note.path, note.message
    yield from run.notes


def _interaction(each: Compared) -> Json:
    interaction, compat = each.interaction, each.compat
    return {
        "description": interaction.description,
        "states": [state.name for state in interaction.states],
        "key": interaction.key,
        "location": interaction.location,
        "kind": interaction.kind.value,
        "answer": each.answer.value,
        "operation": compat.operation if compat and compat.operation else None,
        "found_by": compat.found_by or None if compat else None,
        "reader_declared": compat.declared if compat else None,
        "misfits": [misfit_json(misfit) for misfit in compat.misfits] if compat else [],
        "unknown": [_gap(gap) for gap in compat.gaps] if compat else [],
    }


def misfit_json(misfit: Misfit) -> Json:
    """A misfit for programs."""
    return {
        "code": misfit.code.value,
        "kind": misfit.kind.value,
        "unconfirmed": misfit.hypothesis,
        "name": misfit.name,
        "path": misfit.path,
        "writer": writer_of(misfit.code),
        "sent": misfit.sent,
        "accepted": misfit.accepted,
        "witness": {"value": json.loads(misfit.witnesses[0])} if misfit.witnesses else None,
    }


def writer_of(code: Code) -> str:
    """Whether the provider or the consumer sends what does not fit."""
    return "provider" if code in BY_PROVIDER else "consumer"


def _gap(gap: Gap) -> Json:
    return {
        "code": gap.code.value,
        "path": gap.path,
        "reason": gap.reason,
        "tried": gap.tried,
    }


def _position(interaction: Interaction) -> int:
    return int(interaction.location.rpartition("[")[2].rstrip("]"))
