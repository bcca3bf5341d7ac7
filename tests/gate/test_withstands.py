"""What is broken, hostile or odd ends in a finding, a misuse or a reason; the rest is kept."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.gate.workspaces import (
    ANSWERING,
    Place,
    document,
    interaction,
    operation,
    pact,
)

pytestmark = pytest.mark.tools

ITEM: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer"}},
}

STARTING = """
import json, os, socket, sys, time

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    return [b'{"id": 1}']

def hangs():
    time.sleep(600)

def exits():
    print("no database is configured", flush=True)
    sys.exit(4)

def shouts():
    for _ in range(4000):
        print("x" * 1023)
    sys.exit("the last line")

if __name__ == "__main__":
    socket.socket().bind(("127.0.0.1", int(sys.argv[1])))
"""


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_services_that_do_not_start(place: Place, taken_port: int) -> None:
    """Each service that does not start is a reason with what it said; another one is tested."""
    place.write(
        "contract-harness.toml",
        f"""
        [members.healthy]
        app = "starting:app"
        documents = ["api.json"]
        [members.absent]
        app = "nowhere.to_be_found:app"
        [members.nameless]
        app = "starting:no_such_app"
        [members.exits]
        app = "starting:exits"
        [members.hangs]
        app = "starting:hangs"
        start_timeout_s = 1
        [members.shouts]
        app = "starting:shouts"
        [members.blocked]
        command = ["{{python}}", "starting.py", "{taken_port}"]
        [members.unprepared]
        app = "starting:app"
        prepare = [["{{python}}", "-c", "raise SystemExit('no migrations here')"]]
        [members.elsewhere]
        url = "http://127.0.0.1:1"
        [members.needy]
        app = "starting:app"
        requires = ["postgres"]
        """,
    )
    place.write("starting.py", STARTING)
    place.write("api.json", document({"/items": {"get": operation(ITEM)}}))

    ended = place.gate()

    assert ended.code == 3, ended.text
    reasons = ended.reasons
    for name, told in {
        "absent": "No module named 'nowhere'",
        "nameless": "has no attribute 'no_such_app'",
        "exits": "SystemExit(4)",
        "hangs": "did not answer within 1 s",
        "shouts": "the last line",
        "blocked": "exited with status 1",
        "unprepared": "prepare 1 exited with status 1",
        "elsewhere": "does not answer at http://127.0.0.1:1",
        "needy": "POSTGRES_URL",
    }.items():
        assert told in reasons.pop(f"describe:{name}")
    assert reasons == {}
    for said in ("Address already in use", "no database is configured", "no migrations here"):
        assert said in json.dumps(ended.report)
    assert [one["accepted"] > 0 for one in ended.report["operations"]] == [True]
    assert len(ended.text) < 20_000


def test_documents_of_every_version_and_kind(place: Place) -> None:
    """
    Every version of OpenAPI is tested; each broken document is one clear sentence.

    What is whole in a broken document is tested all the same, and nothing that lies elsewhere is
    looked at.
    """
    fine, broken = fine_documents(), broken_documents(elsewhere := Elsewhere())
    place.write(
        "contract-harness.toml",
        f"""
        [members.versions]
        app = "told:app"
        documents = {[f"/docs/{name}" for name in fine]}
        [members.broken]
        app = "told:app"
        documents = {[f"/docs/{name}" for name in broken]}
        """,
    )
    served = {f"GET /docs/{name}": [200, content] for name, content in {**fine, **broken}.items()}
    place.write("routes.json", {**served, "(GET|POST) /.*": [200, {"id": 1}]})
    place.write("told.py", ANSWERING)

    with elsewhere:
        ended = place.gate()

    assert ended.code == 1, ended.text
    assert elsewhere.visits == 0
    assert "Traceback" not in ended.text
    assert "internal error" not in ended.text
    accepted = {one["operation"]: one["accepted"] for one in ended.report["operations"]}
    whole = ("v20", "v30", "v31", "v32", "beside", "circular", "endless", "remote", "file")
    assert [name for name in whole if not accepted[f"GET /{name}"]] == []
    told = [one["message"] for one in ended.found("schema-invalid")]
    for sentence in (
        "/docs/truncated.json: expected JSON, seen the end of the text",
        "/docs/page.html: expected JSON or YAML, seen a text that begins with '<'",
        "/docs/bomb.yaml: expected at most",
        "/docs/deep.json: expected nesting of at most",
        "/docs/future.json: expected OpenAPI 2.0, 3.0, 3.1 or 3.2",
        'remote.json#/Item" lies outside this document',
        'file:///etc/hostname" lies outside this document',
        "refers to itself",
        "Missing",
        "expected an operation, seen the number 7",
    ):
        assert any(sentence in one for one in told), (sentence, told)
    assert {one["service"] for one in ended.found("schema-invalid")} == {"broken"}
    assert not any("versions" in what for what in ended.reasons), ended.reasons


class Elsewhere:
    """A server that must not be asked for anything: counts who comes."""

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(64)
        self._socket.settimeout(0.2)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.visits = 0

    def __enter__(self) -> None:
        return

    def __exit__(self, *_: object) -> None:
        """Count those who stand in the line."""
        with self._socket:
            while self._came():
                self.visits += 1

    def _came(self) -> bool:
        try:
            self._socket.accept()[0].close()
        except TimeoutError:
            return False
        return True


def fine_documents() -> dict[str, str]:
    """One document of each version, all of the same operation."""
    described = {
        name: json.dumps(document({f"/{name}": {"get": operation(ITEM)}}, version))
        for name, version in (("v30", "3.0.3"), ("v31", "3.1.0"), ("v32", "3.2.0"))
    }
    old = {"200": {"description": "ok", "schema": ITEM}}
    get = {"produces": ["application/json"], "responses": old}
    head = {"swagger": "2.0", "info": {"title": "sample", "version": "1"}}
    described["v20"] = json.dumps({**head, "paths": {"/v20": {"get": get}}})
    return {f"{name}.json": text for name, text in described.items()}


def broken_documents(elsewhere: Elsewhere) -> dict[str, str]:
    """Documents that are cut short, hostile, circular, or lead elsewhere."""
    away = elsewhere.url
    alone = {"schemas": {"A": schema_at("B"), "B": schema_at("A")}}
    node = {**ITEM, "properties": {**ITEM["properties"], "next": schema_at("Node")}}
    example = {"examples": {"one": {"externalValue": f"{away}/example"}}}
    body = {"content": {"application/json": {"schema": ITEM, **example}}}
    described = {
        "remote": document(
            {
                "/remote": {"get": operation({"$ref": f"{away}/remote.json#/Item"})},
                "/file": {"get": operation({"$ref": "file:///etc/hostname"})},
                "/missing": {"get": operation(schema_at("Missing"))},
                "/asked": {"get": operation(ITEM, parameters=[{"$ref": f"{away}/asked"}])},
                "/example": {"post": operation(ITEM, requestBody=body)},
                "/away": {"$ref": f"{away}/away"},
                "/beside": {"get": operation(ITEM)},
            }
        ),
        "circular": document(
            {"/circular": {"get": operation(schema_at("Node"))}},
            components={"schemas": {"Node": node}},
        ),
        "endless": document({"/endless": {"get": operation(schema_at("A"))}}, components=alone),
        "structure": {**document({"/a": {"get": 7}, "/b": []}), "info": []},
        "future": document({"/future": {"get": operation(ITEM)}}, "4.7.0"),
    }
    texts = {f"{name}.json": json.dumps(content) for name, content in described.items()}
    steps = zip("abcdefgh", "bcdefghi", strict=True)
    bomb = "".join(f"{name}: &{name} [{f'*{last},' * 9}]\n" for last, name in steps)
    return {
        **texts,
        "truncated.json": texts["remote.json"][:60],
        "page.html": "<!doctype html><p>Sign in</p>",
        "bomb.yaml": f"openapi: 3.0.3\na: &a [{'x,' * 9}]\n{bomb}",
        "deep.json": "[" * 100_000,
    }


def schema_at(name: str) -> dict[str, str]:
    """Refer to a schema of the same document."""
    return {"$ref": f"#/components/schemas/{name}"}


PROVIDER, CONSUMER = "stock/raum größe", "web/front end ☃"
STATE = "das Café/Bar ist offen ☕"


def test_pacts_of_every_kind(place: Place) -> None:
    """
    Truncated and hostile pacts are `pact-invalid`; the others are verified, whatever their names.

    A given without a handler is a finding, and a pact without interactions is a reason.
    """
    place.write(
        "contract-harness.toml",
        f"""
        pacts = "pacts"
        [members."{PROVIDER}"]
        app = "told:app"
        documents = ["api.json"]
        states = "provider_states:STATES"
        """,
    )
    place.write("provider_states.py", f"STATES = {{{STATE!r}: lambda: None}}\n")
    place.write("told.py", ANSWERING)
    place.write("api.json", document({"/things/{id}": {"get": operation(ITEM, parameters=[ID])}}))
    place.write("routes.json", {"GET /things/.*|GET /größe eins": [200, {"id": 1}]})
    sound = pact(
        CONSUMER,
        PROVIDER,
        interaction("ein Teil/one thing ✓", "/things/1", given=(STATE,), content={"id": 1}),
        interaction("a path: größe", "/gr%C3%B6%C3%9Fe%20eins", content={"id": 1}),
        interaction("not set up", "/things/1", given=("nobody knows/this",), content={"id": 1}),
    )
    place.write("pacts/sound.json", sound)
    for name, content in hostile_pacts(json.dumps(sound).encode()).items():
        place.write(f"pacts/{name}.json", content)
    place.write("pacts/odd.json", pact("odd/one", PROVIDER, *odd_interactions()))
    place.write("pacts/zero.json", pact("silent/one", PROVIDER))

    junit = place.root / "report.xml"
    checks = (*PACT_CHECKS, "--output", f"junit={junit}")
    ended = place.gate(*checks)

    assert ended.code == 1, ended.text
    assert "Traceback" not in ended.text
    ElementTree.parse(junit)
    refused = {one["service"]: one["message"] for one in ended.found("pact-invalid")}
    names = {*hostile_pacts(b""), "odd"}
    assert refused.keys() == {f"pacts/{name}.json" for name in names}
    assert {one["reproduce"] for one in ended.found("pact-invalid")} == {
        "harness gate --check pact-invalid"
    }
    (missing,) = ended.found("provider-state-missing")
    assert missing["consumer"] == CONSUMER
    assert "nobody knows/this" in missing["message"]
    broken = {one["message"].partition("”")[0] for one in ended.found("interaction-not-honoured")}
    assert broken == {"“a header that splits", "“a path elsewhere", "“another body"}
    legs = {
        (one["consumer"], one["operation"]): one["legs"][0]["interactions"]
        for one in ended.report["edges"]
    }
    assert legs[CONSUMER, "GET /things/{id}"] == 1
    assert legs[CONSUMER, "GET /gr%C3%B6%C3%9Fe%20eins"] == 1
    assert legs["odd/one", "GET /things/{id}"] == 1
    assert any("silent/one" in what for what in ended.reasons)


ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
PACT_CHECKS = tuple(
    word
    for check in ("pact-invalid", "interaction-not-honoured", "provider-state-missing")
    for word in ("--check", check)
)


def hostile_pacts(sound: bytes) -> dict[str, bytes]:
    """Files that are no pacts."""
    nobody = {"consumer": {"name": ""}, "provider": {"name": PROVIDER}, "interactions": []}
    return {
        "a-truncated": sound[:200],
        "bytes": b"\xff\xfe\x00\x81\x00" * 50,
        "deep": b'{"consumer":' + b"[" * 50_000,
        "empty": b"",
        "huge-number": b'{"consumer": 1e999999}',
        "list": b"[]",
        "nobody": json.dumps(nobody).encode(),
        "zeros": b"\0" * 1000,
    }


def odd_interactions() -> list[Mapping[str, Any]]:
    """Interactions that no well-meaning tool writes, and one that is sound."""
    header = interaction("a header that splits", "/things/1")
    header["request"]["headers"] = {"X-A": ["a\r\nX-Evil: 1"]}
    return [
        interaction("another body", "/things/1", content={"id": "a" * 40}),
        {"description": 7, "request": [], "response": None},
        header,
        interaction("a path elsewhere", "http://127.0.0.1:1/x"),
        interaction("sound", "/things/1", content={"id": 1}),
    ]


MISBEHAVING = """
    import json, os, sys, time

    SEEN = []

    def respond(start_response, body=b'{"id": 1}', status="200 OK"):
        start_response(status, [("Content-Type", "application/json")])
        return [body]

    def dies(environ, start_response):
        SEEN.append(environ["PATH_INFO"])
        if environ["PATH_INFO"] == "/second" and len(SEEN) > 12:
            os._exit(9)
        return respond(start_response, b'{"id": "one"}')

    def slow(environ, start_response):
        time.sleep(0.06)
        return respond(start_response)

    def loud(environ, start_response):
        sys.stdout.write("y" * 300_000 + "\\n")
        sys.stderr.write("z" * 300_000 + "\\n")
        return respond(start_response, b'{"id": 1, "more": "' + b"x" * 1_000_000 + b'"}')

    def locked(environ, start_response):
        return respond(start_response, b"{}", "401 Unauthorized")
