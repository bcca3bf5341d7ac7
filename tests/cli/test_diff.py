"""`harness diff`: two versions of a document, and who breaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.documents.pacts import read_pact
from harness.domain.system import FoundPact
from tests.cli.conftest import Ended, FakeDoors, Type
from tests.compat.channelling import channelled, message, of, order
from tests.repository import Repository

INTEGER = {"type": "integer"}
NULLABLE = {"type": ["integer", "null"]}
READER = {"type": "object", "properties": {"on_hand": INTEGER}, "required": ["on_hand"]}
LIKE = {"$": {"combine": "AND", "matchers": [{"match": "type"}]}}

TILL = {"title": "till", "version": "1"}
OFF = ("sent-property-became-nullable",)

Write = Callable[[str, Any], str]


def document(**properties: Any) -> dict[str, Any]:
    """A document whose operation replies with a stock."""
    known = {"sku": {"type": "string"}, "on_hand": INTEGER, "note": {"type": "string"}}
    schema = {
        "type": "object",
        "properties": {**known, **properties},
        "required": ["sku", "on_hand", "note"],
    }
    reply = {"description": "ok", "content": {"application/json": {"schema": schema}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "stock", "version": "1"},
        "paths": {"/stock/{sku}": {"get": {"responses": {"200": reply}}}},
    }


def pact(consumer: str = "orders", reader: Any = READER, provider: str = "inventory") -> Any:
    """A pact of one interaction."""
    written: dict[str, Any] = {
        "type": "Synchronous/HTTP",
        "description": "the stock of a known sku",
        "request": {"method": "GET", "path": "/stock/A-1"},
        "response": {
            "status": 200,
            "body": {"content": {"on_hand": 3}, "contentType": "application/json"},
            "matchingRules": {"body": LIKE},
        },
    }
    if reader is not None:
        written["comments"] = {"contract-harness": {"v": 1, "reader": reader}}
    return {
        "consumer": {"name": consumer},
        "provider": {"name": provider},
        "interactions": [written],
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }


BASE, HEAD = document(), document(on_hand=NULLABLE, note=INTEGER)


@pytest.fixture
def write(root: Path) -> Write:
    """Write JSON to a file of the workspace."""

    def write_file(name: str, value: Any) -> str:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value), "utf-8")
        return name

    return write_file


@pytest.fixture
def diff(run: Type, write: Write) -> Type:
    """Compare two versions in the workspace, those with a wider field unless others are there."""

    def compare(*words: str, base: Any = BASE, head: Any = HEAD) -> Ended:
        return run("diff", write("base.json", base), write("head.json", head), *words)

    return compare


def known(doors: FakeDoors, *pacts: Any) -> None:
    """Lay pacts into the workspace."""
    texts = (json.dumps(each) for each in pacts)
    doors.pacts = tuple(FoundPact("p.json", text, read_pact(text, path="p.json")) for text in texts)


def test_the_whole_output(
    diff: Type, doors: FakeDoors, snapshot: Callable[[str, str], None]
) -> None:
    """What is printed is what the snapshot shows: who breaks, who may, who copes, who is left."""
    lenient = {"type": "object", "properties": {"on_hand": NULLABLE}}
    known(doors, pact(), pact("storefront", None), pact("stocktake", lenient))
    ended = diff("--provider", "inventory")

    assert (ended.code, ended.err) == (1, "")
    snapshot("diff", ended.out)
    page = (Path(__file__).parents[2] / "docs" / "diff.md").read_text("utf-8")
    command = "$ harness diff base.json head.json --provider inventory"
    assert f"{command}\n{ended.out}```" in page


def test_two_documents_of_messages(run: Type, write: Write) -> None:
    """The change of a channel is told with its message, and a message that shows it."""
    base, head = (
        channelled(
            messages={"OrderPlaced": message(order(quantity=each, gone=("state",)))},
            info={"title": "till", "version": "1"},
        )
        for each in (INTEGER, NULLABLE)
    )
    ended = run("diff", write("base.yaml", base.raw), write("head.yaml", head.raw))

    assert (ended.code, ended.err) == (1, "")
    page = (Path(__file__).parents[2] / "docs" / "diff.md").read_text("utf-8")
    assert f"$ harness diff base.yaml head.yaml\n{ended.out}```" in page


@pytest.mark.parametrize(
    ("head", "backward", "forward", "code"),
    [
        (order(note={"type": "string"}), "if-producer-is-known", "yes", 0),
        (order(quantity=NULLABLE), "yes", "no", 1),
        (order(note=INTEGER, required=("id", "quantity", "note")), "no", "yes", 1),
        (order(), "yes", "yes", 0),
    ],
)
def test_who_reads_whom_is_told_strictly_and_leniently(
    run: Type, write: Write, head: Any, backward: str, forward: str, code: int
) -> None:
    """Each way has its answer, and a message that is written and not read where it is no yes."""
    pair = [
        write(name, channelled(messages={"Placed": message(each)}, info=TILL).raw)
        for name, each in (("base.json", order()), ("head.json", head))
    ]
    off = [f"--level={rule}=off" for rule in OFF]
    ended = run("diff", *pair, "--compatibility", "FULL", "--format", "json", *off)
    told = json.loads(ended.out)["compatibility"]

    assert {one["way"]: one["compatible"] for one in told} == {
        "backward": backward,
        "forward": forward,
    }
    assert all((one["counterexample"] is None) is (one["compatible"] == "yes") for one in told)
    assert ended.code == code


def test_compatibility_is_asked_of_channels_alone(diff: Type) -> None:
    """Over HTTP the direction of each part decides by itself."""
    assert diff("--compatibility", "FULL").code == 2


def test_documents_of_two_kinds_are_refused(run: Type, write: Write) -> None:
    """An OpenAPI document is no version of an AsyncAPI one."""
    ended = run("diff", write("base.yaml", of().raw), write("head.json", HEAD))

    assert ended.code == 2
    assert "saw AsyncAPI in base.yaml and OpenAPI in head.json" in ended.err


def test_for_programs(diff: Type, doors: FakeDoors) -> None:
    """The same for programs: rule, level, the id that oasdiff gives, and who breaks."""
    known(doors, pact())
    report = json.loads(diff("--provider", "inventory", "--format", "json").out)

    assert (report["format"]["name"], report["exit_code"]) == ("contract-harness-diff", 1)
    assert report["consumers"] == ["orders"]
    broken, unread = report["changes"]
    assert (broken["rule"], broken["level"], broken["oasdiff"], broken["path"]) == (
        "reply-property-became-nullable",
        "error",
        "response-property-became-nullable",
        "$.on_hand",
    )
    (reader,) = broken["readers"]
    assert (reader["consumer"], reader["owner"], reader["standing"]) == (
        "orders",
        "team-orders",
        "breaks",
    )
    assert reader["misfit"]["witness"]["value"]["on_hand"] is None
    assert (unread["path"], unread["level"], unread["readers"]) == ("$.note", "information", [])


def test_without_a_known_consumer_a_change_weighs_what_it_can_break(diff: Type) -> None:
    """Nobody's pacts are known: the levels are those of the rules, and the hint says what helps."""
    ended = diff()

    assert ended.code == 1
    assert "no pact is known, so nobody can say who breaks" in ended.out
    assert "hint: --provider NAME" in ended.out


