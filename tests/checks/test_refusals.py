"""Which check tells of a reply that a consumer did not cope with, and which of them stay silent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.checks.catalog import CATALOG
from harness.checks.facts import Facts
from harness.documents.pacts import read_pact
from harness.domain.coping import COPED, AddressRefused, ReplyRefused, WitnessPut
from harness.domain.crash import Crash, Frame
from harness.domain.evidence import Evidence, InteractionCompared, Observed, PactGathered
from harness.domain.finding import Finding, Flaw
from harness.domain.fit import Asked, Code, InteractionCompat, Kind, Misfit, Reception
from harness.domain.possible import Origin
from harness.domain.system import System
from harness.domain.verdict import Status
from tests.fakes import a_shop
from tests.stages.test_judging_and_deciding import PACT, healthy, key, verdict_of

CHECKS = {
    "reply-crashes-consumer",
    "error-reply-crashes-consumer",
    "network-fault-crashes-consumer",
    "consumer-hangs",
    "handler-crashes",
    "address-undeclared",
}


def crash(line: int = 9, function: str = "stock") -> Crash:
    """Something that the consumer's own code raised, below a library."""
    frames = (
        Frame("/workspace/contracts/orders/test_stock.py", 4, "test", "test_stock", "stock(url)"),
        Frame("/workspace/orders/client.py", line, function, "orders.client", "found['sku']"),
        Frame("/lib/a.py", 3, "f", "lib.a", "raise"),
    )
    return Crash(0, None, "KeyError", "'sku'", frames, "Traceback: KeyError", (), "raised")


REFUSED = ReplyRefused(
    "orders",
    "inventory",
    key(),
    Origin.DOCUMENT,
    "$.sku is absent",
    "200 application/json\n\n{}",
    place="$.sku",
    error="KeyError: 'sku'",
    crash=crash(),
    came_back=True,
)


def told(*evidence: Evidence) -> list[tuple[str, Flaw]]:
    """Every flaw that comes of replies, with the check that tells it."""
    known = Facts(System(a_shop()), (Observed("reply-fuzz:orders:inventory", evidence),))
    ours = (check for check in CATALOG if check.id in CHECKS)
    return [(check.id, flaw) for check in ours for flaw in check.judge(known)]


def names(*evidence: Evidence) -> list[str]:
    """The checks that tell anything."""
    return [name for name, _ in told(*evidence)]


@pytest.mark.parametrize(
    ("origin", "waited_s", "name"),
    [
        (Origin.DOCUMENT, 0.0, "reply-crashes-consumer"),
        (Origin.REFUSAL, 0.0, "error-reply-crashes-consumer"),
        (Origin.NETWORK, 0.0, "network-fault-crashes-consumer"),
        (Origin.DOCUMENT, 2.0, "consumer-hangs"),
        (Origin.REFUSAL, 2.0, "consumer-hangs"),
        (Origin.NETWORK, 2.0, "consumer-hangs"),
    ],
)
def test_one_check_tells_of_each_reply(origin: Origin, waited_s: float, name: str) -> None:
    """By where it comes from, and by whether the consumer raised or never came to an end."""
    ((found, flaw),) = told(replace(REFUSED, origin=origin, waited_s=waited_s))

    assert found == name
    assert (flaw.consumer, flaw.service) == ("orders", "inventory")
    assert str(flaw.location) == "orders/client.py:9"
    assert flaw.cause == "KeyError in orders.client.stock: found['sku']"
    assert "KeyError: 'sku'" in flaw.message
    assert flaw.witness == "200 application/json  {}"


def compared(path: str, *, code: Code = Code.REPLY_BODY, of: str = "") -> InteractionCompared:
    """What the document does not fit at one place, which is certain."""
    misfit = Misfit(code, Kind.MAY_BREAK, path=path, witnesses=("{}",), sent="null", accepted="a")
    return InteractionCompared(
        "orders", "inventory", of or key(), InteractionCompat("GET /stock", (misfit,))
    )


@pytest.mark.parametrize(
    ("place", "path", "is_told"),
    [
        ("$.sku", "$.sku", True),
        ("$.sku", "$.sku.part", True),
        ("$.items[0].sku", "$.items", True),
        ("$.sku", "$.skus", False),
        ("$.sku", "$.on_hand", False),
        ("", "$.sku", False),
    ],
)
def test_what_does_not_fit_is_told_once(place: str, path: str, is_told: bool) -> None:
    """At the same place, or one within the other, comparing the two has told it already."""
    assert (names(replace(REFUSED, place=place), compared(path)) == []) is is_told


@pytest.mark.parametrize(
    "other",
    [
        replace(compared("$.sku"), consumer="web"),
        replace(compared("$.sku"), provider="catalog"),
        compared("$.sku", of="another"),
        compared("$.sku", code=Code.REQUEST_BODY),
    ],
)
def test_what_does_not_fit_elsewhere_tells_nothing_of_it(other: InteractionCompared) -> None:
    """Another edge, operation or side is another matter."""
    assert names(REFUSED, other) == ["reply-crashes-consumer"]


