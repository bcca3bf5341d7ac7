"""The verdict as one page, read by a parser that others wrote."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest

from harness.domain.traffic import Exchange, HttpReply, HttpRequest
from harness.domain.verdict import Status, Verdict
from harness.domain.waiver import Renaming
from harness.pages.colours import DARK, LIGHT
from harness.pages.markup import prose
from harness.reports import page
from harness.reports.page_values import laid_out, sides
from harness.reports.surroundings import Surroundings
from tests.reports.contrast import contrast
from tests.reports.page_samples import CLEAN, CRASHES, EVIL, REFUSED, SHOP, evil, many
from tests.reports.parsers import parser
from tests.reports.samples import CRASH, FAILED, HOSTILE, INCONCLUSIVE, PASSED, WAIVED

PAGES = {
    "shop": SHOP,
    "clean": CLEAN,
    "evil": evil(),
    "many": many(60),
    "passed": PASSED,
    "failed": FAILED,
    "inconclusive": INCONCLUSIVE,
    "interrupted": replace(PASSED, status=Status.INTERRUPTED),
    "broken": replace(FAILED, status=Status.BROKEN),
    "waived": WAIVED,
    "hostile": HOSTILE,
    "empty": replace(PASSED, edges=(), steps=(), operations=(), left_out=()),
}
AROUND = Surroundings(source_url="https://example.org/blob/1/", run_url="https://example.org/run")
FILTERS = {"owner", "service", "edge", "check", "severity"}
SVG = "{http://www.w3.org/2000/svg}"


def read(verdict: Verdict, around: Surroundings = AROUND) -> Any:
    """The tree of a page; whatever a strict reader objects to is an error."""
    found = parser("html5lib").HTMLParser(strict=True, namespaceHTMLElements=False)
    return found.parse(page.render(verdict, around))


def text_of(element: Any) -> str:
    """All text in an element, as it is read."""
    return " ".join("".join(element.itertext()).split())


def by_class(tree: Any, name: str) -> list[Any]:
    """All elements of a class."""
    return [one for one in tree.iter() if name in one.get("class", "").split()]


@pytest.fixture(params=PAGES)
def tree(request: pytest.FixtureRequest) -> Any:
    """Every kind of page."""
    return read(PAGES[request.param])


def test_a_page_is_whole(tree: Any) -> None:
    """It parses without an error, has its parts, and a title that says the verdict."""
    assert [one.tag for one in tree] == ["head", "body"]
    assert tree.find("head/title").text
    assert [one.get("id") for one in tree.findall("body/main/section")][:4] == [
        "next",
        "map",
        "edges",
        "findings",
    ]


def test_a_page_loads_nothing(tree: Any) -> None:
    """Neither an element nor a style names anything that would have to be fetched."""
    for one in tree.iter():
        assert not {"src", "srcset", "style", "action", "ping"} & set(one.attrib)
        assert not [name for name in one.attrib if name.startswith("on")]
        if one.tag == "link":
            assert one.get("href").startswith("data:image/svg+xml,")
        elif "href" in one.attrib:
            assert one.get("href").startswith(("#", "https://example.org/"))
    (style,) = tree.iter("style")
    assert not re.search(r"url\(|@import|http", style.text)


def test_a_page_allows_its_own_script_and_style_alone(tree: Any) -> None:
    """The policy names their digests, and forbids all else."""
    (meta,) = [one for one in tree.iter("meta") if one.get("http-equiv")]
    policy = dict(each.strip().split(" ", 1) for each in meta.get("content").split(";"))
    own = {"style-src": tree.find("head/style"), "script-src": tree.find("body/script")}
    for name, one in own.items():
        digest = base64.b64encode(hashlib.sha256(one.text.encode()).digest()).decode()
        assert policy[name] == f"'sha256-{digest}'"

    assert policy["default-src"] == "'none'"
    assert set(policy) == {
        *("default-src", "style-src", "script-src", "img-src", "base-uri", "form-action")
    }
    assert len(list(tree.iter("script"))) == len(list(tree.iter("style"))) == 1


def test_links_lead_somewhere(tree: Any) -> None:
    """To a part of the page that is there, or to a filter whose value can be chosen."""
    ids = [one.get("id") for one in tree.iter() if one.get("id")]
    choices = {
        select.get("name"): {option.get("value") for option in select.iter("option")}
        for select in tree.iter("select")
    }
    for href in (one.get("href", "") for one in tree.iter() if one.tag in ("a", f"{SVG}a")):
        if "=" in href and href.startswith("#"):
            ((name, value),) = parse_qsl(href[1:])
            is_of_map = name == "service" and value not in choices.get(name, ())
            assert value in choices.get(name, ()) or is_of_map
        elif href.startswith("#"):
            assert href[1:] in ids

    assert len(ids) == len(set(ids))


def test_a_page_can_be_heard(tree: Any) -> None:
    """One first heading, none left out below it, tables with headers, fields with labels."""
    levels = [int(one.tag[1]) for one in tree.iter() if re.fullmatch(r"h[1-6]", str(one.tag))]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(later - one <= 1 for one, later in pairwise(levels))
    assert all(one.get("scope") in ("col", "row", "rowgroup") for one in tree.iter("th"))
    labelled = [one for label in tree.iter("label") for one in label.iter() if text_of(label)]
    assert all(one in labelled for kind in ("input", "select") for one in tree.iter(kind))
    for one in tree.iter(f"{SVG}svg"):
        assert one.get("aria-label")
    for kind in ("a", "button", "summary", f"{SVG}a"):
        assert all(text_of(one) or one.get("aria-label") for one in tree.iter(kind))
    assert tree.get("lang") == "en"


def test_text_from_outside_does_no_harm(tree: Any) -> None:
    """No control character, surrogate or sign that turns the order of reading is left."""
    for one in tree.iter():
        for text in (one.text or "", one.tail or "", *one.attrib.values()):
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e]", text)


def test_hostile_names_stay_text() -> None:
    """Markup in every field is shown, and makes no element."""
    tree = read(evil())
    shown = text_of(tree)

    assert shown.count("<script>alert(1)</script>") > 30
    assert "alert" not in tree.find("body/script").text
    assert {one.get("class", "") for one in tree.iter("details") if "data-check" in one.attrib} == {
        "finding"
    }
    assert len([one for one in tree.iter("bdi") if "שלום" in text_of(one)]) > 3
    assert EVIL.split("\n")[0] in text_of(by_class(tree, "message")[0])


def finding_in(verdict: Verdict, check: str) -> Any:
    """The first finding of a check on a page."""
    return next(one for one in by_class(read(verdict), "finding") if one.get("data-check") == check)


def test_expected_and_seen_stand_side_by_side() -> None:
    """So do the witness and the pact's example, with what differs marked."""
    found = finding_in(SHOP, "reply-not-accepted")
    pairs = [[text_of(term) for term in one.iter("dt")] for one in by_class(found, "sides")]

    assert pairs == [["expected", "seen"], ["witness: what shows it", "the pact's example"]]
    assert [text_of(one) for one in found.iter("mark")] == ['"currency": null', '"currency": "EUR"']


