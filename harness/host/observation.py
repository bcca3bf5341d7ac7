"""Types observed in a service: begun before its first import, confirmed once it is loaded."""

from __future__ import annotations

from typing import Any

from .conversions import watch_conversions
from .instrumenting import NotObservable
from .observing import Observer, Sites


class Observation:
    """
    One observation of a service's packages.

    Shape: the modules that set up states for the harness are passed over: what they are called with
    comes from contracts, as JSON.
    """

    def __init__(self, order: dict[str, Any], sites: Sites) -> None:
        asked = order["observe"]
        app = order["app"].partition(":")[0]
        own = (order[key] for key in ("states", "reset", "auth"))
        helpers = {name.partition(":")[0] for name in own if name} - {app}
        self._sites = sites
        self._observer = Observer(asked["packages"], sorted(helpers), sites)
        self._why_not = ""
        try:
            self._observer.install(asked["directory"])
        except NotObservable as error:
            self._why_not = str(error)

    def began(self) -> dict[str, Any]:
        """
        Watch what the loaded frameworks convert, and say whether annotations are observed.

        Shape: `why_not` is a reason that is no fault, `fault` one that is.
        """
        fault = ""
        try:
            watch_conversions(self._sites, self._observer)
            fault = "" if self._why_not else self._observer.seen_working()
        except NotObservable as error:
            self._why_not = str(error)
        except Exception as error:  # noqa: BLE001 - a service is served, whatever it is made of
            fault = f"it could not be looked at: {type(error).__name__}: {error}"
        return {"why_not": self._why_not, "fault": fault}
