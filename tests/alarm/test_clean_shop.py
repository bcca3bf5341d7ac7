"""The other half of every alarm: the shop as it is, on which the whole gate is silent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shop import Shop

PACTS = Path("contracts/pacts")


def pact_bytes(root: Path) -> dict[str, bytes]:
    """Read every pact file below a workspace."""
    return {path.name: path.read_bytes() for path in sorted((root / PACTS).iterdir())}


@pytest.mark.tools
@pytest.mark.xdist_group("the-whole-gate")
def test_the_whole_gate_is_silent_on_the_clean_shop(tmp_path: Path) -> None:
    """
    The clean copy passes without an error or a warning, and every edge has all three legs.

    The pacts that the run writes are those that were there, byte for byte.
    """
    shop = Shop.copy_to(tmp_path)
    before = pact_bytes(shop.root)

    outcome = shop.run("gate", "--examples", "3", timeout_s=600)

    assert outcome.exit_code == 0, outcome.text
    assert outcome.report["status"] == "passed"
    assert [f for f in outcome.findings if f["severity"] != "information"] == []
    assert outcome.report["reasons"] == []
    pairs = {(edge["consumer"], edge["provider"]) for edge in outcome.report["edges"]}
    assert len(pairs) == len(before)
    for edge in outcome.report["edges"]:
        legs = {leg["leg"]: leg["status"] for leg in edge["legs"]}
        assert legs["provider-keeps-its-word"] == "tested", edge
        assert legs["consumer-copes"] == "tested", edge
        assert legs["words-fit"] in ("proven", "tested"), edge
    assert pact_bytes(shop.root) == before
