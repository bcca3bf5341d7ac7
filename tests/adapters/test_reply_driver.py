"""The step that puts replies to a consumer, with its real tests in its own interpreter."""

from __future__ import annotations

import json
import venv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from harness.adapters.consumer_tests import ConsumerTestRunner
from harness.adapters.document_comparer import DocumentComparer
from harness.adapters.evidence_codec import decode, encode
from harness.adapters.reply_driver import ReplyDriver
from harness.domain.config import Config
from harness.domain.coping import WitnessPut
from harness.domain.errors import HarnessError
from harness.domain.evidence import (
    DocumentRead,
    Evidence,
    InteractionCompared,
    Observed,
    PactGathered,
    Unobserved,
)
from harness.domain.fit import Asked, Code, Reception
from harness.domain.service import EnvValue, Service
from harness.domain.steps import Compare, ConsumerTests, DriveReplies
from harness.domain.system import System
from harness.stages.ports import StepContext

pytestmark = pytest.mark.tools

CLIENT = """
import json
import os
from urllib.request import urlopen

from pydantic import BaseModel


class Stock(BaseModel):
    on_hand: int


def read(url, path):
    return json.load(urlopen(url + path))


def stock(url):
    return read(url, "/stock")["on_hand"] + 1


def label(url):
    try:
        return read(url, "/label")["name"].upper()
    except AttributeError:
        return ""
"""
PLAIN = """
from pathlib import Path

from pact import Pact, match
from shop.client import label, stock


def test_till():
    pact = Pact("shop", "till")
    (pact.upon_receiving("a stock").with_request("GET", "/stock").will_respond_with(200)
        .with_body({"on_hand": match.int(3)}))
    (pact.upon_receiving("the label").with_request("GET", "/label").will_respond_with(200)
        .with_body({"name": match.like("till")}))
    with pact.serve() as server:
        stock(server.url)
        label(server.url)
    pact.write_file(Path(__file__).parent / "pacts")
"""
DECLARED = """
from shop.client import Stock, read
from harness.consumer import *

@Consumer("shop").of("till").expects(
    "declared", request=get("/stock"), response=reply(200, Stock(on_hand=3)))
def test_declared(provider):
    Stock(**read(provider.url, "/stock"))
"""


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the plugins of the test environment out: importing them takes most of the time."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


def document(count: object) -> str:
    """What the till says that it replies."""
    text = {"type": ["string", "null"]}
    replies = {
        "/stock": {"type": "object", "properties": {"on_hand": count}, "required": ["on_hand"]},
        "/label": {"type": "object", "properties": {"name": text}, "required": ["name"]},
    }
    paths = {
        path: {
            "get": {
                "responses": {
                    "200": {"description": "", "content": {"application/json": {"schema": schema}}}
                }
            }
        }
        for path, schema in replies.items()
    }
    return json.dumps({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths})


NULLABLE = {"type": ["integer", "null"]}


def consumer(root: Path, client: str = CLIENT, **tests: str) -> Service:
    """A consumer with its package below `src` and these contract tests beside it."""
    package = root / "shop" / "src" / "shop"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "client.py").write_text(client)
    contracts = root / "contracts" / "shop"
    contracts.mkdir(parents=True)
    for name, text in tests.items():
        (contracts / f"test_{name}.py").write_text(text)
    source = root / "shop" / "src"
    return Service(
        "shop", root / "shop", root=source, packages=("shop",), contract_tests=(contracts,)
    )


def context_of(root: Path, service: Service, name: str, *seen: Observed) -> StepContext:
    """The surroundings of a step, its directory beside the workspace."""
    directory = root.parent / name
    directory.mkdir()
    config = Config(root, root / "pyproject.toml", (service, Service("till", root / "till")))
    taken = {one.step: one for one in seen}
    return StepContext(System(config), directory, root.parent / "cache", root.parent, taken)


def before(root: Path, service: Service, count: object) -> tuple[Observed, Observed]:
    """What the consumer's tests gave, and what comparing it with the document came to."""
    given = tuple(ConsumerTestRunner()(ConsumerTests("shop"), context_of(root, service, "tests")))
    tests = Observed("consumer-tests:shop", (*given, DocumentRead("till", "/", document(count))))
    found = DocumentComparer()(Compare("till"), context_of(root, service, "compare", tests))
    return tests, Observed("compare:till", tuple(found))


