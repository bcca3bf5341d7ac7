"""The door: `harness`, `contract-harness` and `python -m harness`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec

# What the extra [gate] brings, by the names under which it is imported.
GATE_PACKAGES = (
    "click",
    "hypothesis",
    "jsonschema_rs",
    "mypy",
    "packaging",
    "pebble",
    "pydantic",
    "requests",
    "rich",
    "schemathesis",
    "typeguard",
    "xdist",
    "yaml",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; where the base alone is installed, say what it needs."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    missing = [name for name in GATE_PACKAGES if find_spec(name) is None]
    if missing:
        return _without(missing, given)
    from harness.cli.app import main as run

    return run(given)


def _without(missing: list[str], given: list[str]) -> int:
    from harness import __version__

    if given == ["--version"]:
        sys.stdout.write(f"contract-harness, version {__version__}\n")
        return 0
    sys.stderr.write(
        f"error: this command needs packages that are not installed here ({', '.join(missing)}): "
        'pip install "contract-harness[gate]"\n'
    )
    return 2


if __name__ == "__main__":
    sys.exit(main())
