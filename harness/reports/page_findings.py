"""The findings of a page: each with what was expected and seen, and how to see it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from harness.domain.finding import Finding, Location
from harness.domain.policy import Severity
from harness.domain.verdict import Verdict
from harness.pages.markup import Child, Markup, prose, tag
from harness.pages.plain import clipped, one_line, plain
from harness.reports.anchors import finding_anchor
from harness.reports.exchanges import exchange_pairs
from harness.reports.page_values import sides
from harness.reports.palette import LEG_TITLES, SEVERITIES
from harness.reports.surroundings import Surroundings
from harness.reports.words import counted, waiver_words

NO_OWNER: Final = "(nobody)"

_BODY: Final = 4_000
_DETAIL: Final = 20_000
_OPEN: Final = 3
_TITLES: Final = {
    Severity.ERROR.value: "Errors",
    Severity.WARNING.value: "Warnings",
    Severity.INFORMATION.value: "Information",
    "flaky": "Flaky: they did not come back",
    "waived": "Waived: somebody answers for them",
}


def weight(finding: Finding) -> str:
    """The group that a finding is told in: what it weighs, or why it weighs nothing today."""
    return _aside(finding) or finding.severity.value


def _aside(finding: Finding) -> str:
    if finding.is_waived:
        return "waived"
    return "flaky" if finding.flaw.flaky else ""


def section(verdict: Verdict, around: Surroundings) -> Markup:
    """Write all findings, grouped by what they weigh, with the form that filters them."""
    if not verdict.findings:
        return tag("p", "There is no finding.", class_="quiet")
    return tag("div", _filter(verdict.findings), *_groups(verdict, around))


def _groups(verdict: Verdict, around: Surroundings) -> Iterator[Markup]:
    for name, title in _TITLES.items():
        found = [one for one in verdict.findings if weight(one) == name]
        if found:
            opened = _OPEN if name == Severity.ERROR.value else 0
            yield tag(
                "section",
                tag("h3", title, " ", tag("span", f"{len(found):,}", class_="number")),
                [_finding(one, around, is_open=at < opened) for at, one in enumerate(found)],
                class_="group",
            )


def _finding(finding: Finding, around: Surroundings, *, is_open: bool) -> Markup:
    flaw, edge = finding.flaw, finding.edge
    summary = tag(
        "summary",
        _weight(finding),
        " ",
        tag("h4", tag("code", finding.check), " ", _whom(finding)),
        " ",
        tag("span", prose(flaw.message), class_="message"),
    )
    return tag(
        "details",
        summary,
        tag("div", list(_body(finding, around)), class_="body"),
        id=finding_anchor(finding),
        class_="finding",
        open=is_open,
        data_owner=finding.owner or NO_OWNER,
        data_service=flaw.service,
        data_consumer=flaw.consumer or None,
        data_edge=f"{edge.pair.consumer}:{edge.pair.provider}" if edge else None,
        data_check=finding.check,
        data_severity=weight(finding),
    )


def _weight(finding: Finding) -> Markup:
    colour, sign = SEVERITIES[finding.severity]
    aside = _aside(finding)
    word = f"{aside} {finding.severity.value}" if aside else finding.severity.value
    return chip("none" if aside else colour, sign, word)


def chip(colour: str, sign: str, word: str) -> Markup:
    """Write a word with its sign, in its colour."""
    return tag("span", tag("span", sign, aria_hidden="true"), f" {word}", class_=f"chip {colour}")


def _whom(finding: Finding) -> Markup:
    edge = finding.edge
    whom = str(edge.pair) if edge else finding.flaw.service
    parts = (whom, finding.flaw.operation, finding.flaw.where)
    told = [tag("bdi", one_line(part)) for part in parts if part]
    return tag("span", [[" · " if at else "", one] for at, one in enumerate(told)], class_="whom")


def _body(finding: Finding, around: Surroundings) -> Iterator[Child]:
    flaw = finding.flaw
    yield sides((("expected", flaw.expected), ("seen", flaw.seen)))
    yield sides((("witness: what shows it", flaw.witness), ("the pact's example", flaw.example)))
    if flaw.hint:
        yield tag("p", tag("strong", "What to do: "), prose(flaw.hint), class_="hint")
    if finding.reproduce:
        yield copied("See it again", finding.reproduce)
    if flaw.exchanges:
        yield _requests(finding)
    if flaw.detail:
        yield _detail(flaw.detail)
    yield _terms(finding, around)


def copied(label: str, line: str) -> Markup:
    """Write a line to paste, with a button that copies it where scripts run."""
    return tag(
        "p",
        tag("span", f"{label}: "),
        tag("code", one_line(line)),
        tag("button", "Copy", type="button", class_="copy", hidden=True),
        class_="line",
    )


def _requests(finding: Finding) -> Markup:
    items = [
        tag("li", tag("pre", request, tabindex=0), tag("pre", f"→ {reply}", tabindex=0))
        if reply
        else tag("li", request)
        for request, reply in exchange_pairs(finding.flaw.exchanges, limit=_BODY)
    ]
    title = "Requests, shortest known sequence ($URL is the address of the service)"
    return tag("div", tag("p", title, class_="label"), tag("ol", items), class_="requests")


def _detail(detail: str) -> Markup:
    text = clipped(plain(detail).strip("\n"), _DETAIL)
    lines = counted(text.count("\n") + 1, "line")
    return tag("details", tag("summary", f"In full, {lines}"), tag("pre", text, tabindex=0))


def _terms(finding: Finding, around: Surroundings) -> Markup:
    flaw = finding.flaw
    confirmed = flaw.confirmation.value
    if flaw.occurrences > 1:
        confirmed += f", seen {flaw.occurrences:,} times"
    waiver = finding.waiver
    terms: tuple[tuple[str, Child], ...] = (
        ("at", _at(flaw.location, around) if flaw.location else ""),
        ("owner", finding.owner),
        ("leg", LEG_TITLES[finding.leg] if finding.leg else ""),
        ("confirmed", confirmed),
        ("told as well by", ", ".join(dict.fromkeys(one for one, _, _ in finding.also))),
        ("changes", ", ".join(finding.rules)),
        ("waiver", waiver_words(waiver, expired=finding.expired) if waiver else ""),
        ("fingerprint", tag("a", finding.fingerprint, href=f"#{finding_anchor(finding)}")),
        ("explained by", tag("code", f"harness explain {finding.check}")),
    )
    rows = [tag("div", tag("dt", name), " ", tag("dd", told), "\n") for name, told in terms if told]
    return tag("dl", rows, class_="terms")


def _at(location: Location, around: Surroundings) -> Markup:
    place = tag("code", str(location))
    address = around.link(location)
    return tag("a", place, href=address) if address.startswith("https://") else place


def _filter(findings: Iterable[Finding]) -> Markup:
    """The form, which only scripts show, since only they can use it."""
    every = list(findings)
    owners = {one.owner or NO_OWNER for one in every}
    services = {name for one in every for name in (one.flaw.service, one.flaw.consumer) if name}
    edges = {f"{one.edge.pair.consumer}:{one.edge.pair.provider}" for one in every if one.edge}
    weights = [name for name in _TITLES if any(weight(one) == name for one in every)]
    return tag(
        "form",
        tag("label", "Text", tag("input", type="search", name="q", autocomplete="off")),
        _choice("Owner", "owner", sorted(owners)),
        _choice("Service", "service", sorted(services)),
        _choice("Edge", "edge", sorted(edges)),
        _choice("Check", "check", sorted({one.check for one in every})),
        _choice("Severity", "severity", weights),
        tag("button", "Show all", type="reset"),
        tag("button", "Unfold", type="button", id="unfold"),
        tag("output", counted(len(every), "finding"), id="count", aria_live="polite"),
        id="filter",
        role="search",
        aria_label="Filter the findings",
        hidden=True,
    )


def _choice(label: str, name: str, values: Iterable[str]) -> Markup:
    options = [tag("option", "all", value=""), *(tag("option", one, value=one) for one in values)]
    return tag("label", label, tag("select", options, name=name))
