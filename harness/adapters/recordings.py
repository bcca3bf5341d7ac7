"""What a finding's requests were, kept so that they can be sent again."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.domain.errors import Misused
from harness.domain.finding import Finding
from harness.domain.steps import Replay
from harness.domain.traffic import CaseFailed, Exchange, HttpReply, HttpRequest
from harness.domain.verdict import Verdict

VERSION = 1
Clean = Callable[[HttpReply], HttpReply]

_DIRECTORY = "recordings"
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Recording:
    """
    A sequence of requests, and what to look for in the reply to its last.

    Shape: `cause` and `where` are those of the finding; `finding` is its fingerprint, empty where
    it has none yet. Secrets are masked, and filled in from the service's credentials when sent.
    """

    service: str
    operation: str
    cause: str
    where: str
    exchanges: tuple[Exchange, ...]
    finding: str = ""
    message: str = ""


def _as_it_is(reply: HttpReply) -> HttpReply:
    return reply


def recording_of(one: CaseFailed | Finding) -> Recording:
    """Record a failed case, or a finding that has requests."""
    if isinstance(one, Finding):
        flaw = one.flaw
        return Recording(
            flaw.service,
            flaw.operation,
            flaw.cause,
            flaw.where,
            flaw.exchanges,
            one.fingerprint,
            flaw.message,
        )
    return Recording(
        one.service, one.operation, one.cause, one.where, one.exchanges, message=one.message
    )


def to_text(recording: Recording) -> str:
    """Write a recording as JSON."""
    return json.dumps(
        {
            "contract-harness-recording": VERSION,
            "finding": recording.finding,
            "service": recording.service,
            "operation": recording.operation,
            "cause": recording.cause,
            "where": recording.where,
            "message": recording.message,
            "exchanges": [_exchange_to_json(one) for one in recording.exchanges],
        },
        indent=2,
        ensure_ascii=False,
    )


def from_text(text: str) -> Recording:
    """
    Read a recording.

    Raises: Misused, where it is none, or of a version that is not known.
    """
    try:
        record = json.loads(text)
        version = record["contract-harness-recording"]
    except (ValueError, KeyError, TypeError) as error:
        raise Misused("expected a recording, seen something else") from error
    if version != VERSION:
        raise Misused(
            f"expected a recording of version {VERSION}, seen version {version}",
            hint="run the gate again with this version of contract-harness",
        )
    try:
        return Recording(
            service=str(record["service"]),
            operation=str(record["operation"]),
            cause=str(record["cause"]),
            where=str(record["where"]),
            exchanges=tuple(_exchange_from_json(one) for one in record["exchanges"]),
            finding=str(record.get("finding", "")),
            message=str(record.get("message", "")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Misused(f"the recording is damaged: {type(error).__name__}: {error}") from error


def keep_recordings(verdict: Verdict, state_directory: Path, clean: Clean = _as_it_is) -> None:
    """
    Keep the requests of every finding that has some, for `harness reproduce`.

    Shape: `clean` takes secrets out of a reply; requests came without any.
    """
    directory = state_directory / _DIRECTORY
    for finding in verdict.findings:
        if finding.flaw.exchanges:
            directory.mkdir(parents=True, exist_ok=True)
            path = directory / _name(finding.fingerprint)
            draft = path.with_suffix(f".{os.getpid()}")
            recording = recording_of(finding)
            replies = tuple(replace(one, reply=clean(one.reply)) for one in recording.exchanges)
            text = to_text(replace(recording, exchanges=replies))
            draft.write_text(text, "utf-8", "surrogatepass")
            draft.replace(path)


def read_recording(finding: str, state_directory: Path) -> Replay:
    """
    Give the step that sends a finding's requests again.

    Shape: `finding` is a fingerprint, or the beginning of one that no other begins with; the digit
    and the colon before it may be left out.
    Raises: Misused, where no recording of it was kept, or where several begin so.
    """
    path = _recording(finding, state_directory / _DIRECTORY)
    text = path.read_text("utf-8", "surrogatepass")
    recording = from_text(text)
    whole = recording.finding or finding
    return Replay(recording.service, text, whole, why=f"to see whether {whole} is still there")


def forget_recordings(state_directory: Path) -> None:
    """Forget every recording."""
    shutil.rmtree(state_directory / _DIRECTORY, ignore_errors=True)


def _name(finding: str) -> str:
    return "".join(one if one.isalnum() else "-" for one in finding) + ".json"


def _recording(finding: str, directory: Path) -> Path:
    """Find the file of the one recording that a fingerprint, or the beginning of one, means."""
    exact = directory / _name(finding)
    if exact.is_file():
        return exact
    wanted = _name(finding).removesuffix(".json")
    names = sorted(path.stem for path in directory.glob("*.json")) if wanted else []
    meant = [name for name in names if wanted in _beginnings(name, len(wanted))]
    if len(meant) == 1:
        return directory / f"{meant[0]}.json"
    if meant:
        shown = ", ".join(name.replace("-", ":", 1) for name in meant[:_MOST_NAMED])
        more = f" and {len(meant) - _MOST_NAMED} more" if len(meant) > _MOST_NAMED else ""
        raise Misused(f"{finding!r} may mean {shown}{more}", hint="type more of the fingerprint")
    raise Misused(
        f"no recording of finding {finding!r} is kept in {directory}",
        hint="run the gate first: it keeps them",
    )


def _beginnings(name: str, length: int) -> tuple[str, str]:
    """Give how a fingerprint begins, with and without the version before its colon."""
    return name[:length], name.partition("-")[2][:length]


def _exchange_to_json(exchange: Exchange) -> dict[str, object]:
    request, reply = exchange.request, exchange.reply
    return {
        "request": {
            "method": request.method,
            "url": request.url,
            "headers": [list(pair) for pair in request.headers],
            "body": request.body,
            "body_is_base64": request.body_is_base64,
        },
        "reply": {
            "status": reply.status,
            "headers": [list(pair) for pair in reply.headers],
            "body": reply.body,
        },
    }


def _exchange_from_json(record: dict[str, dict[str, object]]) -> Exchange:
    request, reply = record["request"], record["reply"]
    body = request["body"]
    return Exchange(
        HttpRequest(
            str(request["method"]),
            str(request["url"]),
            _pairs(request["headers"]),
            None if body is None else str(body),
            bool(request["body_is_base64"]),
        ),
        HttpReply(int(str(reply["status"])), _pairs(reply["headers"]), str(reply["body"])),
    )


def _pairs(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, Sequence):
        raise ValueError("headers are a list of pairs")
    return tuple((str(name), str(text)) for name, text in value)
