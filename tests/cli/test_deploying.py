"""Whether a version may be deployed, and telling that it was."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from harness.broker.client.deploying import waited
from harness.cli.countdown import countdown
from harness.domain.deploying import Answer, Cell, Deployability, Question, Selected, Target
from harness.reports.deployability_report import waiting_for
from tests.cli.brokers import Desk, desk

__all__ = ["desk"]

ASKED = ("can-i-deploy", "-a", "orders", "-e", "1", "--to-environment", "prod", "--wait", "0")
UNKNOWN = Deployability(
    Question((Selected("orders", "1"),), Target("prod")),
    "http://broker",
    Answer.UNKNOWN,
    (Cell("orders", "1", "stock", "", None),),
)


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """Orders 1 relies on stock; stock 7 runs in production, and has not verified it yet."""
    desk.well("environments", "create", "prod", "--production")
    desk.well("publish", desk.pact("one"), "--version", "0")
    desk.verified("0", "7")
    desk.well("record-deployment", "-a", "stock", "-e", "7", "--environment", "prod")
    desk.well("publish", desk.pact("two"), "--version", "1")
    return desk


def test_unknown_is_no_no(shop: Desk) -> None:
    """What nobody has verified is unknown, what failed a no; the exit code says so too."""
    unknown, (code, report) = shop.run(*ASKED), shop.report(*ASKED)
    assert (unknown.code, code, report["exit_code"]) == (3, 3, 3)
    assert (report["answer"], report["deployable"]) == ("unknown", None)
    assert unknown.out.startswith("unknown  orders 1 and stock, which has not verified it\n")

    shop.verified("1", "7", success=False)
    no, (code, report) = shop.run(*ASKED), shop.report(*ASKED)
    assert (no.code, code, report["answer"], report["deployable"]) == (1, 1, "no", False)
    assert no.out.startswith("no       orders 1 and stock 7\n")

    shop.verified("1", "7")
    yes, (code, report) = shop.run(*ASKED), shop.report(*ASKED)
    assert (yes.code, code, report["answer"], report["vacuous"]) == (0, 0, "yes", None)
    assert "yes: orders 1 may go to prod: 1 verified, 0 failed, 0 unknown · exit 0" in yes.out


def test_a_yes_that_rests_on_nothing_says_so(shop: Desk) -> None:
    """Nothing deployed, no contract there, all ignored; --refuse-vacuous takes it as unknown."""
    shop.well("environments", "create", "test")
    stock = ("can-i-deploy", "-a", "stock", "-e", "7", "--wait", "0", "--to-environment")
    assert "nothing else is recorded as deployed to test" in shop.well(*stock, "test")
    assert "so no contract was looked at · exit 0" in shop.well(*stock, "test")
    shop.well("record-release", "-a", "orders", "-e", "1", "--environment", "test")
    assert "vacuous" not in shop.run(*stock, "test").out
    assert "all that is known was to be ignored" in shop.well(*ASKED, "--ignore", "stock")

    code, report = shop.report(*ASKED, "--ignore", "stock", "--refuse-vacuous")
    assert (code, report["answer"], report["exit_code"]) == (3, "unknown", 3)
    assert report["vacuous"] == "all that is known was to be ignored"


def test_who_is_not_there_cannot_be_waited_for(shop: Desk) -> None:
    """Where no version of a provider is deployed, the remedy is to deploy it."""
    words = ("record-undeployment", "-a", "stock", "--environment", "prod")
    shop.well(*words)
    ended, (_, report) = shop.run(*ASKED), shop.report(*ASKED)

    assert "hint: no version of stock is recorded as deployed to prod" in ended.out
    assert report["absent"] == ["stock"]


def test_several_go_together(shop: Desk) -> None:
    """A version each, in pairs, or one for all."""
    shop.verified("1", "8")
    pairs = ("-a", "orders", "-e", "1", "-a", "stock", "-e", "8")
    asked = ("can-i-deploy", *pairs, "--to-environment", "prod", "--wait", "0")
    assert "yes: orders 1, stock 8 may go to prod" in shop.well(*asked)
    assert shop.run(*asked, "-e", "9").code == 2
    assert shop.run("can-i-deploy", "-a", "orders", "-e", "1", "--branch", "x").code == 2


def test_what_the_broker_does_not_know_is_misused(shop: Desk) -> None:
    """A place or a name that is mistyped is neither a no nor unknown."""
    words = ("can-i-deploy", "-e", "1", "--wait", "0", "--to-environment")
    place, name = shop.run(*words, "prd", "-a", "orders"), shop.run(*words, "prod", "-a", "order")

    assert (place.code, "'prd' does not exist" in place.err) == (2, True)
    assert (name.code, "order not found" in name.err) == (2, True)


def test_what_runs_where_is_told_and_taken_back(shop: Desk) -> None:
    """Deployments by instance, releases beside each other; a dry run changes nothing."""
    orders = ("-a", "orders", "--environment", "prod")
    shop.well("record-deployment", *orders, "-e", "1", "--application-instance", "eu", "--dry-run")
    assert running(shop) == ["stock 7"]
    shop.well("record-deployment", *orders, "-e", "0", "--application-instance", "eu")
    shop.well("record-deployment", *orders, "-e", "1", "--application-instance", "eu")
    shop.well("record-release", *orders, "-e", "0")
    assert running(shop) == ["orders 0", "orders 1 eu", "stock 7"]

    there = shop.run("record-undeployment", *orders)
    assert (there.code, "knows 1 as eu of it" in there.err) == (3, True)
    shop.well("record-undeployment", *orders, "--application-instance", "eu")
    shop.well("record-support-ended", *orders, "-e", "0")
    assert running(shop) == ["stock 7"]
    absent = shop.run("record-deployment", *orders, "-e", "99")
    assert (absent.code, "knows no version 99 of orders" in absent.err) == (2, True)


def running(desk: Desk) -> list[str]:
    """What runs in production, as the list for programs has it."""
    _, found = desk.report("environments", "list", "--environment", "prod")
    there = found["environments"][0]["versions"]
    named = (
        f"{each['pacticipant']} {each['version']} {each['application_instance'] or ''}".strip()
        for each in there
    )
    return sorted(named)


def test_environments_are_made_changed_and_removed(desk: Desk) -> None:
    """What is not named stays as it was, and a second one of a name is refused."""
    desk.well("environments", "create", "qa", "--production", "--contact", "ops=o@b.example")
    assert desk.run("environments", "create", "qa").code == 2
    for words in (["--name", "uat"], ["--no-production", "--dry-run"]):
        desk.well("environments", "update", "qa" if "uat" in words else "uat", *words)
    said = desk.well("environments", "list")
    assert said == "uat (Qa), production · ops o@b.example\n"

    desk.well("environments", "delete", "uat", "--dry-run")
    desk.well("environments", "delete", "uat")
    assert desk.well("environments", "list") == "no environment is there yet\n"


def test_the_newest_versions_are_described(shop: Desk) -> None:
    """The newest first, with where they run; an unknown name is told."""
    said = shop.well("describe", "stock")
    assert "  7 deployed to prod\n" in said
    assert [
        each["number"] for each in shop.report("describe", "orders")[1]["pacticipant"]["versions"]
    ] == ["1", "0"]
    assert shop.run("describe", "nobody").code == 2


class Clock:
    """A clock that moves when somebody sleeps."""

    now = 100.0

    def __call__(self) -> float:
        """The moment."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


