"""
A release train over three repositories of one service each, from first publication to the fix.

The tutorial `docs/release-train.md` goes the same way, and its tables and commands are those here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.broker.server.serving import served
from tests.broker.store.databases import KINDS, database
from tests.docs.test_docs import fences
from tests.gate.release_train import (
    BREAKING,
    CLEAN,
    MENDED,
    OFFICIAL,
    OURS,
    PAGE,
    Repositories,
    Train,
)

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("release-train")]


@pytest.fixture(scope="module")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> Repositories:
    """The three repositories; what their gates have seen once is known to every train."""
    return Repositories.below(tmp_path_factory.mktemp("train"))


# Each database and each of the two commands once; the other pairs show little more.
QUICK = ("sqlite-ours", "postgresql-official")
TRAINS = [f"{kind}-{whose}" for kind in KINDS for whose in ("ours", "official")]


@pytest.fixture(
    params=[pytest.param(one, marks=() if one in QUICK else pytest.mark.slow) for one in TRAINS]
)
def train(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Train]:
    """A broker on each kind of database, and the words that are typed."""
    kind, _, whose = request.param.partition("-")
    words = OURS if whose == "ours" else OFFICIAL
    with database(kind, tmp_path) as kept, served(kept) as process:
        yield Train(process.url, words, tmp_path, capsys, monkeypatch)


def test_a_release_train(repositories: Repositories, train: Train) -> None:
    """Two consumers publish, their provider is held to it, breaks one of them, and is mended."""
    orders, web, mobile = repositories.orders, repositories.web, repositories.mobile
    orders.pull(CLEAN)

    # The consumers publish.
    train.publish(web)
    train.publish(mobile)

    # The provider, which names nobody, is held to it.
    held = train.gate(orders)
    assert (held.code, held.report["counts"]["interactions"]) == (0, 2), held.text
    assert "published: results of 2 pacts, as version" in held.out

    # All three go to test, and to production.
    for environment in ("test", "production"):
        train.create(orders, environment)
        for each in (orders, web, mobile):
            may, why = train.can_i_deploy(each, environment)
            assert may, why
            train.deploy(each, environment)

    # A change that breaks somebody: the gate says whom, and where that runs.
    orders.pull(BREAKING)
    broken = train.gate(orders)
    assert broken.code == 1, broken.text
    (found,) = broken.findings
    assert (found["check"], found["consumer"]) == ("interaction-not-honoured", "web")
    assert "production" in found["message"]

    # Who would deploy it all the same is told no, and why.
    may, why = train.can_i_deploy(orders, "production")
    assert not may
    running = f"version of web currently in production ({web.version})"
    reason = f"between the {running} and version {orders.version} of orders failed"
    assert reason in why

    # The fix.
    orders.pull(MENDED)
    mended = train.gate(orders)
    assert mended.code == 0, mended.text
    may, why = train.can_i_deploy(orders, "production")
    assert may, why
    train.deploy(orders, "production")

    _is_what_the_tutorial_types(train)


def _is_what_the_tutorial_types(train: Train) -> None:
    """Every command that the page shows with these words is one of those that were typed."""
    program, _, _ = train.words.ask.partition(" ")
    lines = [line for text in fences(PAGE, "bash") for line in text.splitlines()]
    shown = {line for line in lines if line.startswith(f"{program} ")} - {"harness broker serve"}
    assert len(shown) > 4
    assert shown <= {*train.typed}
