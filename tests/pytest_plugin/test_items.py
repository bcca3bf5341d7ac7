"""`pytest --harness`: the gate's steps as items."""

from __future__ import annotations

import pytest

from tests.pytest_plugin.conftest import Workspace

pytestmark = pytest.mark.tools

FILE = "contract-harness.toml"
ITEMS = [
    f"{FILE}::types:stock",
    f"{FILE}::describe:stock",
    f"{FILE}::compare:stock",
    f"{FILE}::verify:stock",
    f"{FILE}::fuzz:stock",
    f"{FILE}::types:shop",
    f"{FILE}::consumer-tests:shop",
]
# What a traceback would show of the house.
FRAMES = ("Traceback", "harness/pytest_plugin", "harness/wiring", "pipeline.py", "NotPassed")


def test_items_are_named_as_steps_are(workspace: Workspace) -> None:
    """Each kind of step of each service is an item, and nothing else is collected."""
    told = workspace.pytest("--harness", "--co", "-q")

    assert told.code == 0, told.text
    assert told.collected == ITEMS


@pytest.mark.slow
def test_an_accepted_document_is_compared_with(workspace: Workspace) -> None:
    """A service with an accepted version has an item that fails by the change that breaks."""
    accepted = (workspace.root / "stock.json").read_text("utf-8")
    workspace.write("contracts/documents/stock.json", accepted)
    item = f"{FILE}::diff:stock"

    assert workspace.pytest("--harness", "--co", "-q").collected == [*ITEMS[:4], item, *ITEMS[4:]]
    passed = workspace.pytest("--harness", item)
    assert (passed.code, passed.counts) == (0, {"passed": 1}), passed.text

    workspace.edit("stock.json", '"type": "integer"', '"type": "string"')
    failed = workspace.pytest("--harness", item)
    assert (failed.code, failed.counts) == (1, {"failed": 1}), failed.text
    assert "reply-property-type-changed" in failed.text or "breaking-change" in failed.text


@pytest.mark.slow
def test_a_healthy_system_passes_on_workers(workspace: Workspace) -> None:
    """With `-n 2` every item passes as it does alone."""
    told = workspace.pytest("--harness", "-n", "2")

    assert told.code == 0, told.text
    assert told.counts == {"passed": len(ITEMS)}


def test_a_name_selects(workspace: Workspace) -> None:
    """`-k` and node ids choose items as they choose tests."""
    by_word = workspace.pytest("--harness", "--co", "-q", "-k", "types and not shop")
    by_id = workspace.pytest("--harness", "-q", f"{FILE}::describe:stock")

    assert by_word.collected == [f"{FILE}::types:stock"]
    assert (by_id.code, by_id.counts) == (0, {"passed": 1}), by_id.text


def test_a_failure_is_the_gates_own_text(workspace: Workspace) -> None:
    """
    A failing item shows what the gate shows and none of our frames; `-x` stops there.

    `--lf` then runs the failed item alone, until it passes.
    """
    workspace.edit("src/stock.py", '"on_hand": 3', '"onhand": 3')

    failed = workspace.pytest("--harness", "-x", "-k", "stock and not fuzz")

    assert (failed.code, failed.counts) == (1, {"failed": 1, "passed": 3, "deselected": 3})
    assert "interaction-not-honoured" in failed.text
    assert "$.on_hand" in failed.text
    assert "reproduce: harness gate --edge shop:stock --check interaction-not-honoured" in " ".join(
        failed.text.split()
    )
    assert f"FAILED {FILE}::verify:stock" in failed.text
    assert [frame for frame in FRAMES if frame in failed.text] == []

    workspace.edit("src/stock.py", '"onhand": 3', '"on_hand": 3')
    mended = workspace.pytest("--harness", "--lf", "-q")

    assert (mended.code, mended.counts) == (0, {"passed": 1, "deselected": 6}), mended.text


def test_an_advisory_policy_expects_failures(workspace: Workspace) -> None:
    """What would fail is shown as expected, with the gate's own text, and pytest ends with 0."""
    table = (workspace.root / "contract-harness.toml").read_text("utf-8")
    workspace.write("contract-harness.toml", table + '[policy]\nmode = "advisory"\n')
    workspace.edit("src/stock.py", '"on_hand": 3', '"onhand": 3')
    told = workspace.pytest("--harness", "-rx", "-k", "verify and stock")

    assert (told.code, told.counts["xfailed"]) == (0, 1), told.text
    assert "interaction-not-honoured" in told.text
    assert "exit 0 as the policy is advisory, else exit 1" in told.text


