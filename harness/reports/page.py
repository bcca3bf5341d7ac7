"""The verdict as one page: a file that needs no other, and no other host."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from itertools import islice
from typing import Final
from urllib.parse import quote

from harness import __version__
from harness.domain.policy import Severity
from harness.domain.verdict import Status, Verdict
from harness.pages.colours import LIGHT
from harness.pages.markup import Child, Markup, joined, prose, tag
from harness.pages.pictures import STYLE
from harness.pages.plain import clipped, one_line
from harness.pages.styles import digest, style
from harness.reports import page_edges, page_findings, page_run
from harness.reports.anchors import finding_anchor, owner_filter
from harness.reports.page_findings import NO_OWNER
from harness.reports.palette import VERDICTS
from harness.reports.ranking import ranked
from harness.reports.surroundings import Surroundings
from harness.reports.words import ADVISORY, counted, verdict_parts

_TITLES: Final = {
    Status.PASSED: "Passed",
    Status.FAILED: "Failed",
    Status.INCONCLUSIVE: "Inconclusive",
    Status.INTERRUPTED: "Interrupted",
    Status.BROKEN: "Broken",
}
_MOST_STEPS: Final = 5
_DETAIL: Final = 20_000


def render(verdict: Verdict, around: Surroundings | None = None) -> str:
    """
    Write the page.

    Shape: HTML that is read without scripts; these filter and copy. It loads nothing, and may not.
    """
    own = style(_own("page.css"), STYLE)
    script = Markup(f"\n{_own('page.js')}")
    title = f"{_TITLES[verdict.status]}: contracts of {counted(len(verdict.edges), 'edge')}"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy(own, script)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        _icon(verdict),
        tag("style", own),
    )
    body = tag("body", list(_parts(verdict, around or Surroundings())), tag("script", script))
    return joined([Markup("<!DOCTYPE html>\n"), tag("html", head, body, lang="en"), Markup("\n")])


def _own(name: str) -> str:
    return files("harness.reports").joinpath(name).read_text("utf-8")


def _policy(own: str, script: str) -> str:
    """Allow the page's own style and script by their digests, and nothing else at all."""
    return (
        f"default-src 'none'; style-src '{digest(own)}'; script-src '{digest(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _icon(verdict: Verdict) -> Markup:
    """The verdict's colour and sign, for whoever has many pages open."""
    colour, sign = VERDICTS[verdict.status]
    circle = tag("circle", cx=8, cy=8, r=8, fill=LIGHT[colour])
    text = tag("text", sign, x=8, y=12, fill="#fff", font_size=11, text_anchor="middle")
    image = tag("svg", circle, text, xmlns="http://www.w3.org/2000/svg", viewBox="0 0 16 16")
    return tag("link", rel="icon", href=f"data:image/svg+xml,{quote(image)}")


def _parts(verdict: Verdict, around: Surroundings) -> Iterator[Markup]:
    yield _header(verdict, around)
    yield tag(
        "main",
        _section("next", "What to do next", _next(verdict)),
        _section("map", "Map of services", page_edges.picture(verdict)),
        _section("edges", "Edges", page_edges.table(verdict)),
        _section("findings", "Findings", page_findings.section(verdict, around)),
        _section("unobserved", "Not observed", list(page_run.unobserved(verdict)))
        if page_run.is_lacking(verdict)
        else None,
        _section("run", "The run", list(page_run.run(verdict))),
    )


def _section(name: str, title: str, *children: Child) -> Markup:
    heading = tag("h2", title, id=f"{name}-title")
    return tag("section", heading, *children, id=name, aria_labelledby=f"{name}-title")


def _header(verdict: Verdict, around: Surroundings) -> Markup:
    colour, sign = VERDICTS[verdict.status]
    found, seen, *settings = verdict_parts(verdict)
    made = " · ".join([*settings, f"contract-harness {__version__}"])
    run = tag("a", "the build", href=around.run_url) if _is_address(around.run_url) else ""
    links = [
        tag("a", text, href=f"#{name}")
        for name, text in (
            ("next", "What to do next"),
            ("map", "Map"),
            ("edges", "Edges"),
            ("findings", "Findings"),
            *([("unobserved", "Not observed")] if page_run.is_lacking(verdict) else []),
            ("run", "The run"),
        )
    ]
    return tag(
        "header",
        tag(
            "div",
            tag("span", sign, class_="sign", aria_hidden="true"),
            tag("h1", _TITLES[verdict.status]),
            tag("p", found, class_="found"),
            class_=f"verdict {colour}",
        ),
        tag("p", ADVISORY) if verdict.exit_code != verdict.true_exit_code else None,
        tag("p", seen),
        tag(
            "p",
            made,
            run and [" · ", run],
            class_="quiet",
        ),
        tag("nav", links, aria_label="Parts of the page"),
    )


def _is_address(url: str) -> bool:
    return url.startswith(("https://", "http://"))


def _next(verdict: Verdict) -> Markup:
    steps = list(_steps(verdict))
    if not steps:
        return tag("p", "Nothing: what is required was seen, and nothing fails.")
    return tag("ol", [tag("li", step) for step in steps], class_="next")


def _steps(verdict: Verdict) -> Iterator[Child]:
    """What stands in the way of a pass, the gravest first."""
    failing = [one for one in ranked(verdict.findings) if one.fails]
    owners = Counter(one.owner or NO_OWNER for one in failing)
    for owner, count in islice(owners.items(), _MOST_STEPS):
        first = next(one for one in failing if (one.owner or NO_OWNER) == owner)
        shown = tag("a", counted(count, "error"), href=f"#{owner_filter(owner)}")
        whose = "without an owner" if owner == NO_OWNER else ["of ", tag("bdi", one_line(owner))]
        message = prose(clipped(one_line(first.flaw.message), 240))
        link = tag("a", message, href=f"#{finding_anchor(first)}")
        more = "First: " if count > 1 else ""
        yield [tag("p", "Mend ", shown, " ", whose, ". ", more, link)]
    if len(owners) > _MOST_STEPS:
        rest = counted(len(owners) - _MOST_STEPS, "more owner")
        yield tag("a", f"{rest} must mend errors", href=f"#severity={Severity.ERROR.value}")
    for one in verdict.reasons[:_MOST_STEPS]:
        yield [
            tag(
                "p",
                "Let it be seen: ",
                tag("strong", tag("bdi", one_line(one.what))),
                ": ",
                one_line(one.reason),
            ),
            tag("p", one_line(one.hint)) if one.hint else None,
        ]
    if len(verdict.reasons) > _MOST_STEPS:
        rest = f"{len(verdict.reasons) - _MOST_STEPS:,} more could not be seen"
        yield tag("a", rest, href="#unobserved")
    if not failing and verdict.count(Severity.WARNING):
        warnings = counted(verdict.count(Severity.WARNING), "warning")
        yield [
            "Read ",
            tag("a", warnings, href=f"#severity={Severity.WARNING.value}"),
            ", which nothing waits for.",
        ]
