"""Nothing that comparison finds goes untold unless a page says why."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from harness.checks.catalog import CATALOG
from harness.domain.fit import Code, Kind
from tests.checks.test_misfits_told import compared, may_break
from tests.checks.test_pages import facts_of
from tests.docs.test_docs import DOCS, cells

ALWAYS_CERTAIN = frozenset(
    {
        Code.OPERATION_UNKNOWN,
        Code.REPLY_BODY_UNDECLARED,
        Code.REPLY_MEDIA_TYPE,
        Code.REQUEST_QUERY_MISSING,
        Code.REQUEST_HEADER_MISSING,
        Code.REQUEST_COOKIE,
        Code.REQUEST_COOKIE_MISSING,
        Code.REQUEST_BODY_MISSING,
        Code.REQUEST_MEDIA_TYPE,
        Code.MESSAGE_OPERATION_UNKNOWN,
        Code.MESSAGE_CHANNEL_UNKNOWN,
        Code.MESSAGE_UNDECLARED,
        Code.MESSAGE_REPLY_UNDECLARED,
    }
)
NEVER_CERTAIN = frozenset(
    {
        Code.REPLY_HEADER_UNDECLARED,
        Code.REPLY_MEDIA_TYPE_UNDECLARED,
        Code.MESSAGE_HEADER_UNDECLARED,
        Code.MESSAGE_MEDIA_TYPE,
    }
)


def passed_over() -> Iterator[tuple[str, Code, str]]:
    """The rows of the page's list: what of a code is passed over, and why."""
    _, _, rest = (DOCS / "how-words-fit.md").read_text("utf-8").partition("table: passed over -->")
    for line in rest.split("\n\n")[1].splitlines()[2:]:
        what, codes, why = cells(line)
        yield from ((what, Code(code), why) for code in re.findall(r"`([^`]+)`", codes))


def told(code: Code, *, hypothesis: bool) -> set[str]:
    """The checks that tell a misfit of a code, of whatever kind."""
    found: set[str] = set()
    for kind in Kind:
        more = {"code": code.value, "kind": kind.value, "name": "n", "hypothesis": hypothesis}
        services = {"orders": {"consumes": ["inventory"]}, "inventory": {}}
        evidence = [compared("k1", may_break("", **more))]
        facts = facts_of({"services": services, "evidence": evidence})
        found |= {
            check.id
            for check in CATALOG
            if any(flaw.cause == code.value for flaw in check.judge(facts))
        }
    return found


@pytest.mark.parametrize("code", Code)
def test_every_misfit_is_told_or_passed_over_for_a_reason(code: Code) -> None:
    """A check tells what is certain, and what is a hypothesis, exactly where no page passes it."""
    always = {each for what, each, _ in passed_over() if what == "always"}
    hypotheses = always | {each for what, each, _ in passed_over() if what == "hypotheses"}

    if code not in NEVER_CERTAIN:
        assert bool(told(code, hypothesis=False)) is (code not in always)
    if code not in ALWAYS_CERTAIN:
        assert bool(told(code, hypothesis=True)) is (code not in hypotheses)


def test_each_code_that_is_passed_over_is_named_once_with_its_reason() -> None:
    """The list has no code twice, no other word, and no row without a sentence."""
    rows = list(passed_over())

    assert {what for what, _, _ in rows} == {"always", "hypotheses"}
    assert len({code for _, code, _ in rows}) == len(rows)
    assert all(why.endswith(".") for _, _, why in rows)
