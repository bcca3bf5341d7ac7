"""A consumer's own annotations, held against values while its tests drive its code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness.consumer.asks import read_asks
from harness.consumer.hosted import host_module
from harness.domain.contradiction import Contradicted, Contradiction


class Observations:
    """
    What the consumer's code saw that is another than it says.

    Shape: `why_not` says why nothing can be seen, empty where the packages are observed.
    """

    def __init__(self, sites: Any, observer: Any, why_not: str) -> None:
        self._sites = sites
        self._observer = observer
        self.why_not = why_not

    def take(self) -> tuple[Contradiction, ...]:
        """Give what was seen since it was last taken, so that it belongs to what was done since."""
        return tuple(
            Contradiction(
                **{**told, "kind": Contradicted(told["kind"]), "requests": (), "in_flight": ()}
            )
            for told in self._sites.take()
        )

    def confirm(self) -> str:
        """Say, once the packages are imported, why nothing can have been seen; empty if it can."""
        if not self.why_not:
            try:
                self.why_not = str(self._observer.seen_working())
            except host_module("instrumenting").NotObservable as error:
                self.why_not = str(error)
        return self.why_not


def observe(
    packages: Sequence[str], *, tests: Sequence[Path] = (), lent: str | None = None
) -> Observations:
    """
    Observe packages that are imported from now on; nothing is ever raised by it.

    Shape: a value whose class stands below `tests` is a fake, and may stand for anything; `lent` is
    a directory that holds a typeguard, for an environment that has none.
    """
    observing = host_module("observing")
    sites = host_module("sites").Sites(lambda: (None, []))
    fakes = _Fakes(tuple(str(path.resolve()) for path in tests))
    observer = observing.Observer(tuple(packages), (), sites, fakes)
    try:
        observer.install(lent)
    except host_module("instrumenting").NotObservable as error:
        return Observations(sites, observer, str(error))
    return Observations(sites, observer, "")


def observations_for(asks: Path) -> Observations | None:
    """Begin to observe the consumer of a file of questions, where it asks for that."""
    try:
        held = read_asks(asks)
    except (OSError, ValueError, KeyError, TypeError):
        # Told as a misuse when the run is configured.
        return None
    if not (held.typeguard and held.packages):
        return None
    tests = tuple(map(Path, held.tests))
    return observe(held.packages, tests=tests, lent=held.typeguard)


class _Fakes:
    """Tells the classes that a consumer's tests define."""

    def __init__(self, roots: tuple[str, ...]) -> None:
        self._roots = roots
        self._known: dict[str, bool] = {}

    def __call__(self, kind: type) -> bool:
        file = getattr(sys.modules.get(kind.__module__), "__file__", None)
        if file is None:
            return False
        # Asked for every value that passes, and following links takes longer than all the rest.
        if file not in self._known:
            place = Path(file).resolve()
            self._known[file] = any(place.is_relative_to(root) for root in self._roots)
        return self._known[file]