def put(root: Path, service: Service, *seen: Observed) -> Iterator[Evidence]:
    """What the step sees, as it comes out of the file that it goes through."""
    context = context_of(root, service, "drive", *seen)
    for one in ReplyDriver()(DriveReplies("shop", "till"), context):
        yield decode(encode(one))


def files_of(root: Path) -> dict[Path, bytes]:
    """Everything in a workspace."""
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_hypothesis_is_confirmed_or_discharged_by_code(tmp_path: Path) -> None:
    """What the code cannot take is a refusal with the place that raised; what it can is taken."""
    root = tmp_path / "a wörk space"
    service = consumer(root, plain=PLAIN)
    seen = before(root, service, NULLABLE)
    files = files_of(root)
    answers = list(put(root, service, *seen))
    by_path = {one.path: one for one in answers if isinstance(one, WitnessPut)}

    assert len(answers) == len(by_path) == 2
    stock, label = by_path["$.on_hand"], by_path["$.name"]
    assert (stock.asked, stock.reception) == (Asked.CODE, Reception.REFUSED)
    assert (stock.consumer, stock.provider, stock.code) == ("shop", "till", Code.REPLY_BODY)
    assert stock.witness == '{"on_hand":null}'
    assert stock.error.startswith("TypeError: unsupported operand type")
    assert stock.crash is not None
    assert stock.crash.frames[-1].file == "shop/src/shop/client.py"
    assert stock.crash.frames[-1].function == "stock"
    assert stock.crash.frames[0].file == "contracts/shop/test_plain.py"
    assert (label.asked, label.reception, label.crash) == (Asked.CODE, Reception.TAKEN, None)
    assert label.tried >= 1
    assert files_of(root) == files


def test_a_declared_model_is_asked(tmp_path: Path) -> None:
    """A model's own error is shown, and no code is run for it."""
    root = tmp_path / "work"
    service = consumer(root, declared=DECLARED)
    (stock,) = put(root, service, *before(root, service, NULLABLE))

    assert isinstance(stock, WitnessPut)
    assert (stock.asked, stock.reception, stock.crash) == (Asked.MODEL, Reception.REFUSED, None)
    assert "1 validation error for Stock" in stock.error


def test_what_a_model_takes_after_all_is_taken(tmp_path: Path) -> None:
    """Numbers in quotes, which pydantic reads, are no fault; what they are all tried for."""
    root = tmp_path / "work"
    service = consumer(root, declared=DECLARED)
    digits = {"type": "string", "pattern": "^[1-9]$"}
    (stock,) = put(root, service, *before(root, service, digits))

    assert isinstance(stock, WitnessPut)
    assert (stock.asked, stock.reception) == (Asked.MODEL, Reception.TAKEN)
    assert stock.tried > 1


def test_one_witness_that_is_refused_outweighs_those_that_are_taken(tmp_path: Path) -> None:
    """A model that reads one text as a number does not read another."""
    root = tmp_path / "work"
    service = consumer(root, declared=DECLARED)
    (stock,) = put(root, service, *before(root, service, {"enum": ["1", "2", "many"]}))

    assert isinstance(stock, WitnessPut)
    assert (stock.reception, stock.witness) == (Reception.REFUSED, '{"on_hand":"many"}')


def test_a_run_that_was_not_green_still_tells_which_test_gave_what(tmp_path: Path) -> None:
    """A red test beside them does not keep replies from being put."""
    root = tmp_path / "work"
    service = consumer(root, plain=PLAIN)
    tests, found = before(root, service, NULLABLE)
    partial = tuple(
        replace(one, complete=False, reason="red") if isinstance(one, PactGathered) else one
        for one in tests.evidence
    )
    answers = list(put(root, service, replace(tests, evidence=partial), found))

    assert {one.reception for one in answers if isinstance(one, WitnessPut)} == {
        Reception.REFUSED,
        Reception.TAKEN,
    }


