"""What will be done, and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.checks.catalog import CATALOG
from harness.documents.pacts import read_pact
from harness.domain.accepted import AcceptedDocument
from harness.domain.config import Config, External
from harness.domain.edge import Pair
from harness.domain.evidence import DocumentRead, InteractionCompared, Observed, PactGathered
from harness.domain.fit import Code, InteractionCompat, Kind, Misfit
from harness.domain.selection import Selection
from harness.domain.service import BrokerUse, DocumentSource, Service
from harness.domain.steps import (
    Compare,
    ConsumerTests,
    Describe,
    DriveService,
    DriveWorker,
    Fuzz,
    Step,
    VerifyPacts,
)
from harness.domain.system import FoundPact, System
from harness.stages.planning import expand, make_plan, needed_kinds
from tests.fakes import ROOT, a_config, a_service, a_shop

SELECT_ALL = Selection()
ALL = needed_kinds(CATALOG, Selection(), a_shop())


def ids(selection: Selection) -> set[str]:
    """Plan the shop, and name the steps."""
    return {step.id for step in make_plan(System(a_shop()), CATALOG, selection).steps}


def test_everything_that_can_be_looked_at_is_planned() -> None:
    """Without a selection, each service is typed and described, each edge tested and verified."""
    expected = {"types:inventory", "types:orders", "consumer-tests:orders"}
    expected |= {"describe:inventory", "describe:orders", "verify:inventory", "compare:inventory"}
    expected |= {"reply-fuzz:orders:inventory"}

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


REQUEST = '{"type": "Synchronous/Messages", "description": "a", "request": {}, "response": [{}]}'
ASYNC = '{"type": "Asynchronous/Messages", "description": "a"}'


@pytest.mark.parametrize(("known", "gathered"), [(REQUEST, REQUEST), (ASYNC, REQUEST), (ASYNC, "")])
def test_a_worker_is_asked_what_a_pact_shows_as_a_request(known: str, gathered: str) -> None:
    """By the pact that lies there; else once the consumer's tests have given such a one."""
    replies = replace(worker(), broker=BrokerUse("nats"), worker=("{python}", "-m", "worker"))
    written = '{"consumer": {"name": "mail"}, "provider": {"name": "worker"}, "interactions": [%s]}'
    text = written % known
    config = a_config(replies, a_service("mail", tests=True))
    system = System(config, (FoundPact("p.json", text, read_pact(text)),))
    seen = Observed("consumer-tests:mail", (PactGathered("mail", "worker", written % gathered),))

    planned = [one.id for one in make_plan(system, CATALOG, Selection()).steps]
    named = expand(ConsumerTests("mail"), seen, system, Selection(), frozenset({"answers"}))

    assert ("answers:worker" in planned) is (known == REQUEST)
    is_further = bool(gathered) and known != REQUEST
    assert [one.id for one in named] == ["answers:worker:mail"] * is_further


def test_a_pact_that_no_table_names_wakes_its_provider() -> None:
    """A pact that no table mentions is verified and compared as well."""
    config = a_config(a_service("inventory"), a_service("orders", tests=True))
    seen = Observed("consumer-tests:orders", (PactGathered("orders", "inventory", "{}"),))
    steps = expand(ConsumerTests("orders"), seen, System(config), Selection(), ALL)

    assert [step.id for step in steps] == [
        "verify:inventory:orders",
        "describe:inventory",
        "compare:inventory:orders",
        "reply-fuzz:orders:inventory",
    ]


def test_stand_ins_wait_for_the_contracts_that_they_answer_from() -> None:
    """A service whose neighbours are posed is driven once its own contract tests have run."""
    config = a_config(
        a_service("inventory"), a_service("orders", consumes=("inventory",), tests=True)
    )
    seen = Observed("describe:orders", (DocumentRead("orders", "/openapi.json", "{}"),))
    steps = expand(Describe("orders"), seen, System(config), Selection(), ALL)
    (fuzz,) = (one for one in steps if isinstance(one, Fuzz))

    assert fuzz.takes == ("describe:orders", "consumer-tests:orders", "describe:inventory")


def external(document: bool = True) -> External:
    """A neighbour that lives elsewhere."""
    sources = (DocumentSource("billing.json"),) if document else ()
    return External("billing", sources, owner="team-billing")


def planned(config: Config, selection: Selection) -> dict[str, Step]:
    """The plan's steps by their ids."""
    return {step.id: step for step in make_plan(System(config), CATALOG, selection).steps}


