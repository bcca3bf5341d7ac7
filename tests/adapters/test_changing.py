"""A file that several change at once loses nothing, and is whole at every moment."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from harness.adapters.workspace_files import change_text
from harness.domain.errors import Misused

REPOSITORY = Path(__file__).parents[2]
WRITER = """
import sys, time
from datetime import date
from pathlib import Path
from harness.adapters.workspace_files import change_text
from harness.domain.waiver import Waiver
from harness.settings.waivers import with_waivers

def added(text):
    time.sleep(0.01)  # long enough for others to come in between, if they could
    return with_waivers(text, [waiver])

for number in range(20):
    waiver = Waiver(f"1:{number:020x}", sys.argv[2], date(2030, 1, 1), "known")
    change_text(Path(sys.argv[1]), added)
"""


def test_two_at_once_lose_nothing(tmp_path: Path) -> None:
    """Whoever reads meanwhile finds a whole file, and in the end each entry is there."""
    file = tmp_path / "contracts" / "waivers.toml"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(file), name], cwd=REPOSITORY)
        for name in ("orders", "inventory", "storefront")
    ]
    while any(writer.poll() is None for writer in writers):
        if file.exists():
            tomllib.loads(file.read_text("utf-8"))
    found = tomllib.loads(file.read_text("utf-8"))["waiver"]

    assert [writer.returncode for writer in writers] == [0, 0, 0]
    assert len({(one["consumer"], one["fingerprint"]) for one in found}) == 60
    assert [one.name for one in file.parent.iterdir()] == ["waivers.toml"]


def test_a_change_that_fails_leaves_the_file_alone(tmp_path: Path) -> None:
    """Neither the text is touched, nor is anything left behind or held."""
    file = tmp_path / "a.toml"
    file.write_text("x = 1\n", "utf-8")

    def refused(_text: str) -> str:
        raise Misused("no")

    with pytest.raises(Misused, match="no"):
        change_text(file, refused)
    change_text(file, lambda text: f"{text}y = 2\n")

    assert file.read_text("utf-8") == "x = 1\ny = 2\n"
    assert [one.name for one in tmp_path.iterdir()] == ["a.toml"]


@pytest.mark.parametrize("content", [b"\xff", None])
def test_what_cannot_be_changed_is_told(tmp_path: Path, content: bytes | None) -> None:
    """A file of other bytes, or a directory in its place, is named."""
    file = tmp_path / "a.toml"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    with pytest.raises(Misused, match=f"cannot change {file}"):
        change_text(file, str)
