"""Evidence crosses process borders whole."""

from __future__ import annotations

from pathlib import Path

from harness.adapters.evidence_codec import decode, encode, read_lines
from harness.domain.crash import Crash, Frame, RequestSeen
from harness.domain.evidence import Evidence, InteractionVerified, Mismatch, Outcome
from harness.domain.traffic import CaseFailed, Exchange, Fault, HttpReply, HttpRequest

SEEN = RequestSeen("id-1", "GET", "/")
FRAME = Frame("a.py", 1, "f", "a", "x[y]")
CRASH = Crash(1, SEEN, "KeyError", "'é\u2028'", (FRAME,), "Traceback", (SEEN,), "raised")
SAMPLES: tuple[Evidence, ...] = (
    CaseFailed(
        "orders",
        "GET /orders",
        Fault.CRASH,
        "it raised",
        (Exchange(HttpRequest("GET", "/orders", (("A", "b"),), "\x00é"), HttpReply(500)),),
        crash=CRASH,
        came_back=True,
    ),
    InteractionVerified(
        "web", "orders", "k", "d", Outcome.FAILED, mismatches=(Mismatch("$.a", "1", "2", "m"),)
    ),
)


def test_what_is_written_is_read() -> None:
    """Every field comes back as it was, enums and nested values too."""
    assert [decode(encode(sample)) for sample in SAMPLES] == list(SAMPLES)


def test_a_line_cut_short_is_left_out(tmp_path: Path) -> None:
    """A writer that was killed in the middle of a line loses that line alone."""
    path = tmp_path / "evidence.jsonl"
    path.write_text(encode(SAMPLES[0]) + "\n" + encode(SAMPLES[1])[:40], encoding="utf-8")

    assert list(read_lines(path)) == [SAMPLES[0]]
