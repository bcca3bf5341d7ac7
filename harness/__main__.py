"""The door: `harness`, `contract-harness` and `python -m harness`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec

# What the extra [client] brings, by the names under which it is imported.
CLIENT_PACKAGES = ("click", "jsonschema_rs", "pebble", "pydantic", "requests", "rich", "yaml")
# What the extra [gate] brings: these, and more.
GATE_PACKAGES = (
    *CLIENT_PACKAGES,
    "hypothesis",
    "mypy",
    "packaging",
    "schemathesis",
    "typeguard",
    "xdist",
)
# Who asks a Pact Broker, or tells it something, and does nothing else.
CLIENT_VERBS = frozenset(
    {
        "can-i-deploy",
        "describe",
        "environments",
        "publish",
        "record-deployment",
        "record-release",
        "record-support-ended",
        "record-undeployment",
        "webhooks",
    }
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; where its packages are not installed, say what it needs."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    extra = "client" if given and given[0] in CLIENT_VERBS else "gate"
    needed: Sequence[str] = CLIENT_PACKAGES if extra == "client" else GATE_PACKAGES
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        return _without(missing, extra, given)
    from harness.cli.app import main as run

    return run(given)


def _without(missing: list[str], extra: str, given: list[str]) -> int:
    from harness import __version__

    if given == ["--version"]:
        sys.stdout.write(f"contract-harness, version {__version__}\n")
        return 0
    sys.stderr.write(
        f"error: this command needs packages that are not installed here ({', '.join(missing)}): "
        f'pip install "contract-harness[{extra}]"\n'
    )
    return 2


if __name__ == "__main__":
    sys.exit(main())