def test_equal_versions(diff: Type) -> None:
    """Where nothing has changed nothing is told."""
    ended = diff(head=BASE)

    assert ended.code == 0
    assert "0 changes" in ended.out


def test_a_level_of_a_rule(diff: Type, doors: FakeDoors) -> None:
    """A level that is typed outweighs the one in force; off takes the change out."""
    known(doors, pact())
    rule = "reply-property-became-nullable"
    milder = diff("--provider", "inventory", "--level", f"{rule}=warning")
    gone = diff("--provider", "inventory", "--level", f"{rule}=off")

    assert (milder.code, gone.code) == (0, 0)
    assert "warning      GET /stock/{sku}" in milder.out
    assert rule not in gone.out


def test_hypotheses_fail_nothing(diff: Type, doors: FakeDoors) -> None:
    """What one example shows is told as unconfirmed, and the exit code is 0."""
    known(doors, pact(reader=None))
    ended = diff("--provider", "inventory")

    assert ended.code == 0
    assert "orders (team-orders) may break, unconfirmed: the stock of a known sku" in ended.out


def test_what_cannot_be_judged_is_inconclusive(diff: Type, doors: FakeDoors) -> None:
    """A reply of which the later version says nothing is unknown: exit code 3."""
    known(doors, pact())
    head = document()
    content = head["paths"]["/stock/{sku}"]["get"]["responses"]["200"]["content"]
    content["application/json"] = {}
    ended = diff("--provider", "inventory", head=head)

    assert ended.code == 3
    assert "orders (team-orders) cannot be judged" in ended.out


