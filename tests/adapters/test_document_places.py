"""A document is read from where it is: a file, a git revision, or a running service."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from harness.adapters import document_places
from harness.adapters.revisions import files_of
from harness.adapters.workspace_files import WorkspaceFiles
from harness.brokers import document_at
from harness.domain.errors import HarnessError, Misused
from tests.repository import Repository


def document_bytes(place: str, directory: Path) -> bytes:
    """Read it with the way to addresses that the command line has, without a second try."""
    outside = {"PACT_BROKER_HTTP_RETRIES": "0"}
    return document_places.document_bytes(place, directory, lambda at: document_at(at, outside))


class _Served(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path != "/openapi.json":
            self.send_error(404)
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"served")

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def address() -> Iterator[str]:
    """Where a service answers."""
    server = HTTPServer(("127.0.0.1", 0), _Served)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with two versions of one file, the later one not committed."""
    made = Repository.at(tmp_path)
    made.commit(**{"docs/api.json": "first", "docs/sub/deep.json": "deep", "docs/a.txt": "text"})
    (tmp_path / "docs/api.json").write_text("second", "utf-8")
    return made


def test_a_file_a_revision_and_a_service(repository: Repository, address: str) -> None:
    """Each place gives the bytes that are there."""
    read = [
        document_bytes(place, repository.root)
        for place in ("docs/api.json", "HEAD:docs/api.json", f"{address}/openapi.json")
    ]

    assert read == [b"second", b"first", b"served"]


def test_a_revision_begins_at_the_root_as_git_has_it(repository: Repository) -> None:
    """`REV:path` counts from the root of the repository, and `REV:./path` from here."""
    below = repository.root / "docs"

    assert document_bytes("main:docs/api.json", below) == b"first"
    assert document_bytes("main:./api.json", below) == b"first"


def test_a_file_outweighs_a_revision(repository: Repository) -> None:
    """A file whose name has a colon is read as the file that it is."""
    (repository.root / "HEAD:docs").write_text("odd", "utf-8")

    assert document_bytes("HEAD:docs", repository.root) == b"odd"


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("absent.json", "cannot read absent.json: No such file"),
        ("HEAD:absent.json", "git cannot read HEAD:absent.json"),
        ("nothere:docs/api.json", "git cannot read nothere:docs/api.json"),
        ("--help:x", "expected a git revision, saw '--help:x'"),
        ("docs", "cannot read docs: Is a directory"),
    ],
)
def test_what_is_not_there_is_misuse(repository: Repository, place: str, told: str) -> None:
    """The place is named, with the reason of whoever looked."""
    with pytest.raises(Misused) as refused:
        document_bytes(place, repository.root)

    assert told in refused.value.message


def test_without_a_repository_no_revision_is_read(tmp_path: Path) -> None:
    """A revision outside any repository is refused in git's words."""
    with pytest.raises(Misused, match="not a git repository"):
        document_bytes("HEAD:x.json", tmp_path)


@pytest.mark.parametrize(
    ("path", "told"), [("/absent", "saw the answer 404"), ("", "saw the answer 404")]
)
def test_a_service_without_the_document_is_told(address: str, path: str, told: str) -> None:
    """An answer that is no success is not taken for a document."""
    with pytest.raises(HarnessError) as refused:
        document_bytes(address + path, Path())

    assert told in refused.value.message
    assert not isinstance(refused.value, Misused)


def test_a_service_that_is_not_running_is_told(address: str) -> None:
    """Nobody listens at that port: the address and the reason are named."""
    with pytest.raises(HarnessError, match=r"http://127\.0\.0\.1:9 cannot be reached"):
        document_bytes("http://127.0.0.1:9", Path())


def test_credentials_in_an_address_are_refused_and_not_repeated() -> None:
    """They would end up in reports, so they are not taken, and the refusal does not show them."""
    with pytest.raises(Misused) as refused:
        document_bytes("https://me:hunter2@example.org/openapi.json", Path())

    assert "hunter2" not in refused.value.message


def test_the_files_of_a_revision(repository: Repository) -> None:
    """Only what lies in the directory itself and ends so is given, as it was committed."""
    assert list(files_of("HEAD", repository.root / "docs", ".json")) == [("api.json", b"first")]


def test_a_revision_without_the_directory_has_no_files(repository: Repository) -> None:
    """A directory that is newer than the revision is empty there, whether or not it lies here."""
    (repository.root / "later").mkdir()

    for directory in ("later", "never/was"):
        assert list(files_of("HEAD", repository.root / directory, ".json")) == []


def test_accepted_documents_as_they_lie_and_as_they_were(repository: Repository) -> None:
    """Without a revision the workspace's own files are given, with one those of the revision."""
    files, directory = WorkspaceFiles(), repository.root / "docs"

    assert list(files.accepted_documents(directory, "")) == [("api.json", b"second")]
    assert list(files.accepted_documents(directory, "main")) == [("api.json", b"first")]
    with pytest.raises(Misused, match="git cannot read gone"):
        list(files.accepted_documents(directory, "gone"))


def test_reading_a_revision_touches_nothing(repository: Repository) -> None:
    """What is checked out, staged and stashed is what it was."""
    before = repository.git("status", "--porcelain"), repository.git("rev-parse", "HEAD")
    document_bytes("HEAD:docs/api.json", repository.root)
    list(files_of("main", repository.root / "docs", ".json"))

    assert before == (repository.git("status", "--porcelain"), repository.git("rev-parse", "HEAD"))
    assert (repository.root / "docs/api.json").read_text("utf-8") == "second"
