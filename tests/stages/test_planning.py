"""What will be done, and why."""

from __future__ import annotations

from harness.checks.catalog import CATALOG
from harness.domain.edge import Pair
from harness.domain.evidence import DocumentRead, Observed, PactGathered
from harness.domain.selection import Selection
from harness.domain.steps import ConsumerTests, Describe, Fuzz, VerifyPacts
from harness.domain.system import System
from harness.stages.planning import expand, make_plan, needed_kinds
from tests.fakes import a_config, a_service, a_shop

ALL = needed_kinds(CATALOG, Selection(), a_shop())


def ids(selection: Selection) -> set[str]:
    """Plan the shop, and name the steps."""
    return {step.id for step in make_plan(System(a_shop()), CATALOG, selection).steps}


def test_everything_that_can_be_looked_at_is_planned() -> None:
    """Without a selection, each service is typed and described, each edge tested and verified."""
    expected = {"types:inventory", "types:orders", "consumer-tests:orders"}
    expected |= {"describe:inventory", "describe:orders", "verify:inventory", "compare:inventory"}

    assert expected == ids(Selection())


def test_every_step_says_why() -> None:
    """No step is planned without a reason that a report can print."""
    assert all(step.why for step in make_plan(System(a_shop()), CATALOG, Selection()).steps)


def test_a_verification_waits_for_the_tests_that_give_its_pacts() -> None:
    """What a step takes is named, and is itself in the plan."""
    plan = make_plan(System(a_shop()), CATALOG, Selection())
    (verify,) = [step for step in plan.steps if isinstance(step, VerifyPacts)]

    assert verify.takes == ("consumer-tests:orders",)


def test_a_check_alone_plans_only_what_it_judges() -> None:
    """`--check type-error` runs the type checker and nothing else."""
    assert ids(Selection(checks=("type-error",))) == {"types:inventory", "types:orders"}


def test_an_edge_alone_plans_its_two_sides() -> None:
    """`--edge` for one check replays that consumer's pact and looks at nothing else."""
    selection = Selection(
        edges=(Pair("orders", "inventory"),), checks=("interaction-not-honoured",)
    )

    assert {"consumer-tests:orders", "verify:inventory", "describe:orders"} <= ids(selection)
    assert not any(step.startswith("types") for step in ids(selection))


def test_what_is_not_selected_is_left_out_and_named() -> None:
    """A plan says what it leaves out."""
    plan = make_plan(System(a_shop()), CATALOG, Selection(services=("orders",)))

    assert [left.what for left in plan.left_out] == ["inventory"]


def test_a_document_calls_for_fuzzing() -> None:
    """A described service that has a document is fuzzed, with the workspace's seed and budget."""
    seen = Observed("describe:orders", (DocumentRead("orders", "/openapi.json", "{}"),))
    config = a_config(a_service("orders"))
    steps = expand(Describe("orders"), seen, System(config), Selection(), ALL)

    assert [(type(step), step.takes) for step in steps] == [(Fuzz, ("describe:orders",))]


def test_without_a_document_nothing_is_fuzzed() -> None:
    """A service that could not be described gives nothing to fuzz."""
    seen = Observed("describe:orders")

    assert expand(Describe("orders"), seen, System(a_shop()), Selection(), ALL) == ()


def test_a_pact_that_no_table_names_wakes_its_provider() -> None:
    """A pact that no table mentions is verified and compared as well."""
    config = a_config(a_service("inventory"), a_service("orders", tests=True))
    seen = Observed("consumer-tests:orders", (PactGathered("orders", "inventory", "{}"),))
    steps = expand(ConsumerTests("orders"), seen, System(config), Selection(), ALL)

    assert [step.id for step in steps] == [
        "verify:inventory:orders",
        "describe:inventory",
        "compare:inventory:orders",
    ]


def test_stand_ins_wait_for_the_contracts_that_they_answer_from() -> None:
    """A service whose neighbours are posed is driven once its own contract tests have run."""
    config = a_config(
        a_service("inventory"), a_service("orders", consumes=("inventory",), tests=True)
    )
    seen = Observed("describe:orders", (DocumentRead("orders", "/openapi.json", "{}"),))
    (fuzz,) = expand(Describe("orders"), seen, System(config), Selection(), ALL)

    assert fuzz.takes == ("describe:orders", "consumer-tests:orders")
