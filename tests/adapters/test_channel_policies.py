"""The step that compares versions holds channels to their policies, as far as git goes back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.adapters.evidence_codec import decode, encode
from harness.adapters.version_differ import VersionDiffer
from harness.adapters.workspace_files import WorkspaceFiles
from harness.domain.compatibility import ChannelPolicy, Fits, Way
from harness.domain.config import Config
from harness.domain.evidence import ChannelCompared, DocumentRead, Evidence, Observed, Unobserved
from harness.domain.service import Service
from harness.domain.steps import DiffVersions
from harness.stages.ports import StepContext
from harness.stages.surveying import survey
from tests.compat.channelling import ADDRESS, of, order
from tests.repository import Repository

INTEGER, TEXT = {"type": "integer"}, {"type": "string"}
ACCEPTED = "docs/orders.json"


def written(quantity: Any) -> str:
    """A document of messages, one of whose fields may be of another type."""
    return json.dumps(of(order(quantity=quantity)).raw)


def told(root: Path, quantity: Any, policy: str | None = None, name: str = ADDRESS) -> list[Any]:
    """What the step tells of channels and leaves open, carried as lines of JSON."""
    channels = {name: ChannelPolicy(policy)} if policy else {}
    service = Service("orders", root, channels=channels)
    config = Config(root, root / "x.toml", (service,), accepted=root / "docs")
    read = DocumentRead("orders", "async.json", written(quantity), of_messages=True)
    taken = {"describe:orders": Observed("describe:orders", (read,))}
    context = StepContext(survey(config, WorkspaceFiles()), root, root, root, {})
    seen = VersionDiffer()(DiffVersions("orders"), replace(context, taken=taken))
    found: list[Evidence] = [decode(encode(one)) for one in seen]
    return [one for one in found if isinstance(one, ChannelCompared | Unobserved)]


def accepted(root: Path, quantity: Any) -> None:
    """Let a version lie in the workspace."""
    (root / "docs").mkdir(exist_ok=True)
    (root / ACCEPTED).write_text(written(quantity), "utf-8")


def test_without_a_table_what_is_sent_is_to_be_read_by_those_before(tmp_path: Path) -> None:
    """The accepted version is enough: nothing is asked of git."""
    accepted(tmp_path, INTEGER)
    (found,) = told(tmp_path, TEXT)

    assert (found.place, found.policy, found.given) == (ACCEPTED, ChannelPolicy.FORWARD, False)
    assert (found.compared.way, found.compared.fits) == (Way.FORWARD, Fits.NO)
    assert told(tmp_path, INTEGER) == told(tmp_path, TEXT, "NONE") == []


def test_a_transitive_policy_asks_every_version_that_git_has(tmp_path: Path) -> None:
    """Each earlier text counts once, by the commit that held it; the others ask the last alone."""
    repository = Repository.at(tmp_path)
    first = repository.commit(**{ACCEPTED: written(INTEGER)})
    for quantity in (TEXT, INTEGER, TEXT):
        repository.commit(**{ACCEPTED: written(quantity)})

    assert told(tmp_path, TEXT, "FORWARD") == []
    (found,) = told(tmp_path, TEXT, "FORWARD_TRANSITIVE")
    commit, _, file = found.place.partition(":")
    assert file == "orders.json"
    assert repository.git("show", f"{commit}:{ACCEPTED}") == written(INTEGER)
    assert commit != first[: len(commit)], "the latest commit that held it is named"


def test_a_history_that_is_short_or_not_there_is_not_observed(tmp_path: Path) -> None:
    """The accepted version is compared all the same, and the hint is what helps."""
    accepted(tmp_path, INTEGER)
    found, lost = told(tmp_path, TEXT, "FORWARD_TRANSITIVE")
    assert isinstance(found, ChannelCompared)
    assert "against every version of docs/orders.json" in lost.what
    assert "fetch-depth: 0" in lost.hint

    origin = Repository.at(tmp_path / "origin")
    for quantity in (INTEGER, TEXT):
        origin.commit(**{ACCEPTED: written(quantity)})
    clone = tmp_path / "clone"
    origin.git("clone", "-q", "--depth", "1", f"file://{origin.root}", str(clone))
    (short,) = told(clone, TEXT, "FORWARD_TRANSITIVE")
    assert isinstance(short, Unobserved)
    assert short.reason == "the clone is shallow"


def test_a_channel_that_no_document_has_is_not_observed(tmp_path: Path) -> None:
    """A name that is mistyped asks nothing, and is told with those that there are."""
    accepted(tmp_path, INTEGER)
    (lost,) = told(tmp_path, INTEGER, "FULL", name="order.placd")

    assert "names order.placd, and its documents have: order.placed, placed" in lost.reason
