"""The step that runs a consumer whole, with small consumers that are started for real."""

from __future__ import annotations

import json
import sys
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from harness.adapters.evidence_codec import decode, encode
from harness.adapters.service_driver import ServiceDriver
from harness.domain.config import Config
from harness.domain.coping import COPED, AddressRefused, RepliesPut, ReplyRefused
from harness.domain.errors import HarnessError, ServiceNotStarted
from harness.domain.evidence import DocumentRead, Evidence, Observed, PactGathered, Unobserved
from harness.domain.possible import Origin
from harness.domain.raise_site import own_frame
from harness.domain.service import Consumption, EnvValue, Service
from harness.domain.steps import DriveService
from harness.domain.system import System
from harness.domain.traffic import Exchange, HttpReply, HttpRequest, RequestAccepted
from harness.stages.ports import StepContext
from tests.gate.workspaces import document, interaction, operation, pact

pytestmark = pytest.mark.tools

APPS = Path(__file__).parent / "driven"
STOCK = {
    "type": "object",
    "properties": {"label": {"type": ["string", "null"]}, "on_hand": {"type": "integer"}},
    "required": ["label", "on_hand"],
    "additionalProperties": False,
}
DEPOSIT = {"type": "object", "properties": {"amount": {"type": "integer"}}, "required": ["amount"]}
FAILS = {"502": {"description": "a provider fails"}}


def described(schema: Mapping[str, object], *statuses: str) -> dict[str, object]:
    """A GET that answers with this, or with one of these statuses."""
    told = operation(schema)
    told["responses"] |= {one: {"description": one} for one in statuses}
    return {"get": told}


TILL = document({"/stock/{sku}": described(STOCK, "410")}, version="3.1.0")
VAULT = document({"/deposit": described(DEPOSIT)})
OWN = {
    "/labels/{sku}": described({}, "502"),
    "/careful/{sku}": described({}, "502"),
    "/fragile/{sku}": described({}, "502"),
    "/deposit": described({}),
}
TO_TILL = interaction("a stock", "/stock/A-1", content={"label": "desk", "on_hand": 3})
TO_VAULT = interaction("a deposit", "/deposit", content={"amount": 5})
PATHS = ("/labels/A-1", "/careful/A-1", "/fragile/A-1", "/deposit")


@dataclass(frozen=True)
class Shop:
    """A consumer with all that is known around it."""

    service: Service
    documents: Mapping[str, Mapping[str, object]]
    pacts: Sequence[Mapping[str, object]]
    accepted: Sequence[RequestAccepted] = ()

    def context(self, directory: Path, patience_s: float) -> StepContext:
        """The surroundings of a step."""
        work = directory / "work"
        work.mkdir(exist_ok=True)
        others = tuple(
            Service(one.provider, directory, app="unused:app") for one in self.service.consumes
        )
        services = (self.service, *others)
        config = Config(directory, directory / "x.toml", services, patience_s=patience_s)
        read = [DocumentRead(name, "/", json.dumps(one)) for name, one in self.documents.items()]
        gathered = [
            PactGathered(one["consumer"]["name"], one["provider"]["name"], json.dumps(one))  # type: ignore[index]
            for one in self.pacts
        ]
        seen = Observed("before", (*read, *gathered, *self.accepted))
        return StepContext(System(config), work, directory, directory, {"before": seen})

    def driving(self, directory: Path, examples: int, patience_s: float) -> Iterator[Evidence]:
        """The step under way."""
        step = DriveService(self.service.name, seed=1, examples=examples)
        return ServiceDriver()(step, self.context(directory, patience_s))

    def drive(
        self, directory: Path, *, examples: int = 8, patience_s: float = 2.5
    ) -> list[Evidence]:
        """What the step sees, as it comes out of the file that it goes through."""
        seen = self.driving(directory, examples, patience_s)
        return [decode(encode(one)) for one in seen]


def shop(module: str, paths: Iterable[str] = PATHS) -> Shop:
    """A consumer of one module, whose own consumer asks for these paths."""
    service = Service(
        module,
        APPS,
        app=f"{module}:app",
        python=Path(sys.executable),
        root=APPS,
        packages=(module,),
        consumes=(Consumption("till", "TILL_URL"), Consumption("vault", "VAULT_URL")),
    )
    own = [interaction(path, path) for path in paths]
    return Shop(
        service,
        {module: document(OWN), "till": TILL, "vault": VAULT},
        (pact(module, "till", TO_TILL), pact(module, "vault", TO_VAULT), pact("web", module, *own)),
    )


def refused(seen: Iterable[Evidence]) -> list[ReplyRefused]:
    """What the consumer did not cope with."""
    return [one for one in seen if isinstance(one, ReplyRefused)]


