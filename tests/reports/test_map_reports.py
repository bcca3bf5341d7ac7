"""The map of services, in every language that it is written in."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
import yaml

from harness.domain.accepted import AcceptedDocument
from harness.domain.edge import Edge, EdgeReport, Leg, LegReport, LegStatus, Pair
from harness.domain.service_map import Link, Participant, ServiceMap, together
from harness.maps.gathering import of_verdict
from harness.maps.placing import laid_out
from harness.pages.colours import DARK, LIGHT
from harness.reports import backstage, map_json, map_svg, map_texts
from harness.reports.palette import LEGS
from tests.maps.graphs import NAMES, a_map
from tests.reports.contrast import contrast
from tests.reports.parsers import parser
from tests.reports.samples import FAILED

SVG = "{http://www.w3.org/2000/svg}"
SIZES = [(5, 6), (20, 30), (60, 110)]
HOSTILE = a_map(len(NAMES) + 3, 30)
DOCUMENTS = (
    AcceptedDocument("orders", 1, "a.json", '{"openapi": "3.1.0"}'),
    AcceptedDocument("orders", 2, "b.json", "{}"),
    AcceptedDocument(NAMES[-2], 1, "c.json", "\x00{}"),
)
UNKNOWN = ServiceMap(
    (Participant("a"), Participant("b", "@org/team-b"), Participant("c", is_member=False)),
    (Link(Pair("a", "b"), 2, declared=True), Link(Pair("a", "c"), declared=True)),
)


def image(drawn: ServiceMap) -> ElementTree.Element:
    """The picture, read by an XML parser."""
    return ElementTree.fromstring(map_svg.render(drawn))


@pytest.mark.parametrize(("size", "links"), SIZES)
def test_the_picture_holds_every_service_and_leg(size: int, links: int) -> None:
    """A box for each service, and for each link a line and a sign for each of its legs."""
    drawn = a_map(size, links)
    found = image(drawn)
    boxes = [one for one in found.iter(f"{SVG}g") if "service" in one.get("class", "")]
    ends = [one for one in found.iter(f"{SVG}path") if one.get("class") == "tip"]
    signs = [one.text for one in found.iter(f"{SVG}text") if "sign" in one.get("class", "")]

    assert (len(boxes), len(ends)) == (size, len(drawn.links))
    assert signs.count("✕") == sum(
        1 for link in drawn.links for _, status in link.legs if status is LegStatus.FAILED
    )
    assert len(signs) == 3 * len(drawn.links)


@pytest.mark.parametrize("drawn", [HOSTILE, UNKNOWN, ServiceMap(())])
def test_the_picture_is_well_formed(drawn: ServiceMap) -> None:
    """Whatever services are called, and with nothing to draw."""
    found = image(drawn)

    assert {one.tag.removeprefix(SVG) for one in found.iter()} <= {
        *("svg", "title", "style", "rect", "g", "path", "circle", "text")
    }
    assert "http" not in ElementTree.tostring(found, "unicode").replace(SVG[1:-1], "")


def test_what_no_run_knows_is_told_by_contracts() -> None:
    """A link without a contract is dotted, one with a contract is not, and neither has signs."""
    found = image(UNKNOWN)
    titles = [one.text for one in found.iter(f"{SVG}title")]
    lines = [one.get("class") for one in found.iter(f"{SVG}path")]

    assert "a → b: 2 interactions" in titles
    assert "a → c: no contract" in titles
    assert {"known", "none"} <= set(lines)
    assert not [one for one in found.iter(f"{SVG}text") if "sign" in one.get("class", "")]


def test_a_status_is_never_told_by_colour_alone() -> None:
    """Each has a sign and a colour of its own."""
    assert len({sign for _, sign in LEGS.values()}) == len(LegStatus)
    assert len({colour for colour, _ in LEGS.values()}) == len(LegStatus)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_can_be_read(colours: dict[str, str]) -> None:
    """Every colour of text has a contrast of 4.5 on both grounds, and ink on what is marked."""
    for name in ("ink", "quiet", "accent", "good", "proven", "bad", "open", "none"):
        assert contrast(colours[name], colours["back"]) >= 4.5, name
        assert contrast(colours[name], colours["panel"]) >= 4.5, name
    assert contrast(colours["ink"], colours["mark"]) >= 4.5


@pytest.mark.parametrize(
    ("statuses", "one"),
    [
        ((), LegStatus.NOT_LOOKED_AT),
        ((LegStatus.PROVEN, LegStatus.NOT_LOOKED_AT), LegStatus.PROVEN),
        ((LegStatus.PROVEN, LegStatus.TESTED), LegStatus.TESTED),
        ((LegStatus.TESTED, LegStatus.MISSING), LegStatus.MISSING),
        ((LegStatus.MISSING, LegStatus.FAILED, LegStatus.PROVEN), LegStatus.FAILED),
    ],
)
def test_several_legs_are_as_good_as_their_weakest(
    statuses: tuple[LegStatus, ...], one: LegStatus
) -> None:
    """What nobody looked at says nothing beside what somebody did."""
    assert together(statuses) is one


def test_a_verdict_is_drawn_with_all_it_names() -> None:
    """The services of the workspace, and whoever else is at an end of an edge."""
    verdict = replace(FAILED, participants=(Participant("legacy", "team-old"),))
    drawn = of_verdict(verdict)

    assert [(one.name, one.is_member) for one in drawn.participants] == [
        ("inventory", False),
        ("legacy", True),
        ("orders", False),
        ("storefront", False),
    ]
    assert [(str(link.pair), link.status) for link in drawn.links] == [
        ("orders → inventory", LegStatus.FAILED),
        ("storefront → orders", LegStatus.MISSING),
    ]


@pytest.mark.filterwarnings("ignore::DeprecationWarning:pydot")
@pytest.mark.parametrize(("size", "links"), SIZES)
def test_dot_is_what_others_read(size: int, links: int) -> None:
    """A parser that others wrote finds every service and every link."""
    drawn = a_map(size, links)
    (graph,) = parser("pydot").graph_from_dot_data(map_texts.dot(drawn))
    names = [one.get_name() for one in graph.get_nodes()]

    assert len([one for one in names if one.startswith('"')]) == size
    assert len(graph.get_edges()) == len(drawn.links)


def test_names_in_dot_do_no_harm() -> None:
    """Every line is one statement, whose quotes are closed."""
    string = r'"(?:[^"\\]|\\["\\])*"'
    attributes = rf"\[\w+={string}(?:, \w+={string})*\]"
    for line in map_texts.dot(HOSTILE).splitlines()[4:-1]:
        assert re.fullmatch(rf"  {string}(?: -> {string})? {attributes};", line), line


def test_names_in_mermaid_do_no_harm() -> None:
    """Every line is one statement, and no sign of a name means anything in it."""
    label = r'"(?:[\w /.\-✓✕≡–]|#\d+;)+"'
    patterns = (
        rf"  s\d+\[{label}\]",
        rf"  s\d+ -->(?:\|{label}\|)? s\d+",
        r"  linkStyle \d+ stroke:#[0-9a-f]{6},stroke-width:2px(?:,stroke-dasharray:\d 5)?",
        r"  classDef elsewhere stroke-dasharray:5 4",
        r"  class s\d+(?:,s\d+)* elsewhere",
    )
    first, *rest = map_texts.mermaid(HOSTILE).splitlines()

    assert first == "flowchart LR"
    for line in rest:
        assert any(re.fullmatch(each, line) for each in patterns), line


def test_mermaid_names_services_and_legs() -> None:
    """A link has the signs of its legs, one of which no run is known has none."""
    known = EdgeReport(
        Edge(Pair("a", "b"), "GET /"),
        (LegReport(Leg.PROVIDER, LegStatus.FAILED), LegReport(Leg.FIT, LegStatus.PROVEN)),
    )
    drawn = replace(UNKNOWN, links=(replace(UNKNOWN.links[0], edges=(known,)), UNKNOWN.links[1]))
    text = map_texts.mermaid(drawn)

    assert '  s0["a"]\n  s1["b"]\n  s2["c"]\n' in text
    assert '  s0 -->|"✕ ≡ –"| s1\n  s0 --> s2\n' in text
    assert "  class s2 elsewhere\n" in text


def _closed(schema: Any) -> Any:
    """Forbid keys that the schema does not name: nothing is written without being described."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    if "properties" in closed:
        closed["additionalProperties"] = False
    return closed


