"""Brokers that all steps of a run use: each is started once, beside them, and ends with them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from harness.domain.errors import HarnessError, ServiceNotStarted
from harness.domain.service import variable_of
from harness.messaging.local.starting import LIMIT_S, local_broker

AWAITED: Final = "file://"
PAUSE_S: Final = 0.05


class SharedBrokers:
    """
    The brokers of one run.

    Shape: what became of a start lies in a file of `directory`, for which steps wait in their own
    processes. Whoever uses one keeps to a namespace.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._begun: dict[str, threading.Thread] = {}
        self._over = threading.Event()

    def begin(self, kind: str) -> None:
        """Start one, unless it has begun, and wait for nothing."""
        if kind not in self._begun:
            keeping = threading.Thread(target=self._keep, args=(kind,), daemon=True)
            self._begun[kind] = keeping
            keeping.start()

    def variables(self) -> Mapping[str, str]:
        """Say by the usual variables where a step finds those that have begun."""
        return {variable_of(kind): f"{AWAITED}{self._file(kind)}" for kind in self._begun}

    def close(self) -> None:
        """
        End them.

        Shape: one that is still starting is left to its guardian, which ends it with this process.
        """
        self._over.set()
        for kind, keeping in self._begun.items():
            keeping.join(LIMIT_S if self._file(kind).exists() else 0)

    def _file(self, kind: str) -> Path:
        return self._directory / f"broker-{kind}.json"

    def _keep(self, kind: str) -> None:
        try:
            with local_broker(kind) as broker:
                self._tell(kind, url=broker.url)
                self._over.wait()
        except HarnessError as error:
            self._tell(kind, message=error.message, hint=error.hint, detail=error.detail)

    def _tell(self, kind: str, **told: str) -> None:
        written = self._file(kind).with_suffix(".new")
        written.write_text(json.dumps(told), "utf-8")
        written.replace(self._file(kind))


def awaited_url(named: str) -> str:
    """
    Wait for a broker of the run.

    Shape: `named` is what `variables` says of it.
    Raises: ServiceNotStarted, as whoever started it was told.
    """
    file, end = Path(named.removeprefix(AWAITED)), time.monotonic() + LIMIT_S
    while not file.exists():
        if time.monotonic() > end:
            raise ServiceNotStarted(f"the broker of this run is not there after {LIMIT_S:g} s")
        time.sleep(PAUSE_S)
    told = json.loads(file.read_text("utf-8"))
    if "url" not in told:
        raise ServiceNotStarted(told["message"], hint=told["hint"], detail=told["detail"])
    return str(told["url"])
