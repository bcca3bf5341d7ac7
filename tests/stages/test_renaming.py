"""A service under a new name is recognised by what stays the same, and by nothing less."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.domain.finding import Identity, Named
from harness.domain.policy import Severity
from harness.domain.waiver import Renaming, Waiver
from harness.stages.baselining import Terms, baseline_of
from harness.stages.renaming import carried_over, suspected

NAMES = st.sampled_from(["orders", "stock-api", "größe of 訂單", "a.b", "orders-api"])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
TODAY = date(2030, 6, 15)


def named(identity: Identity) -> Named:
    """Keep a finding of this identity."""
    return Named(identity.fingerprint, identity.check, identity.subject, identity=identity)


def waiver(finding: Named, **more: object) -> Waiver:
    """Answer for a finding."""
    one = Waiver(
        finding.fingerprint, finding.about, None, "why", "ada", finding.check, finding.subject
    )
    return replace(one, **more)  # type: ignore[arg-type]


@st.composite
def identities(draw: st.DrawFn, name: str) -> Identity:
    """Draw what a finding about a service, or about an edge of it, is known by."""
    subject = draw(st.sampled_from([name, f"{name}:other", f"other:{name}"]))
    cause = draw(st.sampled_from(["KeyError", f"KeyError in {name}.app.f", "x: y[z]"]))
    return Identity(draw(TEXTS), subject, draw(TEXTS), draw(TEXTS), cause)


def renamed(identity: Identity, old: str, new: str, *, code_too: bool) -> Identity:
    """Say what the same finding is known by under the new name."""
    subject = ":".join(new if one == old else one for one in identity.subject.split(":"))
    cause = identity.cause.replace(f" {old}.", f" {new}.") if code_too else identity.cause
    return replace(identity, subject=subject, cause=cause)


@given(st.data(), NAMES, NAMES, st.booleans())
def test_every_entry_of_a_renamed_service_is_carried_over(
    data: st.DataObject, old: str, new: str, code_too: bool
) -> None:
    """Whether the code took the new name or kept the old one, the entry holds again."""
    if old == new:
        return
    before = data.draw(st.lists(identities(old), min_size=1, max_size=5, unique=True))
    waivers = [waiver(named(one)) for one in before]
    after = [named(renamed(one, old, new, code_too=code_too)) for one in before]
    carried = tuple(carried_over(waivers, after, {old: new}))

    assert {one.old for one in carried} == set(waivers)
    held = baseline_of(after, [one.new for one in carried], frozenset(Severity), Terms(TODAY, "r"))
    assert (held.new, held.stale) == ((), ())
    assert {(one.new.reason, one.new.owner, one.new.until) for one in carried} == {
        ("why", "ada", None)
    }
    assert list(suspected(waivers, after, {"other"})) == [Renaming(old, new, len(carried))]


BEFORE = Identity("type-error", "orders", "", "", "operator:orders.a.f:x * y")
AFTER = named(replace(BEFORE, subject="shop"))


@pytest.mark.parametrize(
    ("finding", "known"),
    [
        pytest.param(AFTER, {"orders"}, id="the old name is still there"),
        pytest.param(
            named(replace(BEFORE, subject="shop", where="$.a")), set(), id="another place"
        ),
        pytest.param(named(replace(BEFORE, subject="shop", cause="z")), set(), id="another cause"),
        pytest.param(replace(AFTER, identity=None), set(), id="a record that does not tell"),
    ],
)
def test_nothing_less_than_the_same_makes_a_suspicion(finding: Named, known: set[str]) -> None:
    """A service that is gone and another that is new are no renaming by themselves."""
    assert list(suspected([waiver(named(BEFORE))], [finding], known)) == []
    assert list(suspected([waiver(named(BEFORE))], [AFTER], set())) == [
        Renaming("orders", "shop", 1)
    ]


def test_both_ends_of_an_edge_may_have_new_names_at_once() -> None:
    """Two renamings that were told together are taken together."""
    before = Identity("reply-not-accepted", "orders:inventory", "GET /a", "$.b", "reply-body")
    after = named(replace(before, subject="shop:stock"))
    (one,) = carried_over(
        [waiver(named(before))], [after], {"orders": "shop", "inventory": "stock"}
    )

    assert (one.new.consumer, one.new.subject, one.new.key[1]) == (
        "shop",
        "shop:stock",
        after.fingerprint,
    )


def test_an_entry_that_is_there_already_is_not_written_over() -> None:
    """A finding that somebody answers for under its new name keeps that entry."""
    there = waiver(AFTER, reason="mine")

    assert list(carried_over([waiver(named(BEFORE)), there], [AFTER], {"orders": "shop"})) == []