def test_a_reply_that_ends_the_interpreter_is_refused(tmp_path: Path) -> None:
    """A client that ends the process at a reply did not take it; what was answered is kept."""
    root = tmp_path / "work"
    gone = CLIENT.replace('        return ""', "        os._exit(9)")
    service = consumer(root, client=gone, plain=PLAIN)
    kept, ended = put(root, service, *before(root, service, NULLABLE))

    assert isinstance(kept, WitnessPut)
    assert (kept.path, kept.reception) == ("$.on_hand", Reception.REFUSED)
    assert isinstance(ended, WitnessPut)
    assert (ended.path, ended.reception, ended.witness) == (
        "$.name",
        Reception.REFUSED,
        '{"name":null}',
    )
    assert (ended.error, ended.crash) == ("the interpreter ended with code 9", None)


def test_what_no_reply_is_to_blame_for_leaves_its_questions_open(tmp_path: Path) -> None:
    """Where the tests end by themselves, how many questions were left open is told, and why."""
    root = tmp_path / "work"
    service = consumer(root, plain=PLAIN)
    seen = before(root, service, NULLABLE)
    (root / "contracts" / "shop" / "conftest.py").write_text("import os\nos._exit(7)")
    (lost,) = put(root, service, *seen)

    assert isinstance(lost, Unobserved)
    assert "2 of 2 questions were left open when pytest ended with code 7" in lost.reason


def test_answers_outlive_the_step_itself(tmp_path: Path) -> None:
    """When the step is told to end, what was answered until then still comes out."""
    root = tmp_path / "work"
    service = consumer(root, plain=PLAIN)
    seen = before(root, service, NULLABLE)
    lacking = replace(service, python=tmp_path / "bare")
    venv.create(tmp_path / "bare", symlinks=True)
    (root.parent / "drive").mkdir()
    key = next(one.interaction for one in seen[1].evidence if isinstance(one, InteractionCompared))
    place = next(
        f"{misfit.code.value} {misfit.path}"
        for one in seen[1].evidence
        if isinstance(one, InteractionCompared)
        for misfit in one.compat.misfits
    )
    answer = {
        "kind": "answer", "id": f"{key} {place}", "asked": "code", "reception": "taken",
        "what": "witness 1", "site": "", "waited_s": 0.0, "error": "", "detail": "", "crash": None,
    }  # fmt: skip
    (root.parent / "drive" / "answers.jsonl").write_text(json.dumps(answer) + "\n")
    config = Config(root, root / "pyproject.toml", (lacking, Service("till", root / "till")))
    context = StepContext(
        System(config), root.parent / "drive", tmp_path, tmp_path, {one.step: one for one in seen}
    )
    steps = iter(ReplyDriver()(DriveReplies("shop", "till"), context))
    kept = next(steps)

    assert isinstance(kept, WitnessPut)
    assert kept.reception is Reception.TAKEN
    with pytest.raises(HarnessError, match="no pytest and no pact-python") as raised:
        next(steps)
    assert "install contract-harness" in raised.value.hint


def test_secrets_are_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither an error's words nor a traceback spread what a service keeps secret."""
    root = tmp_path / "work"
    monkeypatch.setenv("OUTER", "hush-hush")
    telling = CLIENT.replace(
        'return read(url, "/stock")["on_hand"] + 1',
        'held = read(url, "/stock")["on_hand"]\n'
        '    if held is None: raise ValueError("refused with " + os.environ["KEY"])',
    )
    base = consumer(root, client=telling, plain=PLAIN)
    service = replace(base, env={"KEY": EnvValue(secret_from="OUTER")})
    told = repr(list(put(root, service, *before(root, service, NULLABLE))))

    assert "refused with ***" in told
    assert "hush-hush" not in told


def test_an_exception_of_the_services_table_copes(tmp_path: Path) -> None:
    """`raises` reaches the consumer's interpreter."""
    root = tmp_path / "work"
    service = replace(consumer(root, plain=PLAIN), raises=("builtins.TypeError",))
    answers = list(put(root, service, *before(root, service, NULLABLE)))

    assert {one.reception for one in answers if isinstance(one, WitnessPut)} == {Reception.TAKEN}