def put(seen: Iterable[Evidence]) -> list[RepliesPut]:
    """What was tried."""
    return [one for one in seen if isinstance(one, RepliesPut)]


@pytest.mark.parametrize("module", ["desk", "counter"])
def test_a_consumer_is_told_by_reply_operation_and_line(tmp_path: Path, module: str) -> None:
    """
    A null behind the client, a wait without end and the end of the process are each one finding.

    What is caught and answered with a status that the consumer declares is none.
    """
    seen = shop(module).drive(tmp_path)
    found = {(one.by, one.crash.type if one.crash else ""): one for one in refused(seen)}

    null = found["GET /labels/{sku}", "AttributeError"]
    assert (null.provider, null.place, null.origin) == ("till", "$.label", Origin.DOCUMENT)
    assert null.reply == '200 application/json\n\n{"label":null,"on_hand":3}'
    assert null.asked == "GET /labels/A-1"
    assert null.crash is not None
    assert null.crash.frames[-1].code == 'return str(response.json()["label"].upper())'
    dead = found["GET /fragile/{sku}", ""]
    assert (dead.what, dead.origin) == ("a 410, which the document declares", Origin.REFUSAL)
    assert "status 3" in dead.error
    hung = found["GET /deposit", ""]
    assert (hung.provider, hung.origin, hung.what) == ("vault", Origin.NETWORK, "no answer at all")
    assert 2 < hung.waited_s < 4
    assert all(one.came_back for one in found.values())
    assert not any(by.startswith("GET /careful") for by, _ in found)
    assert {one.by for one in put(seen) if one.tried} == set(map(of, PATHS))


def of(path: str) -> str:
    """The operation that a path means."""
    return "GET " + path.replace("A-1", "{sku}")


def test_the_same_seed_finds_the_same(tmp_path: Path) -> None:
    """Nothing that is told hangs on when or where it was looked for."""
    one, two = (
        [
            replace(each, crash=None) if isinstance(each, ReplyRefused) else each
            for each in shop("counter", ["/labels/A-1"]).drive(tmp_path, examples=20)
        ]
        for _ in range(2)
    )

    assert one == two


TEXT = {"type": "object", "properties": {"text": {"type": ["string", "null"]}}}
ITEM = {
    "type": "object",
    "properties": {"name": {"type": ["string", "null"]}, "note": {"type": "string"}},
    "required": ["name", "note"],
}
BIG = {
    "type": "object",
    "properties": {"items": {"type": "array", "items": ITEM}},
    "required": ["items"],
}


def moody(
    *paths: str,
    contracts: Sequence[Mapping[str, object]] = (),
    accepted: Sequence[RequestAccepted] = (),
) -> Shop:
    """A consumer that keeps things in mind, and documents of its provider with many operations."""
    known = shop("moody", paths)
    many = {f"/other/{at}/{{sku}}": described(STOCK) for at in range(500)}
    till = document(
        {
            **many,
            "/stock/{sku}": described(STOCK),
            "/big/{sku}": described(BIG),
            "/plain/{sku}": described({**TEXT, "required": ["text"]}),
        },
        version="3.1.0",
    )
    own = {"/{name}/{sku}": described({})}
    pacts = (pact("moody", "till", TO_TILL, *contracts), known.pacts[-1])
    service = replace(known.service, consumes=known.service.consumes[:1])
    return Shop(service, {"moody": document(own), "till": till}, pacts, accepted)


def test_a_consumer_that_asks_but_once_is_started_afresh(tmp_path: Path) -> None:
    """What is kept from the reply before does not hide this one; it is said how far that went."""
    seen = moody("/cached/A-1").drive(tmp_path)
    (told,) = put(seen)

    assert told.tried >= 5
    assert told.left_out > 0
    assert "the consumer had to be started afresh too often" in told.reason
    assert {one.what for one in refused(seen)} >= {"$.label is null"}


def test_what_an_earlier_reply_left_behind_is_not_told_for_certain(tmp_path: Path) -> None:
    """A crash that a fresh instance does not show is one that did not come back."""
    found = refused(moody("/sour/A-1").drive(tmp_path))
    spoilt = [one for one in found if one.crash and one.crash.type == "RuntimeError"]

    assert [(one.came_back, one.again) for one in spoilt] == [(False, COPED)]
    assert all(one.came_back for one in found if one not in spoilt)


def test_what_a_document_alone_answers_is_varied_too(tmp_path: Path) -> None:
    """A request that no contract holds is answered by its operation, whose replies are varied."""
    taken = RequestAccepted(
        "moody", "GET /two/{sku}", (Exchange(HttpRequest("GET", "/two/B-2"), HttpReply(200)),)
    )
    seen = moody(accepted=(taken,)).drive(tmp_path)
    (told,) = put(seen)
    null = next(one for one in refused(seen) if one.origin is Origin.DOCUMENT)

    assert (told.provider, told.interaction) == ("till", "GET /plain/{sku}")
    assert (null.interaction, null.by) == ("GET /plain/{sku}", "GET /two/{sku}")
    assert (null.what, null.came_back) == ("$.text is null", True)


