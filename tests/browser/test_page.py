"""The page in a browser: what it loads, filters, copies and prints, and whether it can be read."""

from __future__ import annotations

from time import perf_counter
from urllib.parse import quote

import pytest

from harness.domain.verdict import Verdict
from tests.browser.chromium import Chromium
from tests.browser.conftest import Show
from tests.browser.contrasts import CONTRASTS
from tests.reports.page_samples import CLEAN, SHOP, evil, many

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("browser")]

SHOWN = "[...document.querySelectorAll('.finding:not([hidden])')].map(one => one.dataset.check)"
COUNT = "document.getElementById('count').textContent"
COMPLAINTS = {"Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled"}
FRAGMENT = "decodeURIComponent(location.hash)"
SAMPLES = pytest.mark.parametrize("verdict", [SHOP, CLEAN, evil()], ids=["shop", "clean", "evil"])


@SAMPLES
def test_a_page_loads_itself_alone(show: Show, verdict: Verdict) -> None:
    """Nothing is asked of any host, nothing is refused by the policy, nothing is complained of."""
    browser = show(verdict)
    asked = [
        one["params"]["request"]["url"]
        for one in browser.events
        if one["method"] == "Network.requestWillBeSent"
    ]
    complaints = [
        one
        for one in browser.events
        if one["method"]
        in ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")
    ]

    assert [one for one in asked if not one.startswith(("file:", "data:"))] == []
    assert len([one for one in asked if one.startswith("file:")]) == 1
    assert complaints == []


@SAMPLES
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_a_page_is_as_wide_as_its_screen(show: Show, verdict: Verdict, width: int) -> None:
    """Nothing makes the page scroll sideways."""
    page = "document.documentElement"

    assert show(verdict, width=width).evaluate(f"{page}.scrollWidth - {page}.clientWidth") == 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@SAMPLES
def test_every_text_can_be_read(show: Show, verdict: Verdict, dark: bool) -> None:
    """On the ground that it really has, with everything unfolded."""
    browser = show(verdict, dark=dark)
    browser.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")

    assert browser.evaluate(CONTRASTS) == []


def choose(browser: Chromium, name: str, value: str) -> None:
    """Fill in a field of the filter, as a person would."""
    browser.evaluate(
        f"(field => {{ field.value = {value!r};"
        "field.dispatchEvent(new Event('input', {bubbles: true})); })"
        f"(document.querySelector('#filter [name={name}]'))"
    )


@pytest.mark.parametrize(
    ("name", "value", "checks"),
    [
        ("owner", "team-orders", ["reply-crashes-consumer"]),
        ("check", "service-crashes", ["service-crashes"]),
        ("severity", "warning", ["status-undocumented"]),
        ("severity", "waived", ["interaction-not-honoured"]),
        ("service", "storefront", ["reply-not-accepted"]),
        ("edge", "orders:inventory", ["reply-crashes-consumer", "interaction-not-honoured"]),
        ("q", "KEYERROR on_hand allows", ["reply-crashes-consumer"]),
        ("q", "nothing holds this", []),
    ],
)
def test_the_filter_leaves_what_was_asked_for(
    show: Show, name: str, value: str, checks: list[str]
) -> None:
    """It counts what is left, hides what is empty, and stands in the address."""
    browser = show(SHOP)
    assert browser.evaluate(COUNT) == "7 findings"
    choose(browser, name, value)

    assert browser.evaluate(SHOWN) == checks
    assert browser.evaluate(COUNT) == f"{len(checks)} of 7 findings"
    assert browser.evaluate("document.querySelectorAll('.group:not([hidden])').length") == len(
        checks if name != "edge" else ["errors", "waived"]
    )
    assert browser.evaluate(FRAGMENT) == f"#{name}={value.replace(' ', '+')}"


@pytest.mark.parametrize(
    ("fragment", "checks"),
    [
        ("#owner=team-inventory&severity=error", ["service-crashes"]),
        ("#service=orders&q=409", ["response-schema-violated", "status-undocumented"]),
        ("#owner=nobody-has-this-name", []),
    ],
)
def test_a_shared_address_filters_at_once(show: Show, fragment: str, checks: list[str]) -> None:
    """A name that nothing has leaves nothing, and is not passed over."""
    assert sorted(show(SHOP, fragment).evaluate(SHOWN)) == checks


def test_the_filter_can_be_taken_back(show: Show) -> None:
    """All is shown again, and the address is plain."""
    browser = show(SHOP, "#owner=team-inventory")
    browser.evaluate(
        "new Promise(done => { document.querySelector('[type=reset]').click();"
        "setTimeout(done, 50); })"
    )

    assert browser.evaluate(COUNT) == "7 findings"
    assert browser.evaluate("location.href").endswith("gate.html")


