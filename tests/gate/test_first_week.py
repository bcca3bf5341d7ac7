"""A system with faults takes the gate up: the first week, in the commands of its tutorial."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.alarm.faults import FAULTS
from tests.alarm.misfit_faults import SOME_COPE
from tests.shop import REPOSITORY, Outcome, Shop, subject

pytestmark = [pytest.mark.tools, pytest.mark.slow]

TUTORIAL = REPOSITORY / "docs" / "first-week.md"
WAIVERS = Path("contracts/waivers.toml")
EXPIRED = "2020-01-01"
(NEW,) = (one for one in SOME_COPE if one.name == "a field became optional")
(BREAKS,) = NEW.turns


def told() -> list[list[str]]:
    """The commands of the tutorial, in their order, without the program's name."""
    lines = re.findall(r"^\$ harness (.+)$", TUTORIAL.read_text("utf-8"), re.MULTILINE)
    return [[part.strip('"') for part in re.findall(r'"[^"]*"|\S+', line)] for line in lines]


def failing(outcome: Outcome) -> list[dict[str, Any]]:
    """What fails the gate."""
    return [
        one
        for one in outcome.findings
        if one["severity"] == "error" and not one["flaky"]
        if not one["waiver"] or one["waiver"]["until"] == EXPIRED
    ]


def without_tables(root: Path) -> Shop:
    """The sample system as it was before anybody thought of a gate, with ten faults in it."""
    shop = Shop.copy_to(root)
    for project in (*(root / "sample_services").glob("*/pyproject.toml"), root / "pyproject.toml"):
        text = project.read_text("utf-8")
        kept = re.sub(r"\[tool\.contract-harness[^\n]*\n(?:[^\[\n][^\n]*\n|\n)*", "", text)
        project.write_text(kept, "utf-8")
    for fault in FAULTS:
        for edit in fault.edits:
            shop.edit(edit.file, edit.old, edit.new)
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "as it is"]):
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *who, *command], cwd=root, check=True)
    return shop


def test_the_first_week(tmp_path: Path) -> None:
    """Red, taken as known, green; red for what is new alone; green again; red when a day passes."""
    init, first, baseline, second, third, fourth, fifth, renewal = told()
    shop = without_tables(tmp_path)

    assert shop.run(*init).exit_code == 0
    table = shop.root / "contract-harness.toml"
    table.write_text("budget = { examples = 4 }\n\n" + table.read_text("utf-8"), "utf-8")
    red = shop.run(*first)
    assert red.exit_code == 1, red.text
    known = {(one["check"], subject(one)) for one in failing(red)}
    for fault in FAULTS:
        assert fault.found in known, red.text
        assert fault.leads_to in red.text
    assert red.report["depth"]["accepted"] > 30

    taken = shop.run(*baseline)
    assert taken.exit_code == 0, taken.text
    green = shop.run(*second)
    assert (green.exit_code, failing(green)) == (0, []), green.text

    for edit in NEW.edits:
        shop.edit(edit.file, edit.old, edit.new)
    broken = shop.run(*third)
    assert broken.exit_code == 1, broken.text
    about = {(one["check"], subject(one)) for one in failing(broken)}
    assert about == {(BREAKS.check, f"{BREAKS.consumer}:{BREAKS.provider}")}, broken.text
    (line,) = (one for one in broken.text.splitlines() if one.startswith("::error "))
    assert f"file={BREAKS.shown},line=" in line
    comment = (shop.root / "comment.md").read_text("utf-8")
    assert "breaks `inventory` at `$.weight_grams`" in comment

    for edit in NEW.edits:
        shop.edit(edit.file, edit.new, edit.old)
    mended = shop.run(*fourth)
    assert (mended.exit_code, failing(mended)) == (0, []), mended.text
    assert "::error " not in mended.text
    cleared = (shop.root / "comment.md").read_text("utf-8")
    assert cleared.splitlines()[0] == comment.splitlines()[0]
    assert "inventory" not in cleared

    file = shop.root / WAIVERS
    file.write_text(file.read_text("utf-8").replace("until = 2099-12-31", f"until = {EXPIRED}", 1))
    late = shop.run(*fifth)
    assert late.exit_code == 1, late.text
    assert len(failing(late)) == 1
    assert f"its waiver expired on {EXPIRED}" in late.text

    assert shop.run(*renewal).exit_code == 0
    assert shop.run(*second).exit_code == 0
