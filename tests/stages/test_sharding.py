"""A plan that is cut for several machines comes to what one machine comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.checks.catalog import CATALOG
from harness.domain.config import Config
from harness.domain.errors import Misused
from harness.domain.evidence import ContractTestRan, DocumentRead, Evidence, Observed, Outcome
from harness.domain.selection import Selection
from harness.domain.shard import Shard, ShardSeen
from harness.domain.system import System
from harness.pipeline import merge, share
from harness.stages.observing import Expand, observe
from harness.stages.planning import expand, make_plan, needed_kinds
from harness.stages.ports import Outside
from harness.stages.sharding import checked, cut, foreseen, joined, part_of, steering
from tests.fakes import FakeFiles, FakeProgress, FakeWorkers, a_config, a_service, a_shop

NAMES = ("web", "orders", "stock", "prices", "rates")


@st.composite
def workspaces(draw: st.DrawFn) -> Config:
    """Members that consume each other in any way, circles among them, with tests or without."""
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    members = [
        a_service(
            name,
            consumes=tuple(draw(st.sets(st.sampled_from(names), max_size=3)) - {name}),
            tests=draw(st.booleans()),
        )
        for name in names
    ]
    return a_config(*members, neighbours=draw(st.sampled_from(("real", "stand-in"))))


DURATIONS = st.dictionaries(
    st.sampled_from([f"{kind}:{name}" for kind in ("fuzz", "verify") for name in NAMES]),
    st.integers(0, 100_000),
)


class Documented(dict[str, tuple[Evidence, ...]]):
    """Every service that is described has a document."""

    def get(  # type: ignore[override]  # the default of a script is an empty tuple
        self, step: str, default: tuple[Evidence, ...] = ()
    ) -> tuple[Evidence, ...]:
        kind, _, name = step.partition(":")
        return (DocumentRead(name, "/openapi.json", "{}"),) if kind == "describe" else default


def outside(script: Mapping[str, tuple[Evidence, ...]] | None = None) -> Outside:
    """A world in which every step sees what is written for it."""
    workers = FakeWorkers(Documented() if script is None else script)
    return Outside(FakeFiles(), workers, FakeProgress(), lambda: 0.0)


def expanding(config: Config) -> Expand:
    """What evidence calls for."""
    kinds = needed_kinds(CATALOG, Selection(), config)
    return partial(expand, system=System(config), selection=Selection(), kinds=kinds)


@settings(max_examples=60, deadline=None)
@given(workspaces(), st.integers(1, 6), DURATIONS)
def test_nothing_is_lost_and_nothing_is_owned_twice(
    config: Config, count: int, durations: dict[str, int]
) -> None:
    """All shards together do every step of one run, and each step has one owner."""
    plan, further = make_plan(System(config), CATALOG, Selection()), expanding(config)
    whole = {step.id for step in observe(plan, System(config), outside(), further).steps}
    steps = foreseen(plan, further)
    one = cut(steps, count, durations, steering(config, Selection()))

    owned = [id for each in one.owned for id in each]
    assert len(owned) == len(set(owned))
    assert set(owned) == {step.id for step in steps} == whole
    done: set[str] = set()
    for index in range(1, count + 1):
        part = part_of(Shard(index, count), steps, one)
        seen = observe(part.of_plan(plan), System(config), outside(), part.expanding(further))
        ids = {step.id for step in seen.steps}
        assert one.owned[index - 1] <= ids
        assert all({*step.takes} & whole <= ids for step in seen.steps)
        done |= ids
    assert done == whole


@settings(max_examples=30, deadline=None)
@given(workspaces(), st.integers(1, 5))
def test_merged_shards_are_one_run(config: Config, count: int) -> None:
    """What shards saw is joined to the steps and the evidence of a run on one machine."""
    plan, further = make_plan(System(config), CATALOG, Selection()), expanding(config)
    whole = observe(plan, System(config), outside(), further)
    shards = shares(config, count)
    steps, observed = joined(checked(reversed(shards), ""))

    assert {step.id for step in steps} == {step.id for step in whole.steps}
    assert {one.step: one.evidence for one in observed} == {
        one.step: one.evidence for one in whole.observed
    }


def shares(config: Config, count: int) -> tuple[ShardSeen, ...]:
    """What each of so many machines saw."""
    return tuple(
        share(config, outside(), CATALOG, Selection(), Shard(index, count), {})
        for index in range(1, count + 1)
    )


def test_long_steps_are_spread_by_what_they_took() -> None:
    """The longest step has a machine that does little else."""
    config = a_config(*(a_service(name) for name in NAMES))
    plan, further = make_plan(System(config), CATALOG, Selection()), expanding(config)
    one = cut(foreseen(plan, further), 2, {"fuzz:stock": 500_000}, None)

    (long,) = (each for each in one.owned if "fuzz:stock" in each)
    assert long == {"fuzz:stock", "describe:stock"}
    assert not any(id.startswith("fuzz") for id in long - {"fuzz:stock"})


def merged(*shards: ShardSeen, commit: str = "") -> dict[str, str]:
    """What a verdict could not see."""
    verdict = merge(a_shop(), outside(), CATALOG, shards, commit)
    return {one.what: one.reason for one in verdict.reasons}


def test_a_missing_shard_is_named() -> None:
    """What nobody saw is told with the steps that it would have done."""
    first, second, third = shares(a_shop(), 3)
    (lost,) = sorted(second.cut.owned[1])[:1]

    assert lost in merged(first, third)["shard 2/3"]
    assert "shard 2/3" not in merged(first, second, third)
    assert "interrupted" in merged(first, replace(second, interrupted=True), third)["shard 2/3"]


def test_shards_of_two_runs_are_refused() -> None:
    """Another commit, another plan or another number of shards is another run."""
    first, second = shares(a_shop(), 2)
    other = share(replace(a_shop(), seed=7), outside(), CATALOG, Selection(), Shard(2, 2), {})
    for wrong, words in (
        (replace(second, commit="a" * 40), "two commits"),
        (other, "two plans"),
        (shares(a_shop(), 3)[1], "two numbers of shards"),
        (first, "given twice"),
    ):
        with pytest.raises(Misused, match=words):
            merged(first, wrong)
    with pytest.raises(Misused, match="of commit none, and this checkout is bbbb"):
        merged(first, second, commit="b" * 40)


def test_another_checkout_is_refused() -> None:
    """Shards of a plan that this checkout does not have are not judged by it."""
    shards = shares(a_shop(), 2)
    here = a_config(*a_shop().services, a_service("new"))
    with pytest.raises(Misused, match="plan of this checkout"):
        merge(here, outside(), CATALOG, shards, "")


def test_what_two_shards_see_differently_is_told() -> None:
    """A test that passes on one machine and fails on another is not passed over."""
    step = "consumer-tests:orders"
    shards = list(shares(a_shop(), 4))
    repeated = [
        position
        for position, one in enumerate(shards)
        if step in {each.id for each in one.steps} and step not in one.cut.owned[position]
    ]
    assert repeated
    other = shards[repeated[0]]
    failed = ContractTestRan("orders", "t", Outcome.FAILED)
    observed = tuple(
        Observed(one.step, (failed,)) if one.step == step else one for one in other.observed
    )
    shards[repeated[0]] = replace(other, observed=observed)

    assert "two shards saw it differently" in merged(*shards)[step]
