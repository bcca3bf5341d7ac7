"""How far a misfit is established, and which check tells it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from harness.checks.catalog import CATALOG
from harness.checks.facts import Contract, Facts
from harness.checks.misfits import Standing, seen
from harness.checks.telling import told_by
from harness.domain.config import External
from harness.domain.coping import WitnessPut
from harness.domain.crash import Crash, Frame
from harness.domain.edge import Edge, Leg, Pair
from harness.domain.evidence import InteractionCompared, Observed
from harness.domain.finding import Confirmation, Flaw, fingerprint
from harness.domain.fit import Asked, Code, InteractionCompat, Kind, Misfit, Reception
from harness.domain.pact import HttpRequest, HttpResponse, Interaction, InteractionKind
from harness.domain.policy import Severity
from harness.domain.system import System
from harness.stages.judging import sign
from tests.fakes import a_config, a_service, a_shop

FIT = [check for check in CATALOG if check.leg is Leg.FIT]
OFF = Misfit(
    Code.REPLY_BODY,
    Kind.MAY_BREAK,
    path="$.on_hand",
    witnesses=('{"on_hand":null}', "{}"),
    sent="null",
    accepted="an integer",
)
GUESS = replace(OFF, hypothesis=True)
CRASH = Crash(
    seq=0,
    request=None,
    type="TypeError",
    message="no",
    frames=(
        Frame("/workspace/orders/client.py", 9, "stock", "orders.client", "x + 1"),
        Frame("/lib/a.py", 3, "f", "lib.a", "raise"),
    ),
    traceback="Traceback: TypeError",
    in_flight=(),
    source="raised",
)


def put(
    asked: Asked, reception: Reception, misfit: Misfit = OFF, crash: Crash | None = None
) -> WitnessPut:
    """What became of a misfit's witnesses."""
    return WitnessPut(
        "orders",
        "inventory",
        "k",
        misfit.code,
        misfit.name,
        misfit.path,
        asked,
        reception,
        witness="{}",
        error="1 validation error" if reception is Reception.REFUSED else "",
        crash=crash,
        detail="its test was skipped" if reception is Reception.UNASKED else "",
    )


def facts(misfit: Misfit, answer: WitnessPut | None, *, declared: bool) -> Facts:
    """One interaction with one misfit, and what the consumer answered."""
    compat = InteractionCompat("GET /stock/{sku}", (misfit,), declared=declared)
    compared = InteractionCompared("orders", "inventory", "k", compat)
    evidence = (compared,) if answer is None else (compared, answer)
    return Facts(System(a_shop()), (Observed("compare:inventory", evidence),))


def told(known: Facts) -> list[tuple[str, Flaw]]:
    """Every flaw on the middle leg, with the check that tells it."""
    return [(check.id, flaw) for check in FIT for flaw in check.judge(known)]


MODEL, CODE = Asked.MODEL, Asked.CODE
REFUSED, TAKEN, UNASKED = Reception.REFUSED, Reception.TAKEN, Reception.UNASKED
CERTAIN, DISCHARGED, OPEN = Standing.CERTAIN, Standing.DISCHARGED, Standing.UNCONFIRMED
BY_SCHEMA, BY_MODEL = Confirmation.BY_SCHEMA, Confirmation.BY_MODEL
BY_CODE = Confirmation.BY_CODE


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(
    ("declared", "hypothesis", "answer", "standing", "confirmation"),
    [
        (True, False, None, CERTAIN, BY_SCHEMA),
        (True, False, (MODEL, REFUSED), CERTAIN, BY_MODEL),
        (True, False, (MODEL, TAKEN), DISCHARGED, BY_SCHEMA),
        (True, False, (CODE, REFUSED), CERTAIN, BY_CODE),
        (True, False, (CODE, TAKEN), CERTAIN, BY_SCHEMA),
        (True, False, (CODE, UNASKED), CERTAIN, BY_SCHEMA),
        (False, True, None, OPEN, BY_SCHEMA),
        (False, True, (CODE, REFUSED), CERTAIN, BY_CODE),
        (False, True, (CODE, TAKEN), DISCHARGED, BY_SCHEMA),
        (False, True, (CODE, UNASKED), OPEN, BY_SCHEMA),
        (False, False, None, CERTAIN, BY_SCHEMA),
        (False, False, (CODE, TAKEN), CERTAIN, BY_SCHEMA),
        (False, False, (CODE, UNASKED), CERTAIN, BY_SCHEMA),
    ],
)
def test_how_far_a_reply_is_established(
    kind: Kind,
    declared: bool,
    hypothesis: bool,
    answer: tuple[Asked, Reception] | None,
    standing: Standing,
    confirmation: Confirmation,
) -> None:
    """Only the consumer itself turns a hypothesis, and only what parses discharges its schema."""
    misfit = replace(OFF, kind=kind, hypothesis=hypothesis)
    known = facts(misfit, put(*answer, misfit) if answer else None, declared=declared)
    (one,) = seen(known)
    checks = [name for name, _ in told(known)]
    certain = "reply-field-undeclared" if kind is Kind.UNDECLARED else "reply-not-accepted"

    assert (one.standing, one.confirmation) == (standing, confirmation)
    assert checks == {CERTAIN: [certain], DISCHARGED: [], OPEN: ["reply-unconfirmed"]}[standing]


