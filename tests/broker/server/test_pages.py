"""The broker's pages: read by a parser that others wrote, and walked through from link to link."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Connection

from harness.broker.server.asking import Asked
from harness.broker.server.cross_contracts import PATH as COMPARISON
from harness.broker.server.pages.routes import PAGES
from harness.broker.server.routing import Router
from harness.broker.store.tables import deployments as DEPLOYMENTS
from harness.broker.store.tables import integrations as INTEGRATIONS
from harness.broker.store.tables import pacticipants as PACTICIPANTS
from harness.broker.store.tables import versions as VERSIONS
from tests.broker.server.broker import BASE, HAL, Broker, Reply, running
from tests.broker.server.systems import HOSTILE, HOSTILE_BRANCH, a_shop, encoded, hostile, publish
from tests.broker.server.test_comparing import openapi, promise, stock
from tests.broker.store.databases import fresh
from tests.reports.parsers import parser

HTML = "text/html"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
FIRST = ("/",)
PAIR = "/pacts/provider/{provider}/consumer/{consumer}"
# Only programs lead to these; what is there is shown under an address that pages link as well.
OTHERS = {
    "/dashboard",
    PAIR,
    f"{PAIR}/versions",
    f"{PAIR}/pact-version/{{sha}}/metadata/{{metadata}}",
}
MOMENTS = dict.fromkeys(("created_at", "updated_at"), "2030-01-01T00:00:00.000000+00:00")
SVG = "{http://www.w3.org/2000/svg}"
HREF = re.compile(r'(?:href|src|action)="([^"]*)"')
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e]")


def read(reply: Reply) -> Any:
    """The tree of a page; whatever a strict reader objects to is an error."""
    found = parser("html5lib").HTMLParser(strict=True, namespaceHTMLElements=False)
    return found.parse(reply.body.decode())


def text_of(element: Any) -> str:
    """All text in an element, as it is read."""
    return " ".join("".join(element.itertext()).split())


def shown(broker: Broker, path: str) -> Any:
    """The tree of the page at a path."""
    reply = broker.get(path, accept=BROWSER)
    assert reply.status == 200, (path, reply.body)
    return read(reply)


def links_of(tree: Any) -> set[str]:
    """Where a page leads, and what it shows of others."""
    return {
        one.get(key)
        for one in tree.iter()
        for key in ("href", "src", "action")
        if one.get(key) and one.tag != "link"
    }


def walked(broker: Broker, seen: Callable[[str, Reply, Any], None] | None = None) -> Counter[str]:
    """
    Follow every link from the first pages; how many pages there are of each kind.

    Shape: a strict parser is slow, so `seen` gets two pages of each kind.
    """
    router, kinds = Router(PAGES), Counter[str]()
    found, rest = {f"{BASE}{path}" for path in FIRST}, list(FIRST)
    while rest:
        path = rest.pop().removeprefix(BASE)
        reply = broker.get(path, accept=BROWSER)
        assert reply.status == 200, (path, reply.body)
        if path.endswith("/badge"):
            continue
        assert reply.headers["content-type"].startswith(HTML), path
        routed = router.find(path.partition("?")[0])
        assert routed, path
        assert routed.page, path
        kinds[routed.page.path] += 1
        if seen and kinds[routed.page.path] <= 2:
            seen(path, reply, read(reply))
        hrefs = (unescape(one) for one in HREF.findall(reply.body.decode()))
        own = {one.split("#")[0] for one in hrefs if one.startswith(f"{BASE}/")}
        rest += sorted(own - found)
        found |= own
    return kinds


def lawful(path: str, reply: Reply, tree: Any) -> None:
    """Hold a page to what all of them promise."""
    (style,) = tree.iter("style")
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    policy = dict(
        each.strip().split(" ", 1) for each in reply.headers["content-security-policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "style-src": f"'sha256-{digest}'",
        "img-src": "'self' data:",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    assert reply.headers["vary"] == "Accept"
    assert not re.search(r"url\(|@import|http", style.text)
    assert not list(tree.iter("script")), path
    for one in tree.iter():
        assert not [name for name in one.attrib if name.startswith("on") or name == "style"]
        for text in (one.text or "", one.tail or "", *one.attrib.values()):
            assert not CONTROLS.search(text), path
        for key in ("src", "action", "srcset", "data"):
            assert one.get(key, f"{BASE}/").startswith(f"{BASE}/"), (path, one.attrib)
    for href in links_of(tree):
        assert href.startswith((f"{BASE}/", "#", "https://ci.example", "https://git.example")), href
    heard(path, tree)


def heard(path: str, tree: Any) -> None:
    """A page can be heard: one first heading, fields with labels, tables with headers."""
    levels = [int(one.tag[1]) for one in tree.iter() if re.fullmatch(r"h[1-6]", str(one.tag))]
    assert levels[0] == 1, path
    assert levels.count(1) == 1, path
    assert all(later - one <= 1 for one, later in pairwise(levels)), path
    assert all(one.get("scope") for one in tree.iter("th"))
    labelled = [one for label in tree.iter("label") for one in label.iter()]
    assert all(one in labelled for kind in ("input", "select") for one in tree.iter(kind)), path
    assert all(one.get("alt") for one in tree.iter("img"))
    for kind in ("a", "button", "summary"):
        assert all(text_of(one) or one.get("aria-label") for one in tree.iter(kind)), path
    ids = [one.get("id") for one in tree.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    assert {one[1:] for one in links_of(tree) if one.startswith("#")} <= set(ids)


@pytest.fixture(scope="module")
def shop(
    tables: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Broker]:
    """A shop that nobody changes, kept in a file."""
    with fresh(tables("sqlite"), tmp_path_factory.mktemp("shop")) as kept, running(kept) as found:
        a_shop(found)
        yield found


def test_every_link_leads_to_a_page_and_every_page_is_linked(shop: Broker) -> None:
    """A page is whole, loads nothing, runs nothing, can be heard, and is found from the first."""
    kinds = walked(shop, lawful)
    unlinked = {each.path: each.handler for each in PAGES if each.path not in kinds}

    assert unlinked.keys() == {*OTHERS, COMPARISON}
    assert {unlinked[path] for path in OTHERS} <= {
        each.handler for each in PAGES if each.path in kinds
    }


def test_a_comparison_is_linked_wherever_one_counts(broker: Broker) -> None:
    """From the matrix, which the index leads to, and where it stands in the way of a yes."""
    made = broker.put("/pacts/provider/Bar/consumer/Foo/version/1", stock())
    assert made.status == 201
    promise(broker, "10", openapi({"type": "string"}))
    broker.verify("1", "10")
    broker.deploy("Bar", "10", broker.environment())
    asked = "/can-i-deploy?pacticipant=Foo&version=1&environment=prod"

    assert COMPARISON in walked(broker, lawful)
    assert any("cross-contract" in one for one in links_of(shown(broker, asked)))


@pytest.mark.slow
def test_every_database_shows_the_same_pages(broker: Broker) -> None:
    """Every link leads to a page on each of them."""
    a_shop(broker)

    assert walked(broker).total() > 80


@pytest.mark.slow
def test_hostile_names_stay_text(tables: Callable[[str], str], tmp_path: Path) -> None:
    """They are shown as they are, in every place, make no element, and every link still leads."""
    kinds: set[str] = set()
    texts: list[str] = []

    def look(path: str, reply: Reply, tree: Any) -> None:
        lawful(path, reply, tree)
        kinds.update(str(one.tag) for one in tree.iter())
        texts.append(text_of(tree))

    with fresh(tables("sqlite"), tmp_path) as kept, running(kept) as broker:
        hostile(broker)
        assert walked(broker, look).total() > 80

    assert not {"script", "b"} & kinds
    for name in (*HOSTILE[:3], HOSTILE[4], HOSTILE_BRANCH, r"שלום\u202eevil"):
        assert sum(name in text for text in texts) > 3, name
    assert "javascript:alert(1)" in " ".join(texts)


@pytest.mark.parametrize(
    ("accept", "is_page"),
    [
        (BROWSER, True),
        ("TEXT/HTML", True),
        ("application/json;q=0.5, text/html", True),
        ("*/*", False),
        (f"{HAL}, application/json", False),
        ("application/json, text/html;q=0.9", False),
        ("text/html;q=0, */*", False),
        ("", False),
    ],
)
def test_who_asks_for_html_by_name_gets_a_page(shop: Broker, accept: str, is_page: bool) -> None:
    """Everybody else gets what programs read, at the same address."""
    kind = shop.get("/integrations", accept=accept).headers["content-type"]

    assert kind.startswith(HTML if is_page else HAL)


def test_an_empty_broker_says_how_to_begin(broker: Broker) -> None:
    """With commands that name it."""
    shown_text = text_of(shown(broker, "/"))

    for line in (f"PACT_BROKER_BASE_URL={BASE}", "harness publish", "pact broker publish"):
        assert line in shown_text
    assert "Getting started" not in text_of(shown(broker, "/integrations?q=x"))


def test_what_is_missing_or_refused_is_told_as_a_page(broker: Broker) -> None:
    """With the status and the sentences that programs get; an unknown path as well."""
    for path, status, said in (
        ("/pacticipants/nobody", 404, "Nothing is here"),
        ("/no/such/path", 404, "Nothing is here"),
        ("/pacticipants?pageNumber=x", 400, "pageNumber must be greater than 0"),
        ("/can-i-deploy?pacticipant=nobody&version=1", 400, "Pacticipant nobody not found"),
        ("/matrix?q[][pacticipant]=nobody&latestby=bad", 400, "latestby must be one of"),
    ):
        reply = broker.get(path, accept=BROWSER)
        assert (reply.status, said in text_of(read(reply))) == (status, True), path
    assert broker.ask("PUT", "/network", accept=BROWSER).headers["allow"] == "GET, HEAD, OPTIONS"
    assert broker.get("/network").status == 406


def rows_of(tree: Any) -> list[list[str]]:
    """The cells of all tables."""
    return [[text_of(cell) for cell in row] for body in tree.iter("tbody") for row in body]


def test_the_index_tells_how_each_pair_stands(shop: Broker) -> None:
    """As the index for programs does, with search and parts."""
    words = {
        "success": "verified",
        "failed": "failed",
        "stale": "changed since its last result",
        "never": "never verified",
    }
    listed = shop.get("/integrations").json["_embedded"]["integrations"]
    told = [
        (f"{one['consumer']['name']} consumes {one['provider']['name']}", one["verificationStatus"])
        for one in listed
    ]
    rows = rows_of(shown(shop, "/"))

    assert {status for _, status in told} == set(words)
    assert [row[0] for row in rows] == [names for names, _ in told]
    assert all(words[how] in row[1] for row, (_, how) in zip(rows, told, strict=True))
    assert len(rows_of(shown(shop, "/?q=STOCK"))) == 2
    second = shown(shop, "/?pageSize=3&pageNumber=2&q=o")
    assert len(rows_of(second)) == 3
    assert f"{BASE}/?q=o&pageSize=3&pageNumber=3" in links_of(second)


def test_a_pact_is_read_with_its_rules_and_its_changes(shop: Broker) -> None:
    """Each rule stands beside what it rules; what was added since the last content is marked."""
    tree = shown(shop, "/pacts/provider/inventory/consumer/orders/latest")
    lines = [text_of(one) for one in tree.iter("span") if one.get("class") == "line"]
    marks = [one.get("class") for one in tree.iter("span")]

    assert "POST /reservations" in lines
    assert '"quantity": 2, an integer' in lines
    assert any(line.startswith('"id": "0b6d1c1e') and "matches ^[0-9a-f" in line for line in lines)
    assert marks.count("added") > 10
    assert "a sku exists" in text_of(tree)
    assert "Against version 1.3.1" in text_of(tree)


def test_what_is_no_pact_is_shown_as_it_is(broker: Broker) -> None:
    """The broker keeps any object."""
    publish(
        broker,
        {"consumer": {"name": "Foo"}, "provider": {"name": "Bar"}, "interactions": [{"a": "<b>"}]},
        "1",
    )
    broker.put("/pacts/provider/Bar/consumer/Foo/version/2", {"odd": ["<script>", None]})

    assert "<b>" in text_of(shown(broker, "/pacts/provider/Bar/consumer/Foo/version/1"))
    assert "<script>" in text_of(shown(broker, "/pacts/provider/Bar/consumer/Foo/latest"))


def test_the_matrix_says_why(shop: Broker) -> None:
    """Of each row: who verified, what failed, and that a content was known before."""
    rows = rows_of(shown(shop, "/matrix/provider/inventory/consumer/orders"))

    assert [(row[0].split()[1], row[2].split()[-1], row[3][:32]) for row in rows] == [
        ("1.4.0", "failed", "Version 3.3.0-rc.1 of inventory "),
        ("1.3.1", "verified", "Verified before version 1.3.1 wa"),
        ("1.3.0", "verified", "Version 3.2.0 verified this cont"),
    ]
    form = "q[][pacticipant]=orders&q[][version]=1.4.0&q[][pacticipant]=&q[][version]="
    asked = shown(shop, f"/matrix?{form}&environment=production&latestby=cvpv")
    assert "unknown" in text_of(asked)
    assert len(rows_of(asked)) == 3


@pytest.mark.parametrize(
    ("version", "environment", "answer", "said"),
    [
        ("1.3.0", "production", "yes", "All required verification results are published"),
        ("1.4.0", "production", "unknown", "harness verify catalog --consumer-version-selector"),
        ("1.4.0", "production", "unknown", "pact verifier --url"),
        ("1.4.0", "test", "unknown", "which interaction failed"),
        ("9", "production", "no", "harness publish --version 9"),
        ("9", "production", "no", "pact broker publish pacts --consumer-app-version 9"),
    ],
)
def test_can_i_deploy_names_what_is_missing(
    shop: Broker, version: str, environment: str, answer: str, said: str
) -> None:
    """It answers as it answers programs, and gives the commands that supply what is missing."""
    summary = shop.can_i_deploy("orders", version, environment)
    query = f"pacticipant=orders&version={version}&environment={environment}"
    for path in (
        f"/can-i-deploy?{query}",
        f"/pacticipants/orders/versions/{version}/can-i-deploy/to-environment/{environment}",
    ):
        tree = shown(shop, path)
        (word,) = [one for one in tree.iter("strong") if one.get("class") == "word"]
        assert (
            text_of(word)
            == answer
            == {True: "yes", False: "no", None: "unknown"}[summary["deployable"]]
        )
        assert said in text_of(tree)
        for reason in summary["reason"].split("\n"):
            assert reason in text_of(tree)


def test_an_answer_that_rests_on_nothing_says_so(broker: Broker) -> None:
    """Nobody runs there, so nothing was verified either."""
    broker.publish("1")
    broker.verify("1", "1")
    broker.environment("empty")
    text = text_of(shown(broker, "/can-i-deploy?pacticipant=Bar&version=1&environment=empty"))

    assert "nothing was verified either" in text


def test_a_provider_that_is_nowhere_is_to_be_deployed(broker: Broker) -> None:
    """And recorded: the command is there to paste."""
    broker.publish("1", consumer="it's", provider="Bar")
    broker.environment()
    path = encoded(
        "pacticipants", "it's", "versions", "1", "can-i-deploy", "to-environment", "prod"
    )

    said = text_of(shown(broker, path))

    for program in ("harness", "pact broker"):
        options = "--pacticipant Bar --version VERSION --environment prod"
        assert f"{program} record-deployment {options}" in said


def test_a_result_names_the_interaction_that_failed(shop: Broker) -> None:
    """First, by its description, with the mismatch."""
    found = shop.get("/pacts/provider/inventory/consumer/orders/latest")
    path = urlsplit(found.link("pb:latest-verification-results")).path
    tree = shown(shop, path)
    first = next(iter(tree.iter("h3")))

    assert text_of(first) == "a reservation of more than there is ✕ failed"
    assert "body $.on_hand: Expected 5 (Integer)" in text_of(tree)
    assert "Pact-Rust 1.3.5" in text_of(tree)


def test_environments_tell_what_runs_where(shop: Broker) -> None:
    """Pacticipants by environments, with instances and releases."""
    listed = shop.get("/environments").json["_embedded"]["environments"]
    places = {each["name"]: each["uuid"] for each in listed}
    rows = {row[0]: row[1:] for row in rows_of(shown(shop, "/environments"))}

    assert rows["Production"] == ["production", "production", "4"]
    assert rows["inventory"] == ["3.2.0", "3.2.0 3.3.0-rc.1 as blue"]
    assert rows["catalog"] == ["2.0.1 2.0.1 released", "2.0.1"]
    one = rows_of(shown(shop, f"/environments/{places['test']}"))
    assert [row[:3] for row in one if row[0] == "inventory"] == [
        ["inventory", "3.2.0", "deployed"],
        ["inventory", "3.3.0-rc.1", "as blue"],
    ]


def test_the_network_is_drawn_and_leads_to_pairs(shop: Broker) -> None:
    """A box for each pacticipant, a line for each pair, coloured as the index tells it."""
    pairs = shop.get("/integrations").json["_embedded"]["integrations"]
    tree = shown(shop, "/network")
    links = {one.get("href"): one.get("aria-label") for one in tree.iter(f"{SVG}a")}

    assert len(links) == len(pairs) + 5
    for pair in pairs:
        assert pair["_links"]["pb:dashboard"]["href"] in links
    path = f"{BASE}/dashboard/provider/inventory/consumer/orders"
    assert links[path] == "orders consumes inventory: failed"
    assert len(list(shown(shop, "/pacticipants/orders/network").iter(f"{SVG}a"))) == len(links)


def a_system(broker: Broker, names: list[str], pairs: list[tuple[int, int]]) -> None:
    """Pacticipants, numbered from 1, and who consumes whom."""
    rows = [{"id": at, "name": name} | MOMENTS for at, name in enumerate(names, 1)]
    kept = [{"consumer_id": one, "provider_id": other} | MOMENTS for one, other in pairs]

    def put(db: Connection) -> None:
        db.execute(PACTICIPANTS.insert(), rows)
        db.execute(INTEGRATIONS.insert(), kept)

    assert broker.store
    broker.store.write(put, lambda _: True)


def pairs_on(tree: Any) -> int:
    """To how many pairs a page leads."""
    return len([one for one in links_of(tree) if "/dashboard/" in one])


def test_a_system_too_large_to_draw_is_drawn_in_parts(broker: Broker) -> None:
    """The whole is left to choose from; around a pacticipant is as much as can be read."""
    names = [f"hub-{at}" for at in range(9)] + [f"consumer-{at}" for at in range(160)]
    pairs = [(10 + at, 1 + at // 20) for at in range(160)] + [(at, at + 1) for at in range(1, 8)]
    a_system(broker, names, pairs)
    whole = shown(broker, "/network")
    part = shown(broker, "/pacticipants/consumer-0/network")

    assert not list(whole.iter(f"{SVG}svg"))
    assert f"{BASE}/pacticipants/consumer-0/network" in links_of(whole)
    assert 20 <= pairs_on(part) <= 150
    assert "steps away from it" in text_of(part)


def test_whom_many_consume_is_shown_in_parts(broker: Broker) -> None:
    """Neither its page nor a picture grows with them, and each is led to."""
    a_system(broker, ["hub", *(f"c-{at}" for at in range(170))], [(at, 1) for at in range(2, 172)])
    own, first = (shown(broker, f"/pacticipants/hub{more}") for more in ("", "/network"))
    last = shown(broker, "/pacticipants/hub/network?pageSize=150&pageNumber=2")

    assert pairs_on(own) == 50
    assert f"{BASE}/integrations?q=hub" in links_of(own)
    assert (pairs_on(first), pairs_on(last)) == (150, 20)
    assert f"{BASE}/pacticipants/hub/network?pageSize=150&pageNumber=2" in links_of(first)


def test_environments_with_many_are_shown_in_parts(broker: Broker) -> None:
    """By pacticipant, with a search."""
    place = broker.environment()
    names = [f"service-{at:02}" for at in range(60)]
    keys = range(1, len(names) + 1)
    versions = [{"id": at, "pacticipant_id": at, "number": "1"} | MOMENTS for at in keys]
    running = [
        {"uuid": f"{at}", "pacticipant_id": at, "version_id": at, "environment_id": 1, "slot": ""}
        | MOMENTS
        for at in keys
    ]
    a_system(broker, names, [(1, 2)])

    def put(db: Connection) -> None:
        db.execute(VERSIONS.insert(), versions)
        db.execute(DEPLOYMENTS.insert(), running)

    assert broker.store
    broker.store.write(put, lambda _: True)
    for path, others in (("/environments", 1), (f"/environments/{place}", 0)):
        assert len(rows_of(shown(broker, path))) == 50 + others
        assert len(rows_of(shown(broker, f"{path}?pageSize=50&pageNumber=2"))) == 10 + others
        assert len(rows_of(shown(broker, f"{path}?q=SERVICE-07"))) == 1 + others


def test_webhooks_tell_what_became_of_them_and_no_secret(shop: Broker) -> None:
    """What is declared, what was told of which event, and the log of its tries."""
    (href,) = [one for one in links_of(shown(shop, "/webhooks")) if f"{BASE}/webhooks/" in one]
    tree = shown(shop, href)
    rows = rows_of(tree)

    assert "build <providers>" in text_of(tree)
    assert "**********" in text_of(tree)
    assert "s3cret" not in text_of(tree)
    assert {tuple(row[1:]) for row in rows} == {
        (event, "– not tried yet", "0", "logs")
        for event in ("contract_content_changed", "provider_verification_published")
    }
    log = next(one for one in links_of(tree) if one.endswith("/logs"))
    assert "It was not tried yet." in text_of(shown(shop, log))


def test_links_stay_below_the_path_of_a_proxy(shop: Broker) -> None:
    """A broker that is called by a longer address leads nowhere else."""
    assert shop.application
    base = "https://tools.example/pact"
    for path in ("/", "/network", "/pacticipants/orders", "/matrix", "/can-i-deploy"):
        answer = shop.application.answer(Asked("GET", path, "", {"accept": HTML}, b"", base))
        reply = Reply(answer.status, answer.headers, answer.body)
        found = {one for one in links_of(read(reply)) if not one.startswith(("#", "https://git"))}
        assert {one for one in found if not one.startswith((f"{base}/", "https://ci."))} == set()
