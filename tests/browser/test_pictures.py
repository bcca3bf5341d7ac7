"""
The pictures of the broker's pages that the documentation shows.

Shape: `UPDATE_SNAPSHOTS=1 HARNESS_SLOW_TESTS=1 pytest tests/browser/test_pictures.py` takes them
anew. A picture holds the words that it shows, without moments and commits, so that one that shows
older words than the page is known without anybody looking.
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.broker.server.asgi import Served
from tests.broker.server.broker import running
from tests.broker.server.serving import listening, served
from tests.broker.server.systems import a_shop
from tests.broker.store.databases import fresh, migrated
from tests.browser.chromium import Chromium
from tests.browser.png import small, words_of
from tests.docs.test_docs import DOCS
from tests.gate.release_train import BREAKING, CLEAN, MENDED, OURS, Repositories, Train

pytestmark = [pytest.mark.tools, pytest.mark.slow, pytest.mark.xdist_group("browser")]

BASE = "http://127.0.0.1:9292"
IMAGES = DOCS / "images"
MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
DIGEST = re.compile(r"\b[0-9a-f]{40}\b|\b[0-9a-f]{10}…")
TOP = """
[...document.querySelectorAll("h2")].find((one) => one.textContent === %s)
  .getBoundingClientRect().top - 16
"""
WIDTH = 960
MOST_BYTES = 80_000


@dataclass(frozen=True)
class Shot:
    """A page as it is to be seen: from its top, or from one of its headings on."""

    name: str
    path: str
    height: int
    dark: bool = False
    heading: str = ""

    def taken(self, browser: Chromium, address: str) -> None:
        """Hold the picture that is shown to what the page says now."""
        browser.look(WIDTH, self.height, dark=self.dark)
        browser.open(address + self.path)
        text: str = browser.evaluate("document.body.innerText")
        words = DIGEST.sub("COMMIT", MOMENT.sub("MOMENT", text))
        file = IMAGES / f"{self.name}.png"
        if os.environ.get("UPDATE_SNAPSHOTS") == "1":
            file.write_bytes(small(self._seen(browser), words))
        png = file.read_bytes()
        assert words_of(png) == words, f"{file.name}: UPDATE_SNAPSHOTS=1 takes it anew"
        assert len(png) < MOST_BYTES, file.name

    def _seen(self, browser: Chromium) -> bytes:
        # On a screen as high as the page, so that nothing has to be scrolled.
        high = browser.evaluate("document.documentElement.scrollHeight")
        browser.look(WIDTH, max(high, self.height), dark=self.dark)
        top = browser.evaluate(TOP % json.dumps(self.heading)) if self.heading else 0
        clip = {"x": 0, "y": top, "width": WIDTH, "height": self.height, "scale": 1}
        taken: str = browser.send("Page.captureScreenshot", clip=clip)["data"]
        return base64.b64decode(taken)


def test_the_page_of_the_broker_shows_what_it_looks_like(browser: Chromium, tmp_path: Path) -> None:
    """Of a shop in the middle of its life."""
    asked = "?pacticipant=orders&version=1.4.0&environment=test"
    pact = "/pacts/provider/inventory/consumer/orders/latest"
    (tmp_path / "kept").mkdir()
    with (
        migrated("sqlite", tmp_path) as url,
        fresh(url, tmp_path / "kept") as kept,
        running(kept) as broker,
    ):
        assert broker.application
        a_shop(broker)
        with listening(Served(broker.application, BASE)) as address:
            for shot in (
                Shot("broker-index", "/", 740),
                Shot("broker-can-i-deploy", f"/can-i-deploy{asked}", 760),
                Shot("broker-network", "/network", 470, dark=True),
                Shot("broker-changes", pact, 640, heading="Changes"),
            ):
                shot.taken(browser, address)


def test_the_release_train_shows_what_is_seen_on_the_way(
    browser: Chromium,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At each station of the tutorial, after its commands."""
    url = f"sqlite:///{tmp_path / 'broker.db'}"
    repositories = Repositories.below(tmp_path)
    # Links and commands name the address of the tutorial.
    with served(url) as process, served(url, "--base-url", BASE) as looked_at:
        train = Train(process.url, OURS, tmp_path, capsys, monkeypatch)
        for shot in _stations(repositories, train):
            shot.taken(browser, looked_at.url)


def _stations(repositories: Repositories, train: Train) -> Iterator[Shot]:
    """What is looked at on the way, when it is there."""
    orders, web, mobile = repositories.orders, repositories.web, repositories.mobile
    asked = "/can-i-deploy?pacticipant=orders&environment=production&version="
    orders.pull(CLEAN)
    train.publish(web)
    train.publish(mobile)
    yield Shot("train-published", "/", 460)
    assert train.gate(orders).code == 0
    for environment in ("test", "production"):
        train.create(orders, environment)
        for each in (orders, web, mobile):
            assert train.can_i_deploy(each, environment)[0]
            train.deploy(each, environment)
    yield Shot("train-environments", "/environments", 540)
    orders.pull(BREAKING)
    assert train.gate(orders).code == 1
    yield Shot("train-no", asked + orders.version, 570)
    yield Shot("train-network", "/network", 410, dark=True)
    orders.pull(MENDED)
    assert train.gate(orders).code == 0
    yield Shot("train-yes", asked + orders.version, 540)
    yield Shot("train-matrix", "/matrix/provider/orders/consumer/web", 540)