"""


def test_services_that_misbehave_in_the_middle(place: Place) -> None:
    """
    What dies keeps the findings before; what is slow or loud is tested; what is locked is not.

    A report that cannot be written makes it a misuse, whatever was found.
    """
    gets = {path: {"get": operation(ITEM)} for path in ("/first", "/second")}
    place.write("api.json", document(gets))
    place.write("misbehaving.py", MISBEHAVING)
    for manner in ("dies", "slow", "loud", "locked"):
        table = f'[members.{manner}]\napp = "misbehaving:{manner}"\ndocuments = ["api.json"]\n'
        with (place.root / "contract-harness.toml").open("a", encoding="utf-8") as file:
            file.write(table)

    ended = place.gate("--examples", "1", "--output", "junit=/dev/full")

    assert ended.code == 2, ended.text
    assert ended.report["exit_code"] == 1
    assert "cannot write to /dev/full" in ended.err
    assert len(ended.text) < 60_000
    broken = {(one["service"], one["operation"]) for one in ended.found("response-schema-violated")}
    assert broken == {("dies", "GET /first"), ("dies", "GET /second")}
    assert {one["service"] for one in ended.found("service-crashes")} == {"dies"}
    (crash,) = [one for one in ended.found("service-crashes") if not one["flaky"]]
    assert "exited with status 9" in crash["message"]
    accepted = {(one["service"], one["operation"]) for one in ended.report["operations"]
                if one["accepted"]}  # fmt: skip
    assert {(name, f"GET {path}") for name in ("slow", "loud") for path in gets} <= accepted
    assert not any(service == "locked" for service, _ in accepted)
    assert "401 or 403" in ended.reasons["locked behind its authentication"]
    assert "gone" in ended.reasons["fuzz:dies"]


KEEPER = """
    import json, os

    KEY = os.environ.get("API_KEY", "")

    def fails():
        raise RuntimeError("the state saw " + KEY)

    STATES = {"it fails": fails}

    def credentials():
        return {
            "bearer": {"Authorization": "Bearer tok-Zm9vYmFyYmF6"},
            "cookie": {"Cookie": "sid=cook-1357924680; theme=dark"},
            "key": {"X-Shop-Key": "hdr-24680abc"},
        }

    def app(environ, start_response):
        names = ("HTTP_AUTHORIZATION", "HTTP_COOKIE", "HTTP_X_SHOP_KEY")
        seen = " ".join(environ.get(name, "") for name in names)
        print("request", environ["PATH_INFO"], seen, KEY, flush=True)
        if environ["PATH_INFO"] == "/crash":
            raise KeyError(f"no {KEY} for {seen}")
        if environ["PATH_INFO"] == "/end":
            os._exit(5)
        body = {"id": f"{KEY} {seen}"}
        if environ["PATH_INFO"] == "/login":
            body = {"id": "none", "access_token": "tok-issued-98765", "password": "pw-11223344"}
        start_response("200 OK", [
            ("Content-Type", "application/json"),
            ("Set-Cookie", "session=issued-cook-55555"),
            ("X-Auth-Token", "issued-hdr-66666"),
        ])
        return [json.dumps(body).encode()]
