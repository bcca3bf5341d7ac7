"""The map of services for programs; `map.schema.json` beside this file describes it."""

from __future__ import annotations

from importlib.resources import files

from harness import __version__
from harness.domain.edge import EdgeReport
from harness.domain.json import Json
from harness.domain.service_map import Link, Participant, ServiceMap
from harness.reports.json_text import json_text

FORMAT = "contract-harness-map"
FORMAT_VERSION = "1.0"


def render(drawn: ServiceMap) -> str:
    """
    Write the map.

    Shape: ASCII, as all JSON of the harness is.
    """
    return json_text(
        {
            "format": {"name": FORMAT, "version": FORMAT_VERSION},
            "tool": {"name": "contract-harness", "version": __version__},
            "run": drawn.run or None,
            "services": [_service(one) for one in drawn.participants],
            "links": [_link(one) for one in drawn.links],
        }
    )


def schema_text() -> str:
    """Give the JSON Schema of the map."""
    return files("harness.reports").joinpath("map.schema.json").read_text("utf-8")


def _service(one: Participant) -> Json:
    return {"name": one.name, "owner": one.owner or None, "member": one.is_member}


def _link(link: Link) -> Json:
    return {
        "consumer": link.pair.consumer,
        "provider": link.pair.provider,
        "declared": link.declared,
        "interactions": link.interactions,
        "legs": {leg.value: status.value for leg, status in link.legs} or None,
        "edges": [_edge(one) for one in link.edges],
    }


def _edge(report: EdgeReport) -> Json:
    return {
        "operation": report.edge.operation,
        "legs": {one.leg.value: one.status.value for one in report.legs},
    }