def test_what_could_not_be_seen_does_not_pass(workspace: Workspace) -> None:
    """A service that does not start fails its items with the gate's reason."""
    workspace.edit("src/stock.py", "import json\n", "import json\nimport nowhere_to_be_found\n")

    told = workspace.pytest("--harness", "-k", "fuzz")

    assert (told.code, told.counts) == (1, {"failed": 1, "deselected": 6}), told.text
    assert "nowhere_to_be_found" in told.text
    assert "exit 3" in told.text
    assert [frame for frame in FRAMES[1:] if frame in told.text] == []


def test_nothing_to_look_at_is_skipped_and_said(workspace: Workspace) -> None:
    """A service without an API document is not fuzzed, and the item says so."""
    workspace.edit(FILE, 'documents = ["stock.json"]\n', "")

    told = workspace.pytest("--harness", "-rs", "-k", "describe or fuzz")

    assert (told.code, told.counts) == (0, {"skipped": 2, "deselected": 5}), told.text
    assert "stock gives nothing to look at: it has no API document" in " ".join(told.text.split())


def test_a_consumer_without_contracts_fails(workspace: Workspace) -> None:
    """A service that consumes another, and has no contract with it, has an item that says so."""
    workspace.edit(FILE, 'contract_tests = ["contracts"]\n', "")

    told = workspace.pytest("--harness", "-q", "-k", "consumer-tests")

    assert (told.code, told.counts["failed"]) == (1, 1), told.text
    assert "edge-without-contract" in told.text


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_a_broken_configuration_is_one_error(
    workspace: Workspace, workers: tuple[str, ...]
) -> None:
    """A configuration that cannot be read is one collection error, in the configuration's words."""
    workspace.edit(FILE, "consumes =", "consume =")

    told = workspace.pytest("--harness", *workers)

    assert told.code != 0
    assert f"ERROR {FILE}" in told.text
    assert told.counts == {"error": 1}, told.text
    assert "unknown key `consume` in `members.shop`\nhint: did you mean `consumes`?" in told.text
    assert [frame for frame in FRAMES if frame in told.text] == []


def test_without_a_workspace_there_is_nothing_to_run(workspace: Workspace) -> None:
    """Where no workspace is found the option is misused, and the message says what was expected."""
    (workspace.root / FILE).unlink()

    told = workspace.pytest("--harness")

    assert told.code == pytest.ExitCode.USAGE_ERROR
    assert "--harness: expected a workspace in" in told.text
    assert [frame for frame in FRAMES if frame in told.text] == []


def test_the_workspace_is_found_from_below(workspace: Workspace) -> None:
    """In a directory of the workspace the same items are found."""
    told = workspace.pytest("--harness", "--co", "-q", below="src")

    assert told.code == 0, told.text
    assert [name.rpartition("::")[2] for name in told.collected] == [
        name.rpartition("::")[2] for name in ITEMS
    ]


def test_steps_and_tests_run_together(workspace: Workspace) -> None:
    """Named directories hold tests and the workspace's own file alone, no other team's table."""
    workspace.write("tests/test_own.py", "def test_own() -> None:\n    assert True\n")
    workspace.write("elsewhere/contract-harness.toml", "services = []\n")

    told = workspace.pytest("--harness", "--co", "-q", "tests", "elsewhere", FILE)

    assert told.code == 0, told.text
    assert told.collected == ["tests/test_own.py::test_own", *ITEMS]


UNTOUCHED = """
import sys

HOUSE = {name.split(".")[1] for name in sys.modules if name.startswith("harness.")}


def test_what_was_imported() -> None:
    assert HOUSE <= {"consumer", "domain", "pytest_plugin"}
    assert "harness.pytest_plugin.items" not in sys.modules
    assert not {"click", "pebble", "rich"} & set(sys.modules)
"""


def test_a_run_without_the_option_is_untouched(workspace: Workspace) -> None:
    """Both plugins are registered, and neither loads anything of the gate nor collects a step."""
    workspace.write("tests/test_own.py", UNTOUCHED)

    told = workspace.pytest("-q", "tests", FILE)
    collected = workspace.pytest("-q", "tests")

    assert told.code == pytest.ExitCode.USAGE_ERROR, told.text
    assert (collected.code, collected.counts) == (0, {"passed": 1}), collected.text