def test_a_pact_that_cannot_be_read_is_inconclusive(diff: Type, doors: FakeDoors) -> None:
    """Whose words are lost may be whose words break."""
    doors.pacts = (FoundPact("broken.json", "", refused="expected JSON"),)
    ended = diff("--provider", "inventory", head=BASE)

    assert ended.code == 3
    assert "unread       broken.json: expected JSON" in ended.out


def test_pacts_by_name(diff: Type, write: Write) -> None:
    """Pacts that are named are taken, a file or all of a directory."""
    write("mine/one.json", pact("one"))
    write("mine/two.json", pact("two", {"type": "object"}))
    both, one = diff("--pact", "mine"), diff("--pact", "mine/two.json")

    assert "one breaks · exit 1" in both.out
    assert one.code == 0
    assert "none of 1 known consumer breaks" in one.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--level", "reply-property-became-nullabel=off"), "hint: did you mean reply-property-be"),
        (("--level", "operation-removed=fatal"), "expected RULE=LEVEL"),
        (("--provider", "inventroy"), "hint: did you mean inventory?"),
        (("--pact", "absent.json"), "cannot read absent.json"),
        (("--pact", "empty"), "expected pact files in empty, saw none"),
        (("--pact", "several"), "the pacts are of several providers: billing, inventory"),
        (("--pact", "base.json"), "base.json"),
        (("--pact", "several", "--provider", "inventroy"), "hint: did you mean inventory?"),
    ],
)
def test_what_is_typed_wrong(
    diff: Type, write: Write, root: Path, words: tuple[str, ...], told: str
) -> None:
    """A wrong word ends with 2 and a sentence."""
    (root / "empty").mkdir()
    write("several/a.json", pact())
    write("several/b.json", pact(provider="billing"))
    ended = diff(*words)

    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err


@pytest.mark.parametrize(
    ("place", "told"),
    [("absent.json", "cannot read absent.json"), ("pact.json", "expected an OpenAPI document")],
)
def test_what_is_no_document(run: Type, write: Write, place: str, told: str) -> None:
    """A place without a document ends with 2, and the place is named."""
    write("base.json", BASE)
    write("pact.json", pact())
    ended = run("diff", "base.json", place)

    assert ended.code == 2
    assert told in ended.err
    assert place in ended.err


def test_a_service_that_does_not_answer_is_inconclusive(run: Type, write: Write) -> None:
    """A version that could not be had is no reason to pass."""
    ended = run("diff", write("base.json", BASE), "http://127.0.0.1:9/openapi.json")

    assert ended.code == 3
    assert "127.0.0.1:9" in ended.err