"""
SECRETS = (
    "s3cr3t-k3y",
    "tok-Zm9v",
    "cook-13579",
    "hdr-24680",
    "tok-issued",
    "pw-112233",
    "issued-cook",
    "issued-hdr",
)


def test_secrets_are_never_told(place: Place) -> None:
    """
    No secret is in what is printed, reported or kept.

    Neither `from` values, nor credentials that let requests in, nor tokens that replies hold; not
    where they are echoed, raised, logged by a service that ends, nor in a state or a contract test.
    """
    place.write(
        "contract-harness.toml",
        """
        pacts = "pacts"
        [members.keeper]
        app = "keeper:app"
        documents = ["api.json"]
        states = "keeper:STATES"
        auth = "keeper:credentials"
        packages = ["keeper"]
        contract_tests = ["test_keeper.py"]
        env = { API_KEY = { from = "KEEPER_KEY" } }
        [members.mute]
        app = "mute:app"
        env = { API_KEY = { from = "KEEPER_KEY" } }
        """,
    )
    place.write("keeper.py", KEEPER)
    place.write("mute.py", 'import os\nraise ValueError("no such key: " + os.environ["API_KEY"])\n')
    place.write(
        "test_keeper.py",
        """
        import os

        def test_it():
            print(os.environ["API_KEY"])
            assert os.environ["API_KEY"] == "another"
        """,
    )
    schemes = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
        "key": {"type": "apiKey", "in": "header", "name": "X-Shop-Key"},
    }
    ways = {"crash": "bearer", "echo": "cookie", "login": "key", "end": "bearer"}
    paths = {
        f"/{path}": {"get": operation(ITEM, security=[{way: []}])} for path, way in ways.items()
    }
    place.write("api.json", document(paths, components={"securitySchemes": schemes}))
    interactions = [
        interaction("echo", "/echo", content={"id": 1}),
        interaction("crash", "/crash", content={"id": 1}),
        interaction("state", "/echo", given=("it fails",), content={"id": 1}),
    ]
    place.write("pacts/front-keeper.json", pact("front", "keeper", *interactions))

    key = {"KEEPER_KEY": "s3cr3t-k3y-abcdef"}
    junit = place.root / "report.xml"
    ended = place.gate("-v", "--output", f"junit={junit}", **key)
    replayed = place.run("reproduce", "-v", ended.found("service-crashes")[0]["fingerprint"], **key)

    assert ended.code == 1, ended.text
    found = {one["check"] for one in ended.findings}
    assert {
        "service-crashes",
        "response-schema-violated",
        "interaction-not-honoured",
        "provider-state-failed",
        "consumer-test-failed",
    } <= found
    assert "describe:mute" in ended.reasons
    assert replayed.code == 1, replayed.text
    kept = [path for path in place.root.rglob("*") if path.is_file()]
    written = [path for path in kept if path.suffix != ".pyc" and path.name not in SOURCES]
    assert any(".harness" in path.parts for path in written)
    told = {str(path): path.read_text("utf-8", "replace") for path in written}
    told |= {"output": ended.text, "again": replayed.text, "json": json.dumps(ended.report)}
    leaks = [(where, one) for where, text in told.items() for one in SECRETS if one in text]
    assert leaks == []


SOURCES = ("keeper.py", "mute.py", "test_keeper.py")


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('[members.a]\nap = "b:c"\n', "contract-harness.toml:2: unknown key `ap`"),
        ('[members.a]\napp = "b:c"\ndocuments = ["no.json"]\n', "contract-harness.toml:3: "),
        ('services = ["one", "two"]\n', 'two services are called "a"'),
        ("workers = = 1", "contract-harness.toml:1"),
    ],
)
def test_a_broken_configuration(place: Place, table: str, told: str) -> None:
    """A configuration with a fault ends with 2 and the sentence that names its file and line."""
    place.write("contract-harness.toml", table)
    for name in ("one", "two"):
        place.write(f"{name}/contract-harness.toml", '[service]\nname = "a"\n')

    ended = place.gate()

    assert ended.code == 2, ended.text
    assert told in ended.err
    assert (ended.out, ended.report) == ("", {})
    assert "Traceback" not in ended.err
