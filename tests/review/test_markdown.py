"""What comes from outside stands in code, by the judgement of another's reader of Markdown."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.domain.edge import Edge, EdgeReport, Leg, LegStatus, Pair
from harness.domain.finding import Finding, Location
from harness.domain.policy import Severity
from harness.domain.snapshot import SnapshotUse
from harness.domain.verdict import Status, Verdict
from harness.pages.plain import one_line, plain
from harness.reports import comment, page, summary
from harness.reports.markdown import block, cell, code, fitted, listed
from harness.reports.surroundings import Surroundings
from tests.reports.samples import (
    BROKEN_PROMISE,
    CRASH,
    DISARMING,
    FAILED,
    INCONCLUSIVE,
    PASSED,
    UNCOVERED,
    WAIVED,
    WEAPONS,
    legs,
    many,
)
from tests.review import gfm

Render = Callable[[Verdict, Surroundings], str]

RUN = "https://github.example/shop/actions/runs/1"
SOURCE = "https://github.example/shop/blob/abc/"
AROUND = Surroundings(prefix="services/", source_url=SOURCE, run_url=RUN)
BOTH = pytest.mark.parametrize("render", [comment.render, summary.render], ids=["comment", "page"])
TEXT = st.text(st.characters(categories=None)) | st.text("`|\\<>[]()*_~#@ \n&;-", max_size=30)
CHANGE = "reply-property-became-nullable"


@given(TEXT)
@example("`")
@example(" ` ")
@example("a``b`")
@example("|")
@example("\\|")
def test_code_is_read_as_the_text(text: str) -> None:
    """A reader finds the text and nothing else, whatever it holds, in a line and in a table."""
    meant = one_line(text) or " "
    table = f"| a | b |\n| --- | --- |\n| {cell(text, 10_000)} | x |\n"

    assert gfm.codes(f"a {code(text, 10_000)} b") == [meant]
    assert gfm.codes(code(text, 10_000)) == [meant]
    assert gfm.codes(table) == [meant]
    assert gfm.rows(table) == [2, 2]


@given(TEXT)
@example("```\n```")
@example("~~~\n</details>")
def test_a_block_is_read_as_the_text(text: str) -> None:
    """No line of a text ends the block that it stands in."""
    told = f"a\n\n{block(text, 'json', 10_000)}\nb\n"

    assert gfm.codes(told) == [plain(text).strip("\n") + "\n"]
    assert gfm.prose(told) == "a b"


def test_names_are_listed_as_a_sentence_has_them() -> None:
    """Each name once, the last after *and*; what is beyond the limit is counted."""
    assert listed(["a"]) == "`a`"
    assert listed(["a", "b", "a"]) == "`a` and `b`"
    assert listed("abc") == "`a`, `b` and `c`"
    assert listed("abcd", limit=2) == "`a`, `b` and 2 more"


@given(st.lists(st.text(max_size=40), max_size=30), st.integers(0, 400))
def test_blocks_fit_the_room(blocks: list[str], room: int) -> None:
    """As many as fit are there, in their order, and the end tells how many are not."""
    text = fitted("head", blocks, len(blocks), lambda left: f"<{left}>", room)
    shown = next(n for n in range(len(blocks), -1, -1) if text == _told(blocks, n))
    size = len(text.encode())

    assert size <= max(room, len(f"head<{len(blocks)}>"))
    if shown < len(blocks):
        assert len(_told(blocks, shown + 1).encode()) + len(str(len(blocks))) > room


def _told(blocks: list[str], shown: int) -> str:
    return "head" + "".join(blocks[:shown]) + f"<{len(blocks) - shown}>"


@BOTH
@pytest.mark.parametrize("weapon", WEAPONS)
def test_nothing_of_a_finding_is_more_than_text(render: Render, weapon: str) -> None:
    """No text of a finding makes HTML, a link, an image, a heading, a mention or a table's cell."""
    findings = tuple(f for f in DISARMING.findings if weapon in (f.flaw.cause, f.flaw.message))
    reasons = tuple(one for one in DISARMING.reasons if one.what == weapon)
    edges = (EdgeReport(Edge(Pair(weapon, weapon), weapon), legs(*[LegStatus.TESTED] * 3)),)
    verdict = replace(DISARMING, findings=findings, reasons=reasons, edges=edges)
    harmless = replace(
        verdict,
        findings=tuple(_named(one) for one in findings),
        reasons=tuple(replace(one, what="a", reason="a", hint="a", detail="a") for one in reasons),
        edges=(EdgeReport(Edge(Pair("a", "a"), "a"), edges[0].legs),),
    )
    text, other = render(verdict, AROUND), render(harmless, AROUND)

    assert findings
    assert gfm.html(text) == gfm.html(other)
    assert set(gfm.links(text)) <= {RUN, *(one for one in gfm.links(text) if SOURCE in one)}
    assert gfm.rows(text) == gfm.rows(other)
    assert _outline(text) == _outline(other)
    assert gfm.prose(text) == gfm.prose(other)


