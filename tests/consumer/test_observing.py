"""A consumer's own code is observed in the process that drives it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CLIENT = """
from dataclasses import dataclass

@dataclass
class Session:
    url: str

def price(session: Session, reply: dict[str, int]) -> int:
    return reply["price"]
"""
TEST = """
from client import Session
class FakeSession:
    url = "nowhere"
"""
DRIVER = """
from pathlib import Path
from harness.consumer.observing import observe

observations = observe(["client"], tests=[Path("tests")])
import client, test_client
print(repr(observations.confirm()))
client.price(test_client.FakeSession(), {"price": 1})
print(len(observations.take()))
try:
    client.price("no session", {"price": "9"})
finally:
    for one in observations.take():
        print(one.kind.value, one.module, one.function, one.what, "|", one.expected, "|", one.seen)
print(len(observations.take()))
print(repr(observe(["client"]).why_not))
"""


def test_what_a_reply_led_to_is_taken(tmp_path: Path) -> None:
    """What was seen since the last look is given once; a fake of the tests stands for anything."""
    (tmp_path / "client.py").write_text(CLIENT, "utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_client.py").write_text(TEST, "utf-8")
    path = f"{Path(__file__).parents[2]}:{tmp_path}:{tmp_path / 'tests'}"

    done = subprocess.run(
        [sys.executable, "-c", DRIVER],
        cwd=tmp_path,
        env={"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines() == [
        "''",
        "0",
        "annotation client price argument session | Session | str 'no session'",
        "annotation client price argument reply | dict[str, int] | dict",
        "annotation client price return | int | str '9'",
        "0",
        "'client was imported before it could be instrumented'",
    ]