def test_a_finding_says_all_there_is() -> None:
    """What to do, the line to paste, the requests, the place, and who owns it."""
    found = finding_in(SHOP, "service-crashes")
    shown = text_of(found)

    assert "What to do: handle what the documented request may hold" in shown
    assert f"See it again: {CRASH.reproduce}" in shown
    assert [text_of(one)[:5] for one in found.find(".//ol").iter("pre")] == [
        *("curl ", "→ 201", "curl ", "→ 500")
    ]
    assert found.find(".//dl[@class='terms']//a").get("href") == (
        "https://example.org/blob/1/services/inventory/app.py#L41"
    )
    for part in (
        "owner team-inventory",
        "leg provider keeps its word",
        "by-code, seen 1,204 times",
    ):
        assert part in shown


def test_findings_are_grouped_by_what_they_weigh() -> None:
    """What fails comes first and is open; what weighs nothing today comes last."""
    tree = read(SHOP)
    groups = [text_of(one.find("h3")) for one in by_class(tree, "group")]
    opened = [one.get("data-check") for one in by_class(tree, "finding") if "open" in one.attrib]

    assert groups == [
        "Errors 3",
        "Warnings 1",
        "Information 1",
        "Flaky: they did not come back 1",
        "Waived: somebody answers for them 1",
    ]
    assert opened == ["service-crashes", "reply-crashes-consumer", "reply-not-accepted"]


def test_a_failed_run_says_who_must_do_what() -> None:
    """Each owner with the first of its errors, then what could not be seen with its hint."""
    steps = [text_of(one) for one in read(SHOP).find(".//ol[@class='next']")]

    assert [one.split(":")[0][:40] for one in steps] == [
        "Mend 1 error of team-orders. orders fail",
        "Mend 1 error of team-catalog. catalog ma",
        "Mend 1 error of team-inventory. the serv",
        "Let it be seen",
        "Let it be seen",
    ]
    assert "run it by hand: harness services run orders" in steps[3]


