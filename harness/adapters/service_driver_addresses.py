"""What a consumer called that nothing accounts for, as its host wrote it down."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.adapters.reply_runs import crash_of
from harness.domain.config import Config
from harness.domain.coping import AddressRefused
from harness.domain.service import Service


@dataclass(slots=True)
class Addresses:
    """
    The addresses that were refused, each once, however many instances called them.

    Shape: `file` is where hosts write them, a line each.
    """

    service: Service
    config: Config
    file: Path
    _read_bytes: int = 0
    _found: dict[str, AddressRefused] = field(default_factory=dict)

    def take(self, request_id: str = "", by: str = "") -> bool:
        """
        Take in what was called meanwhile, and say whether anything was.

        Shape: `by` is the operation that was called with a request of this id.
        """
        told = list(self._lines())
        for one in told:
            is_its = any(each["request_id"] == request_id for each in one["requests"])
            refused = AddressRefused(
                self.service.name,
                one["address"],
                by if is_its else "",
                crash_of({**one, "type": "calls", "message": ""}, self.service, self.config),
            )
            known = self._found.get(refused.address)
            # What a request leads to says more than what happens at some time or other.
            if known is None or (refused.by and not known.by):
                self._found[refused.address] = refused
        return bool(told)

    def told(self) -> Iterator[AddressRefused]:
        """Give all of them, in the order in which they were called."""
        yield from self._found.values()

    def _lines(self) -> Iterator[dict[str, Any]]:
        """The lines that are new and whole: a process may have been killed while it wrote."""
        try:
            with self.file.open("rb") as file:
                file.seek(self._read_bytes)
                whole = file.read().rpartition(b"\n")[0]
        except FileNotFoundError:
            return
        self._read_bytes += len(whole) + bool(whole)
        for line in whole.splitlines():
            yield json.loads(line)