def test_an_external_with_a_document_is_read_and_compared() -> None:
    """A neighbour that nobody can start still says what it replies."""
    orders = a_service("orders", consumes=("billing",), tests=True)
    steps = planned(a_config(orders, externals=(external(),)), Selection())

    assert steps["compare:billing"].takes == ("describe:billing", "consumer-tests:orders")
    assert "verify:billing" not in steps
    without = planned(a_config(orders, externals=(external(document=False),)), Selection())
    assert [name for name in without if "billing" in name] == ["reply-fuzz:orders:billing"]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), "compare:inventory"),
        (Selection(edges=(Pair("orders", "inventory"),)), "compare:inventory:orders"),
        (Selection(services=("orders",)), "compare:inventory:orders"),
        (Selection(services=("inventory",)), "compare:inventory"),
        (Selection(edges=(Pair("web", "inventory"),)), "compare:inventory:web"),
        (Selection(checks=("reply-not-accepted",)), "compare:inventory"),
        (Selection(checks=("operation-unknown",)), "compare:inventory"),
        (Selection(checks=("type-error",)), ""),
        (Selection(checks=("interaction-not-honoured",)), ""),
        (Selection(services=("catalog",)), ""),
    ],
)
def test_a_comparison_is_planned_for_what_is_selected(selection: Selection, expected: str) -> None:
    """It is limited to the consumers that are asked for, and waits for their tests."""
    config = a_config(
        a_service("inventory"),
        a_service("catalog"),
        a_service("orders", consumes=("inventory",), tests=True),
        a_service("web", consumes=("inventory",), tests=True),
    )
    steps = planned(config, selection)

    assert [name for name in steps if name.startswith("compare")] == (
        [expected] if expected else []
    )
    for step in steps.values():
        assert set(step.takes) <= set(steps)
        if step.id == expected:
            assert step.takes[0] == "describe:inventory"


UNSHOWN = Misfit(Code.REPLY_BODY, Kind.MAY_BREAK)


def misfit(hypothesis: bool = True) -> InteractionCompat:
    """A reply that may not fit."""
    one = Misfit(
        Code.REPLY_BODY, Kind.MAY_BREAK, path="$.a", witnesses=("1",), hypothesis=hypothesis
    )
    return InteractionCompat("GET /stock", (one,))


def driven(
    *compats: tuple[str, InteractionCompat], checks: tuple[str, ...] = ()
) -> list[tuple[str, tuple[str, ...]]]:
    """The steps that a comparison calls for, each with what it takes."""
    config = a_config(
        a_service("inventory"),
        a_service("orders", consumes=("inventory",), tests=True),
        a_service("web", consumes=("inventory",), tests=True),
        a_service("bare", consumes=("inventory",)),
    )
    seen = Observed(
        "compare:inventory",
        tuple(InteractionCompared(name, "inventory", "k", compat) for name, compat in compats),
    )
    selection = Selection(checks=checks)
    kinds = needed_kinds(CATALOG, selection, config)
    steps = expand(Compare("inventory"), seen, System(config), selection, kinds)
    return [(step.id, step.takes) for step in steps]


def test_each_consumer_is_asked_once_about_what_may_not_fit() -> None:
    """The step takes the comparison and the consumer's tests."""
    assert driven(("orders", misfit()), ("web", misfit()), ("orders", misfit())) == [
        ("replies:orders:inventory", ("compare:inventory", "consumer-tests:orders")),
        ("replies:web:inventory", ("compare:inventory", "consumer-tests:web")),
    ]


@pytest.mark.parametrize(
    ("name", "compat"),
    [
        ("orders", InteractionCompat("", proven=True)),
        ("orders", misfit(hypothesis=False)),  # certain by the schema alone
        (
            "orders",
            InteractionCompat("", (Misfit(Code.REPLY_BODY, Kind.MAY_BREAK),), declared=True),
        ),
        ("bare", misfit()),
        ("stranger", misfit()),
    ],
)
def test_nobody_is_asked_in_vain(name: str, compat: InteractionCompat) -> None:
    """Without a question, or without tests at hand, no step is named."""
    assert driven((name, compat)) == []


def test_nobody_is_asked_for_checks_that_do_not_judge_it() -> None:
    """A slice of other checks compares and leaves consumers alone."""
    assert driven(("orders", misfit()), checks=("operation-unknown",)) == []
    assert driven(("orders", misfit()), checks=("reply-unconfirmed",)) != []


