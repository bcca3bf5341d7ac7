"""
Who finds which of twelve faults of messages: plain message pacts, `@asyncapi/diff`, and the gate.

    python -m benchmarks.messaging.faults [--only FAULT ...] [--diff DIR]

Each fault stands alone in a copy of the harbour of `tests/workspaces`, on a RabbitMQ that the gate
starts unless `HARNESS_BROKER_RABBITMQ` names one. Plain pacts are pact-python's alone: its tests of
the consumers' handlers, then its verifier on what the terminal's code makes. `@asyncapi/diff` gets
each document that was changed, before and after. The gate is run whole, on evidence of the runs
before. Found is what names the fault's channel; of the harbour as it is, anything.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import yaml

from tests.alarm.message_faults import FAULTS, HOME, MessageFault, seed
from tests.gate.workspaces import Place

PACKAGE, VERSION = "@asyncapi/diff", "0.5.0"
DRIVER = Path(__file__).with_name("asyncapi_diff.cjs")
DEFAULT = Path(".harness") / "asyncapi-diff"
# The harness's own plugins for pytest stay out of what is measured beside it.
ALONE = ("-p", "no:cacheprovider", "-p", "no:harness_consumer", "-p", "no:harness_gate")

NOTHING = MessageFault("nothing is seeded", "", "container.", (), frozenset())
LIMIT_S = 900.0

Look = Callable[[Place, MessageFault], str]


def plain_pacts(place: Place, fault: MessageFault) -> str:
    """Whether pact-python alone tells the fault's channel: a test or a verification fails."""
    return "yes" if any(fault.channel in one for one in _plain_failures(place)) else "no"


def _plain_failures(place: Place) -> Iterator[str]:
    report, results = place.temporary / "tests.xml", place.temporary / "results.json"
    tests = ("--rootdir", str(place.root), "plain_pacts")
    _python(place, "-m", "pytest", "-q", *ALONE, f"--junit-xml={report}", *tests)
    for case in ElementTree.parse(report).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            # A test is called after the channel that it hears.
            yield "container." + str(case.get("name")).removeprefix("test_").partition("[")[0]
    pacts = sorted(map(str, (place.root / "build/plain").glob("*.json")))
    _python(place, "plain_pacts/verify.py", str(results), *pacts)
    yield from json.loads(results.read_text("utf-8"))


def _python(place: Place, *arguments: str) -> None:
    """Run a program beside the services' sources, and stop where it does not even run."""
    around = {**os.environ, "PYTHONPATH": str(place.root / "src"), "PACT_DO_NOT_TRACK": "true"}
    command = [sys.executable, *arguments]
    done = subprocess.run(
        command, cwd=place.root, env=around, capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} exited {done.returncode}\n{done.stderr}")


def documents_compared(node: str, module: Path) -> Look:
    """Look by `@asyncapi/diff`: the gravest that it says of the documents that were changed."""

    def look(place: Place, fault: MessageFault) -> str:
        told = [
            change["type"]
            for before in sorted((HOME / "asyncapi").glob("*.yaml"))
            for change in _changes(node, module, before, place)
        ]
        if "breaking" in told:
            return "yes"
        return "unclassified" if "unclassified" in told else "no"

    return look


def _changes(node: str, module: Path, before: Path, place: Place) -> list[dict[str, Any]]:
    after = place.root / "asyncapi" / before.name
    if before.read_bytes() == after.read_bytes():
        return []
    files = []
    for name, document in (("before", before), ("after", after)):
        read = yaml.safe_load(document.read_text("utf-8"))
        files.append(place.temporary / f"{name}.json")
        files[-1].write_text(json.dumps(_resolved(read, read)), encoding="utf-8")
    command = [node, str(DRIVER), str(module), *map(str, files)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def _resolved(value: Any, root: Any) -> Any:
    """A document without references, as that tool wants it; the harbour's have no circles."""
    if isinstance(value, list):
        return [_resolved(one, root) for one in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        found = root
        for key in value["$ref"].removeprefix("#/").split("/"):
            found = found[key]
        return _resolved(found, root)
    return {key: _resolved(one, root) for key, one in value.items()}


def gated_with(evidence: Path) -> Look:
    """Look by the whole gate: which checks tell the fault, on the fault's channel."""

    def look(place: Place, fault: MessageFault) -> str:
        options = ("--examples", "2", "--evidence", str(evidence))
        ended = place.start("gate", *options).wait(LIMIT_S)
        errors = [one for one in ended.findings if one["severity"] == "error"]
        sys.stderr.write(f"{fault.name}: exit {ended.code}, {_told(errors)}\n")
        if fault is NOTHING:
            return "yes" if ended.code else "no"
        named = {(one["check"], one["operation"] or "", one["path"]) for one in errors}
        checks = sorted({f"`{check}`" for check, _, _ in named & fault.findings})
        return "yes: " + ", ".join(checks) if checks else "no"

    return look


def _told(errors: list[dict[str, Any]]) -> str:
    found = (" ".join(filter(None, (e["check"], e["operation"], e["path"]))) for e in errors)
    return "; ".join(found) or "no error"


def looks(home: Path, evidence: Path) -> Iterator[tuple[str, Look]]:
    """Everybody who looks, and why one does not."""
    yield "plain message pacts", plain_pacts
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        yield f"`{PACKAGE}` {VERSION}", documents_compared(node, _installed(npm, home))
    else:
        sys.stderr.write(f"{PACKAGE} is left out: node and npm are not installed\n")
    yield "the gate", gated_with(evidence)


def _installed(npm: str, home: Path) -> Path:
    module = (home / "node_modules" / PACKAGE).resolve()
    if not module.is_dir():
        home.mkdir(parents=True, exist_ok=True)
        wanted = [npm, "i", "--no-save", "--no-audit", "--no-fund", f"{PACKAGE}@{VERSION}"]
        subprocess.run(wanted, cwd=home, check=True, stdout=subprocess.DEVNULL)
    return module


def _seen(fault: MessageFault, look: Look) -> str:
    """What one says of a copy with a fault in it."""
    with tempfile.TemporaryDirectory() as name:
        place = Place.copied(HOME, Path(name))
        seed(place, fault)
        return look(place, fault)


def main() -> None:
    """Let everybody look at every fault, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [fault.name for fault in FAULTS]
    parser.add_argument("--only", action="append", choices=names, metavar="FAULT")
    parser.add_argument("--diff", type=Path, default=DEFAULT, help="where that tool is or goes")
    given = parser.parse_args()
    asked = [one for one in (NOTHING, *FAULTS) if not given.only or one.name in given.only]
    with tempfile.TemporaryDirectory() as evidence:
        everybody = dict(looks(given.diff, Path(evidence)))
        sys.stdout.write(f"| fault | {' | '.join(everybody)} |\n|---|{'---|' * len(everybody)}\n")
        for fault in asked:
            told = [_seen(fault, look) for look in everybody.values()]
            sys.stdout.write(f"| {fault.name} | {' | '.join(told)} |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
