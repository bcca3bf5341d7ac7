"""Every alarm rings: each of ten faults, seeded in a copy of the shop, turns the verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.alarm.faults import FAULTS, Fault
from tests.shop import Shop, subject

pytestmark = pytest.mark.tools


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_seeded_fault_turns_the_verdict(fault: Fault, tmp_path: Path) -> None:
    """The gate exits 1, names check and subject, and leads to the line or the field."""
    shop = Shop.copy_to(tmp_path)
    for edit in fault.edits:
        shop.edit(edit.file, edit.old, edit.new)

    outcome = shop.run("gate", *fault.gate)

    assert outcome.exit_code == 1, outcome.text
    assert fault.found in [(f["check"], subject(f)) for f in outcome.findings], outcome.text
    assert fault.leads_to in outcome.text
