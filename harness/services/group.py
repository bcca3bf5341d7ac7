"""Services that were started together: awaited, reset and stopped together."""

from __future__ import annotations

import time
from collections.abc import Mapping

from harness.services.instance import Instance
from harness.services.processes import LOOPBACK, Port

PAUSE_S = 0.004


class Group:
    """The instances of one step, by the names of their services; the first is the step's own."""

    def __init__(self, instances: Mapping[str, Instance], given: Mapping[str, str]) -> None:
        self._instances = dict(instances)
        self._nowhere = Port()
        self._addresses = {name: each.url for name, each in instances.items()} | dict(given)
        self.secrets = frozenset().union(*(each.secrets for each in instances.values()))

    def start(self) -> None:
        """Start all at once and wait for each; if one fails, none is left."""
        try:
            self._start(list(self._instances.values()))
        except BaseException:
            self.stop()
            raise

    def reset(self) -> None:
        """Put all back to their beginning: by their own functions where they have them."""
        self._restart([each for each in self._resettable() if not each.reset()])

    def stop(self) -> None:
        """Stop all; the waiting is for the slowest only."""
        self._stop(list(self._instances.values()))
        for instance in self._instances.values():
            instance.release()
        self._nowhere.release()

    def _resettable(self) -> list[Instance]:
        """All but neighbours that run elsewhere without an address to reset them by."""
        own, *others = self._instances.values()
        return [own] + [
            each for each in others if each.service.url is None or each.service.reset != "restart"
        ]

    def _restart(self, instances: list[Instance]) -> None:
        if instances:
            self._stop(instances)
            self._start(instances)

    def _start(self, instances: list[Instance]) -> None:
        for instance in instances:
            instance.start(self._addresses, f"http://{LOOPBACK}:{self._nowhere.number}")
        waiting = instances
        while waiting := [each for each in waiting if not each.is_ready()]:
            time.sleep(PAUSE_S)

    def _stop(self, instances: list[Instance]) -> None:
        for instance in instances:
            instance.begin_stop()
        for instance in instances:
            instance.finish_stop()
