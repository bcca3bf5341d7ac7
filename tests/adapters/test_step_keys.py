"""A step's key changes with everything that its evidence depends on, and with nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import venv
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from harness.adapters.step_keys import StepKeys
from harness.adapters.workspace_files import WorkspaceFiles
from harness.domain.config import Config
from harness.domain.evidence import ContractTestRan, DocumentRead, Observed, Outcome, PactGathered
from harness.domain.reuse import StepKey, Unkeyed
from harness.domain.service import Consumption, EnvValue, Service
from harness.domain.steps import (
    Compare,
    ConsumerTests,
    Describe,
    DriveService,
    Fuzz,
    FuzzReplies,
    Replay,
    Step,
    TypeCheck,
    VerifyPacts,
)
from harness.domain.system import System
from harness.stages.surveying import survey
from tests.gate.workspaces import interaction, pact

STEPS: tuple[Step, ...] = (
    TypeCheck("orders"),
    ConsumerTests("orders"),
    Describe("orders"),
    Describe("stock"),
    VerifyPacts("stock"),
    Fuzz("orders", seed=1, examples=2),
    Fuzz("stock", seed=1, examples=2),
    FuzzReplies("orders", ("stock",), seed=1, examples=2),
    DriveService("orders", seed=1, examples=2),
    Compare("stock"),
)
EVERY = frozenset(step.id for step in STEPS)
OF_ORDERS = frozenset(step.id for step in STEPS if step.service == "orders")
RUN_BY_PYTEST = frozenset({"types:orders", "consumer-tests:orders", "reply-fuzz:orders:stock"})
# orders is fuzzed and described beside the real stock.
BESIDE_STOCK = EVERY - RUN_BY_PYTEST - {"service-replies:orders", "compare:stock"}
Files = Mapping[str, str]

SOURCES: Files = {
    "orders/src/orders/__init__.py": "",
    "orders/src/orders/app.py": "app = None",
    "orders/pyproject.toml": "[project]\nname = 'orders'",
    "stock/app.py": "app = None",
    "tests/orders/test_stock.py": "from tests.helpers import make\n",
    "tests/helpers.py": "from tests import words\n",
    "tests/words.py": "",
    "tests/unused.py": "",
    "tests/__init__.py": "",
    "conftest.py": "",
    "README.md": "",
}


def system(root: Path, **more: object) -> System:
    """A workspace of two services, as it lies below a root."""
    orders = Service(
        "orders",
        root / "orders",
        app="orders.app:app",
        root=root / "orders/src",
        packages=("orders",),
        env={"KEY": EnvValue(secret_from="ORDERS_KEY"), "PLAIN": EnvValue("one")},
        contract_tests=(root / "tests/orders",),
        consumes=(Consumption("stock", "STOCK_URL"),),
    )
    stock = Service("stock", root / "stock", app="app:app", owner="team-stock")
    config = Config(
        root,
        root / "contract-harness.toml",
        (orders, stock),
        pacts=(root / "pacts",),
        neighbours="real",
    )
    return survey(replace(config, **more), WorkspaceFiles())  # type: ignore[arg-type]  # fields


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The workspace's files."""
    return written(tmp_path / "one", SOURCES)


