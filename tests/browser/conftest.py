"""A browser for all tests of this directory, where the machine has one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.domain.verdict import Verdict
from harness.reports import page
from tests.browser.chromium import Chromium, installed, running

Show = Callable[..., Chromium]


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """
    Start a browser.

    Shape: no registry of Python packages has one, so that a machine without one skips these tests;
    HARNESS_REQUIRE_BROWSER=1 lets them fail instead.
    """
    if not installed():
        why = "no Chromium is installed: apt-get install chromium"
        if os.environ.get("HARNESS_REQUIRE_BROWSER") == "1":
            pytest.fail(why)
        pytest.skip(why)
    with running(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture
def show(browser: Chromium, tmp_path: Path) -> Show:
    """Write the page of a verdict and open it, with a fragment and at a size."""

    def opened(
        verdict: Verdict, fragment: str = "", width: int = 1280, *, dark: bool = False
    ) -> Chromium:
        file = tmp_path / "gate.html"
        file.write_text(page.render(verdict), "utf-8")
        browser.look(width, dark=dark)
        browser.open(f"{file.as_uri()}{fragment}")
        return browser

    return opened