@pytest.mark.parametrize(
    ("known_at", "limit_s", "asked", "answer"),
    [
        (3, 60, 3, Answer.YES),
        (9, 25, 4, Answer.UNKNOWN),
        (9, 0, 1, Answer.UNKNOWN),
        (1, 60, 1, Answer.YES),
    ],
)
def test_who_waits_asks_again_until_it_is_known(
    known_at: int, limit_s: float, asked: int, answer: Answer
) -> None:
    """Each ten seconds, once more at the end, and told each second how long still."""
    clock, questions, told = Clock(), 0, list[float]()

    def ask() -> Deployability:
        nonlocal questions
        questions += 1
        return replace(UNKNOWN, answer=Answer.YES if questions >= known_at else Answer.UNKNOWN)

    found = waited(ask, limit_s, 10, lambda _, left_s: told.append(left_s), clock, clock.sleep)

    assert (found.answer, questions) == (answer, asked)
    assert clock.now <= 100 + limit_s
    assert told == [limit_s - second for second in range(len(told))]


def test_the_countdown_is_seen_in_a_log_too() -> None:
    """A line at the start and each half minute, which names what is waited for."""
    lines: list[str] = []
    with countdown(is_terminal=False, write=lines.append) as tell:
        for left_s in range(75, 0, -1):
            tell(waiting_for(UNKNOWN), left_s)

    what = "unknown: waiting for orders 1 and stock, which has not verified it"
    assert lines == [f"{what}, 1:15 left", f"{what}, 0:45 left", f"{what}, 0:15 left"]


def test_a_result_that_comes_while_waiting_is_seen(shop: Desk) -> None:
    """The provider's build ends meanwhile, and the answer is its."""
    build = threading.Timer(0.5, shop.verified, ("1", "7"))
    build.start()
    ended = shop.run(*ASKED[:-1], "60", "--interval", "1")
    build.join()

    assert (ended.code, ended.err.startswith("unknown: waiting for orders 1")) == (0, True)
