"""Whatever the schemas: what fits no more is laid somewhere, and nothing is laid where all fits."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from harness.compat.http.interactions import Provider
from harness.compat.versions import changes
from harness.compat.versions.affected import Standing, reached_by, uses_of
from harness.domain.pact import Pact
from tests.compat.drawing import changed, schema
from tests.compat.samples import LIKE, interaction, replying

_QUIET = settings(
    max_examples=150,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)


# The first kind is made small again when it fails, the second is more of a mixture.
_DRAWS = st.one_of(st.randoms(use_true_random=False), st.randoms(use_true_random=True))
LEAST_BROKEN = 15


def _versions(draw: Random) -> tuple[Any, Any, Any]:
    """Two versions of a reply, and a reader that takes what is near the earlier one."""
    base = schema(draw, 3)
    return base, changed(draw, base), changed(draw, base) if draw.randrange(2) else base


def test_no_misfit_is_lost_and_none_is_made_up() -> None:
    """A consumer breaks by changes exactly where it has a new misfit, and none is left apart."""
    broken: list[int] = []

    @given(draw=_DRAWS)
    @_QUIET
    def law(draw: Random) -> None:
        base, head, reader = _versions(draw)
        earlier, later = replying(base), replying(head)
        pact = Pact("c", "p", "4", (interaction({"x": 1}, {"$": LIKE}, reader),))
        (use,) = uses_of(Provider(earlier), Provider(later), [pact])
        found = reached_by(changes(earlier, later), [use])
        laid = {reach.misfit for one in found.changes for reach in one.of(Standing.BREAKS)}
        broken.append(len(laid))

        assert laid == set(use.certain)
        assert [one for one in found.apart if one.standing is Standing.BREAKS] == []

    law()

    assert sum(map(bool, broken)) >= LEAST_BROKEN


@given(draw=_DRAWS)
@_QUIET
def test_equal_versions_break_nobody(draw: Random) -> None:
    """Without a change no consumer has a new misfit, whatever did not fit before."""
    base, _, reader = _versions(draw)
    pact = Pact("c", "p", "4", (interaction({"x": 1}, {"$": LIKE}, reader),))
    document = replying(base)
    (use,) = uses_of(Provider(document), Provider(document), [pact])

    assert (use.certain, use.hypotheses) == ((), ())