def test_many_owners_are_cut_and_it_is_said() -> None:
    """Five are named, and the others are counted."""
    steps = [text_of(one) for one in read(many(140)).find(".//ol[@class='next']")]

    assert len([one for one in steps if one.startswith("Mend")]) == 5
    assert "2 more owners must mend errors" in steps


def test_a_run_that_passed_asks_for_nothing() -> None:
    """And warnings are to be read."""
    assert "Nothing: what is required was seen" in text_of(read(CLEAN))
    warned = replace(CLEAN, findings=(SHOP.findings[5],))
    assert "Read 1 warning, which nothing waits for." in text_of(read(warned))


def test_every_leg_of_every_edge_is_in_the_table() -> None:
    """With a sign beside its colour, its words, and the reason where nothing was seen."""
    table = read(SHOP).find(".//table[@class='edges']")
    rows = [
        [text_of(cell) for cell in row]
        for body in table.iter("tbody")
        for row in body.iter("tr")
        if row.get("id")
    ]

    assert rows[1] == [
        "GET /stock/{sku}",
        "✕ failed 2 findings",
        "≡ proven",
        "✕ failed 2 findings, types",
        "2 findings",
    ]
    assert rows[-1] == [
        "(no operation known)",
        "? missing nothing was verified",
        "– not looked at",
        "? missing nothing was verified",
        "none",
    ]


def test_the_map_leads_to_the_edges() -> None:
    """Each arrow is a link to the rows of its consumer and provider."""
    tree = read(SHOP)
    (image,) = tree.iter(f"{SVG}svg")
    links = [one.get("href") for one in image.iter(f"{SVG}a")]
    bodies = [one.get("id") for one in tree.find(".//table[@class='edges']").iter("tbody")]

    assert [one[1:] for one in links if one.startswith("#pair-")] == bodies
    assert [unquote(one) for one in links if not one.startswith("#pair-")] == [
        f"#service={one.name}" for one in SHOP.participants
    ]
    assert [text_of(one) for one in image.iter(f"{SVG}g") if one.get("class") == "count"] == [
        "✕ 1",
        "✕ 2",
    ]


def test_the_map_of_a_slice_says_so() -> None:
    """Else a service whose links nobody looked at would seem to have none."""
    part = text_of(read(replace(SHOP, is_slice=True)))

    assert "A part of the system was asked for" in part
    assert "Run the whole system with these settings: harness gate --seed 0" in part
    assert "A part of the system was asked for" not in text_of(read(SHOP))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("may be `null`: see `$.a`", "may be <code>null</code>: see <code>$.a</code>"),
        ("`<b>`\nand `more", "`&lt;b&gt;` and `more"),
        ("", ""),
    ],
)
def test_what_stands_between_backticks_is_code(text: str, written: str) -> None:
    """Where they go in pairs; nothing else is markup."""
    assert prose(text) == written


def test_an_address_that_is_none_is_no_link() -> None:
    """What the environment says of the build is not believed to be an address."""
    around = Surroundings(source_url="javascript:alert(1)//", run_url="javascript:alert(1)")

    assert not [one for one in read(SHOP, around).iter("a") if "script:" in one.get("href", "")]


def test_ids_outlive_a_run() -> None:
    """A link to a finding or an edge leads to the same one after others have gone."""
    whole = {one.get("id") for one in read(SHOP).iter() if one.get("id")}
    later = replace(SHOP, findings=SHOP.findings[2:4], edges=SHOP.edges[1:], seed=7)
    kept = {one.get("id") for one in read(later).iter() if one.get("id")}

    assert kept < whole


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('{"b":1,"a":[]}', ["{", '  "b": 1,', '  "a": []', "}"]),
        ('200 application/json  {"a": null}', ["200 application/json", "{", '  "a": null', "}"]),
        ("no reply: {closed", ["no reply: {closed"]),
        ('"text"', ['"text"']),
        ("12", ["12"]),
        ("[" * 100_000, ["[" * 100_000]),
    ],
)
def test_values_are_laid_out(text: str, lines: list[str]) -> None:
    """JSON in lines, also behind a status; anything else as it is."""
    assert laid_out(text).split("\n") == lines