def _named(one: Finding) -> Finding:
    """The same with a harmless letter for every text that was given."""
    flaw = one.flaw
    changed_flaw = replace(
        flaw,
        service="a",
        consumer=_letter(flaw.consumer),
        operation="a",
        where="$.a" if flaw.where.startswith("$") else "a",
        message="a",
        hint="a",
        expected=_letter(flaw.expected),
        seen=_letter(flaw.seen),
        witness=_letter(flaw.witness),
        detail=_letter(flaw.detail),
        rule=flaw.rule if flaw.rule == CHANGE else "a",
    )
    return replace(one, flaw=changed_flaw, owner="a", reproduce="a")


def _letter(text: str) -> str:
    return "a" if text else ""


def _outline(text: str) -> list[str]:
    return [one.type for one in gfm.tokens(text) if one.type.endswith("_open")]


def changed(
    consumer: str = "storefront",
    where: str = "$.note",
    operation: str = "GET /orders/{id}",
    rule: str = CHANGE,
) -> Finding:
    """A reply that a consumer does not accept since a change."""
    flaw = replace(
        BROKEN_PROMISE.flaw,
        service="orders",
        consumer=consumer,
        operation=operation,
        where=where,
        witness='{"note": null}',
        rule=rule,
        location=Location("storefront/parsing.py", 55),
    )
    return replace(BROKEN_PROMISE, check="reply-not-accepted", leg=Leg.FIT, flaw=flaw)


def unread(where: str, *readers: str) -> Finding:
    """A change that breaks nobody."""
    flaw = replace(UNCOVERED.flaw, where=where, rule=CHANGE, readers=readers)
    return replace(UNCOVERED, check="change-without-reader", flaw=flaw)


def test_a_comment_begins_with_who_breaks() -> None:
    """The first words name the consumer and the place; then the reply, the line, and the rest."""
    findings = (changed(), unread("$.a"), unread("$.b"), unread("$.c"))
    text = comment.render(replace(FAILED, findings=findings, reasons=()), AROUND)

    assert text.splitlines()[:4] == [
        "<!-- contract-harness: services -->",
        "## Your change breaks `storefront` at `$.note`",
        "",
        "Nobody reads the other 3 changed fields: `$.a`, `$.b` and `$.c`.",
    ]
    assert 'The reply that shows it:\n\n```json\n{"note": null}\n```' in text
    line = f"[`storefront/parsing.py:55`](<{SOURCE}services/storefront/parsing.py#L55>)"
    assert f"The line: {line}" in text


@pytest.mark.parametrize(
    ("findings", "heading"),
    [
        ((changed(),), "Your change breaks `storefront` at `$.note`"),
        (
            (changed(), changed(consumer="stocktake", where="$.x"), changed(where="$.y")),
            "Your change breaks `storefront` at `$.note` and `stocktake` at `$.x`",
        ),
        (
            tuple(changed(consumer=f"c{number}", where="") for number in range(5)),
            "Your change breaks `c0`, `c1`, `c2` and 2 others",
        ),
        ((BROKEN_PROMISE, CRASH), "`orders` breaks at `$.on_hand`"),
        ((BROKEN_PROMISE, changed()), "Your change breaks `storefront` at `$.note`"),
        ((CRASH,), "`inventory` must be mended"),
    ],
)
def test_the_heading_says_who_breaks(findings: tuple[Finding, ...], heading: str) -> None:
    """What a change brought outweighs what was there, and a consumer outweighs a service."""
    verdict = replace(FAILED, findings=findings)

    assert comment.render(verdict, AROUND).splitlines()[1] == f"## {heading}"
    assert summary.render(verdict, AROUND).splitlines()[0] == f"## {heading}"


@pytest.mark.parametrize(
    ("findings", "sentence"),
    [
        ((unread("$.a"),), "Nobody reads the changed field: `$.a`."),
        ((unread("$.a"), unread("")), "Nobody reads the 2 changes: `$.a` and `{}`."),
        (
            (changed(), unread("$.a", "orders")),
            "The other changed field breaks nobody who is known, and is read by `orders`: `$.a`.",
        ),
        (
            (unread("$.a"), unread("$.b", "orders", "till"), unread("$.c", "till")),
            "The other 2 changed fields break nobody who is known, and are read by "
            "`orders` and `till`: `$.b` and `$.c`.",
        ),
    ],
)
def test_what_breaks_nobody_is_told(findings: tuple[Finding, ...], sentence: str) -> None:
    """Changes that nobody reads, and those that are read without harm, have a sentence each."""
    told = comment.render(replace(FAILED, findings=findings), AROUND)

    assert sentence.replace("{}", UNCOVERED.flaw.operation or CHANGE) in told


