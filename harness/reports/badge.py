"""The verdict as a badge: an image that a README or a wiki shows."""

from __future__ import annotations

from typing import Final

from harness.domain.edge import LegStatus, Pair
from harness.domain.finding import Finding
from harness.domain.policy import Severity
from harness.domain.service_map import together
from harness.domain.verdict import Status, Verdict
from harness.pages.markup import Markup, joined, tag
from harness.reports.surroundings import Surroundings
from harness.reports.words import counted

LABEL: Final = "contracts"

# White is read on each of them: the contrast is 4.5 or more.
_COLOURS: Final = {
    Status.PASSED: "#1a7f37",
    Status.FAILED: "#c62828",
    Status.INCONCLUSIVE: "#8a5a00",
    Status.INTERRUPTED: "#57606a",
    Status.BROKEN: "#6a1b9a",
}
_UNSEEN: Final = "#57606a"
_HEIGHT: Final = 20
_PAD: Final = 7


def render(verdict: Verdict, around: Surroundings | None = None) -> str:
    """Write the badge of the system, or of one service or edge, as an image that needs no other."""
    subject = around.subject if around else ""
    if subject:
        return badge(subject, *_standing(verdict, subject))
    return badge(LABEL, words(verdict), _COLOURS[verdict.status])


def words(verdict: Verdict) -> str:
    """Say the verdict in a word or two, so that the colour says nothing alone."""
    errors = verdict.count(Severity.ERROR)
    is_counted = verdict.status is Status.FAILED and errors
    return counted(errors, "error") if is_counted else verdict.status.value


def _standing(verdict: Verdict, subject: str) -> tuple[str, str]:
    """
    Say how a service or an edge stands, in words and as a colour.

    Shape: an error is that of both sides of an edge, since neither can rely on it.
    """
    errors = sum(1 for one in verdict.findings if one.fails and subject in _about(one))
    if errors:
        return counted(errors, "error"), _COLOURS[Status.FAILED]
    edges = [one for one in verdict.edges if subject in _sides(one.edge.pair)]
    status = together(leg.status for one in edges for leg in one.legs)
    if status is LegStatus.MISSING:
        return Status.INCONCLUSIVE.value, _COLOURS[Status.INCONCLUSIVE]
    if status is LegStatus.NOT_LOOKED_AT:
        return status.value, _UNSEEN
    if status is LegStatus.FAILED:
        return status.value, _COLOURS[Status.FAILED]
    return Status.PASSED.value, _COLOURS[Status.PASSED]


def _about(finding: Finding) -> tuple[str, ...]:
    return _sides(finding.edge.pair) if finding.edge else (finding.flaw.service,)


def _sides(pair: Pair) -> tuple[str, str, str]:
    return (pair.consumer, pair.provider, f"{pair.consumer}:{pair.provider}")


def badge(label: str, message: str, colour: str) -> str:
    """Write a badge of two parts."""
    left, right = _width(label), _width(message)
    title = f"{label}: {message}"
    image = tag(
        "svg",
        tag("title", title),
        tag("clipPath", _rect(0, left + right, "#fff", rx=3), id="r"),
        tag(
            "g",
            _rect(0, left, "#3d444d"),
            _rect(left, right, colour),
            clip_path="url(#r)",
        ),
        tag(
            "g",
            _text(label, 0, left),
            _text(message, left, right),
            fill="#fff",
            text_anchor="middle",
            font_family="Verdana,DejaVu Sans,Geneva,sans-serif",
            font_size=11,
        ),
        xmlns="http://www.w3.org/2000/svg",
        width=left + right,
        height=_HEIGHT,
        role="img",
        aria_label=title,
    )
    return joined([image, "\n"])


def _rect(x: float, width: float, colour: str, rx: int | None = None) -> Markup:
    return tag("rect", x=x, width=width, height=_HEIGHT, fill=colour, rx=rx)


def _text(text: str, x: float, width: float) -> Markup:
    length = width - 2 * _PAD
    return tag("text", text, x=x + width / 2, y=14, textLength=length)


def _width(text: str) -> float:
    """How wide a part is: its text is drawn to this width, whatever font is there."""
    return round(2 * _PAD + sum(4.2 if each in " iljtf.,:1" else 7.0 for each in text))
