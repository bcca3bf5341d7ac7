"""What one side changes turns exactly the edges whose other side does not cope."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.checks.catalog import CATALOG
from harness.domain.edge import Leg
from tests.alarm.misfit_faults import (
    HARMLESS,
    NOBODY_COPES,
    SOME_COPE,
    TOLD,
    Change,
    Turned,
)
from tests.shop import Outcome, Shop

pytestmark = [pytest.mark.tools, pytest.mark.slow]

FIT = tuple(word for check in CATALOG if check.leg is Leg.FIT for word in ("--check", check.id))
Edge = tuple[str, str, str]

# The middle leg of every edge of the shop: all its interactions are proven but for two of the
# plain pact, whose readers are examples; there the storefront's own code was asked.
PROVEN = {
    ("inventory", "catalog", "GET /products/{sku}"): 4,
    ("orders", "catalog", "GET /products/{sku}"): 4,
    ("orders", "catalog", "GET /products/{sku}/price"): 2,
    ("orders", "inventory", "DELETE /reservations/{reservation_id}"): 2,
    ("orders", "inventory", "POST /reservations"): 3,
    ("stocktake", "catalog", "GET /products/{sku}/price"): 3,
    ("stocktake", "inventory", "GET /stock"): 3,
    ("storefront", "catalog", "GET /categories"): 1,
    ("storefront", "catalog", "GET /products"): 1,
    ("storefront", "catalog", "GET /products/{sku}"): 3,
    ("storefront", "catalog", "GET /products/{sku}/price"): 2,
    ("storefront", "catalog", "GET /products/{sku}/reviews"): 1,
    ("storefront", "orders", "GET /customers/{customer_id}/summary"): 2,
    ("storefront", "orders", "GET /orders"): 1,
    ("storefront", "orders", "GET /orders/{order_id}/invoice"): 2,
    ("storefront", "orders", "POST /orders"): 3,
    ("storefront", "orders", "POST /orders/{order_id}/pay"): 2,
}
BY_EXAMPLE = ("storefront", "inventory", "GET /stock/{sku}")


def gated(directory: Path, changes: tuple[Change, ...]) -> Outcome:
    """Change a copy of the shop, and let the gate compare words alone."""
    shop = Shop.copy_to(directory)
    for change in changes:
        for edit in change.edits:
            shop.edit(edit.file, edit.old, edit.new)
        for path, text in change.files:
            (shop.root / path).write_text(text, encoding="utf-8")
    return shop.run("gate", *FIT)


def turned_by(changes: tuple[Change, ...]) -> list[Turned]:
    """What changes turn, all together."""
    return [one for change in changes for one in change.turns]


def told(finding: dict[str, Any]) -> tuple[str, ...]:
    """Name a finding of the report as `Turned` does."""
    names = ("check", "consumer", "service", "operation", "path", "confirmation")
    return tuple(str(finding[name]) for name in names)


def key(one: Turned) -> tuple[str, ...]:
    """Name what is turned as `told` does."""
    return (one.check, one.consumer, one.provider, one.operation, one.path, one.by)


def middle_legs(outcome: Outcome) -> dict[Edge, dict[str, Any]]:
    """The middle leg of every edge of a report."""
    return {
        (edge["consumer"], edge["provider"], edge["operation"]): leg
        for edge in outcome.report["edges"]
        for leg in edge["legs"]
        if leg["leg"] == Leg.FIT.value
    }


def assert_found(outcome: Outcome, changes: tuple[Change, ...]) -> None:
    """Each finding stands where it should, shows what it rests on, and there is no other."""
    by_key = {told(finding): finding for finding in outcome.findings}
    expected = turned_by(changes)
    assert sorted(by_key) == sorted(map(key, expected)), outcome.text
    for one in expected:
        finding = by_key[key(one)]
        location = finding["location"] or {"file": "", "line": 0}
        parts = (finding["message"], finding["detail"], location["file"])
        assert one.shown in "\n".join(parts), outcome.text
        assert bool(location["line"]) == (one.by == "by-code"), outcome.text
        if finding["check"] in ("reply-not-accepted", "request-not-accepted"):
            assert finding["witness"], outcome.text


def assert_no_other_edge_turned(outcome: Outcome, changes: tuple[Change, ...]) -> None:
    """Exactly the edges of the errors failed, and all others are as on the clean shop."""
    errors = {(f["consumer"], f["service"], f["operation"]) for f in outcome.findings}
    legs = middle_legs(outcome)
    assert {edge for edge, leg in legs.items() if leg["status"] == "failed"} == errors, outcome.text
    for edge, interactions in PROVEN.items():
        if edge in legs and edge not in errors:
            assert (legs[edge]["status"], legs[edge]["proven"]) == ("proven", interactions), edge
    if BY_EXAMPLE not in errors:
        assert_coping(legs[BY_EXAMPLE])


def assert_coping(leg: dict[str, Any]) -> None:
    """The code behind the plain pact took everything that was tried."""
    assert (leg["status"], leg["proven"], leg["interactions"]) == ("tested", 1, 3), leg
    assert leg["cases"] > 0, leg


@pytest.mark.parametrize(
    "changes",
    [SOME_COPE, NOBODY_COPES],
    ids=["some-cope", "nobody-copes"],
)
def test_a_change_turns_exactly_the_edges_that_do_not_cope(
    changes: tuple[Change, ...], tmp_path: Path
) -> None:
    """
    Each change is found at its place on each edge that does not cope, and turns no other edge.

    What the finding rests on is shown: the model's own error, or the line of the consumer's code.
    """
    outcome = gated(tmp_path, changes)

    assert outcome.exit_code == 1, outcome.text
    assert_found(outcome, changes)
    assert_no_other_edge_turned(outcome, changes)


def test_what_only_the_provider_or_nobody_can_tell_is_told_and_turns_nothing(
    tmp_path: Path,
) -> None:
    """Warnings and information name edge and place, and leave the exit code at 0."""
    outcome = gated(tmp_path, TOLD)

    assert outcome.exit_code == 0, outcome.text
    assert_found(outcome, TOLD)
    assert "failed" not in {leg["status"] for leg in middle_legs(outcome).values()}


def test_what_harms_nobody_turns_nothing(tmp_path: Path) -> None:
    """An optional field of a reply, an operation and a looser request leave every edge proven."""
    outcome = gated(tmp_path, HARMLESS)

    assert (outcome.exit_code, outcome.findings) == (0, []), outcome.text
    legs = middle_legs(outcome)
    assert legs.keys() == {*PROVEN, BY_EXAMPLE}
    assert_no_other_edge_turned(outcome, HARMLESS)
    for edge, interactions in PROVEN.items():
        assert f"proven {interactions} pact" in outcome.text, edge
