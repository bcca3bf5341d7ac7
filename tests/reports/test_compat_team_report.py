"""The report of all pacts of a consumer."""

from __future__ import annotations

import itertools
import json

import pytest

from harness.domain.fit import Code, Gap, InteractionCompat, Kind, Misfit
from harness.domain.pact import Interaction, InteractionKind, Pact
from harness.domain.published import PublishedPact
from harness.domain.verdict import Status
from harness.reports.compat_report import Compared, Comparisons
from harness.reports.compat_team_report import (
    Pair,
    Team,
    render_json,
    render_opc,
    render_text,
    verdict_line,
)

FITS = InteractionCompat("GET /a", proven=True)
BROKEN = InteractionCompat("GET /a", (Misfit(Code.REPLY_BODY, Kind.IMPOSSIBLE),))
UNKNOWN = InteractionCompat("GET /a", gaps=(Gap(Code.REPLY_BODY, "nobody knows"),))
ANSWERS = {
    Status.PASSED: FITS,
    Status.FAILED: BROKEN,
    Status.INCONCLUSIVE: UNKNOWN,
}


def pair(status: Status | None, provider: str = "stock") -> Pair:
    """A pact with a verdict, or one that was not compared."""
    published = PublishedPact(provider, "1", b"{}", f"https://broker.example/{provider}")
    if status is None:
        return Pair(published, reason="no document is known")
    interaction = Interaction("a thing", InteractionKind.HTTP, "k", location="$.interactions[0]")
    pact = Pact("orders", provider, "4", (interaction,), path=published.url)
    compared = (Compared(interaction, ANSWERS[status]),)
    return Pair(published, Comparisons(pact, ("api.json",), compared))


def team(*pairs: Pair, consumer: str = "orders", unused: tuple[str, ...] = ()) -> Team:
    """A consumer with its pacts."""
    return Team(consumer, "https://broker.example", "the latest of all", pairs, unused)


@pytest.mark.parametrize(
    "statuses",
    list(itertools.product([*ANSWERS, None], repeat=2)),
    ids=lambda both: "-".join(each.value if each else "uncompared" for each in both),
)
def test_the_gravest_verdict_counts(statuses: tuple[Status | None, ...]) -> None:
    """A failure outweighs what is not known, and that a pass."""
    found = team(*(pair(each) for each in statuses))
    expected = (
        (Status.FAILED, 1)
        if Status.FAILED in statuses
        else (Status.PASSED, 0)
        if set(statuses) == {Status.PASSED}
        else (Status.INCONCLUSIVE, 3)
    )

    assert (found.status, found.exit_code) == expected
    assert verdict_line(found).startswith(f"{found.status.value}: 2 pacts: ")


def test_no_pact_is_no_pass() -> None:
    """Where nothing was seen, the line says so."""
    found = team(unused=("billing",))

    assert (found.status, found.exit_code) == (Status.INCONCLUSIVE, 3)
    assert verdict_line(found).startswith("inconclusive: the broker has no pact of orders · ")
    assert "a document of billing was given, and it has no pact" in render_text(found)


def test_every_pact_has_its_block() -> None:
    """In the order of the broker, with reports and reasons."""
    text = render_text(team(pair(Status.FAILED), pair(None, "billing")))

    assert text.index("orders and stock") < text.index("orders and billing: inconclusive")
    assert text.index("reply-body") < text.index("no document is known")


def test_the_report_for_programs_is_one_object() -> None:
    """With a report for what was compared, and a reason for what was not."""
    report = json.loads(render_json(team(pair(Status.PASSED), pair(None, "billing"))))

    assert [each["status"] for each in report["pacts"]] == ["passed", "inconclusive"]
    assert report["pacts"][0]["report"]["counts"]["proven"] == 1
    assert "format" not in report["pacts"][0]["report"]
    assert report["pacts"][1]["reason"] == "no document is known"


@pytest.mark.parametrize("render", [render_text, render_json, render_opc, verdict_line])
def test_names_from_outside_do_no_harm(render: object) -> None:
    """No sign of a name can move a cursor or break a line."""
    evil = "\x1b[31m\u202e\ud800\r\nX"
    assert callable(render)
    text = str(
        render(team(pair(None, evil), pair(Status.FAILED, evil), consumer=evil, unused=(evil,)))
    )

    assert not {"\x1b", "\u202e", "\ud800", "\r"} & set(text)
    assert "\nX" not in text
