"""The verdict as a badge."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from harness.domain.verdict import Status, Verdict
from harness.reports import badge
from harness.reports.surroundings import Surroundings
from tests.reports.contrast import contrast
from tests.reports.page_samples import SHOP
from tests.reports.samples import FAILED, FLAKY, INCONCLUSIVE, PASSED, WAIVED

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (PASSED, "passed"),
        (FAILED, "2 errors"),
        (WAIVED, "1 error"),
        (INCONCLUSIVE, "inconclusive"),
        (replace(PASSED, status=Status.INTERRUPTED), "interrupted"),
        (replace(FAILED, status=Status.BROKEN), "broken"),
        (replace(FAILED, findings=(FLAKY,)), "failed"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_badge_says_the_verdict_in_words(verdict: Verdict, words: str) -> None:
    """For eyes, and for those who hear the page."""
    image = ElementTree.fromstring(badge.render(verdict))

    assert [each.text for each in image.iter(f"{SVG}text")] == ["contracts", words]
    assert image.get("aria-label") == f"contracts: {words}"


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("inventory", "2 errors"),
        ("orders", "1 error"),
        ("orders:inventory", "1 error"),
        ("storefront:orders", "inconclusive"),
        ("storefront", "1 error"),
        ("stocktake", "passed"),
        ("newsletter", "not looked at"),
        ("nobody", "not looked at"),
    ],
)
def test_a_badge_of_a_service_or_an_edge(subject: str, words: str) -> None:
    """It says how that one stands, and of whom it speaks."""
    image = ElementTree.fromstring(badge.render(SHOP, Surroundings(subject=subject)))

    assert image.get("aria-label") == f"{subject}: {words}"


def test_a_leg_that_failed_by_what_is_told_elsewhere_is_no_pass() -> None:
    """Where no finding names an edge whose leg failed, its badge says so all the same."""
    image = badge.render(replace(SHOP, findings=()), Surroundings(subject="orders:inventory"))

    assert "orders:inventory: failed" in image


@pytest.mark.parametrize("status", Status)
def test_a_badge_can_be_read(status: Status) -> None:
    """White on each colour has the contrast that small text needs."""
    image = ElementTree.fromstring(badge.render(replace(PASSED, status=status)))
    colours = [each.get("fill", "") for each in image.iter(f"{SVG}rect")][1:]

    assert len(set(colours)) == 2
    assert all(contrast("#ffffff", each) >= 4.5 for each in colours)


def test_the_parts_of_a_badge_hold_their_text() -> None:
    """The image is as wide as its parts, and a text never wider than its part."""
    image = ElementTree.fromstring(badge.render(INCONCLUSIVE))
    widths = [float(each.get("width", "")) for each in image.iter(f"{SVG}rect")][1:]
    lengths = [float(each.get("textLength", "")) for each in image.iter(f"{SVG}text")]

    assert float(image.get("width", "")) == sum(widths)
    assert all(length < width for length, width in zip(lengths, widths, strict=True))


def test_text_of_a_badge_is_no_markup() -> None:
    """Whatever a badge is about stays text."""
    evil = "</text><script>alert('1')</script>&\x00\u202e\""
    image = ElementTree.fromstring(badge.badge(evil, "passed", "#1a7f37"))

    assert [each.tag for each in image.iter() if "script" in str(each.tag)] == []
    assert "</text><script>" in str(image.get("aria-label"))
