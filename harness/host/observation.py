"""Types observed in a service: begun before its first import, confirmed when asked for."""

from __future__ import annotations

from typing import Any

from .conversions import watch_conversions
from .instrumenting import NotObservable
from .observing import Observer
from .sites import Sites


class Observation:
    """
    One observation of a service's packages.

    Shape: the modules that set up states for the harness are passed over: what they are called with
    comes from contracts, as JSON.
    """

    def __init__(self, order: dict[str, Any], sites: Sites) -> None:
        asked = order["observe"]
        app = (order["app"] or "").partition(":")[0]
        own = (order[key] for key in ("states", "reset", "auth"))
        helpers = {name.partition(":")[0] for name in own if name} - {app}
        self._sites = sites
        self._observer = Observer(asked["packages"], sorted(helpers), sites)
        self._why_not = self._fault = ""
        try:
            self._observer.install(asked["directory"])
        except NotObservable as error:
            self._why_not = str(error)

    def watch(self) -> None:
        """Watch what the loaded frameworks convert."""
        try:
            watch_conversions(self._sites, self._observer)
        except Exception as error:  # noqa: BLE001 - a service is served, whatever it is made of
            self._fault = f"its framework could not be watched: {type(error).__name__}: {error}"

    def state(self) -> dict[str, str]:
        """
        Say whether annotations are observed, once requests had packages imported that wait for one.

        Shape: `why_not` is a reason that is no fault, `fault` one that is.
        """
        why_not, fault = self._why_not, self._fault
        if not (why_not or fault):
            try:
                fault = self._observer.seen_working()
            except NotObservable as error:
                why_not = str(error)
        return {"why_not": why_not, "fault": fault}
