"""Every check has an alarm, and every alarm rings: several faults are seeded in one copy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.checks.catalog import CATALOG
from tests.alarm.coping_faults import BEHIND, COPING
from tests.alarm.faults import FAULTS, Batch
from tests.alarm.misfit_faults import ALL_CHANGES
from tests.alarm.more_faults import BATCHES, CONSUMERS, WARNINGS
from tests.alarm.observed_faults import OBSERVED
from tests.alarm.type_faults import BORDER
from tests.alarm.version_faults import VERSIONS
from tests.gate.test_answers import RUNG as OF_ANSWERS
from tests.gate.test_deliveries import RUNG as OF_DELIVERIES
from tests.gate.test_messages import RUNG as OF_MESSAGES
from tests.gate.test_on_the_wire import RUNG as ON_THE_WIRE
from tests.gate.test_one_service import RUNG as OF_BROKERS
from tests.gate.test_producers import RUNG as OF_PRODUCERS
from tests.shop import Shop, subject

ALL_BATCHES = (*BATCHES, *OBSERVED, VERSIONS, BORDER, COPING, BEHIND)
ALL_FAULTS = (*FAULTS, *(fault for batch in ALL_BATCHES for fault in batch.faults))
# What rings, and about whom; each change is found as `test_words_fit` says.
RUNG = (
    *(fault.found for fault in ALL_FAULTS),
    *OF_ANSWERS,
    *OF_BROKERS,
    *OF_MESSAGES,
    *OF_DELIVERIES,
    *OF_PRODUCERS,
    *ON_THE_WIRE,
    *((one.check, f"{one.consumer}:{one.provider}") for each in ALL_CHANGES for one in each.turns),
)
# What takes longest, and is left to the session of slow tests.
LONG = (*OBSERVED, BEHIND, CONSUMERS, WARNINGS)
FRAMEWORKS = {"catalog": "Django", "inventory": "Flask", "orders": "FastAPI"}
# Whether a fault of these is seen depends on how a framework routes, validates and fails.
OF_FRAMEWORKS = (
    "annotation-violated",
    "authentication-ignored",
    "boundary-untyped",
    "deleted-resource-served",
    "interaction-not-honoured",
    "invalid-request-accepted",
    "operation-unknown",
    "provider-state-failed",
    "provider-state-missing",
    "reply-field-undeclared",
    "reply-not-accepted",
    "reply-status-undeclared",
    "reply-unconfirmed",
    "request-not-accepted",
    "request-part-undeclared",
    "response-coerced",
    "response-schema-violated",
    "schema-invalid",
    "service-crashes",
    "status-undocumented",
    "type-error",
    "valid-request-rejected",
)


def told(finding: dict[str, Any]) -> str:
    """Give what one finding of the report tells: where, what, and the line."""
    location = finding["location"] or {"file": ""}
    parts = (finding["operation"], finding["path"], finding["message"], location["file"])
    return "\n".join((*parts, finding["detail"]))


@pytest.mark.tools
@pytest.mark.parametrize(
    "batch",
    [
        pytest.param(batch, id=batch.name, marks=[pytest.mark.slow] if batch in LONG else [])
        for batch in ALL_BATCHES
    ],
)
def test_each_of_several_faults_is_found(batch: Batch, tmp_path: Path) -> None:
    """
    The gate names each fault with its place, tells nothing else, and exits as severities say.

    Errors exit with 1; warnings and information are in the report and exit with 0.
    """
    shop = Shop.copy_to(tmp_path)
    for command in batch.before:
        done = shop.run(*command)
        assert done.exit_code == 0, done.text
    for fault in batch.faults:
        for edit in fault.edits:
            shop.edit(edit.file, edit.old, edit.new)
        for path, text in fault.files:
            (shop.root / path).write_text(text, encoding="utf-8")

    outcome = shop.run("gate", *batch.gate)

    assert outcome.exit_code == batch.exit_code, outcome.text
    for fault in batch.faults:
        rung = [told(f) for f in outcome.findings if (f["check"], subject(f)) == fault.found]
        assert any(fault.leads_to in text for text in rung), f"{fault.name}\n{outcome.text}"
    seeded = {fault.found for fault in batch.faults}
    assert {(f["check"], subject(f)) for f in outcome.findings} == seeded, outcome.text


def test_every_check_has_an_alarm() -> None:
    """No check stands in the catalog without a seeded fault that it must find."""
    assert {check.id for check in CATALOG} == {check for check, _ in RUNG}


@pytest.mark.parametrize("check", OF_FRAMEWORKS)
def test_a_check_of_running_code_rings_in_two_frameworks(check: str) -> None:
    """What depends on a framework is seeded in at least two of them."""
    providers = {about.split(":")[-1] for rung, about in RUNG if rung == check}
    assert len({FRAMEWORKS[name] for name in providers}) >= 2
