"""What was edited since a revision wakes whom it concerns, and every edge that touches them."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from harness.adapters.workspace_files import WorkspaceFiles
from harness.checks.catalog import CATALOG
from harness.domain.config import Config
from harness.domain.edge import Pair
from harness.domain.errors import Misused
from harness.domain.selection import Selection
from harness.domain.service import Consumption, Service
from harness.stages.planning import make_plan
from harness.stages.surveying import survey
from harness.wiring import selection_since
from tests.gate.workspaces import interaction, pact

NAMES = ("orders", "stock", "prices")
ALL: tuple[str, ...] = ()


def git(root: Path, *arguments: str) -> str:
    """Run git as somebody."""
    command = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@b.c", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def written(root: Path, name: str, text: str = "changed") -> None:
    """Write a file."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def committed(root: Path) -> None:
    """Commit all there is."""
    git(root, "add", "-A")
    git(root, "commit", "-qm", "more")


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A repository with spaces in its path, whose workspace lies below its root."""
    top = tmp_path / "a repository"
    for name in NAMES:
        written(top, f"system/services/{name}/app.py", "app = None")
    written(top, "system/tests/orders/test_stock.py", "")
    written(top, "system/pacts/orders-stock.json", contract("an item"))
    written(top, "system/libraries/money.py", "")
    written(top, "uv.lock", "")
    written(top, "frontend/index.html", "")
    written(top, ".gitignore", "*.log\n")
    git(top, "init", "-q", "-b", "main")
    committed(top)
    return top


def contract(description: str) -> str:
    """The pact of orders with stock."""
    return json.dumps(pact("orders", "stock", interaction(description, "/items/1")))


def workspace(top: Path) -> Config:
    """The workspace in it: orders consumes stock, and prices stands alone."""
    root = top / "system"
    services = [Service(name, root / "services" / name, app="app:app") for name in NAMES]
    services[0] = replace(
        services[0],
        contract_tests=(root / "tests/orders",),
        consumes=(Consumption("stock", "STOCK_URL"),),
    )
    return Config(root, root / "contract-harness.toml", tuple(services), pacts=(root / "pacts",))


def since(top: Path, revision: str = "HEAD") -> Selection:
    """What is selected."""
    return selection_since(workspace(top), revision, Selection())


def test_nothing_has_changed(top: Path) -> None:
    """An unchanged work tree selects nothing, and so cannot pass."""
    written(top, "system/services/stock/some.log")
    selection = since(top)

    assert selection.is_empty
    assert not selection.is_whole
    assert not selection.wants_pair(Pair("orders", "stock"))


@pytest.mark.parametrize(
    ("file", "services"),
    [
        ("system/services/stock/app.py", ("stock",)),
        ("system/services/stock/new.py", ("stock",)),
        ("system/services/prices/requirements.lock", ("prices",)),
        ("system/tests/orders/test_stock.py", ("orders",)),
        ("system/libraries/money.py", ALL),
        ("system/unheard-of.toml", ALL),
        ("uv.lock", ALL),
    ],
)
@pytest.mark.parametrize("how", ["committed", "uncommitted", "detached"])
def test_a_file_wakes_whose_it_is(
    top: Path, file: str, services: tuple[str, ...], how: str
) -> None:
    """A changed file selects the member that it belongs to, and all where nobody can say."""
    before = git(top, "rev-parse", "HEAD").strip()
    written(top, file)
    if how != "uncommitted":
        committed(top)
    if how == "detached":
        git(top, "checkout", "-q", "--detach")
    selection = since(top, before)

    assert selection.services == services
    assert selection.is_whole == (services == ALL)
    assert not selection.is_empty


def test_what_was_removed_counts(top: Path) -> None:
    """A file that is gone is a change of its service."""
    (top / "system/services/stock/app.py").unlink()

    assert since(top).services == ("stock",)


def test_a_pact_alone_wakes_its_provider(top: Path) -> None:
    """Changed, new and removed pacts are looked at from the provider's side."""
    written(top, "system/pacts/orders-stock.json", contract("another item"))
    assert since(top).services == ("stock",)
    assert since(top).wants_pair(Pair("orders", "stock"))

    (top / "system/pacts/orders-stock.json").unlink()
    assert since(top).services == ("stock",)

    written(top, "system/pacts/orders-stock.json", "no pact")
    assert since(top).is_whole  # nobody can say whose it is


def test_what_lies_beside_the_workspace_concerns_nobody(top: Path) -> None:
    """Files of another part of the repository are told, and wake no one."""
    written(top, "frontend/index.html")
    selection = since(top)

    assert selection.is_empty
    assert selection.since is not None
    assert len(selection.since.apart) == 1


def test_the_work_of_others_does_not_count(top: Path) -> None:
    """What came to the other branch since this one left it has not changed here."""
    git(top, "checkout", "-q", "-b", "mine")
    written(top, "system/services/stock/app.py", "mine")
    committed(top)
    git(top, "checkout", "-q", "main")
    written(top, "system/services/prices/app.py", "theirs")
    committed(top)
    git(top, "checkout", "-q", "mine")

    assert since(top, "main").services == ("stock",)


def test_a_shallow_clone_is_told_what_it_lacks(top: Path, tmp_path: Path) -> None:
    """A revision that the clone does not hold is one error that says how to fetch it."""
    before = git(top, "rev-parse", "HEAD").strip()
    written(top, "system/services/stock/app.py", "later")
    committed(top)
    clone = tmp_path / "clone"
    git(top, "clone", "-q", "--depth", "1", f"file://{top}", str(clone))

    with pytest.raises(Misused, match="shallow") as told:
        since(clone, before)
    assert "git fetch --deepen" in told.value.hint
    assert "fetch-depth" in told.value.hint


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", ""])
def test_a_revision_that_is_none_is_one_error(top: Path, revision: str) -> None:
    """What names no commit is told, and is no option of git's."""
    with pytest.raises(Misused, match="revision"):
        since(top, revision)


def test_outside_a_repository_there_is_one_error(top: Path) -> None:
    """Without git nothing can be compared."""
    os.rename(top / ".git", top / "not-git")

    with pytest.raises(Misused, match="not a git repository"):
        since(top)


def test_the_plan_says_why_each_step_is_chosen_or_left_out(top: Path) -> None:
    """Each step names what has changed that it looks at; each other one says that nothing has."""
    written(top, "system/services/stock/app.py")
    system = survey(workspace(top), WorkspaceFiles())
    whole = make_plan(system, CATALOG, Selection())
    plan = make_plan(system, CATALOG, since(top))

    whys = {step.id: step.why for step in plan.steps}
    assert whys["verify:stock"].endswith("; services/stock/app.py changed")
    assert whys["consumer-tests:orders"].endswith("; what it gives is asked for")
    assert "of stock: services/stock/app.py changed" in whys["reply-fuzz:orders:stock"]
    left = {one.what: one.why for one in plan.left_out}
    assert "nothing that it looks at has changed since HEAD" in left["describe:prices"]
    assert whys.keys() | left.keys() == {step.id for step in whole.steps}
    assert not whys.keys() & left.keys()
