"""Messages of earlier versions of a producer's document, put to a consumer's handler."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness.adapters.consumer_tests import ConsumerTestRunner
from harness.adapters.evidence_codec import decode, encode
from harness.adapters.reply_fuzzer import ReplyFuzzer
from harness.adapters.reply_questions import Question, questions_of
from harness.adapters.step_keys import StepKeys
from harness.adapters.workspace_files import WorkspaceFiles
from harness.domain.compatibility import ChannelPolicy
from harness.domain.config import Config
from harness.domain.coping import RepliesPut, ReplyRefused
from harness.domain.evidence import DocumentRead, Observed, PactGathered
from harness.domain.json import Json
from harness.domain.reuse import StepKey
from harness.domain.service import Service
from harness.domain.steps import ConsumerTests, FuzzReplies
from harness.stages.ports import StepContext
from harness.stages.surveying import survey
from tests.adapters.test_reply_driver import consumer
from tests.repository import Repository

STEP = FuzzReplies("shop", ("till",), seed=7, examples=12)
ACCEPTED = "docs/till.json"
TEXT: Json = {"type": "string"}
NULLABLE: Json = {"type": ["string", "null"]}
NUMBER: Json = {"type": "integer"}
SHOWN: Json = {
    "consumer": {"name": "shop"},
    "provider": {"name": "till"},
    "interactions": [
        {
            "type": "Asynchronous/Messages",
            "description": "sold",
            "contents": {
                "content": {"note": "x"},
                "contentType": "application/json",
                "encoded": False,
            },
            "metadata": {"contentType": "application/json", "channel": "sold"},
        }
    ],
    "metadata": {"pactSpecification": {"version": "4.0"}},
}
HANDLER = """
import json


def handle(body):
    return json.loads(body)["note"].upper()
"""
TEST = """
from pact import Pact
from shop.client import handle


def test_sold():
    pact = Pact("shop", "till")
    message = pact.upon_receiving("sold", "Async")
    message.with_body({"note": "x"}, "application/json").with_metadata({"channel": "sold"})
    pact.verify(lambda body, _: handle(body), "Async")
    pact.write_file("pacts")
"""


def document(note: Json, *, log: bool = False) -> str:
    """What the till says that it sends, into a log where that is asked for."""
    payload: Json = {"type": "object", "properties": {"note": note}, "required": ["note"]}
    where: dict[str, Json] = {"address": "sold", "messages": {"Sold": {"payload": payload}}}
    server: Json = {"log": {"host": "log", "protocol": "kafka" if log else "amqp"}}
    operation: Json = {"action": "send", "channel": {"$ref": "#/channels/sold"}}
    return json.dumps(
        {
            "asyncapi": "3.0.0",
            "info": {"title": "till", "version": "1"},
            "servers": server,
            "channels": {"sold": where},
            "operations": {"sell": operation},
        }
    )


def context_of(
    root: Path, head: str, *, policy: ChannelPolicy | None = None, shop: Service | None = None
) -> StepContext:
    """The surroundings of the step, with accepted versions as they lie below the root."""
    till = Service("till", root / "till", channels={"sold": policy} if policy else {})
    services = (shop or Service("shop", root / "shop"), till)
    config = Config(root, root / "x.toml", services, accepted=root / "docs", patience_s=5.0)
    read = DocumentRead("till", "asyncapi.json", head, of_messages=True)
    gathered = PactGathered("shop", "till", text=json.dumps(SHOWN), path="the pact", complete=True)
    taken = {"before": Observed("before", (read, gathered))}
    directory = root.parent / f"{root.name} of the step"
    directory.mkdir(exist_ok=True)
    return StepContext(survey(config, WorkspaceFiles()), directory, root, root, taken)


def put(root: Path, head: str, policy: ChannelPolicy | None = None) -> tuple[set[str], Question]:
    """The versions of which messages are put to the handler."""
    (question,) = questions_of(STEP, context_of(root, head, policy=policy))
    return {one.version for one in question.ask.replies if one.version}, question


def accepted(root: Path, text: str) -> None:
    """Let a version lie in the workspace."""
    (root / ACCEPTED).parent.mkdir(exist_ok=True)
    (root / ACCEPTED).write_text(text, "utf-8")


def test_what_only_the_accepted_version_allows_is_put_once(tmp_path: Path) -> None:
    """What today's document allows too is not put twice, and a policy of none asks none."""
    accepted(tmp_path, document(NULLABLE))
    versions, question = put(tmp_path, document(TEXT))

    assert versions == {ACCEPTED}
    of_before = [one for one in question.ask.replies if one.version]
    assert '{"note":null}' in [one.body for one in of_before]
    assert len({one.body for one in question.ask.replies if one.body}) == len(
        [one for one in question.ask.replies if one.body]
    )
    null = next(one for one in of_before if one.body == '{"note":null}')
    assert question.told(null.what).what == "$.note is null, in docs/till.json"
    assert put(tmp_path, document(TEXT), ChannelPolicy.NONE)[0] == set()
    assert put(tmp_path, document(NULLABLE))[0] == set()


