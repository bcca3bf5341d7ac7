"""Observed types, from the traffic of a step to a finding that can be shown again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness.adapters.pact_verifier import PactVerifier
from harness.adapters.recordings import recording_of, to_text
from harness.adapters.replayer import Replayer
from harness.checks.annotation_violated import ANNOTATION_VIOLATED
from harness.checks.facts import Facts
from harness.documents.pacts import read_pact
from harness.domain.contradiction import Contradicted
from harness.domain.evidence import Evidence, Observed, Unobserved
from harness.domain.json import Json
from harness.domain.service import Service
from harness.domain.steps import Replay, VerifyPacts
from harness.domain.system import FoundPact, System
from harness.domain.typed import CodeContradicted, TypesObserved
from harness.stages.judging import sign
from tests.adapters.fuzzing import context_of, fuzz, open_observed, service
from tests.adapters.pact_provider import interaction, pact

pytestmark = pytest.mark.tools

SHOP = service("believing_shop", states="believing_shop:STATES")


def contradicted(evidence: list[Evidence]) -> dict[str, CodeContradicted]:
    """What code contradicted, by the function."""
    found = [one for one in evidence if isinstance(one, CodeContradicted)]
    assert len({one.contradiction.cause for one in found}) == len(found)
    return {one.contradiction.function: one for one in found}


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> list[Evidence]:
    """What generated requests saw."""
    return fuzz(tmp_path_factory.mktemp("fuzzed"), SHOP, opened=open_observed)


def test_a_contradiction_comes_with_its_shortest_requests(fuzzed: list[Evidence]) -> None:
    """Each place is told once, with a request that shows it again on a fresh service."""
    found = contradicted(fuzzed)

    assert TypesObserved(SHOP.name, f"fuzz:{SHOP.name}") in fuzzed
    assert set(found) == {"stored", "share", "first"}
    assert [one.came_back for one in found.values()] == [True] * 3
    assert [len(one.exchanges) for one in found.values()] == [1] * 3
    (request,) = (one.request for one in found["share"].exchanges)
    assert request.url.startswith("/share?of=")
    assert int(request.url.rpartition("=")[2]) >= 10
    assert found["first"].contradiction.kind is Contradicted.COERCED
    assert found["share"].operation == "GET /share"


@pytest.mark.parametrize("function", ["stored", "share"])
def test_a_contradiction_is_shown_again(
    function: str, fuzzed: list[Evidence], tmp_path: Path
) -> None:
    """What a finding's recording holds leads to the same place of the code once more."""
    told = contradicted(fuzzed)[function]
    context = context_of(tmp_path, SHOP)
    facts = Facts(context.system, (Observed("fuzz", (told,)),))
    (flaw,) = ANNOTATION_VIOLATED.judge(facts)
    recording = to_text(recording_of(sign(ANNOTATION_VIOLATED, flaw, facts)))

    again = list(Replayer(open_observed)(Replay(SHOP.name, recording), context))

    (shown,) = contradicted(again).values()
    assert shown.contradiction.cause == told.contradiction.cause
    assert shown.came_back is True
    assert not [one for one in again if isinstance(one, Unobserved)]


def verified(directory: Path, described: Service, *interactions: Json) -> list[Evidence]:
    """What a verification sees of the shop."""
    text = pact(*interactions, provider=described.name)
    context = context_of(directory, described)
    found = FoundPact("0.json", text, read_pact(text, "0.json"))
    context = replace(context, system=System(context.config, (found,)))
    return list(PactVerifier(open_observed)(VerifyPacts(described.name), context))


def test_the_simplest_example_is_named_and_can_be_sent(tmp_path: Path) -> None:
    """Of the examples that led to a place the shortest is told, with its states before it."""
    state: dict[str, Json] = {"name": "a price is set", "params": {"thing": "a"}}
    seen = verified(
        tmp_path,
        SHOP,
        interaction("a share", path="/share"),
        interaction("many", path="/share", states=[state]) | query("of=12"),
        interaction("very many, padded", path="/share") | query("of=0000000000012"),
    )

    (found,) = contradicted(seen).values()

    assert found.example == "“many” of shop"
    assert [(one.request.method, one.request.url) for one in found.exchanges] == [
        ("STATE", "a%20price%20is%20set"),
        ("GET", "/share?of=12"),
    ]
    assert json.loads(found.exchanges[0].request.body or "") == {"thing": "a"}
    assert found.contradiction.occurrences == 2


def query(text: str) -> dict[str, Json]:
    """A request with a query."""
    name, _, value = text.partition("=")
    return {"request": {"method": "GET", "path": "/share", "query": {name: [value]}}}


def test_a_package_that_nobody_imports_is_inconclusive(tmp_path: Path) -> None:
    """That nothing was observed is told with its reason, not passed over."""
    described = replace(SHOP, packages=("elsewhere",))

    seen = verified(tmp_path, described, interaction("a share", path="/share"))

    (lost,) = (one for one in seen if isinstance(one, Unobserved))
    assert lost.what == f"the types of {SHOP.name} while it runs"
    assert lost.reason == "no module of elsewhere was imported"