def test_a_value_that_stands_alone_is_shown_alone() -> None:
    """Without its other side nothing is marked, and of nothing there is nothing."""
    alone = sides((("witness", '{"a": 1}'), ("example", "")))

    assert sides((("witness", ""), ("example", ""))) is None
    assert alone is not None
    assert ("<dt>witness</dt>" in alone, "<mark>" in alone, "example" in alone) == (
        True,
        False,
        False,
    )


def test_values_that_have_little_in_common_are_not_marked() -> None:
    """To mark nearly every line would say nothing."""
    one, other = '{"a": 1, "b": [1, 2, 3], "c": 4}', '{"a": 2, "b": [], "d": 5}'
    shown = sides((("witness", one), ("example", other)))

    assert shown is not None
    assert "<mark>" not in shown


def test_long_values_are_cut_and_it_is_said() -> None:
    """Bodies and details beyond any use do not swell the page."""
    exchange = Exchange(HttpRequest("POST", "/a", (), "x" * 10**6), HttpReply(200, (), "y" * 10**6))
    flaw = replace(REFUSED.flaw, detail="z" * 10**6, exchanges=(exchange,), witness="w" * 10**6)
    text = page.render(replace(SHOP, findings=(replace(REFUSED, flaw=flaw),)))

    assert len(text) < 150_000
    assert text.count("(1,000,000 characters)") == 4


def test_style_names_every_colour_in_one_place() -> None:
    """All colours come from the palette, which is held to its contrast."""
    rules = page.render(SHOP).split("</style>")[0].split("*, *::before")[1]

    assert not re.search(r"#[0-9a-f]{3,8}\b|\brgb|\bhsl", rules)
    assert set(re.findall(r"var\(--(\w+)\)", rules)) <= set(LIGHT) == set(DARK)
    assert all(contrast(colours["bad"], colours["back"]) >= 4.5 for colours in (LIGHT, DARK))


def test_the_same_verdict_gives_the_same_bytes() -> None:
    """Nothing in a page depends on when it was written."""
    assert page.render(SHOP, AROUND) == page.render(SHOP, AROUND)


def test_a_finding_is_told_with_what_stands_beside_it() -> None:
    """Other checks, changes and a waiver are named where there are any."""
    flaw = replace(CRASHES.flaw, rule="property-removed")
    also = (("breaking-change", CRASHES.severity, "type-changed"),)
    shown = text_of(
        finding_in(
            replace(SHOP, findings=(replace(CRASHES, flaw=flaw, also=also),)),
            "reply-crashes-consumer",
        )
    )

    assert "told as well by breaking-change" in shown
    assert "changes property-removed, type-changed" in shown
    assert "waived by ada until 2030-06-15: agreed with team-orders" in text_of(read(SHOP))


def test_a_softened_exit_is_said_at_the_top() -> None:
    """A page of an advisory gate says the true verdict, and that it does not fail."""
    tree = read(replace(SHOP, advisory=True))

    assert "the exit code is softened to 0" in text_of(tree.find("body/header"))
    assert text_of(tree.find("body/header//h1")) == "Failed"
    assert "softened" not in text_of(read(SHOP).find("body/header"))


def test_waivers_are_listed_with_what_to_do_about_them() -> None:
    """Stale ones can be taken out, and those of a service renamed carried over."""
    endless = replace(SHOP.waivers[0], waiver=replace(SHOP.waivers[0].waiver, until=None))
    renamed = Renaming("stock", "inventory", 2)
    verdict = replace(SHOP, waivers=(endless, *SHOP.waivers[1:]), renamings=(renamed,))
    shown = text_of(read(verdict).find(".//section[@id='run']"))

    assert "Take out 1 stale waiver: harness baseline --prune" in shown
    assert "2 waivers of it would hold for findings of inventory" in shown
    assert "Carry them over: harness baseline --renamed stock=inventory" in shown
    assert "no last day" in shown


def parts(tree: Any) -> Iterator[str]:
    """The names of the parts of a page."""
    return (one.get("id") for one in tree.findall("body/main/section"))


def test_what_was_not_observed_is_a_part_where_there_is_any() -> None:
    """With what is required first, and what was left out at the end."""
    tree = read(SHOP)
    titles = [text_of(one) for one in tree.find(".//section[@id='unobserved']").iter("h3")]

    assert titles == ["Required: the verdict waits for it", "Not required", "Left out"]
    assert "unobserved" not in parts(read(PAGES["empty"]))
