"""The broker's pages in a browser: on a phone and a desk, in light and dark, and on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.broker.server.asgi import Served
from tests.broker.server.broker import Broker, running
from tests.broker.server.serving import listening
from tests.broker.server.systems import HOSTILE, a_shop, encoded, hostile
from tests.broker.store.databases import fresh, migrated
from tests.browser.chromium import Chromium
from tests.browser.contrasts import CONTRASTS

pytestmark = [pytest.mark.tools, pytest.mark.slow, pytest.mark.xdist_group("browser")]

PATHS = {
    "shop": (
        "/",
        "/network",
        "/pacts/provider/inventory/consumer/orders/latest",
        "/pacts/provider/inventory/consumer/orders/latest/verification-results/latest",
        "/matrix",
        "/matrix/provider/inventory/consumer/orders",
        "/can-i-deploy?pacticipant=orders&version=1.4.0&environment=test",
        "/pacticipants",
        "/pacticipants/orders",
        "/pacticipants/orders/versions/1.4.0",
        "/environments",
        "/dashboard/provider/inventory/consumer/orders",
        "/pacticipants/orders/branches/feat%2Fmore/versions",
        "/pacts/provider/inventory/consumer/orders/version/1.4.0/triggered-webhooks",
        "/webhooks",
        "/no/such/page",
    ),
    "hostile": (
        "/",
        "/network",
        "/pacticipants",
        "/environments",
        encoded("pacts", "provider", HOSTILE[0], "consumer", HOSTILE[4], "latest"),
        encoded("matrix", "provider", HOSTILE[0], "consumer", HOSTILE[4]),
        encoded("dashboard", "provider", HOSTILE[0], "consumer", HOSTILE[4]),
        encoded("pacticipants", HOSTILE[4]),
        encoded("pacticipants", HOSTILE[4], "versions", HOSTILE[4]),
    ),
    "empty": ("/", "/network", "/pacticipants", "/environments", "/can-i-deploy", "/webhooks"),
}
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
UNFOLD = "document.querySelectorAll('details').forEach(one => { one.open = true; })"
COMPLAINTS = {"Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled"}
MADE: dict[str, Callable[[Broker], object]] = {
    "shop": a_shop,
    "hostile": hostile,
    "empty": lambda _: None,
}


@contextmanager
def served(name: str, directory: Path) -> Iterator[str]:
    """A broker at an address, with what is in it."""
    (directory / "kept").mkdir()
    with (
        migrated("sqlite", directory) as url,
        fresh(url, directory / "kept") as kept,
        running(kept) as broker,
    ):
        assert broker.application
        MADE[name](broker)
        with listening(Served(broker.application)) as address:
            yield address


@pytest.fixture(scope="module", params=PATHS)
def addresses(
    request: pytest.FixtureRequest, browser: Chromium, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[str]]:
    """The pages of a broker."""
    with served(request.param, tmp_path_factory.mktemp(request.param)) as base:
        yield [base + path for path in PATHS[request.param]]


@pytest.mark.parametrize(("width", "dark"), [(320, True), (390, False), (1280, True)])
def test_pages_fit_their_screen_and_can_be_read(
    browser: Chromium, addresses: list[str], width: int, dark: bool
) -> None:
    """None scrolls sideways, makes the browser complain, or has a text that is hard to read."""
    for address in addresses:
        browser.look(width, dark=dark)
        browser.open(address)
        asked = [
            one["params"]["request"]["url"]
            for one in browser.events
            if one["method"] == "Network.requestWillBeSent"
        ]
        complaints = [one for one in browser.events if one["method"] in COMPLAINTS]
        browser.evaluate(UNFOLD)

        assert browser.evaluate(WIDER) == 0, address
        assert browser.evaluate(CONTRASTS) == [], address
        assert {one for one in asked if one[:5] != "data:"} <= {
            address,
            f"{address.removesuffix('/')}/favicon.ico",
        } | {one for one in asked if one.endswith("/badge")}
        assert [one for one in complaints if "404" not in str(one)] == [], address


def test_on_paper_only_what_is_read_is_left(browser: Chromium, addresses: list[str]) -> None:
    """What can only be clicked or filled in is left out."""
    browser.look(800, media="print")
    browser.open(addresses[0])

    assert browser.evaluate(
        "[...document.querySelectorAll('nav, form')]"
        ".every(one => getComputedStyle(one).display === 'none')"
    )
    assert browser.paper().startswith(b"%PDF")