@pytest.mark.parametrize("origin", [Origin.REFUSAL, Origin.NETWORK])
def test_what_no_schema_speaks_of_is_told_whatever_does_not_fit(origin: Origin) -> None:
    """Refusals and networks are no matter of the reply's own schema."""
    assert len(names(replace(REFUSED, origin=origin), compared("$.sku"))) == 1


@pytest.mark.parametrize(("line", "is_told"), [(9, True), (10, False)])
def test_a_line_at_which_a_witness_raised_is_told_once(line: int, is_told: bool) -> None:
    """Whatever the place in the body, one line of the consumer's has one cause."""
    elsewhere = compared("$.on_hand")
    misfit = elsewhere.compat.misfits[0]
    put = WitnessPut(
        "orders",
        "inventory",
        key(),
        misfit.code,
        misfit.name,
        misfit.path,
        Asked.CODE,
        Reception.REFUSED,
        witness="{}",
        error="KeyError: 'sku'",
        crash=crash(line),
    )

    assert (names(REFUSED, elsewhere, put) == []) is is_told


def test_a_guess_that_nobody_confirmed_hides_nothing() -> None:
    """Only what is certain is told as a misfit."""
    one = compared("$.sku")
    guess = replace(one.compat.misfits[0], hypothesis=True)
    unsure = replace(one, compat=replace(one.compat, misfits=(guess,)))

    assert names(REFUSED, unsure) == ["reply-crashes-consumer"]


def gathered(*descriptions: str) -> tuple[PactGathered, list[str]]:
    """A pact with such interactions, and their keys."""
    one = PACT[PACT.index('{"type"') : PACT.index("],\n")]
    many = ",".join(one.replace("a known sku", name) for name in descriptions)
    text = PACT.replace(one, many)
    keys = [each.key for each in read_pact(text, path="").interactions]
    return PactGathered("orders", "inventory", text, path="contracts/pacts/a.json"), keys


def findings(*refused: ReplyRefused, pact: PactGathered | None = None) -> tuple[Finding, ...]:
    """What the gate says of an otherwise healthy shop."""
    script = healthy()
    tests, shown = script["consumer-tests:orders"]
    script["consumer-tests:orders"] = (tests, pact or shown)
    return verdict_of({**script, "reply-fuzz:orders:inventory": refused}).findings


def test_one_line_that_raises_over_two_interactions_is_one_finding() -> None:
    """Who must mend it is the consumer, once, however many of its calls lead there."""
    pact, (first, second) = gathered("one", "two")
    (finding,) = findings(
        replace(REFUSED, interaction=first, occurrences=3),
        replace(REFUSED, interaction=second, origin=Origin.NETWORK, occurrences=4),
        pact=pact,
    )

    assert finding.check == "reply-crashes-consumer"
    assert finding.flaw.occurrences == 7
    assert finding.owner == "team-orders"


def test_two_lines_that_raise_are_two_findings() -> None:
    """Another function of the consumer is another cause."""
    other = replace(REFUSED, crash=crash(30, "label"))

    assert len(findings(REFUSED, other)) == 2


@pytest.mark.parametrize(
    ("came_back", "status"),
    [(True, Status.FAILED), (None, Status.FAILED), (False, Status.PASSED)],
)
def test_what_does_not_come_back_fails_nothing(came_back: bool | None, status: Status) -> None:
    """It is listed all the same."""
    one = replace(REFUSED, came_back=came_back, again="" if came_back else COPED)
    script = {**healthy(), "reply-fuzz:orders:inventory": (one,)}
    verdict = verdict_of(script)

    assert [one.check for one in verdict.findings] == ["reply-crashes-consumer"]
    assert verdict.status is status


def test_a_calls_address_is_named_without_its_port() -> None:
    """Its identity is the host, since ports differ from run to run."""
    ((name, flaw),) = told(AddressRefused("orders", "db.example:5432", crash=crash()))

    assert name == "address-undeclared"
    assert (flaw.service, flaw.cause, flaw.seen) == (
        "orders",
        "calls db.example",
        "db.example:5432",
    )
    assert str(flaw.location) == "orders/client.py:9"


def test_a_message_of_an_earlier_version_is_told_with_its_version() -> None:
    """Who sends today cannot forbid what was sent, so the hint says what can be done."""
    one = replace(
        REFUSED, of_message=True, what="$.note is null, in docs/a.json", version="docs/a.json"
    )
    ((name, flaw),) = told(one)

    assert name == "handler-crashes"
    assert flaw.message.endswith(
        "on a message of inventory that an earlier version of its document allows: $.note is null, "
        "in docs/a.json"
    )
    assert 'compatibility = "NONE"' in flaw.hint