def written(root: Path, files: Files) -> Path:
    """Write files below a root."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def keys(one: System, outside: Mapping[str, str] | None = None) -> dict[str, str]:
    """The key of every step, or why it has none."""
    found = {}
    known = StepKeys(one.config, outside or {"ORDERS_KEY": "s"})
    for step in STEPS:
        key = known.key(step, one, {})
        found[step.id] = key.digest if isinstance(key, StepKey) else f"none: {key.why}"
    return found


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> frozenset[str]:
    """The steps whose keys differ."""
    assert set(before) == set(after)
    return frozenset(step for step in before if before[step] != after[step])


def test_the_same_checkout_has_the_same_keys_elsewhere(root: Path, tmp_path: Path) -> None:
    """Neither where a workspace lies nor when its files were written goes into a key."""
    other = shutil.copytree(root, tmp_path / "another place")
    for path in other.rglob("*"):
        os.utime(path, (1, 1))

    assert keys(system(root)) == keys(system(other))
    assert not any(one.startswith("none") for one in keys(system(root)).values())


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("stock/app.py", BESIDE_STOCK),
        ("stock/data/new.json", BESIDE_STOCK),
        ("orders/src/orders/app.py", OF_ORDERS),
        ("orders/.env", OF_ORDERS),
        ("tests/orders/test_stock.py", RUN_BY_PYTEST),
        ("tests/words.py", RUN_BY_PYTEST),
        ("tests/orders/conftest.py", RUN_BY_PYTEST),
        ("conftest.py", RUN_BY_PYTEST),
        ("tests/unused.py", frozenset[str]()),
        ("README.md", frozenset[str]()),
        ("orders/src/orders/__pycache__/app.pyc", frozenset[str]()),
        ("orders/.venv/pyvenv.cfg", frozenset[str]()),
    ],
)
@pytest.mark.parametrize("in_git", [False, True])
def test_a_file_wakes_the_steps_that_read_it(
    root: Path, name: str, steps: frozenset[str], *, in_git: bool
) -> None:
    """A changed file changes the keys of those steps, with git and without it."""
    if in_git:
        subprocess.run(["git", "init", "-q", str(root)], check=True)
        written(root, {".gitignore": ".env\n"})
    before = keys(system(root))
    written(root, {name: "# changed\n"})

    assert changed(before, keys(system(root))) == steps


def test_generated_code_counts_though_git_ignores_it(root: Path) -> None:
    """A module of a package is part of the service, whoever wrote it."""
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    written(root, {".gitignore": "generated/\n"})
    before = keys(system(root))
    written(root, {"orders/src/orders/generated/stubs.py": "a = 1"})

    assert changed(before, keys(system(root))) == OF_ORDERS


def test_a_workspace_that_git_ignores_is_looked_at_all_the_same(root: Path) -> None:
    """Where git knows nothing of a directory, its files are what lies there."""
    subprocess.run(["git", "init", "-q", str(root.parent)], check=True)
    written(root.parent, {".gitignore": "one/\n"})
    before = keys(system(root))
    written(root, {"stock/app.py": "# changed"})

    assert "verify:stock" in changed(before, keys(system(root)))


@pytest.mark.parametrize(
    ("change", "steps"),
    [
        ({"seed": 5}, EVERY),
        ({"examples": 5}, EVERY),
        ({"patience_s": 5.0}, EVERY),
        ({"time_cap_s": 5.0}, frozenset[str]()),
        ({"workers": 5}, frozenset[str]()),
    ],
)
def test_settings_count_where_they_steer(
    root: Path, change: dict[str, object], steps: frozenset[str]
) -> None:
    """What is generated from goes into keys; what only cuts off or spreads work does not."""
    assert changed(keys(system(root)), keys(system(root, **change))) == steps


def test_what_is_taken_from_outside_counts(root: Path) -> None:
    """A secret goes in as a digest, and an absent one is another input."""
    before = keys(system(root), {"ORDERS_KEY": "s"})
    after = keys(system(root), {"ORDERS_KEY": "t", "UNRELATED": "x"})

    assert changed(before, after) == OF_ORDERS


def test_who_owns_a_service_counts_for_nothing(root: Path) -> None:
    """The owner is looked up when findings are judged."""
    one = system(root)
    other = replace(one.config.services[1], owner="somebody else")
    config = replace(one.config, services=(one.config.services[0], other))

    assert keys(one) == keys(replace(one, config=config))


def test_pacts_wake_those_who_read_them(root: Path) -> None:
    """A pact that came from elsewhere wakes its provider, and whoever is run by it."""
    before = keys(system(root))
    (root / "pacts").mkdir()
    text = pact("web", "stock", interaction("an item", "/items/1"))
    written(root, {"pacts/web-stock.json": json.dumps(text)})

    assert changed(before, keys(system(root))) >= {"verify:stock", "compare:stock", "fuzz:stock"}
    assert not changed(before, keys(system(root))) & {"types:orders", "describe:stock"}


def test_a_pact_that_a_fresh_one_outweighs_counts_for_nothing(root: Path) -> None:
    """To write what the tests gave leaves the keys as they were."""
    text = json.dumps(pact("orders", "stock", interaction("an item", "/items/1")))
    taken = {"consumer-tests:orders": Observed("", (PactGathered("orders", "stock", text),))}
    step = VerifyPacts("stock", takes=("consumer-tests:orders",))
    before = StepKeys(system(root).config, {}).key(step, system(root), taken)
    written(root, {"pacts/orders-stock.json": text})

    assert StepKeys(system(root).config, {}).key(step, system(root), taken) == before


def test_what_is_taken_counts_and_not_how_long_it_took(root: Path) -> None:
    """A step follows the evidence that it takes, whenever that was seen."""

    def key(*evidence: ContractTestRan | DocumentRead, elapsed_ms: int = 0) -> object:
        step = VerifyPacts("stock", takes=("describe:stock",))
        taken = {"describe:stock": Observed("describe:stock", evidence, elapsed_ms)}
        return StepKeys(system(root).config, {}).key(step, system(root), taken)

    quick = ContractTestRan("orders", "t", Outcome.PASSED, elapsed_ms=1)
    slow = ContractTestRan("orders", "t", Outcome.PASSED, elapsed_ms=2)
    assert key(quick) == key(slow, elapsed_ms=9)
    assert key(quick) != key(DocumentRead("stock", "x", "{}"))
    assert key() == key(quick)  # how single tests went is nobody's input


def test_what_no_digest_can_name_has_no_key(root: Path) -> None:
    """A service that runs elsewhere, or needs what is elsewhere, is looked at each time."""
    config = system(root).config
    orders, stock = config.services

    def why(step: Step, of: Callable[[Service], Service]) -> str:
        one = replace(config, services=(orders, of(stock)))
        key = StepKeys(one, {}).key(step, System(one), {})
        assert isinstance(key, Unkeyed)
        return key.why

    def elsewhere(one: Service) -> Service:
        return replace(one, app=None, url="http://127.0.0.1:1")

    def needy(one: Service) -> Service:
        return replace(one, requires=("postgres",))

    assert "stock is running already" in why(Describe("stock"), elsewhere)
    assert "stock is running already" in why(Fuzz("orders", 0, 1), elsewhere)  # runs beside it
    assert "stock requires postgres" in why(VerifyPacts("stock"), needy)
    assert why(Replay("stock", "{}"), needy)


def test_an_installed_distribution_counts(root: Path, tmp_path: Path) -> None:
    """Another version in the service's environment, or sources in place that change, count."""
    environment = tmp_path / "environment"
    venv.create(environment)
    (site,) = environment.glob("lib/*/site-packages")
    library = written(tmp_path / "library", {"pyproject.toml": "", "money.py": "a = 1"})
    config = system(root).config
    stock = replace(config.services[1], python=environment)
    one = System(replace(config, services=(config.services[0], stock)))

    def key() -> object:
        return StepKeys(one.config, {}).key(Describe("stock"), one, {})

    bare = key()
    written(site, {"money-1.dist-info/METADATA": "", "money-1.dist-info/RECORD": "money.py,,"})
    first = key()
    (site / "money-1.dist-info").rename(site / "money-2.dist-info")
    second = key()
    url = f'{{"url": "file://{library}", "dir_info": {{"editable": true}}}}'
    written(site, {"money-2.dist-info/direct_url.json": url})
    in_place = key()
    written(library, {"money.py": "a = 2"})
    last = key()

    assert len({bare, first, second, in_place, last}) == 5
    assert key() == last