def test_replies_of_megabytes_are_put(tmp_path: Path) -> None:
    """A reply may be large, as may the document that it is of; fewer of them are tried then."""
    items = [{"name": f"desk {at}", "note": "x" * 1000} for at in range(5000)]
    contract = interaction("much", "/big/A-1", content={"items": items})
    seen = moody("/big/A-1", contracts=(contract,)).drive(tmp_path, patience_s=20)
    (null,) = [one for one in refused(seen) if one.place == "$.items[*].name"]

    assert null.crash is not None
    assert null.crash.type == "TypeError"
    assert len(null.reply) < 110_000


def test_without_anything_to_call_it_with_that_is_said(tmp_path: Path) -> None:
    """A step that could not look says so instead of passing in silence."""
    (said,) = moody().drive(tmp_path)

    assert isinstance(said, Unobserved)
    assert "nothing is there to call moody with" in said.reason


def test_a_consumer_that_fails_on_the_usual_reply_is_told(tmp_path: Path) -> None:
    """The reply that its contract shows is one that may come: what it does there is no excuse."""
    seen = shop("blunt", ["/labels/A-1"]).drive(tmp_path)
    (one,) = refused(seen)

    assert (one.by, one.provider, one.origin) == ("GET /labels/{sku}", "till", Origin.DOCUMENT)
    assert one.error == "KeyError: 'price'"
    assert one.crash is not None
    assert one.crash.frames[-1].function == "label"
    assert one.reply == '200 application/json\n\n{"label":"desk","on_hand":3}'
    assert one.came_back is True
    assert any(isinstance(each, Unobserved) for each in seen)  # and no other reply was put


def nightly(*manners: str) -> Shop:
    """A consumer that serves nothing: its job, started with different arguments."""
    known = shop("moody", ())
    jobs = {manner: ("-m", "nightly", manner) for manner in manners}
    service = replace(
        known.service,
        name="nightly",
        app=None,
        jobs=jobs,
        packages=("nightly",),
        consumes=known.service.consumes[:1],
    )
    return Shop(service, {"till": TILL}, (pact("nightly", "till", TO_TILL),))


def test_a_job_is_run_whole(tmp_path: Path) -> None:
    """One that ends by an exception is told; one that says that it failed has coped."""
    seen = nightly("trusting", "careful", "telling").drive(tmp_path)
    found = refused(seen)

    assert {one.by for one in found} == {"RUN trusting"}
    null = next(one for one in found if one.place == "$.label")
    assert (null.asked, null.came_back) == ("RUN trusting", True)
    assert null.error == "AttributeError: 'NoneType' object has no attribute 'upper'"
    assert null.crash is not None
    assert (null.crash.frames[-1].function, null.crash.frames[-1].module) == ("label", "__main__")
    tried = {one.by: one.tried for one in put(seen)}
    assert set(tried) == {"RUN trusting", "RUN careful", "RUN telling"}
    assert all(count > 8 for count in tried.values())


def test_what_a_job_calls_beside_its_providers_is_told(tmp_path: Path) -> None:
    """A job is guarded as a service is; its run is named, and its line."""
    (one,) = (
        each for each in nightly("straying").drive(tmp_path) if isinstance(each, AddressRefused)
    )

    assert (one.address, one.by) == ("backups.invalid:443", "RUN straying")
    assert one.crash is not None
    lines = [frame.code for frame in one.crash.frames if frame.function == "main"]
    assert lines == ['await asyncio.open_connection("backups.invalid", 443)']
    at_home = replace(
        one.crash,
        frames=tuple(replace(each, file=Path(each.file).name) for each in one.crash.frames),
    )
    frame = own_frame(at_home, ("nightly",))
    assert frame is not None
    assert frame.function == "main"


def test_a_job_that_does_not_end_well_while_all_is_well_is_told(tmp_path: Path) -> None:
    """Nothing is varied for a job that fails on the usual replies, and its words are kept."""
    known = nightly("telling")
    stock = interaction("a stock", "/stock/A-1", content={"on_hand": 3})
    pacts = (pact("nightly", "till", stock),)
    (told, *_, lost) = Shop(known.service, known.documents, pacts).drive(tmp_path)

    assert isinstance(lost, Unobserved)
    assert isinstance(told, RepliesPut)
    assert told.reason == "RUN telling: answered with 424 (no labels tonight) while all is well"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("-m", "absent.job"), "No module named"),
        (("-m", "email"), "python -m email finds no module that it could run"),
        (("absent.py",), "there is no file absent.py"),
    ],
)
def test_a_job_that_is_not_there_is_told_at_once(
    tmp_path: Path, command: tuple[str, ...], why: str
) -> None:
    """A name that leads nowhere is no job that raised."""
    known = nightly("careful")
    service = replace(known.service, jobs={"careful": command})
    with pytest.raises(ServiceNotStarted) as told:
        Shop(service, known.documents, known.pacts).drive(tmp_path)

    assert why in told.value.detail