def test_a_revision_of_the_accepted_document(
    run: Type, root: Path, doors: FakeDoors, write: Write
) -> None:
    """The service is known by the place of its accepted document, at a revision too."""
    repository = Repository.at(root)
    accepted = write("contracts/documents/inventory.json", BASE)
    repository.commit()
    write(accepted, HEAD)
    known(doors, pact())
    ended = run("diff", f"HEAD:{accepted}", write("new.json", HEAD))

    assert ended.code == 1
    assert ended.out.startswith("inventory: from HEAD:contracts/documents/inventory.json")
    assert "orders breaks" in ended.out


def test_a_workspace_below_the_root_of_its_repository(
    run: Type, tmp_path: Path, doors: FakeDoors, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A revision's path begins at the repository's root, and leads into the workspace there."""
    repository = Repository.at(tmp_path)
    below = tmp_path / "shop"
    below.mkdir()
    (tmp_path / "contract-harness.toml").rename(below / "contract-harness.toml")
    write("shop/contracts/documents/inventory.json", BASE)
    repository.commit()
    monkeypatch.chdir(below)
    known(doors, pact())
    write("shop/head.json", HEAD)
    ended = run("diff", "HEAD:shop/contracts/documents/inventory.json", "head.json")

    assert ended.out.startswith("inventory: from HEAD:shop/")
    assert ended.code == 1


@pytest.mark.parametrize(
    ("documents", "accepted"),
    [
        ('[{ path = "/api", mount = "/v2" }]', "inventory.json"),
        ('["/other", { path = "/api", mount = "/v2" }]', "inventory.2.json"),
    ],
)
def test_a_mounted_document_is_read_as_contracts_reach_it(
    run: Type, root: Path, doors: FakeDoors, write: Write, documents: str, accepted: str
) -> None:
    """What a service's table puts before every path stands before those of both versions."""
    (root / "contract-harness.toml").write_text(
        f'[members.inventory]\napp = "a:b"\ndocuments = {documents}\n', "utf-8"
    )
    mounted = pact()
    mounted["interactions"][0]["request"]["path"] = "/v2/stock/A-1"
    known(doors, mounted)
    base = write(f"contracts/documents/{accepted}", BASE)
    ended = run("diff", base, write("head.json", HEAD))

    assert "orders breaks" in ended.out
    assert "GET /v2/stock/{sku}" in ended.out


def test_a_service_is_known_by_the_title_of_its_document(diff: Type, doors: FakeDoors) -> None:
    """A title that is a member's name says whose document it is."""
    known(doors, pact())
    titled = {**HEAD, "info": {"title": "Inventory", "version": "2"}}

    assert diff(head=titled).out.startswith("inventory: from base.json")


def test_outside_any_workspace(
    run: Type, tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two files and a pact from anywhere are enough; a provider's name alone is not."""
    write("base.json", BASE)
    write("head.json", HEAD)
    write("p.json", pact())
    (tmp_path / "contract-harness.toml").unlink()
    plain = run("diff", "base.json", "head.json")
    named = run("diff", "base.json", "head.json", "--pact", "p.json")
    alone = run("diff", "base.json", "head.json", "--provider", "inventory")

    assert (plain.code, named.code, alone.code) == (1, 1, 2)
    assert "hint: --pact PATH" in plain.out
    assert "there is no workspace around here" in alone.err


def test_a_broken_workspace_is_told(run: Type, root: Path, write: Write) -> None:
    """A workspace that is there and cannot be read is not passed over."""
    (root / "contract-harness.toml").write_text("service = 3\n", "utf-8")
    ended = run("diff", write("base.json", BASE), write("head.json", HEAD))

    assert ended.code == 2
    assert "contract-harness.toml" in ended.err


def test_hostile_texts_are_harmless(diff: Type) -> None:
    """No character of a document reaches the terminal as a command."""
    hostile = document(**{"\x1b[2J\ud800": INTEGER})
    text = diff(head=hostile).out
    report = diff("--format", "json", head=hostile)

    assert "\x1b" not in text
    assert json.loads(report.out)["changes"]