@pytest.mark.parametrize(
    ("verdict", "heading"),
    [
        (PASSED, "Nobody breaks"),
        (INCONCLUSIVE, "Nobody is known to break, but not all that is required was seen"),
        (replace(PASSED, status=Status.BROKEN), "The gate itself broke"),
        (replace(PASSED, status=Status.INTERRUPTED), "The gate was interrupted"),
    ],
)
def test_a_comment_clears_itself(verdict: Verdict, heading: str) -> None:
    """Every verdict has the same marker, so that its comment takes the place of the last one."""
    told = comment.render(verdict, AROUND)
    mended = "Whatever an earlier run told here is mended." in told

    assert told.splitlines()[0] == comment.render(FAILED, AROUND).splitlines()[0]
    assert told.splitlines()[1] == f"## {heading}"
    assert mended == (verdict is PASSED)


def test_each_workspace_has_its_comment() -> None:
    """Two workspaces of one repository do not overwrite each other, whatever they are called."""
    odd = comment.marker(Surroundings(prefix="a --> b/"))

    assert comment.marker(Surroundings()) == "<!-- contract-harness: . -->"
    assert gfm.html(odd + "\n") == [odd + "\n"]


def test_an_advisory_gate_says_so() -> None:
    """Who breaks is told all the same, and that nothing fails by it."""
    told = comment.render(replace(FAILED, advisory=True), AROUND)

    assert "The policy is advisory: nothing of this fails the gate." in told
    assert told.splitlines()[1] == "## `orders` breaks at `$.on_hand`"


@pytest.mark.parametrize("render", [comment.render, summary.render, page.render])
def test_what_came_from_a_snapshot_is_told(render: Render) -> None:
    """Whoever reads a verdict over a snapshot sees its age and origin."""
    use = SnapshotUse("s.json", "2026-01-01T00:00:00+00:00", "a" * 40, True, 3, ("a.json",))
    told = render(replace(FAILED, snapshot=use), AROUND)

    assert "snapshot: s.json of commit " in told
    assert "3 days ago: 1 file taken from it" in told
    assert "snapshot: " not in render(FAILED, AROUND)


def test_the_example_of_the_contract_is_told_beside_the_reply() -> None:
    """A reader sees what is sent now and what the contract shows."""
    finding = replace(changed(), flaw=replace(changed().flaw, example='"a"'))
    told = comment.render(replace(FAILED, findings=(finding,)), AROUND)

    assert 'The contract\'s own example holds `"a"` there.' in told


def test_silence_is_told() -> None:
    """What was not observed stands in a comment beside what was found."""
    told = comment.render(INCONCLUSIVE, AROUND)

    assert "- `verify:orders`: `the service did not start: it exited with 1`" in told


def test_what_is_waived_is_not_told_as_a_break() -> None:
    """A comment tells what fails; the page has the rest in a line each."""
    told, page = comment.render(WAIVED, AROUND), summary.render(WAIVED, AROUND)

    assert BROKEN_PROMISE.check not in told
    assert CRASH.check in told
    assert f"- error waived `{BROKEN_PROMISE.check}`" in page
    assert f"- information `{UNCOVERED.check}`" in page


@pytest.mark.parametrize(
    ("leg", "operation", "check", "word"),
    [
        (Leg.FIT, "GET /a", "reply-not-accepted", "reply"),
        (Leg.FIT, "GET /a", "request-not-accepted", "request"),
        (Leg.FIT, "orders.created", "reply-not-accepted", "message"),
        (Leg.CONSUMER, "orders.created", "reply-crashes-consumer", "reply"),
    ],
)
def test_a_witness_is_called_what_it_is(leg: Leg, operation: str, check: str, word: str) -> None:
    """A request that is refused is not told as a reply."""
    finding = replace(changed(operation=operation, rule=""), leg=leg, check=check)

    assert f"The {word} that shows it:" in comment.render(
        replace(FAILED, findings=(finding,)), AROUND
    )


@BOTH
def test_ten_thousand_findings_fit(render: Render) -> None:
    """Within seconds and the limits, and what is left out is counted."""
    verdict = many(10_000)
    begun = time.process_time()
    text = render(verdict, AROUND)
    took_s = time.process_time() - begun
    limit = 65_536 if render is comment.render else 1024 * 1024
    failing = sum(1 for one in verdict.findings if one.severity is Severity.ERROR)
    total = failing if render is comment.render else len(verdict.findings)
    shown = text.count("\n### `") + text.count("\n- warning ") + text.count("\n- information ")

    assert took_s < 5
    assert limit * 0.8 < len(text.encode()) <= limit
    assert f"And {total - shown:,} more findings" in text
    assert gfm.prose(text)


def test_a_page_fits_what_room_is_left() -> None:
    """Where others have written to the page of the build, less is told."""
    text = summary.render(many(1000), replace(AROUND, summary_bytes=30_000))

    assert len(text.encode()) <= 30_000
    assert "more findings." in text


def test_many_edges_fit_a_page() -> None:
    """A system of thousands of edges does not fill the page with them."""
    edges = tuple(
        EdgeReport(Edge(Pair(f"c{n}", "p"), f"GET /{n}"), legs(*[LegStatus.TESTED] * 3))
        for n in range(3000)
    )
    text = summary.render(replace(many(100), edges=edges), AROUND)

    assert "And 2,500 more edges." in text
    assert len(text.encode()) < 300_000
