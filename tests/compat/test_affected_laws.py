"""Whatever the schemas: what fits no more is laid somewhere, and nothing is laid where all fits."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from harness.compat.http.interactions import Provider
from harness.compat.versions import changes
from harness.compat.versions.affected import Standing, reached_by, uses_of
from harness.domain.pact import Pact
from tests.compat.samples import LIKE, interaction, replying
from tests.compat.strategies import Schema, changed, schemas

_QUIET = settings(
    max_examples=150,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)


@st.composite
def _versions(draw: st.DrawFn) -> tuple[Schema, Any, Schema]:
    """Two versions of a reply, and a reader that takes what is near the earlier one."""
    base = draw(schemas())
    head = draw(changed(base))
    return base, head, draw(st.one_of(st.just(base), changed(base)))


@given(drawn=_versions())
@_QUIET
def test_no_misfit_is_lost_and_none_is_made_up(drawn: tuple[Schema, Any, Schema]) -> None:
    """A consumer breaks by changes exactly where it has a new misfit, and none is left apart."""
    base, head, reader = drawn
    earlier, later = replying(base), replying(head)
    pact = Pact("c", "p", "4", (interaction({"x": 1}, {"$": LIKE}, reader),))
    (use,) = uses_of(Provider(earlier), Provider(later), [pact])
    found = reached_by(changes(earlier, later), [use])

    laid = {reach.misfit for one in found.changes for reach in one.of(Standing.BREAKS)}
    assert laid == set(use.certain)
    assert [one for one in found.apart if one.standing is Standing.BREAKS] == []


@given(drawn=_versions())
@_QUIET
def test_equal_versions_break_nobody(drawn: tuple[Schema, Any, Schema]) -> None:
    """Without a change no consumer has a new misfit, whatever did not fit before."""
    base, _, reader = drawn
    pact = Pact("c", "p", "4", (interaction({"x": 1}, {"$": LIKE}, reader),))
    document = replying(base)
    (use,) = uses_of(Provider(document), Provider(document), [pact])

    assert (use.certain, use.hypotheses) == ((), ())