def test_a_link_to_a_finding_opens_it(show: Show) -> None:
    """Also where a filter hides it, which then gives way."""
    first = SHOP.findings[0]
    anchor = f"finding-{first.fingerprint.replace(':', '-')}"
    browser = show(SHOP, f"#{anchor}")
    is_open = f"document.getElementById('{anchor}').open"
    assert browser.evaluate(is_open) is True

    browser = show(SHOP, "#check=service-crashes")
    browser.evaluate(
        f"new Promise(done => {{ location.hash = '{anchor}'; setTimeout(done, 100); }})"
    )
    assert browser.evaluate(is_open) is True
    assert browser.evaluate(COUNT) == "7 findings"


def test_a_service_on_the_map_leads_to_its_findings(show: Show) -> None:
    """A click filters, whatever the service is called."""
    browser = show(SHOP)
    browser.evaluate(
        "new Promise(done => { document.querySelector('.map a[href=\"#service=catalog\"]')"
        ".dispatchEvent(new MouseEvent('click', {bubbles: true})); setTimeout(done, 100); })"
    )

    assert browser.evaluate(SHOWN) == ["reply-not-accepted"]


def test_an_arrow_on_the_map_leads_to_its_edges(show: Show) -> None:
    """The rows of its consumer and provider come into view."""
    browser = show(SHOP)
    top = (
        "new Promise(done => { const link = document.querySelector('.map a[href^=\"#pair-\"]');"
        "link.dispatchEvent(new MouseEvent('click', {bubbles: true}));"
        "setTimeout(() => done(document.querySelector(link.getAttribute('href'))"
        ".getBoundingClientRect().top), 100); })"
    )

    assert 0 <= browser.evaluate(top) < 400


def test_a_line_is_copied(show: Show) -> None:
    """The button says so, and the clipboard holds the line."""
    browser = show(SHOP)
    browser.send("Browser.grantPermissions", permissions=["clipboardReadWrite"])
    told = browser.evaluate(
        "new Promise(done => { const button = document.querySelector('.finding[open] .copy');"
        "button.click(); setTimeout(async () => done([button.textContent,"
        "await navigator.clipboard.readText()]), 200); })"
    )

    assert told == ["Copied", next(f.reproduce for f in SHOP.findings if f.fails)]


def test_the_keyboard_is_enough(show: Show) -> None:
    """Tab leads through links, map, filter and findings; Enter opens one."""
    browser = show(SHOP)
    browser.evaluate("document.querySelectorAll('.finding').forEach(one => { one.open = false; })")
    reached: list[str] = []
    for _ in range(60):
        browser.press("Tab")
        reached.append(
            browser.evaluate(
                "(one => one.name || one.closest('.finding')?.dataset.check || one.tagName)"
                "(document.activeElement)"
            )
        )
        if reached[-1] == "service-crashes":
            break
    browser.press("Enter", "\r")

    assert {"q", "owner", "severity"} <= set(reached)
    assert browser.evaluate("document.activeElement.parentElement.open") is True
    assert browser.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_without_scripts_all_can_be_read(show: Show, browser: Chromium) -> None:
    """What only scripts can do is not offered."""
    browser.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        show(SHOP)
        hidden = "[...document.querySelectorAll('#filter, .copy')].every(one => one.hidden)"
        assert browser.evaluate(hidden) is True
        assert len(browser.evaluate(SHOWN)) == 7
    finally:
        browser.send("Emulation.setScriptExecutionDisabled", value=False)


def test_on_paper_everything_is_unfolded(show: Show, browser: Chromium) -> None:
    """And what can only be clicked is left out."""
    show(SHOP)
    browser.look(800, media="print")
    heights = (
        "[...document.querySelectorAll('.finding > .body')]"
        ".map(one => one.getBoundingClientRect().height)"
    )

    assert min(browser.evaluate(heights)) > 20
    assert browser.evaluate(
        "[...document.querySelectorAll('nav, #filter, button')]"
        ".every(one => getComputedStyle(one).display === 'none')"
    )
    assert browser.paper().startswith(b"%PDF")


def test_two_thousand_findings_are_opened_and_filtered_at_once(show: Show) -> None:
    """
    A page of two thousand findings waits for nobody.

    Units: the limits are many times what a quiet machine takes, for tests share theirs.
    """
    verdict = many(2000)
    began = perf_counter()
    browser = show(verdict)
    opened = perf_counter() - began
    timed = (
        "(() => {{ const field = document.querySelector('#filter [name={name}]');"
        "const began = performance.now(); field.value = {value};"
        "field.dispatchEvent(new Event('input', {{bubbles: true}}));"
        "document.body.offsetHeight; return performance.now() - began; }})()"
    )
    by_owner = browser.evaluate(timed.format(name="owner", value="'team-3'"))
    by_text = browser.evaluate(timed.format(name="q", value="'things/1'"))

    assert browser.evaluate(f"{SHOWN}.length") > 0
    assert opened < 15
    assert by_owner < 1000
    assert by_text < 1500


def test_a_hostile_service_can_be_asked_for(show: Show) -> None:
    """A name of markup and controls is a value like any other."""
    browser = show(evil())
    name = browser.evaluate("document.querySelector('#filter [name=service]').options[1].value")
    browser = show(evil(), f"#service={quote(name)}")

    assert browser.evaluate(SHOWN) != []
    assert browser.evaluate("document.querySelector('#filter [name=service]').value") == name