@pytest.mark.parametrize(
    ("provider", "checks", "expected"),
    [
        (
            "billing",
            (),
            ["describe:billing", "compare:billing:orders", "reply-fuzz:orders:billing"],
        ),
        ("closed", (), ["reply-fuzz:orders:closed"]),
        ("nobody", (), ["reply-fuzz:orders:nobody"]),
        ("inventory", ("operation-unknown",), ["describe:inventory", "compare:inventory:orders"]),
        (
            "inventory",
            ("interaction-not-honoured",),
            ["verify:inventory:orders", "describe:inventory"],
        ),
    ],
)
def test_a_newly_named_provider_is_looked_at_like_any(
    provider: str, checks: tuple[str, ...], expected: list[str]
) -> None:
    """One that is elsewhere is compared where it has a document; a stranger can only reply."""
    config = a_config(
        a_service("inventory"),
        a_service("orders", tests=True),
        externals=(external(), External("closed")),
    )
    seen = Observed("consumer-tests:orders", (PactGathered("orders", provider, "{}"),))
    selection = Selection(checks=checks)
    kinds = needed_kinds(CATALOG, selection, config)
    steps = expand(ConsumerTests("orders"), seen, System(config), selection, kinds)

    assert [step.id for step in steps] == expected
    for step in steps:
        assert step.why


def worker(name: str = "worker") -> Service:
    """A member that answers no request, and whose table names a document of messages."""
    return Service(name, ROOT / name, documents=(DocumentSource("asyncapi.yaml"),))


def test_a_member_that_serves_nothing_is_described_and_compared_by_its_files() -> None:
    """A pact with it is compared, and nothing is replayed or fuzzed."""
    pact = '{"consumer": {"name": "mail"}, "provider": {"name": "worker"}, "interactions": []}'
    system = System(a_config(worker()), (FoundPact("p.json", pact, read_pact(pact)),))
    steps = {step.id: step for step in make_plan(system, CATALOG, Selection()).steps}

    assert steps.keys() == {"describe:worker", "compare:worker"}
    assert steps["compare:worker"].takes == ("describe:worker",)
    assert steps["describe:worker"].why == "its table names its documents"


def test_what_comes_to_a_worker_by_sockets_is_not_looked_for_at_its_broker() -> None:
    """The worker is driven with what its broker carries, and the rest is told as left out."""
    carried = ("{python}", "-m", "mail.worker")
    mail = replace(worker("mail"), worker=carried, broker=BrokerUse("kafka"))
    prices = replace(worker("prices"), broker=BrokerUse("zeromq"))
    written = '{"consumer": {"name": "mail"}, "provider": {"name": "%s"}, "interactions": []}'
    texts = (written % name for name in ("orders", "prices"))
    pacts = tuple(FoundPact(f"{at}.json", text, read_pact(text)) for at, text in enumerate(texts))
    plan = make_plan(System(a_config(mail, prices, worker("orders")), pacts), CATALOG, Selection())

    (driven,) = [step for step in plan.steps if isinstance(step, DriveWorker)]
    assert driven.providers == ("orders",)
    (aside,) = plan.left_out
    assert aside.what == "what prices sends to the worker of mail"
    assert aside.why.endswith("of this one is kafka, and not over zeromq beside it")


def test_a_pact_that_no_table_names_wakes_a_member_that_serves_nothing() -> None:
    """Its document is compared with the fresh pact."""
    config = a_config(worker(), a_service("mail", tests=True))
    seen = Observed("consumer-tests:mail", (PactGathered("mail", "worker", "{}"),))
    steps = expand(ConsumerTests("mail"), seen, System(config), Selection(), ALL)

    assert [step.id for step in steps] == [
        "describe:worker",
        "compare:worker:mail",
        "reply-fuzz:mail:worker",
    ]


@pytest.mark.parametrize(("known", "expected"), [(False, ["wire:mail:worker"]), (True, [])])
def test_a_pact_that_no_table_names_is_carried_to_the_worker_too(
    known: bool, expected: list[str]
) -> None:
    """What its tests alone named is on the wire in the same run; what was known is already."""
    mail = replace(
        a_service("mail", tests=True),
        broker=BrokerUse("rabbitmq"),
        worker=("{python}", "-m", "mail"),
    )
    text = '{"consumer": {"name": "mail"}, "provider": {"name": "worker"}, "interactions": []}'
    found = (FoundPact("p.json", text, read_pact(text)),) if known else ()
    system = System(a_config(worker(), mail), found)
    seen = Observed("consumer-tests:mail", (PactGathered("mail", "worker", "{}"),))
    planned = [step.id for step in make_plan(system, CATALOG, Selection()).steps]
    steps = expand(ConsumerTests("mail"), seen, system, Selection(), frozenset({"wire"}))

    assert [step.id for step in steps] == expected
    assert all({"consumer-tests:mail", "describe:worker"} <= set(step.takes) for step in steps)
    assert ("wire:mail" in planned) is known


