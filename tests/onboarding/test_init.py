"""`harness init` as a user types it, and the gate on what it wrote."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest
import yaml

from harness.adapters.file_tree import write_new
from tests.gate.workspaces import REPOSITORY, Place
from tests.onboarding.systems import (
    DJANGO_PROJECT,
    FASTAPI_SRC,
    FLASK_FACTORY,
    MONOREPO,
    Files,
    written,
)

pytestmark = pytest.mark.tools


def place_with(files: Files, directory: Path) -> Place:
    """Write a system to a directory of its own."""
    place = Place.below(directory)
    written(files, place.root)
    return place


def texts(root: Path) -> dict[str, bytes]:
    """All files of a directory, but what Python compiled."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def test_a_dry_run_writes_nothing_and_shows_all(tmp_path: Path) -> None:
    """What a dry run prints as a patch is what the real run writes."""
    place = place_with(MONOREPO, tmp_path)
    before = texts(place.root)
    told = place.run("init", "--dry-run")

    assert told.code == 0
    assert texts(place.root) == before
    patch = "\n".join(line for line in told.out.splitlines() if line.startswith(("---", "+", "@")))
    subprocess.run(["git", "apply", "-"], input=f"{patch}\n", text=True, cwd=place.root, check=True)
    promised = texts(place.root)
    for name in promised.keys() - before.keys():
        (place.root / name).unlink()
    assert place.run("init").code == 0
    assert texts(place.root) == promised
    assert promised.keys() - before.keys() == {
        "contract-harness.toml",
        "contracts/web_shop/test_stock.py",
        "noxfile.py",
        ".github/workflows/contracts.yml",
    }


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    """What is there is left, and nothing more is asked for."""
    place = place_with(MONOREPO, tmp_path)
    place.run("init")
    before = texts(place.root)
    again = place.run("init")

    assert again.code == 0
    assert texts(place.root) == before
    assert "to add" not in again.out
    assert "written " not in again.out


def test_a_file_that_is_there_is_left_and_what_it_lacks_is_printed(tmp_path: Path) -> None:
    """Nobody's file is overwritten: tables, sessions and jobs are printed to be added by hand."""
    place = place_with(MONOREPO, tmp_path)
    mine = {
        "contract-harness.toml": '[members.stock]\ndirectory = "services/stock"\n',
        "noxfile.py": "import nox\n",
        ".gitignore": "*.pyc\n",
        ".github/workflows/contracts.yml": "name: mine\n",
    }
    written(mine, place.root)
    told = place.run("init")

    assert told.code == 0
    assert {name: (place.root / name).read_text("utf-8") for name in mine} == mine
    assert "left     contract-harness.toml: does not describe web-shop; to add:" in told.out
    assert '  | consumes.stock = "STOCK_SERVICE_URL"' in told.out
    assert "  | [members.stock]" not in told.out
    assert "  | def gate(session: nox.Session) -> None:" in told.out
    assert "  |       - run: harness gate" in told.out
    assert "  | .harness/" in told.out


def test_a_file_that_nobody_can_read_is_left(tmp_path: Path) -> None:
    """What is no text is somebody's all the same."""
    place = place_with(FASTAPI_SRC, tmp_path)
    file = place.write("noxfile.py", b"# caf\xe9\n")

    assert "left     noxfile.py" in place.run("init").out
    assert file.read_bytes() == b"# caf\xe9\n"


def test_a_file_that_came_in_between_is_left(tmp_path: Path) -> None:
    """Between the looking and the writing nothing is overwritten either."""
    file = tmp_path / "below" / "x"

    assert write_new(file, "first")
    assert not write_new(file, "second")
    assert file.read_text("utf-8") == "first"


def test_tables_for_a_projects_file(tmp_path: Path) -> None:
    """Where pyproject.toml describes the workspace, what is added is written as it stands there."""
    place = place_with(MONOREPO, tmp_path)
    place.write("pyproject.toml", '[tool.contract-harness.members.stock]\ndirectory = "services"\n')

    assert "  | [tool.contract-harness.members.web-shop]" in place.run("init").out
    assert not (place.root / "contract-harness.toml").exists()