def misfits() -> Iterator[Misfit]:
    """Every code with every kind, certain and not, in a body and under a name."""
    for code, kind, hypothesis in product(Code, Kind, (False, True)):
        yield replace(OFF, code=code, kind=kind, hypothesis=hypothesis)
        yield Misfit(code, kind, name="X-Total", hypothesis=hypothesis)


def answers(misfit: Misfit) -> Iterator[WitnessPut | None]:
    """Everything that may have been answered."""
    yield None
    for asked, reception in product(Asked, Reception):
        yield put(asked, reception, misfit)


@pytest.mark.parametrize("declared", [False, True])
def test_no_misfit_is_told_twice(declared: bool) -> None:
    """One cause is one finding, and what is not certain is never an error."""
    severities = {check.id: check.severity for check in FIT}
    for misfit in misfits():
        for answer in answers(misfit):
            known = facts(misfit, answer, declared=declared)
            found = told(known)
            (one,) = seen(known)
            assert len(found) <= 1, (misfit, answer, found)
            errors = [name for name, _ in found if severities[name] is Severity.ERROR]
            if one.standing is CERTAIN:
                assert set(errors) <= {told_by(misfit)}, misfit
            else:
                assert errors == [], misfit


def test_an_answer_belongs_to_its_own_question() -> None:
    """What another consumer, interaction or place was answered says nothing here."""
    answer = put(CODE, TAKEN)
    others = [
        replace(answer, consumer="web"),
        replace(answer, provider="catalog"),
        replace(answer, interaction="j"),
        replace(answer, path="$.sku"),
        replace(answer, name="X"),
        replace(answer, code=Code.REPLY_HEADER),
    ]
    for other in others:
        (one,) = seen(facts(GUESS, other, declared=False))
        assert one.put is None
    (one,) = seen(facts(GUESS, answer, declared=False))
    assert one.put == answer


def only(known: Facts) -> Flaw:
    """The one flaw that there is."""
    ((_, flaw),) = told(known)
    return flaw


def test_a_refusal_by_code_leads_to_the_line_that_raised() -> None:
    """The location is the consumer's own, and its traceback is shown."""
    flaw = only(facts(GUESS, put(CODE, REFUSED, GUESS, CRASH), declared=False))

    assert str(flaw.location) == "orders/client.py:9"
    assert (flaw.detail, flaw.witness) == ("Traceback: TypeError", "{}")
    assert flaw.confirmation is BY_CODE


def test_a_refusal_by_model_shows_its_words() -> None:
    """The model's own error stands beside the reply that it refused."""
    flaw = only(facts(OFF, put(MODEL, REFUSED), declared=True))

    assert (flaw.detail, flaw.witness, flaw.location) == ("1 validation error", "{}", None)


def test_what_nobody_was_asked_shows_the_smallest_witness() -> None:
    """Without an answer the first witness stands, and no error with it."""
    flaw = only(facts(OFF, None, declared=True))

    assert (flaw.witness, flaw.detail) == ('{"on_hand":null}', "")
    assert (flaw.where, flaw.expected, flaw.seen) == ("$.on_hand", "an integer", "null")


@pytest.mark.parametrize(
    ("answer", "why"),
    [(None, "its code is not at hand"), (put(CODE, UNASKED, GUESS), "its test was skipped")],
)
def test_what_is_unconfirmed_says_why(answer: WitnessPut | None, why: str) -> None:
    """A line of information names the reason for which nobody could be asked."""
    flaw = only(facts(GUESS, answer, declared=False))

    assert flaw.message.endswith(f"; {why}")


def test_the_identity_holds_no_value_and_no_witness() -> None:
    """Another witness of the same place is the same finding; another place is not."""
    first = only(facts(OFF, None, declared=True))
    again = only(facts(replace(OFF, witnesses=("7",)), put(MODEL, REFUSED), declared=True))
    other = only(facts(replace(OFF, path="$.sku"), None, declared=True))

    assert fingerprint("c", first) == fingerprint("c", again) != fingerprint("c", other)


def test_a_finding_stands_on_the_edge_of_its_interaction() -> None:
    """The operation is named as its edge names it, and else as the document does."""
    interaction = Interaction(
        "k", InteractionKind.HTTP, "k", request=HttpRequest("GET", "/s"), response=HttpResponse(200)
    )
    edge = Edge(Pair("orders", "inventory"), "GET /v1/stock/{sku}")
    known = facts(OFF, None, declared=True)
    laid = replace(known, contracts=(Contract(edge, interaction),))

    assert only(known).operation == "GET /stock/{sku}"
    assert only(laid).operation == "GET /v1/stock/{sku}"


def test_owners_stand_in_the_hint_and_on_the_finding() -> None:
    """Whoever could change is named, also where the provider is elsewhere."""
    external = External("inventory", owner="team-far")
    config = a_config(a_service("orders", tests=True), externals=(external,))
    known = replace(facts(OFF, None, declared=True), system=System(config))
    ((name, flaw),) = told(known)
    check = next(one for one in FIT if one.id == name)

    assert "inventory (team-far)" in flaw.hint
    assert "orders (team-orders)" in flaw.hint
    assert sign(check, flaw, known).owner == "team-far"
