"""Evidence of an earlier run answers a step whose inputs are unchanged, and no other."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.gate.workspaces import (
    ANSWERING,
    REPOSITORY,
    Ended,
    Place,
    document,
    interaction,
    operation,
    pact,
)

pytestmark = pytest.mark.tools

ITEM = {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}
# Whoever starts the app leaves a line outside the workspace.
COUNTING = """
with open(os.environ["STARTS"], "a") as starts:
    starts.write(HERE.name + "\\n")
"""


@pytest.fixture
def two(place: Place, tmp_path: Path) -> Place:
    """Two providers that answer from a table, and a broken pact of a third with one of them."""
    place.variables["STARTS"] = str(tmp_path / "starts")
    members = ""
    for name in ("stock", "prices"):
        place.write(f"{name}/app.py", ANSWERING + COUNTING)
        routes = {r"GET /items/\d+": [200, {"id": "one"}]}
        place.write(f"{name}/routes.json", routes)
        place.write(f"{name}/openapi.json", document({"/items/{id}": {"get": GET}}))
        members += f'[members.{name}]\ndirectory = "{name}"\napp = "app:app"\n'
        members += 'documents = ["openapi.json"]\n'
    place.write("contract-harness.toml", f"workers = 1\n{members}")
    seen = interaction("an item", "/items/1", content={"id": 1})
    place.write("contracts/pacts/shop-stock.json", pact("shop", "stock", seen))
    return place


GET = operation(
    ITEM,
    parameters=[
        {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}}
    ],
)


def reused(ended: Ended) -> dict[str, bool]:
    """Say of each step whether an earlier run had answered it."""
    return {one["id"]: one["reused"] is not None for one in ended.report["steps"]}


def verified(place: Place, *options: str) -> Ended:
    """Run no more of the gate than describes and verifies."""
    return place.gate("--check", "interaction-not-honoured", *options)


def starts(place: Place) -> int:
    """Count the starts of services."""
    return len(Path(place.variables["STARTS"]).read_text("utf-8").splitlines())


def test_an_unchanged_second_gate_starts_nothing(two: Place) -> None:
    """Every step is answered, no service is started, and the verdict is the same one."""
    first = two.gate()
    before = starts(two)
    second = two.gate()

    assert first.code == second.code == 1, first.text + second.text
    assert not any(reused(first).values())
    assert all(reused(second).values())
    assert set(reused(first)) == set(reused(second))
    assert first.report["findings"] == second.report["findings"]
    assert first.report["edges"] == second.report["edges"]
    assert starts(two) == before
    assert f"reused: {len(reused(second))} of {len(reused(second))} steps" in second.out


def test_only_what_changed_is_looked_at_again(two: Place) -> None:
    """A change in one service leaves the evidence of the other alone."""
    verified(two)
    two.write("stock/routes.json", {r"GET /items/\d+": [200, {"id": 1}]})
    after = verified(two)

    assert reused(after) == {
        "describe:prices": True,
        "describe:stock": False,
        "verify:stock": False,
    }
    assert not after.found("interaction-not-honoured")


def test_a_fresh_run_passes_over_what_is_kept(two: Place) -> None:
    """--fresh does all again, and keeps what it saw for the next run."""
    verified(two)
    before = starts(two)
    fresh = verified(two, "--fresh")
    last = verified(two)

    assert not any(reused(fresh).values())
    assert starts(two) > before
    assert all(reused(last).values())


def test_two_checkouts_share_a_directory(two: Place, tmp_path: Path) -> None:
    """What one checkout saw answers another of the same content, whatever it is called."""
    shared = str(tmp_path / "shared evidence")
    first = verified(two, "--evidence", shared)
    (tmp_path / "elsewhere").mkdir()
    other = Place.copied(two.root, tmp_path / "elsewhere")
    other.variables.update(two.variables)
    second = verified(other, "--evidence", shared)

    assert all(reused(second).values()), second.text
    assert first.fingerprints == second.fingerprints


def test_damaged_evidence_is_seen_anew(two: Place) -> None:
    """What was cut short, or is of another format, is told with -v and is no answer."""
    first = verified(two)
    kept = sorted((two.root / ".harness/evidence").rglob("*.jsonl"))
    for position, path in enumerate(kept):
        content = path.read_bytes()
        other = content.replace(b'"version": 1', b'"version": 9', 1)
        path.write_bytes(content[: len(content) // 2] if position % 2 else other)
    second = verified(two, "-v")

    assert first.fingerprints == second.fingerprints
    assert not any(reused(second).values())
    told = " ".join(second.text.split())
    assert "is damaged, and is not used" in told
    assert "is of format 9, and is not used" in told


def test_a_place_that_cannot_be_used_stops_nothing(two: Place) -> None:
    """The gate goes on without a place for evidence, and says so."""
    two.write("taken", "a file")
    ended = verified(two, "--evidence", "taken/evidence")

    assert ended.code == 1
    assert ended.found("interaction-not-honoured")
    assert "keeping evidence for the next run" in " ".join(ended.out.split())
    assert "taken/evidence cannot be written: Not a directory" in " ".join(ended.out.split())


def test_two_gates_at_once_do_each_others_work_no_harm(two: Place) -> None:
    """Both give the verdict that one alone gives."""
    options = ("gate", "--examples", "3", "--check", "interaction-not-honoured")
    both = [two.start(*options) for _ in range(2)]
    ended = [one.wait() for one in both]

    assert ended[0].report["findings"] == ended[1].report["findings"]
    assert all(reused(verified(two)).values())


def test_what_git_ignores_changes_nothing(two: Place) -> None:
    """Files that a service leaves behind do not count where git knows that they are no sources."""
    subprocess.run(["git", "init", "-q", str(two.root)], check=True)
    two.write(".gitignore", "*.log\n.harness/\n")
    verified(two)
    two.write("stock/requests.log", "a line")
    assert all(reused(verified(two)).values())

    two.write("stock/notes.txt", "a line")
    assert not reused(verified(two))["verify:stock"]


def test_pacts_that_reused_tests_gave_are_there(tmp_path: Path) -> None:
    """A consumer's pacts are written as before, though its tests were not run."""
    place = Place.copied(REPOSITORY / "tests/workspaces/timetable", tmp_path)
    only = ("--check", "consumer-test-failed")
    first = place.gate(*only)
    (path,) = place.root.glob("**/board-timetable.json")
    before = path.read_bytes()
    path.unlink()
    second = place.gate(*only)

    assert first.code == second.code == 0, first.text + second.text
    assert reused(second) == {"consumer-tests:board": True}
    assert path.read_bytes() == before
