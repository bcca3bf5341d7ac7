"""The map in a browser: whether its labels are where the layout believes them to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.domain.service_map import ServiceMap
from harness.reports import map_svg
from tests.browser.chromium import Chromium
from tests.maps.graphs import NAMES, a_map

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("browser")]

BOXES = """
[...document.querySelectorAll(".service")].map((one) => {
  const box = one.querySelector("rect").getBBox();
  const names = [...one.querySelectorAll(".name")].map((text) => text.getBBox());
  return names.every((text) => text.x >= box.x && text.x + text.width <= box.x + box.width
    && text.y >= box.y && text.y + text.height <= box.y + box.height) || one.textContent;
})
"""
SIGNS = """
(() => {
  const found = [...document.querySelectorAll(".sign")].map((one) => one.getBBox());
  const boxes = [...document.querySelectorAll(".service rect")].map((one) => one.getBBox());
  const meet = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width
    && a.y + 3 < b.y + b.height - 3 && b.y + 3 < a.y + a.height - 3;
  return found.filter((one) => boxes.some((box) => meet(one, box))).length
    + found.filter((one, at) => found.some((two, other) => other > at && meet(one, two))).length;
})()
"""


@pytest.mark.parametrize(
    "drawn",
    [a_map(5, 6), a_map(20, 30), a_map(60, 110), a_map(len(NAMES) + 3, 30)],
    ids=["5", "20", "60", "hostile"],
)
def test_labels_lie_in_their_boxes_and_upon_nothing(
    browser: Chromium, tmp_path: Path, drawn: ServiceMap
) -> None:
    """With the fonts that the machine has, and in whatever script a name is written."""
    file = tmp_path / "map.svg"
    file.write_text(map_svg.render(drawn), "utf-8")
    browser.look(1600)
    browser.open(file.as_uri())

    assert [one for one in browser.evaluate(BOXES) if one is not True] == []
    assert browser.evaluate(SIGNS) == 0