def test_a_step_that_is_cut_short_tells_what_it_saw(tmp_path: Path) -> None:
    """What was found until then is told as it was seen, though nobody looked for it again."""
    steps = moody("/sour/A-1").driving(tmp_path, 4, 2.5)
    assert isinstance(steps, Generator)
    assert isinstance(next(steps), RepliesPut)
    told = steps.throw(SystemExit())

    assert isinstance(told, ReplyRefused)
    assert told.came_back is None
    with pytest.raises(SystemExit):
        list(steps)


def strays(tmp_path: Path, *paths: str, **env: str) -> tuple[list[AddressRefused], list[Evidence]]:
    """What a consumer calls that nothing accounts for, and all else that is seen."""
    known = shop("stray", paths)
    service = replace(
        known.service,
        consumes=known.service.consumes[:1],
        env={name: EnvValue(text) for name, text in env.items()},
    )
    own = {path.replace("A-1", "{sku}"): described({}, "502") for path in paths}
    documents = {"stray": document(own), "till": TILL}
    seen = Shop(service, documents, known.pacts[::2]).drive(tmp_path, examples=2)
    return [one for one in seen if isinstance(one, AddressRefused)], seen


def test_what_a_consumer_calls_beside_its_providers_is_refused_and_told(tmp_path: Path) -> None:
    """By name and by address, on a thread and in a loop, each with the operation and the line."""
    found, seen = strays(tmp_path, "/plain/A-1", "/tried/A-1", "/later/A-1")
    told = {one.address: one for one in found}

    assert {(one.address, one.by) for one in found} == {
        ("rates.invalid:80", "GET /plain/{sku}"),
        ("sink.invalid:443", "GET /tried/{sku}"),
        ("pool.invalid:443", "GET /tried/{sku}"),
        ("events.invalid:443", "GET /later/{sku}"),
        ("203.0.113.9:443", "GET /later/{sku}"),
    }
    lines = {name: own_line(one) for name, one in told.items()}
    assert lines == {
        "rates.invalid:80": 'requests.get("http://rates.invalid/eur", timeout=1)',
        "sink.invalid:443": "made.connect((host, 443))",
        "pool.invalid:443": "made.connect((host, 443))",
        "events.invalid:443": "await asyncio.open_connection(host, 443)",
        "203.0.113.9:443": "await asyncio.open_connection(host, 443)",
    }
    # What it raises because of the refusal is that finding and no other.
    assert not [one for one in refused(seen) if one.by == "GET /plain/{sku}"]
    assert {one.by for one in put(seen) if one.tried} == {"GET /tried/{sku}", "GET /later/{sku}"}


def own_line(one: AddressRefused) -> str:
    """The innermost line of the consumer's own."""
    assert one.crash is not None
    frame = own_frame(one.crash, ("stray",))
    return frame.code if frame else ""


def test_what_keeps_a_consumer_from_starting_is_told(tmp_path: Path) -> None:
    """A call that is made while the application is imported is found though nothing ever serves."""
    known = shop("stray", ["/tried/A-1"])
    service = replace(known.service, env={"STRAY_AT_START": EnvValue("1")})
    driving = replace(known, service=service).driving(tmp_path, 2, 2.5)
    found: list[Evidence] = []
    with pytest.raises(HarnessError, match="before it answered"):
        found.extend(driving)  # what it gives before it raises stays in the list

    (one,) = (each for each in found if isinstance(each, AddressRefused))
    assert (one.address, one.by) == ("settings.invalid:80", "")
    assert own_line(one).startswith("requests.get(")


def test_what_the_table_names_and_this_machine_may_be_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Its own sockets, loopback by name, a look at its own address, and an exporter in `env`.

    A proxy of the surroundings, which stands between a client and all whom it calls, is taken away.
    """
    monkeypatch.setenv("http_proxy", "http://proxy.invalid:3128")
    found, seen = strays(
        tmp_path, "/at-home/A-1", OTEL_EXPORTER_OTLP_ENDPOINT="http://telemetry.invalid:4317"
    )

    assert found == []
    assert sum(one.tried for one in put(seen)) > 5
    assert not [one for one in seen if isinstance(one, Unobserved)]
