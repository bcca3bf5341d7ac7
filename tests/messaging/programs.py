"""Programs of the sample services, run by themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.shop import REPOSITORY

LEAVES_WITHIN_S = 20.0


@contextmanager
def running(
    service: str, directory: Path, variables: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """The worker of a service in a directory of its own, told to leave at the end of the block."""
    source = REPOSITORY / "sample_services" / service / "src"
    environment = {**os.environ, **variables, "PYTHONPATH": str(source)}
    with (directory / f"{service}.log").open("ab") as log:
        program = subprocess.Popen(
            [sys.executable, "-m", f"{service}.worker"],
            env=environment,
            cwd=directory,
            stdout=log,
            stderr=log,
        )
        try:
            yield program
        finally:
            program.terminate()
            program.wait(LEAVES_WITHIN_S)
