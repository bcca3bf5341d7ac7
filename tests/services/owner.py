"""
An owner of services, to be ended in every way: tells where everything is, then waits.

Run as `python -m tests.services.owner ORDER`, with JSON: {"app", "env", "waits"}.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from harness.domain.service import EnvValue, Service
from harness.services import RunDirectory, Services


def main() -> None:
    """Start a service and wait."""
    order = json.loads(sys.argv[1])
    env = {name: EnvValue(text) for name, text in order["env"].items()}
    samples = Path(__file__).parent / "samples"
    service = Service(name="sample", directory=samples, app=order["app"], env=env)
    with (
        RunDirectory.create() as run,
        Services(run.path, grace_s=0.5).open(service) as running,
    ):
        told = {"url": running.url, "state_url": running.state_url, "run": str(run.path)}
        sys.stdout.write(json.dumps({**told, "pid": running.info()["pid"]}) + "\n")
        sys.stdout.flush()
        time.sleep(60 if order["waits"] else 0)


if __name__ == "__main__":
    main()
