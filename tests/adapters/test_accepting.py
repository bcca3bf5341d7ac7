"""The accepted version is what the service says of itself, and what changes it is told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.adapters.accepting import accept_documents, pretty
from harness.adapters.evidence_codec import decode, encode
from harness.adapters.version_differ import VersionDiffer
from harness.adapters.workspace_files import WorkspaceFiles
from harness.domain.accepted import Acceptance, accepted_names, accepted_texts
from harness.domain.change import Breaks
from harness.domain.config import Config
from harness.domain.errors import HarnessError, Misused
from harness.domain.evidence import (
    ChannelCompared,
    DocumentChanged,
    DocumentDrifted,
    DocumentRead,
    DocumentRefused,
    Evidence,
    Observed,
    Unobserved,
)
from harness.domain.service import DocumentSource, Service
from harness.domain.steps import DiffVersions
from harness.domain.system import System
from harness.stages.ports import StepContext
from harness.stages.surveying import survey
from tests.adapters.fuzzing import service
from tests.compat.channelling import of, order
from tests.repository import Repository

INTEGER: dict[str, Any] = {"type": "integer"}


def document(on_hand: Any = None, **paths: Any) -> dict[str, Any]:
    """A document whose operation replies with a stock."""
    schema = {
        "type": "object",
        "title": "Stock",
        "properties": {"on_hand": on_hand or INTEGER},
        "required": ["on_hand"],
    }
    reply = {"description": "ok", "content": {"application/json": {"schema": schema}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "größe", "version": "1"},
        "paths": {"/stock": {"get": {"responses": {"200": reply}}}, **paths},
    }


def context(root: Path, *files: str, base: str = "", **more: Any) -> StepContext:
    """A step's context in a workspace with one service whose documents are files."""
    described = Service(
        "inventory",
        root,
        app="inventory:app",
        documents=tuple(DocumentSource(file) for file in files),
    )
    config = Config(root, root / "x.toml", (described,), accepted=root / "docs", base=base)
    system = survey(replace(config, **more), WorkspaceFiles())
    return StepContext(system, root, root, root, {})


def write(path: Path, value: Any) -> None:
    """Write a document as somebody's tool would."""
    path.write_text(json.dumps(value), "utf-8")


def test_a_document_in_a_file_is_accepted_without_starting_anything(tmp_path: Path) -> None:
    """The file is one canonical text, and a later version is told change by change."""
    write(tmp_path / "api.json", document())
    (first,) = accept_documents("inventory", context(tmp_path, "api.json"))
    write(tmp_path / "api.json", document({"type": ["integer", "null"]}))
    (second,) = accept_documents("inventory", context(tmp_path, "api.json"))

    assert (first.place, first.acceptance, first.changes) == (
        "docs/inventory.json",
        Acceptance.NEW,
        (),
    )
    assert second.acceptance is Acceptance.CHANGED
    assert [(one.rule, one.path) for one in second.changes] == [
        ("reply-property-became-nullable", "$.on_hand")
    ]
    text = (tmp_path / "docs/inventory.json").read_text("utf-8")
    assert text == pretty(document({"type": ["integer", "null"]}))
    assert "größe" in text


def test_what_no_client_can_tell_is_no_change(tmp_path: Path) -> None:
    """Another title and another order are written anew, and nothing is said to have changed."""
    write(tmp_path / "api.json", document())
    accept_documents("inventory", context(tmp_path, "api.json"))
    before = (tmp_path / "docs/inventory.json").read_text("utf-8")
    changed = document()
    changed["info"]["title"] = "renamed"
    write(tmp_path / "api.json", dict(reversed(changed.items())))
    (again,) = accept_documents("inventory", context(tmp_path, "api.json"))

    assert (again.acceptance, again.changes) == (Acceptance.SAME, ())
    assert (tmp_path / "docs/inventory.json").read_text("utf-8") == before.replace(
        "größe", "renamed"
    )


def test_yaml_is_accepted_as_json(tmp_path: Path) -> None:
    """Whatever a document was written in, its accepted version is JSON."""
    (tmp_path / "api.yaml").write_text("openapi: 3.1.0\ninfo: {title: a}\npaths: {}\n", "utf-8")
    accept_documents("inventory", context(tmp_path, "api.yaml"))

    assert json.loads((tmp_path / "docs/inventory.json").read_text("utf-8")) == {
        "openapi": "3.1.0",
        "info": {"title": "a"},
        "paths": {},
    }


def test_several_documents_have_numbers_and_what_is_gone_is_taken_away(tmp_path: Path) -> None:
    """A service with two documents has two files; with one, the numbered ones go."""
    for name in ("a.json", "b.json"):
        write(tmp_path / name, document())
    both = accept_documents("inventory", context(tmp_path, "a.json", "b.json"))
    one = accept_documents("inventory", context(tmp_path, "a.json"))

    assert [each.place for each in both] == ["docs/inventory.1.json", "docs/inventory.2.json"]
    assert {(each.place, each.acceptance) for each in one} == {
        ("docs/inventory.json", Acceptance.NEW),
        ("docs/inventory.1.json", Acceptance.GONE),
        ("docs/inventory.2.json", Acceptance.GONE),
    }
    assert [path.name for path in (tmp_path / "docs").iterdir()] == ["inventory.json"]