def test_a_document_of_messages_calls_for_no_requests_and_for_accepted_versions_alone() -> None:
    """Nothing of it can be called, and its versions are compared once one is accepted."""
    read = DocumentRead("orders", "asyncapi.yaml", "asyncapi: 3.0.0", of_messages=True)
    config = replace(a_config(a_service("orders")), base="main")
    system = System(config, base=())

    seen = Observed("describe:orders", (read,))
    assert expand(Describe("orders"), seen, system, Selection(), ALL) == ()
    accepted = replace(system, base=(AcceptedDocument("orders", 1, "main:orders.json", "{}"),))
    (step,) = expand(Describe("orders"), seen, accepted, Selection(), ALL)
    assert step.kind == "diff"


def test_replies_are_put_to_a_consumer_in_one_run() -> None:
    """All its providers together, once its tests gave its pacts and their documents were read."""
    orders = a_service("orders", consumes=("billing", "inventory"), tests=True)
    config = a_config(orders, a_service("inventory"), externals=(external(),))
    (step,) = (one for one in planned(config, Selection()).values() if one.kind == "reply-fuzz")

    assert step.id == "reply-fuzz:orders:billing:inventory"
    assert step.takes == ("consumer-tests:orders", "describe:billing", "describe:inventory")


def test_an_edge_alone_puts_its_own_replies() -> None:
    """A slice of one edge puts replies of that provider alone; all whom it poses are described."""
    orders = a_service("orders", consumes=("billing", "inventory"), tests=True)
    config = a_config(orders, a_service("inventory"), externals=(external(),))
    selection = Selection((), (Pair("orders", "inventory"),), ("consumer-hangs",))

    assert planned(config, selection).keys() == {
        "consumer-tests:orders",
        "describe:billing",
        "describe:inventory",
        "describe:orders",
        "reply-fuzz:orders:inventory",
    }


WHOLE = frozenset({"describe", "consumer-tests", "fuzz", "service-replies"})


def whole(
    name: str,
    selection: Selection = SELECT_ALL,
    *,
    kinds: frozenset[str] = WHOLE,
    is_described: bool = True,
) -> list[DriveService]:
    """The steps that run a described service of a chain of three whole."""
    chain = a_config(
        a_service("stock"),
        a_service("orders", consumes=("stock", "unknown"), tests=True),
        a_service("web", consumes=("orders",), tests=True),
        a_service("kiosk", consumes=("stock",)),
    )
    read = (DocumentRead(name, "/openapi.json", "{}"),) if is_described else ()
    seen = Observed(f"describe:{name}", read)
    steps = expand(Describe(name), seen, System(chain), selection, kinds)
    return [step for step in steps if isinstance(step, DriveService)]


def test_a_consumer_that_serves_is_run_whole() -> None:
    """It waits for all that it is called with and posed from: documents, contracts, its fuzzing."""
    (step,) = whole("orders")

    assert step.id == "service-replies:orders"
    assert set(step.takes) == {
        "describe:orders",
        "describe:stock",
        "consumer-tests:orders",
        "consumer-tests:web",
        "fuzz:orders",
    }
    assert step.why


def test_a_consumer_is_run_whole_only_where_something_may_come_of_it() -> None:
    """Without a provider, or without anything to call it with, there is no step."""
    assert whole("stock") == []
    assert len(whole("kiosk")) == 1
    assert whole("kiosk", is_described=False) == []
    assert len(whole("orders", is_described=False)) == 1
    assert whole("orders", kinds=WHOLE - {"service-replies"}) == []


def test_an_edge_alone_varies_the_replies_of_its_provider() -> None:
    """What is not asked about is posed, and left as it is."""
    (step,) = whole("web", Selection(edges=(Pair("web", "orders"),)))

    assert (step.id, step.providers) == ("service-replies:web", ())
    assert whole("orders", Selection(edges=(Pair("web", "orders"),))) == []
    (step,) = whole("orders", Selection(edges=(Pair("orders", "stock"),)))
    assert step.providers == ()


def test_a_slice_calls_a_consumer_with_what_the_whole_gate_would() -> None:
    """A line that reproduces a finding asks for one check, and must get the same requests."""
    (step,) = whole("kiosk", kinds=frozenset({"describe", "consumer-tests", "service-replies"}))

    assert "fuzz:kiosk" in step.takes


def test_everyone_who_is_posed_is_described() -> None:
    """A slice has the documents that the whole gate would have, so it finds the same."""
    selection = Selection(services=("orders",), checks=("interaction-not-honoured",))
    config = a_config(
        a_service("stock"),
        a_service("orders", consumes=("stock",), tests=True),
        a_service("web", consumes=("orders",), tests=True),
    )
    steps = planned(config, selection)

    assert "describe:stock" in steps
    assert "describe:stock" in steps["verify:orders"].takes
    real = planned(replace(config, neighbours="real"), selection)
    assert "describe:stock" not in real["verify:orders"].takes