def test_a_log_brings_every_version_that_git_has(tmp_path: Path) -> None:
    """What keeps its messages, or is said to, has those of each version; others the last alone."""
    repository = Repository.at(tmp_path)
    for note in (NUMBER, NULLABLE, TEXT):
        repository.commit(**{ACCEPTED: document(note, log=True)})

    versions, _ = put(tmp_path, document(TEXT, log=True))
    assert {one.partition(":")[2] for one in versions} == {"till.json"}
    assert len(versions) == 2
    assert put(tmp_path, document(TEXT, log=True), ChannelPolicy.FORWARD)[0] == set()
    assert put(tmp_path, document(TEXT), ChannelPolicy.FULL_TRANSITIVE)[0] >= versions


def test_a_version_that_is_not_known_is_told_with_its_reason(tmp_path: Path) -> None:
    """A history that is not there is no silence, and what can be read is put all the same."""
    accepted(tmp_path, document(NULLABLE, log=True))
    versions, question = put(tmp_path, document(TEXT, log=True))

    assert versions == {ACCEPTED}
    (reason,) = question.before.reasons
    assert reason.startswith("earlier versions of docs/till.json: ")


def test_the_key_of_the_step_goes_by_what_may_still_come(tmp_path: Path) -> None:
    """Another accepted version, history or policy asks anew; the same is answered as before."""

    def key(policy: ChannelPolicy | None = None) -> str:
        context = context_of(tmp_path, document(TEXT), policy=policy)
        found = StepKeys(context.config, {}).key(STEP, context.system, {})
        assert isinstance(found, StepKey), found
        return found.digest

    repository = Repository.at(tmp_path)
    repository.commit(**{ACCEPTED: document(TEXT)})
    once, named = key(), key(ChannelPolicy.NONE)
    assert once == key() != named
    repository.commit(**{ACCEPTED: document(NULLABLE)})
    second = key()
    repository.commit(**{ACCEPTED: document(TEXT)})
    assert len({once, second, key()}) == 3


@pytest.mark.tools
def test_a_handler_that_fails_on_an_earlier_version_is_told_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It copes with all that today's document allows, and the refusal names the version."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    root = tmp_path / "work"
    shop = consumer(root, client=HANDLER, sold=TEST)
    accepted(root, document(NULLABLE))
    context = context_of(root, document(TEXT), shop=shop)
    given = tuple(ConsumerTestRunner()(ConsumerTests("shop"), context))
    (read, _) = context.taken["before"].evidence
    found = replace(context, taken={"before": Observed("before", (read, *given))})

    seen = [decode(encode(one)) for one in ReplyFuzzer()(STEP, found)]

    (refused,) = [one for one in seen if isinstance(one, ReplyRefused)]
    assert (refused.version, refused.what) == (ACCEPTED, "$.note is null, in docs/till.json")
    assert refused.came_back
    assert "AttributeError" in refused.error
    (counted,) = [one for one in seen if isinstance(one, RepliesPut)]
    assert counted.tried > 5