@pytest.mark.parametrize("vendor", ["github", "gitlab", "azure"])
def test_pipelines_are_what_their_vendors_read(tmp_path: Path, vendor: str) -> None:
    """Each pipeline is YAML that installs the harness and the services, and runs the gate."""
    place = place_with({**FASTAPI_SRC}, tmp_path)
    before = set(texts(place.root))
    place.run("init", "--ci", vendor)
    (name,) = {one for one in set(texts(place.root)) - before if one.endswith(".yml")}
    text = (place.root / name).read_text("utf-8")

    assert yaml.safe_load(text)
    assert (
        text.index("contract-harness[gate]")
        < text.index("pip install .")
        < text.rindex("harness gate")
    )


@pytest.mark.parametrize("arguments", [(), ("--ci", "none")])
def test_no_pipeline_without_a_vendor(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Where nothing says whose pipelines are used, none is written."""
    place = place_with(FASTAPI_SRC, tmp_path)
    place.run("init", *arguments)

    assert not [name for name in texts(place.root) if name.endswith(".yml")]


def test_the_example_is_a_test_that_runs(tmp_path: Path) -> None:
    """The example passes as it stands, and is no contract until somebody makes one of it."""
    place = place_with(MONOREPO, tmp_path)
    place.run("init")
    file = place.root / "contracts/web_shop/test_stock.py"
    ast.parse(file.read_text("utf-8"))
    done = subprocess.run(
        [REPOSITORY / ".venv/bin/python", "-m", "pytest", "-q", "-p", "no:cacheprovider", file],
        cwd=place.root,
        env=place.environment(),
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert '# contract_tests = ["../../contracts/web_shop"]' in (
        place.root / "contract-harness.toml"
    ).read_text("utf-8")


def test_an_empty_directory_is_refused(tmp_path: Path) -> None:
    """Where nothing is found, nothing is written, and a sentence says so."""
    place = Place.below(tmp_path)
    told = place.run("init")

    assert told.code == 2
    assert "expected a service in" in told.err
    assert texts(place.root) == {}


def test_a_directory_of_a_workspace_above_is_refused(tmp_path: Path) -> None:
    """A second workspace inside one would be read by nobody."""
    place = place_with(MONOREPO, tmp_path)
    place.run("init")
    told = place.run("init", "services/stock")

    assert told.code == 2
    assert f"hint: harness init {place.root}" in told.err


@pytest.mark.slow
@pytest.mark.parametrize(
    "files",
    [FLASK_FACTORY, DJANGO_PROJECT, FASTAPI_SRC, MONOREPO],
    ids=["flask-factory", "django", "src-layout", "monorepo"],
)
def test_the_gate_runs_on_what_was_written(tmp_path: Path, files: Files) -> None:
    """Systems of four shapes, in a directory with a space in its name, are gated at once."""
    directory = tmp_path / "a directory"
    directory.mkdir()
    place = place_with(files, directory)
    assert place.run("init").code == 0
    ended = place.gate()

    assert ended.code in (0, 1), ended.text
    assert [step for step in ended.steps if step.startswith("fuzz:")]


@pytest.mark.slow
def test_the_gate_runs_on_the_sample_system_without_its_tables(tmp_path: Path) -> None:
    """All that the tables of the samples say is found again, but that a job may be run."""
    place = Place.below(tmp_path)
    for name in ("sample_services", "contracts"):
        place_of = REPOSITORY / name
        for file in place_of.rglob("*"):
            if file.is_file() and file.suffix != ".pyc":
                place.write(file.relative_to(REPOSITORY).as_posix(), file.read_bytes())
    for project in (place.root / "sample_services").glob("*/pyproject.toml"):
        text = project.read_text("utf-8")
        project.write_text(text[: text.index("[tool.contract-harness")], "utf-8")
    assert place.run("init").code == 0
    ended = place.run("gate", "--service", "inventory", "--check", "interaction-not-honoured")

    assert ended.code in (0, 1), ended.text
    assert {"verify:inventory", "describe:inventory", "consumer-tests:orders"} <= set(ended.steps)
