"""Recordings, and sending them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from harness.adapters.recordings import (
    forget_recordings,
    from_text,
    keep_recordings,
    read_recording,
    recording_of,
    to_text,
)
from harness.adapters.replayer import Replayer
from harness.domain.errors import Misused
from harness.domain.evidence import Evidence, Unobserved
from harness.domain.finding import Finding, Flaw
from harness.domain.policy import Severity
from harness.domain.service import DocumentSource, EnvValue, Service
from harness.domain.steps import Replay
from harness.domain.traffic import CaseFailed, Exchange, Fault, HttpReply, HttpRequest, Replayed
from harness.domain.verdict import Status, Verdict
from tests.adapters.fuzzing import context_of, failed, fuzz, identities, open_alone, service

EXCHANGE = Exchange(
    HttpRequest("POST", "/a?b=%20c", (("authorization", "[masked]"),), "gA==", True),
    HttpReply(500, (("content-type", "text/plain"),), "ouch"),
)
CASE = CaseFailed("a", "POST /a", Fault.SERVER_ERROR, "seen 500", (EXCHANGE,), "$.x", "500")


def _finding(exchanges: tuple[Exchange, ...]) -> Finding:
    flaw = Flaw("a", "seen 500", "", "500", operation="POST /a", exchanges=exchanges)
    return Finding("service-crashes", Severity.ERROR, None, flaw, "", "1:abc", "")


def _verdict(*findings: Finding) -> Verdict:
    return Verdict(Status.FAILED, (), findings, (), (), (), (), 0, 1, 0, 0)


def test_a_recording_survives_being_written() -> None:
    """A recording read back is the recording that was written."""
    recording = recording_of(CASE)
    assert from_text(to_text(recording)) == recording


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"contract-harness-recording": 9}', '{"contract-harness-recording":1}'],
)
def test_what_is_no_recording_is_refused(text: str) -> None:
    """A text that is damaged, or of another version, is refused in a sentence."""
    with pytest.raises(Misused):
        from_text(text)


def test_recordings_are_kept_by_fingerprint(tmp_path: Path) -> None:
    """Every finding that has requests can be sent again by its fingerprint, others cannot."""
    keep_recordings(_verdict(_finding((EXCHANGE,))), tmp_path)
    step = read_recording("1:abc", tmp_path)
    assert step.service == "a"
    assert from_text(step.recording).exchanges == (EXCHANGE,)
    with pytest.raises(Misused, match="1:xyz"):
        read_recording("1:xyz", tmp_path)
    forget_recordings(tmp_path)
    with pytest.raises(Misused):
        read_recording("1:abc", tmp_path)


def test_the_beginning_of_a_fingerprint_will_do(tmp_path: Path) -> None:
    """What one recording alone begins with means it; what several do is refused, and all named."""
    one = _finding((EXCHANGE,))
    for fingerprint in ("1:abc", "1:abd", "1:xyz", "2:abc"):
        keep_recordings(_verdict(replace(one, fingerprint=fingerprint)), tmp_path)

    assert from_text(read_recording("1:x", tmp_path).recording).finding == "1:xyz"
    assert from_text(read_recording("abd", tmp_path).recording).finding == "1:abd"
    assert from_text(read_recording("2:", tmp_path).recording).finding == "2:abc"
    with pytest.raises(Misused, match=r"may mean 1:abc, 1:abd$"):
        read_recording("1:ab", tmp_path)
    for nothing in ("bc", "3:", "", "1:abcd", "1:ab/../x", "*"):
        with pytest.raises(Misused):
            read_recording(nothing, tmp_path)


def _replay(directory: Path, described: Service, case: CaseFailed) -> list[Evidence]:
    step = Replay(described.name, to_text(recording_of(case)))
    directory.mkdir(exist_ok=True)
    return list(Replayer(open_alone)(step, context_of(directory, described)))


def _odd(kind: str, *, mended: bool) -> Service:
    return service(
        "odd",
        documents=(DocumentSource(f"/{kind}.json"),),
        auth="odd:credentials",
        env={"MENDED": EnvValue("1" if mended else "0")},
    )


@pytest.mark.tools
@pytest.mark.parametrize("module", ["faulty_fastapi", "faulty_flask"])
def test_every_fault_is_shown_again_with_its_identity(module: str, tmp_path: Path) -> None:
    """A recording, sent to a freshly started service, gives the failed case that it was made of."""
    described = service(module)
    evidence = fuzz(tmp_path, described, examples=2)
    for number, case in enumerate(failed(evidence)):
        again = _replay(tmp_path / str(number), described, case)
        assert identities(again) == identities([case])
        assert isinstance(again[-1], Replayed)


@pytest.fixture(scope="module")
def of_guarded(tmp_path_factory: pytest.TempPathFactory) -> Sequence[CaseFailed]:
    """The faults of the operations that ask for credentials."""
    directory = tmp_path_factory.mktemp("guarded")
    return failed(fuzz(directory, _odd("guarded", mended=False), examples=2))


@pytest.mark.tools
def test_masked_credentials_are_filled_in_again(
    of_guarded: Sequence[CaseFailed], tmp_path: Path
) -> None:
    """A recording holds no secret, and still reaches what is behind it."""
    case = next(one for one in of_guarded if one.fault is Fault.RESPONSE_SCHEMA)
    assert "hush-hush" not in to_text(recording_of(case))
    again = _replay(tmp_path, _odd("guarded", mended=False), case)
    assert identities(again) == identities([case])


@pytest.mark.tools
def test_a_mended_fault_is_silent(of_guarded: Sequence[CaseFailed], tmp_path: Path) -> None:
    """After the cure the same requests show nothing, neither in a reply nor in the course."""
    assert {case.fault for case in of_guarded} == {Fault.RESPONSE_SCHEMA, Fault.AUTH_IGNORED}
    for case in of_guarded:
        again = _replay(tmp_path / case.fault.value, _odd("guarded", mended=True), case)
        assert [type(one) for one in again] == [Replayed]


@pytest.mark.tools
def test_an_operation_that_is_gone_is_told(
    of_guarded: Sequence[CaseFailed], tmp_path: Path
) -> None:
    """A reply that no document describes any more is not judged in silence."""
    case = replace(
        next(one for one in of_guarded if one.fault is Fault.RESPONSE_SCHEMA), operation="GET /gone"
    )
    again = _replay(tmp_path, _odd("guarded", mended=False), case)
    assert any(isinstance(one, Unobserved) and "GET /gone" in one.reason for one in again)
