"""The report for CI systems, read by another's parser."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from junitparser import JUnitXml

from harness.domain.verdict import Verdict
from harness.reports import junit
from tests.reports.samples import FAILED, HOSTILE, INCONCLUSIVE, PASSED, WAIVED

CHECKS = {
    "type-error": frozenset({"types"}),
    "interaction-not-honoured": frozenset({"verify"}),
    "operation-uncovered": frozenset({"verify", "fuzz"}),
    "service-crashes": frozenset({"verify", "fuzz"}),
}


def _parsed(verdict: Verdict) -> Any:
    return JUnitXml.fromfile(BytesIO(junit.render(verdict, CHECKS).encode("utf-8")))


def _cases(verdict: Verdict, suite: str) -> dict[str, list[str]]:
    """Map each case of a suite to the kinds of its results."""
    (found,) = [one for one in _parsed(verdict) if one.name == suite]
    return {
        f"{case.classname} {case.name}": [type(result).__name__ for result in case.result]
        for case in found
    }


@pytest.mark.parametrize("verdict", [PASSED, FAILED, INCONCLUSIVE, HOSTILE, WAIVED])
def test_totals_agree_with_the_cases(verdict: Verdict) -> None:
    """What the file says that it holds is what another reader counts."""
    parsed = _parsed(verdict)
    told = (parsed.tests, parsed.failures, parsed.errors, parsed.skipped)
    parsed.update_statistics()

    assert told == (parsed.tests, parsed.failures, parsed.errors, parsed.skipped)


def test_what_passed_is_there() -> None:
    """A clean run shows its steps, every leg, and every check of each service."""
    parsed = _parsed(PASSED)

    assert (parsed.failures, parsed.errors) == (0, 0)
    assert [one.name for one in parsed] == [
        "steps",
        "provider-keeps-its-word",
        "words-fit",
        "consumer-copes",
        "checks",
    ]
    assert _cases(PASSED, "checks") == {
        "interaction-not-honoured inventory": [],
        "operation-uncovered inventory": [],
        "service-crashes inventory": [],
        "type-error orders": [],
    }
    assert _cases(PASSED, "words-fit") == {
        "orders → inventory GET /stock/{sku}": [],
        "orders → inventory POST /stock/{sku}/reservations": ["Skipped"],
    }


def test_a_check_passes_only_where_its_steps_were_whole() -> None:
    """A service whose step saw nothing, or not all, has no green case for checks that need it."""
    cases = _cases(INCONCLUSIVE, "checks")

    assert "interaction-not-honoured orders" not in cases
    assert "service-crashes orders" not in cases
    assert "type-error orders" in cases


def test_errors_fail_and_the_rest_is_told() -> None:
    """Errors that came back fail; warnings, information and flaky findings pass with their text."""
    cases = _cases(FAILED, "checks")
    results = {name.split(" ")[0]: kinds for name, kinds in cases.items() if "[1:" in name}

    assert results == {
        "interaction-not-honoured": ["Failure"],
        "operation-uncovered": [],
        "response-schema-violated": [],
        "service-crashes": ["Failure"],
        "status-undocumented": [],
    }


def test_a_failure_leads_to_the_line() -> None:
    """A failing case names file and line, and tells how to see it again."""
    tree = ElementTree.fromstring(junit.render(FAILED, CHECKS))
    (case,) = tree.findall(".//testcase[@classname='service-crashes']/failure/..")
    (failure,) = case

    assert (case.get("file"), case.get("line")) == ("services/inventory/app.py", "41")
    assert failure.text is not None
    assert "reproduce: harness reproduce 1:" in failure.text
    assert "KeyError: 'on_hand'" in failure.text


def test_what_was_not_seen_is_an_error() -> None:
    """Each reason of an inconclusive verdict is an error, once; other notes are output."""
    assert _cases(INCONCLUSIVE, "steps") == {
        "steps types:orders": [],
        "steps verify:inventory": [],
        "steps fuzz:inventory": [],
        "steps verify:orders": ["Error"],
        "steps fuzz:orders": [],
        "not observed storefront → orders": ["Error"],
    }


def test_what_is_waived_is_skipped() -> None:
    """A waived error is skipped with who answers and why; an expired one fails again."""
    tree = ElementTree.fromstring(junit.render(WAIVED, CHECKS))
    (skipped,) = tree.findall(".//testcase[@classname='interaction-not-honoured']/skipped")
    (failure,) = tree.findall(".//testcase[@classname='service-crashes']/failure")

    assert skipped.get("message", "").startswith(
        "waived by ada until 2030-06-15: agreed with team-orders: "
    )
    assert failure.get("message", "").startswith("its waiver expired on 2030-01-01")


def test_no_text_breaks_the_file() -> None:
    """Characters that XML cannot hold are written as escapes."""
    tree = ElementTree.fromstring(junit.render(HOSTILE, CHECKS))
    (failure,) = tree.findall(".//testcase[@classname='service-crashes']/failure")

    assert "\\x1b[31mred\\x00\\udcff\\u202e" in (failure.text or "")
    assert "]]>&<\\ufffe" in (failure.text or "")


def test_a_check_that_is_off_for_a_service_has_not_passed_there() -> None:
    """What did not judge is not shown as if it had found nothing."""
    off = frozenset({("interaction-not-honoured", "inventory")})
    everywhere, there = (junit.render(PASSED, CHECKS, one) for one in (frozenset(), off))
    case = 'classname="interaction-not-honoured" name="inventory"'

    assert (case in everywhere, case in there) == (True, False)