def test_nothing_is_written_where_a_document_cannot_be_read(tmp_path: Path) -> None:
    """One that is refused leaves all accepted versions as they were."""
    write(tmp_path / "a.json", document())
    with pytest.raises(HarnessError, match=r"b\.json"):
        accept_documents("inventory", context(tmp_path, "a.json", "b.json"))

    assert not (tmp_path / "docs").exists()


def test_a_name_that_nobody_has_is_misuse(tmp_path: Path) -> None:
    """Only members have accepted versions."""
    with pytest.raises(Misused, match="no service is called"):
        accept_documents("nobody", context(tmp_path))


@pytest.mark.tools
def test_a_service_is_started_to_say_what_it_is(tmp_path: Path) -> None:
    """The document that a running application serves is accepted."""
    config = Config(tmp_path, tmp_path / "x.toml", (service("clean_fastapi"),))
    started = replace(config, accepted=tmp_path / "docs")
    directory = tmp_path / "work"
    directory.mkdir()
    (one,) = accept_documents(
        "clean_fastapi", StepContext(System(started), directory, directory, directory, {})
    )

    accepted = json.loads((tmp_path / one.place).read_text("utf-8"))
    assert accepted["openapi"].startswith("3.")
    assert accepted["paths"]


@pytest.mark.parametrize(
    ("service_name", "count", "names"),
    [
        ("orders", 1, ("orders.json",)),
        ("orders", 2, ("orders.1.json", "orders.2.json")),
        ("orders.1", 1, ("orders%2E1.json",)),
        ("a/b", 1, ("a%2Fb.json",)),
        ("größe of all", 1, ("größe of all.json",)),
    ],
)
def test_every_service_has_file_names_of_its_own(
    service_name: str, count: int, names: tuple[str, ...]
) -> None:
    """Names are readable, stay in the directory, and are found again."""
    assert accepted_names(service_name, count) == names
    texts = dict.fromkeys((*names, "other.json"), "")
    assert [name for _, name in accepted_texts(service_name, texts)] == list(names)


def diffed(context: StepContext, *taken: Evidence) -> list[Evidence]:
    """Do the step, and carry what it saw as lines of JSON."""
    seen = {"describe:inventory": Observed("describe:inventory", taken)}
    step = DiffVersions("inventory")
    given = VersionDiffer()(step, replace(context, taken=seen))
    return [decode(encode(one)) for one in given]


def now(value: Any, mount: str = "") -> DocumentRead:
    """What the service says of itself today."""
    return DocumentRead("inventory", "/openapi.json", json.dumps(value), mount)


NULLABLE = document({"type": ["integer", "null"]})


def test_the_step_tells_changes_and_drift(tmp_path: Path) -> None:
    """Each change since the accepted version is a piece of evidence, and so is the drift."""
    write(tmp_path / "api.json", document())
    accept_documents("inventory", context(tmp_path, "api.json"))
    changed, drifted = diffed(context(tmp_path), now(NULLABLE))

    assert isinstance(changed, DocumentChanged)
    assert (changed.change.rule, changed.change.breaks) == (
        "reply-property-became-nullable",
        Breaks.BREAKS,
    )
    assert drifted == DocumentDrifted("inventory", ("docs/inventory.json",), 1)
    assert diffed(context(tmp_path), now(document())) == []


def test_a_document_that_is_refused_is_not_gone(tmp_path: Path) -> None:
    """What could not be read has not lost its operations: another check tells it."""
    write(tmp_path / "api.json", document())
    accept_documents("inventory", context(tmp_path, "api.json"))

    assert diffed(context(tmp_path), DocumentRefused("inventory", "/openapi.json", "no")) == []


def test_a_document_that_is_gone_has_lost_everything(tmp_path: Path) -> None:
    """Of two accepted documents, one that the service no longer has takes its operations along."""
    other = document(**{"/other": document()["paths"]["/stock"]})
    for name, value in (("a.json", document()), ("b.json", other)):
        write(tmp_path / name, value)
    accept_documents("inventory", context(tmp_path, "a.json", "b.json"))
    seen = diffed(context(tmp_path, "a.json"), now(document()))

    changed = [one.change.operation for one in seen if isinstance(one, DocumentChanged)]
    assert sorted(changed) == ["GET /other", "GET /stock"]