def test_a_service_without_packages_is_asked_all_the_same(tmp_path: Path) -> None:
    """Code below the service's root is its own where its table names no package."""
    root = tmp_path / "work"
    service = replace(consumer(root, plain=PLAIN), packages=())
    answers = list(put(root, service, *before(root, service, NULLABLE)))

    assert {one.path: one.reception for one in answers if isinstance(one, WitnessPut)} == {
        "$.on_hand": Reception.REFUSED,
        "$.name": Reception.TAKEN,
    }


def test_an_interpreter_of_its_own_is_lent_what_it_needs(tmp_path: Path) -> None:
    """Beside pytest and pact-python a consumer's environment need hold nothing of ours."""
    root = tmp_path / "work"
    venv.create(tmp_path / "own", symlinks=True)
    (site,) = (tmp_path / "own").glob("lib/python*/site-packages")
    held = Path(pytest.__file__).parents[1]
    needed = (
        "pytest _pytest py pact pact_ffi pluggy iniconfig packaging pygments cffi _cffi_backend"
    )
    for path in held.iterdir():
        if path.name.partition(".")[0] in needed.split() or path.name.startswith("pact_"):
            (site / path.name).symlink_to(path)
    client = CLIENT.replace("from pydantic import BaseModel", "BaseModel = object")
    service = replace(
        consumer(root, client=client.replace("on_hand: int", "pass"), plain=PLAIN),
        python=tmp_path / "own",
    )
    answers = list(put(root, service, *before(root, service, NULLABLE)))

    assert {one.path: one.reception for one in answers if isinstance(one, WitnessPut)} == {
        "$.on_hand": Reception.REFUSED,
        "$.name": Reception.TAKEN,
    }, answers


HANDLERS = """
def priced(body, headers):
    return body["cents"] + int(headers["version"])
"""
HEARD = """
import json
from shop.handlers import priced
from harness.consumer import *

@Consumer("shop").of("till").receives(
    "a price", message=message("price.set", {"cents": 3}, headers={"version": "2", "trace": "t"}))
def test_price(delivery):
    priced(json.loads(delivery.body), delivery.headers)
"""


def priced(cents: object) -> str:
    """What the till says that it sends: a price, whose headers may be left out."""
    text = {"type": "string"}
    message = {
        "contentType": "application/json",
        "payload": {"type": "object", "properties": {"cents": cents}, "required": ["cents"]},
        "headers": {"type": "object", "properties": {"version": text, "trace": text}},
    }
    return json.dumps(
        {
            "asyncapi": "3.0.0",
            "info": {"title": "t", "version": "1"},
            "channels": {"set": {"address": "price.set", "messages": {"priced": message}}},
            "operations": {"set": {"action": "send", "channel": {"$ref": "#/channels/set"}}},
        }
    )


def test_payloads_and_headers_of_messages_are_put_to_the_handler(tmp_path: Path) -> None:
    """Null cents and a version that is left out are refused by code; a lost trace is taken."""
    root = tmp_path / "work"
    service = consumer(root, heard=HEARD)
    (root / "shop" / "src" / "shop" / "handlers.py").write_text(HANDLERS)
    given = tuple(ConsumerTestRunner()(ConsumerTests("shop"), context_of(root, service, "tests")))
    read = DocumentRead("till", "a.json", priced(NULLABLE), of_messages=True)
    tests = Observed("consumer-tests:shop", (*given, read))
    found = DocumentComparer()(Compare("till"), context_of(root, service, "compare", tests))
    answers = list(put(root, service, tests, Observed("compare:till", tuple(found))))

    by_place = {(one.code, one.path): one for one in answers if isinstance(one, WitnessPut)}
    cents = by_place[Code.MESSAGE_PAYLOAD, "$.cents"]
    version = by_place[Code.MESSAGE_HEADER, "$.version"]
    trace = by_place[Code.MESSAGE_HEADER, "$.trace"]
    assert (cents.asked, cents.reception) == (Asked.CODE, Reception.REFUSED)
    assert (cents.witness, cents.error[:9]) == ('{"cents":null}', "TypeError")
    assert (version.asked, version.reception) == (Asked.CODE, Reception.REFUSED)
    assert version.error.startswith(("KeyError", "ValueError"))
    assert (trace.asked, trace.reception) == (Asked.CODE, Reception.TAKEN)
