"""The fuzzer, with the real engine, against real services."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from harness.adapters.schema_fuzzer import SchemaFuzzer
from harness.domain.evidence import DocumentRead, Evidence, Observed, Unobserved
from harness.domain.service import DocumentSource, Service
from harness.domain.steps import Fuzz
from harness.domain.traffic import Fault, OperationExercised, RequestAccepted, ServiceCrashed
from harness.domain.typed import TypesObserved
from tests.adapters.fuzzing import (
    context_of,
    failed,
    fuzz,
    identities,
    open_alone,
    open_observed,
    service,
)

pytestmark = pytest.mark.tools

IN_FASTAPI = {
    (
        Fault.CRASH,
        "GET /books/{book_id}",
        "",
        "KeyError in faulty_fastapi.book: "
        'return {"title": found.title, "author": AUTHORS[found.author_id].name}',
    ),
    (
        Fault.CRASH,
        "GET /loans",
        "",
        'TypeError in faulty_fastapi.loans: return ["a loan"] if since < OPENED else []',
    ),
    (
        Fault.CRASH,
        "GET /totals",
        "",
        'KeyError in faulty_fastapi.totals: return TOTALS["quarters"]',
    ),
    (Fault.RESPONSE_SCHEMA, "GET /books/{book_id}/summary", "$.pages", "200 type"),
    (Fault.DELETED_SERVED, "DELETE /notes/{note_id}", "", "deleted-served"),
    (Fault.STATUS_UNDOCUMENTED, "GET /shelves", "", "410"),
}
IN_FLASK = {
    (
        Fault.CRASH,
        "GET /bikes/{bike_id}",
        "",
        "KeyError in faulty_flask.bike: "
        'return {**found, "owner": OWNERS[found["owner_id"]]["name"]}',
    ),
    (
        Fault.CRASH,
        "GET /visits",
        "",
        'TypeError in faulty_flask.visits: return jsonify(["a visit"] if since < OPENED else [])',
    ),
    (
        Fault.CRASH,
        "GET /rates",
        "",
        'KeyError in faulty_flask.rates: return jsonify(RATES["seasons"])',
    ),
    (Fault.RESPONSE_SCHEMA, "GET /rates", "$", "200 type"),
    (Fault.DELETED_SERVED, "DELETE /tags/{tag_id}", "", "deleted-served"),
    (Fault.STATUS_UNDOCUMENTED, "GET /stands", "", "203"),
}


@pytest.fixture(scope="module")
def in_fastapi(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Evidence]:
    """What one run over the library shows."""
    return fuzz(tmp_path_factory.mktemp("fastapi"), service("faulty_fastapi"))


@pytest.fixture(scope="module")
def in_flask(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Evidence]:
    """What one run over the workshop shows."""
    return fuzz(tmp_path_factory.mktemp("flask"), service("faulty_flask"))


def test_fastapi_faults_are_found_and_nothing_else(in_fastapi: Sequence[Evidence]) -> None:
    """Every seeded fault is found once, under an identity that holds nothing generated."""
    assert identities(in_fastapi) == IN_FASTAPI
    assert len(failed(in_fastapi)) == len(IN_FASTAPI)


def test_flask_faults_are_found_and_nothing_else(in_flask: Sequence[Evidence]) -> None:
    """The same faults are found whatever the framework and the kind of its ids."""
    assert identities(in_flask) == IN_FLASK


def test_a_way_to_each_operation_that_was_reached_is_told(in_flask: Sequence[Evidence]) -> None:
    """What took a request once is told with the requests that lead there, that one last."""
    reached = {
        one.operation for one in in_flask if isinstance(one, OperationExercised) and one.accepted
    }
    ways = [one for one in in_flask if isinstance(one, RequestAccepted)]

    assert {one.operation for one in ways} == reached
    assert len(ways) == len(reached)
    for one in ways:
        assert 200 <= one.exchanges[-1].reply.status < 300
        assert one.exchanges[-1].request.method == one.operation.partition(" ")[0]
    (read,) = [one for one in ways if one.operation == "GET /bikes/{bike_id}"]
    assert [one.request.method for one in read.exchanges][-2:] == ["POST", "GET"]


def test_each_fault_comes_back_on_a_fresh_service(
    in_fastapi: Sequence[Evidence], in_flask: Sequence[Evidence]
) -> None:
    """What is told of a deterministic service was shown twice, also where it makes its own ids."""
    assert all(case.came_back for case in failed([*in_fastapi, *in_flask]))


def test_a_sequence_is_cut_to_what_it_needs(
    in_fastapi: Sequence[Evidence], in_flask: Sequence[Evidence]
) -> None:
    """Of hundreds of requests, those remain without which the fault is not there."""
    lengths = {
        (case.operation, case.fault): [exchange.request.method for exchange in case.exchanges]
        for case in failed([*in_fastapi, *in_flask])
    }
    orphan = ["POST", "POST", "DELETE", "GET"]
    assert lengths["GET /books/{book_id}", Fault.CRASH] == orphan
    assert lengths["GET /bikes/{bike_id}", Fault.CRASH] == orphan
    assert lengths["DELETE /notes/{note_id}", Fault.DELETED_SERVED] == ["POST", "DELETE", "GET"]
    assert lengths["GET /totals", Fault.CRASH] == ["GET"]


def test_a_crash_brings_its_traceback(in_flask: Sequence[Evidence]) -> None:
    """A crash is tied to what was raised inside the service, and to the line."""
    crash = next(case.crash for case in failed(in_flask) if case.operation == "GET /visits")
    assert crash is not None
    assert crash.type == "TypeError"
    assert crash.frames[-1].function == "visits"
    assert "offset-naive" in crash.traceback


def test_the_same_seed_finds_the_same(in_flask: Sequence[Evidence], tmp_path: Path) -> None:
    """Two runs of one seed give the same findings."""
    again = fuzz(tmp_path, service("faulty_flask"))
    assert identities(again) == identities(in_flask)


def test_another_seed_finds_what_the_source_suggests(tmp_path: Path) -> None:
    """What the source, the calendar and the order of things suggest is found by every seed."""
    crashes = {one for one in IN_FASTAPI if one[0] is Fault.CRASH}
    assert crashes <= identities(fuzz(tmp_path, service("faulty_fastapi"), seed=99, examples=2))


@pytest.mark.parametrize("seed", range(5))
def test_a_healthy_service_is_left_in_peace(seed: int, tmp_path: Path) -> None:
    """A service that keeps its word gives no finding and no doubt, whatever the seed, observed."""
    described = service("clean_fastapi", auth="clean_fastapi:credentials")
    evidence = fuzz(tmp_path, described, seed, examples=6, opened=open_observed)
    harmless = (OperationExercised, RequestAccepted)
    assert [one for one in evidence if not isinstance(one, harmless)] == [
        TypesObserved(described.name, f"fuzz:{described.name}")
    ]
    assert {one.operation for one in evidence if isinstance(one, OperationExercised)} == {
        one.operation
        for one in evidence
        if isinstance(one, OperationExercised) and one.accepted > 0
    }


def test_nothing_is_written_beside_the_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The current directory stays as it was."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    fuzz(tmp_path, _odd("first"), examples=2)
    assert list(elsewhere.iterdir()) == []


def _odd(kind: str, **changes: object) -> Service:
    return service("odd", documents=(DocumentSource(f"/{kind}.json"),), **changes)


def _unobserved(evidence: Sequence[Evidence]) -> list[Unobserved]:
    return [one for one in evidence if isinstance(one, Unobserved)]


def test_a_service_that_ends_is_told_of_with_its_last_words(tmp_path: Path) -> None:
    """What was seen before the end is kept, the end is told, and so is what was not reached."""
    evidence = fuzz(tmp_path, _odd("dies"))
    ended = [one for one in evidence if isinstance(one, ServiceCrashed)]
    assert len(ended) == 1
    assert "GET /dies" in ended[0].message
    assert "the last words" in ended[0].output
    assert any(case.operation == "GET /dies" for case in failed(evidence))
    assert any("gone" in one.reason for one in _unobserved(evidence))
    exercised = {one.operation: one for one in evidence if isinstance(one, OperationExercised)}
    assert exercised["GET /first"].accepted > 0


def test_a_request_that_is_never_answered_is_a_fault(tmp_path: Path) -> None:
    """Silence within the limit for one request is a finding, and the rest goes on."""
    context = context_of(tmp_path, _odd("sleeps"))
    fuzzer = SchemaFuzzer(open_alone, timeout_s=0.5)
    evidence = list(fuzzer(Fuzz("odd", 1, 2, sequences=False), context))
    assert (Fault.NO_REPLY, "GET /sleeps", "", "no-reply") in identities(evidence)
    assert all(case.operation == "GET /sleeps" for case in failed(evidence))


def test_a_big_reply_is_kept_short(tmp_path: Path) -> None:
    """A reply of megabytes is judged whole and shown in part."""
    (case,) = failed(fuzz(tmp_path, _odd("big"), examples=2))
    assert (case.fault, case.where) == (Fault.RESPONSE_SCHEMA, "$")
    assert len(case.exchanges[-1].reply.body) < 10_000


def test_no_secret_is_in_the_evidence(tmp_path: Path) -> None:
    """
    Credentials are used, and masked in all that is told, also where a reply repeats them; what is
    new after each reset is asked for again, so that a fault behind it comes back.
    """
    evidence = fuzz(tmp_path, _odd("guarded", auth="odd:credentials"), examples=2)
    assert (Fault.RESPONSE_SCHEMA, "GET /guarded", "$", "200 type") in identities(evidence)
    assert (Fault.AUTH_IGNORED, "GET /open", "", "auth-ignored") in identities(evidence)
    assert {one.came_back for one in failed(evidence)} == {True}
    assert "hush-hush" not in repr(evidence)
    assert "[masked]" in repr(evidence)


def test_a_declared_server_error_is_an_answer(tmp_path: Path) -> None:
    """A documented 502 is no fault even when its cause was logged; an undocumented 500 is one."""
    evidence = fuzz(tmp_path, _odd("down"), examples=2)
    assert identities(evidence) == {(Fault.SERVER_ERROR, "GET /fails", "", "500")}
    assert "no traceback was seen" in failed(evidence)[0].message


def test_a_broken_operation_leaves_the_others(tmp_path: Path) -> None:
    """An operation whose description cannot be used is named, and the others are looked at."""
    evidence = fuzz(tmp_path, _odd("broken"), examples=2)
    assert any("/broken" in one.what for one in _unobserved(evidence))
    exercised = {one.operation for one in evidence if isinstance(one, OperationExercised)}
    assert exercised == {"GET /first"}


def test_only_the_wanted_operations_are_called(tmp_path: Path) -> None:
    """A part of a plan covers its own operations alone."""
    context = context_of(tmp_path, service("faulty_flask"))
    step = Fuzz("faulty_flask", 1, 2, operations=("GET /rates",), part="1")
    evidence = list(SchemaFuzzer(open_alone)(step, context))
    exercised = {one.operation for one in evidence if isinstance(one, OperationExercised)}
    assert exercised == {"GET /rates"}
    assert {case.operation for case in failed(evidence)} == {"GET /rates"}


def test_a_cap_that_was_hit_is_told(tmp_path: Path) -> None:
    """Running out of time is said, never passed over."""
    context = context_of(tmp_path, _odd("first"))
    step = Fuzz("odd", 1, 50, limit_s=0.001)
    evidence = list(SchemaFuzzer(open_alone)(step, context))
    assert any("time cap" in one.reason for one in _unobserved(evidence))


def test_a_document_that_was_read_before_is_used_with_its_mount(tmp_path: Path) -> None:
    """The document comes from the step that read it; its mount stands before every path."""
    reply = {"responses": {"200": {"description": "it"}}}
    paths = {"/st": {"get": reply}}
    text = json.dumps({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": paths})
    document = DocumentRead("odd", "/somewhere.json", text, "/fir")
    taken = {"describe:odd": Observed("describe:odd", (document,))}
    context = context_of(tmp_path, service("odd"), taken=taken)
    evidence = list(SchemaFuzzer(open_alone)(Fuzz("odd", 1, 2), context))
    exercised = [one for one in evidence if isinstance(one, OperationExercised)]
    assert [one.operation for one in exercised] == ["GET /fir/st"]


def test_a_refusal_of_what_the_document_allows_names_the_input(tmp_path: Path) -> None:
    """A limit that only the code knows is found, with the input that it is about."""
    evidence = fuzz(tmp_path, _odd("limited"), examples=20)
    assert (Fault.VALID_REJECTED, "GET /limited", "query:text", "422") in identities(evidence)
    assert all(case.came_back for case in failed(evidence))