def test_operations_of_a_mounted_document_have_their_whole_path(tmp_path: Path) -> None:
    """A change names its operation as contracts reach it."""
    write(tmp_path / "api.json", document())
    accept_documents("inventory", context(tmp_path, "api.json"))
    mounted = Service(
        "inventory", tmp_path, documents=(DocumentSource("api.json", "/v1"),), app="a:b"
    )
    changed, _ = diffed(context(tmp_path, services=(mounted,)), now(NULLABLE, "/v1"))

    assert isinstance(changed, DocumentChanged)
    assert changed.change.operation == "GET /v1/stock"


def test_a_revision_is_compared_with_and_the_workspace_drifted_from(tmp_path: Path) -> None:
    """With a base, changes count from the revision, and drift from the file that lies here."""
    repository = Repository.at(tmp_path)
    write(tmp_path / "api.json", document())
    accept_documents("inventory", context(tmp_path, "api.json"))
    repository.commit()
    write(tmp_path / "api.json", NULLABLE)
    accept_documents("inventory", context(tmp_path, "api.json"))

    (changed,) = diffed(context(tmp_path, base="main"), now(NULLABLE))
    assert isinstance(changed, DocumentChanged)
    only = diffed(context(tmp_path, base="main"), now(document()))
    assert only == [DocumentDrifted("inventory", ("docs/inventory.json",), 1)]


def test_a_revision_without_the_document_is_not_observed(tmp_path: Path) -> None:
    """What is not committed cannot be compared with, and the hint is the command that helps."""
    Repository.at(tmp_path).commit(README="nothing")
    (lost,) = diffed(context(tmp_path, base="main"), now(document()))

    assert isinstance(lost, Unobserved)
    assert "no accepted document of inventory is committed at main" in lost.reason
    assert lost.hint.startswith("harness accept document inventory")


def test_an_accepted_version_that_is_none_is_told(tmp_path: Path) -> None:
    """A file that no longer is a document is named, and not taken for an empty one."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/inventory.json").write_text("<<<<<<< HEAD", "utf-8")
    with pytest.raises(HarnessError, match=r"docs/inventory\.json"):
        diffed(context(tmp_path), now(document()))


def test_half_a_character_is_written_so_that_it_can_be_read() -> None:
    """A lone surrogate, which no file can hold, stays the escape that it was."""
    assert json.loads(pretty({"a": "\ud800é"}).encode("utf-8")) == {"a": "\ud800é"}


CHANNELS = {"asyncapi": "3.0.0", "info": {"title": "inventory", "version": "1"}}


def of_messages(quantity: Any = None) -> DocumentRead:
    """A document of messages, one of whose fields may be of another type."""
    text = json.dumps(of(order(quantity=quantity or INTEGER)).raw)
    return DocumentRead("inventory", "async.json", text, of_messages=True)


def test_documents_of_messages_are_accepted_beside_others(tmp_path: Path) -> None:
    """Each is compared with its own version, by its position."""
    write(tmp_path / "async.json", json.loads(of_messages().text))
    write(tmp_path / "api.json", document())
    written = accept_documents("inventory", context(tmp_path, "async.json", "api.json"))
    both = context(tmp_path, "async.json", "api.json")

    assert [one.place for one in written] == ["docs/inventory.1.json", "docs/inventory.2.json"]
    assert diffed(both, of_messages(), now(document())) == []
    changed, channel, drifted = diffed(both, of_messages({"type": "string"}), now(document()))
    assert isinstance(changed, DocumentChanged)
    assert changed.change.rule == "sent-property-type-changed"
    assert isinstance(channel, ChannelCompared)
    assert isinstance(drifted, DocumentDrifted)


def test_a_document_of_messages_that_was_never_accepted_changes_nothing(tmp_path: Path) -> None:
    """Beside an accepted document over HTTP it is no drift: it counts once it is accepted."""
    write(tmp_path / "api.json", document())
    accept_documents("inventory", context(tmp_path, "api.json"))

    found = diffed(context(tmp_path, "api.json"), now(document()), of_messages())

    assert found == []


def test_a_document_that_became_one_of_another_kind_has_lost_all(tmp_path: Path) -> None:
    """What was over HTTP is gone, and what travels in messages is new."""
    write(tmp_path / "api.json", document())
    accept_documents("inventory", context(tmp_path, "api.json"))

    found = diffed(context(tmp_path, "api.json"), of_messages())

    rules = [one.change.rule for one in found if isinstance(one, DocumentChanged)]
    assert rules == ["path-removed", "channel-added"]


def test_a_service_of_messages_alone_is_accepted_too(tmp_path: Path) -> None:
    """A worker without an address has its document in a file, which is enough."""
    write(tmp_path / "async.json", CHANNELS)
    worker = Service("worker", tmp_path, documents=(DocumentSource("async.json"),))
    config = Config(tmp_path, tmp_path / "x.toml", (worker,), accepted=tmp_path / "docs")
    described = StepContext(survey(config, WorkspaceFiles()), tmp_path, tmp_path, tmp_path, {})

    (written,) = accept_documents("worker", described)

    assert (written.place, written.acceptance) == ("docs/worker.json", Acceptance.NEW)