@pytest.mark.parametrize("drawn", [HOSTILE, UNKNOWN, ServiceMap(()), a_map(60, 110)])
def test_the_map_for_programs_is_what_its_schema_says(drawn: ServiceMap) -> None:
    """Every key is described, and every service and link is there."""
    schema = json.loads(map_json.schema_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    text = map_json.render(drawn)
    written = json.loads(text)

    jsonschema.validate(written, _closed(schema))
    assert text.isascii()
    assert [one["name"] for one in written["services"]] == [one.name for one in drawn.participants]
    assert len(written["links"]) == len(drawn.links)


def entities(drawn: ServiceMap, *documents: AcceptedDocument) -> list[Any]:
    """The entities of a catalogue, read by a YAML parser."""
    return list(yaml.safe_load_all(backstage.render(drawn, documents)))


def test_a_catalogue_takes_every_entity() -> None:
    """Names and references are what the catalogue's own model asks for, and each is there once."""
    name = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"
    found = entities(HOSTILE, *DOCUMENTS)
    named = {(one["kind"], one["metadata"]["name"].lower()) for one in found}

    assert len(named) == len(found) == len(HOSTILE.participants) + len(DOCUMENTS)
    for one in found:
        spec = one["spec"]
        assert one["apiVersion"] == "backstage.io/v1alpha1"
        assert re.fullmatch(name, one["metadata"]["name"])
        assert re.fullmatch(name, spec["owner"])
        assert spec["type"]
        assert spec["lifecycle"]
        for ref in spec.get("dependsOn", []):
            kind, _, other = ref.partition(":")
            assert (kind.capitalize(), other.lower()) in named
        for api in [*spec.get("providesApis", []), *spec.get("consumesApis", [])]:
            assert ("API", api.lower()) in named


def test_a_catalogue_knows_who_provides_what() -> None:
    """Documents are APIs, links are dependencies, and owners are teams."""
    documents = (AcceptedDocument("b", 1, "b.json", "{}"),)
    a, b, c, api = entities(UNKNOWN, *documents)

    assert a["spec"] == {
        "type": "service",
        "lifecycle": "unknown",
        "owner": "unknown",
        "consumesApis": ["b"],
        "dependsOn": ["component:b", "component:c"],
    }
    assert (b["spec"]["owner"], b["spec"]["providesApis"]) == ("team-b", ["b"])
    assert "dependsOn" not in c["spec"]
    assert (api["kind"], api["spec"]["type"], api["spec"]["definition"]) == ("API", "openapi", "{}")


def test_names_that_differ_in_capitals_alone_are_told_apart() -> None:
    """A catalogue would take them for one."""
    drawn = ServiceMap((Participant("Orders"), Participant("orders")))
    names = [one["metadata"]["name"].lower() for one in entities(drawn)]

    assert len(set(names)) == 2


def test_the_same_map_gives_the_same_bytes() -> None:
    """Nothing in a map depends on when it was written."""
    drawn = a_map(20, 30)

    assert map_svg.render(drawn) == map_svg.render(drawn)
    assert map_texts.dot(drawn) == map_texts.dot(drawn)
    assert laid_out((), [("a", "b")]) == laid_out((), [("a", "b")])
