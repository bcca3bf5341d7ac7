"""`harness accept` and `harness waive`: what is agreed on is written down."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from harness.domain.accepted import Acceptance, Accepted
from harness.domain.change import Breaks, Change, Part
from harness.domain.finding import Named
from tests.cli.conftest import FakeDoors, Type

CHANGE = Change(
    "reply-property-became-nullable",
    Breaks.BREAKS,
    Part.REPLY,
    "GET /stock/{sku}",
    "200",
    path="$.on_hand",
    message="may be null",
)
FINDING = "1:ee2ed33d7952da5037d4"
WAIVE = ("waive", FINDING, "--consumer", "orders", "--until", "2030-12-31", "--reason", "a plan")


def test_what_accepting_meant_is_told(run: Type, doors: FakeDoors) -> None:
    """Each file is named with what became of it, and each change with what it does."""
    doors.accepted = {
        "orders": (
            Accepted("docs/orders.1.json", Acceptance.CHANGED, (CHANGE,)),
            Accepted("docs/orders.2.json", Acceptance.SAME),
            Accepted("docs/orders.json", Acceptance.GONE),
        ),
        "inventory": (Accepted("docs/inventory.json", Acceptance.NEW),),
    }
    ended = run("accept", "document", "orders", "inventory")

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "docs/orders.1.json: accepted with 1 change",
        "  breaks     GET /stock/{sku} · 200 · $.on_hand: may be null",
        "docs/orders.2.json: nothing has changed",
        "docs/orders.json: taken away: the service has no such document any more",
        "docs/inventory.json: accepted for the first time",
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [(("order",), "hint: did you mean orders?"), ((), "Missing argument 'SERVICE...'")],
)
def test_only_members_have_accepted_versions(run: Type, words: tuple[str, ...], told: str) -> None:
    """A name that nobody has ends with 2, and nothing is started."""
    ended = run("accept", "document", *words)

    assert ended.code == 2
    assert told in ended.err


def test_a_waiver_is_written_with_what_the_last_run_knew(
    run: Type, doors: FakeDoors, root: Path
) -> None:
    """Check and subject are there for whoever reads the file; who answers is for them to say."""
    doors.named = (Named(FINDING, "reply-not-accepted", "orders:inventory", "team-inventory"),)
    ended = run(*WAIVE)

    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (
        "contracts/waivers.toml: reply-not-accepted of orders:inventory is waived until "
        "2030-12-31: a plan\n"
    )
    (written,) = tomllib.loads((root / "contracts/waivers.toml").read_text("utf-8"))["waiver"]
    assert {key: str(value) for key, value in written.items()} == {
        "fingerprint": FINDING,
        "consumer": "orders",
        "until": "2030-12-31",
        "reason": "a plan",
        "check": "reply-not-accepted",
        "subject": "orders:inventory",
    }
    assert run("gate").code == 0


def test_a_consumer_may_be_named_as_its_pacts_name_it(
    run: Type, doors: FakeDoors, root: Path
) -> None:
    """Either name of a member is the member, and its own name is what is written."""
    file = root / "contract-harness.toml"
    named = file.read_text("utf-8").replace(
        "[members.orders]", '[members.orders]\npacticipant = "order-service"'
    )
    file.write_text(named, "utf-8")
    doors.named = (Named(FINDING, "reply-not-accepted", "orders:inventory"),)
    ended = run("waive", FINDING, "--consumer", "order-service", *WAIVE[4:])

    assert (ended.code, ended.err) == (0, "")
    assert 'consumer = "orders"' in (root / "contracts/waivers.toml").read_text("utf-8")


def test_a_waiver_of_what_no_run_here_has_found(run: Type, root: Path) -> None:
    """A fingerprint from a report of elsewhere is taken as it is, and the answer says so."""
    ended = run(*WAIVE, "--owner", "me")

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        f"contracts/waivers.toml: {FINDING} is waived until 2030-12-31: a plan",
        "note: the last run here told no finding of this fingerprint, so nobody has seen what the "
        f"waiver is about; if that was a slip, take {FINDING} out again",
    ]
    assert 'owner = "me"' in (root / "contracts/waivers.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("1:ee2", *WAIVE[2:]), "expected a fingerprint as reports print it"),
        ((FINDING, *WAIVE[2:5], "2030-06-14", *WAIVE[6:]), "2030-06-14 has passed"),
        ((FINDING, *WAIVE[2:5], "tomorrow", *WAIVE[6:]), "expected a day such as 2030-12-31"),
        (WAIVE[1:6], "Missing option '--reason'"),
        ((*WAIVE[1:7], " "), "expected a reason"),
        ((FINDING, *WAIVE[4:]), "Missing option '--consumer'"),
        ((FINDING, "--consumer", "storefront", *WAIVE[4:]), "not about storefront"),
    ],
)
def test_what_is_no_waiver(
    run: Type, doors: FakeDoors, root: Path, words: tuple[str, ...], told: str
) -> None:
    """What is incomplete, past, or about another consumer ends with 2, and nothing is written."""
    doors.named = (Named(FINDING, "reply-not-accepted", "orders:inventory"),)
    ended = run("waive", *words)

    assert ended.code == 2
    assert told in ended.err
    assert not (root / "contracts").exists()


def test_a_reason_is_one_line(run: Type, root: Path) -> None:
    """Line ends are folded, so that reports stay readable."""
    run(*WAIVE[:-1], "first\nsecond")

    assert 'reason = "first second"' in (root / "contracts/waivers.toml").read_text("utf-8")


def test_the_base_that_is_typed_is_compared_with(run: Type, doors: FakeDoors) -> None:
    """`--base` reaches the gate; without it the workspace's own versions count."""
    run("gate", "--base", "origin/main")
    assert doors.config is not None
    assert doors.config.base == "origin/main"

    run("gate")
    assert doors.config.base == ""
