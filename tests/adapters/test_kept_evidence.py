"""Evidence that is kept comes back as it was, or not at all."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from harness.adapters.evidence_places import Directory, PlaceFailed, place_at
from harness.adapters.kept_evidence import KeptEvidence, prune
from harness.adapters.step_keys import StepKeys
from harness.domain.errors import Misused
from harness.domain.evidence import Observed
from harness.domain.reuse import Provenance, StepKey
from harness.domain.steps import TypeCheck
from harness.domain.typed import TypeDiagnostic, TypesChecked
from tests.adapters.test_evidence_codec import SAMPLES
from tests.fakes import a_shop

STEP = TypeCheck("orders")
KEY, OTHER = StepKey("ab" * 32), StepKey("cd" * 32)
SEEN = Observed(STEP.id, (TypesChecked("orders", "mypy"), *SAMPLES), 1234)
AT = "2030-01-02T03:04:05+00:00"
DAY_S = 86_400.0


def kept_in(place: str, tmp_path: Path, *, secret: str = "", fresh: bool = False) -> KeptEvidence:
    """A memory with a place, whose runs are all of one user and second."""
    return KeptEvidence(
        place_at(place, tmp_path),
        StepKeys(a_shop()),
        "ann@box",
        lambda: AT,
        lambda text: text.replace(secret, "***") if secret else text,
        fresh=fresh,
    )


@pytest.mark.parametrize("place", ["evidence", "memory://evidence", "file://{tmp}/far"])
def test_what_is_kept_is_recalled(place: str, tmp_path: Path) -> None:
    """Evidence comes back whole under its key, with who saw it, from each kind of place."""
    written = place.replace("{tmp}", str(tmp_path))
    kept_in(written, tmp_path).keep(STEP, KEY, SEEN)
    memory = kept_in(written, tmp_path)

    assert memory.recalled(STEP, KEY) == (
        Observed(STEP.id, SEEN.evidence, 0, Provenance("ann@box", AT, 1234)),
        "",
    )
    assert memory.recalled(STEP, OTHER) == (None, "")
    assert memory.problem == ""
    assert prune(memory.place, 0)[0] == 1
    assert memory.recalled(STEP, KEY) == (None, "")


def test_it_is_for_its_owners_eyes(tmp_path: Path) -> None:
    """Nobody else may read what requests and replies held."""
    kept_in("evidence", tmp_path).keep(STEP, KEY, SEEN)
    (path,) = (tmp_path / "evidence").rglob("*.jsonl")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_no_damage_passes_for_evidence(tmp_path: Path) -> None:
    """Cut at any byte, or with any byte changed, it is told and not used."""
    memory = kept_in("evidence", tmp_path)
    memory.keep(STEP, KEY, Observed(STEP.id, (TypesChecked("orders", "mypy"),), 5))
    (path,) = (tmp_path / "evidence").rglob("*.jsonl")
    whole = path.read_bytes()
    for position in range(len(whole)):
        path.write_bytes(whole[:position])
        assert memory.recalled(STEP, KEY)[0] is None, whole[:position]

        other = bytes([whole[position] ^ 1])
        path.write_bytes(whole[:position] + other + whole[position + 1 :])
        found, note = memory.recalled(STEP, KEY)
        assert found is None or found.evidence == (TypesChecked("orders", "mypy"),)
        assert found is not None or note


def test_a_text_of_another_step_is_no_answer(tmp_path: Path) -> None:
    """A file that was put under another key answers nothing."""
    memory = kept_in("evidence", tmp_path)
    memory.keep(STEP, KEY, SEEN)
    (path,) = (tmp_path / "evidence").rglob("*.jsonl")
    wrong = tmp_path / "evidence/cd" / f"{'cd' * 31}.jsonl"
    wrong.parent.mkdir()
    path.rename(wrong)

    found, note = memory.recalled(STEP, OTHER)
    assert found is None
    assert "damaged" in note


def test_a_secret_is_not_kept(tmp_path: Path) -> None:
    """What holds one is left out as a whole: a masked text would be another evidence."""
    memory = kept_in("evidence", tmp_path, secret="t0psecret")
    leaked = TypeDiagnostic("orders", "a.py", 1, 1, "x", "of t0psecret")

    assert memory.keep(STEP, KEY, Observed(STEP.id, (leaked,))) == "it holds a secret"
    assert not list(tmp_path.rglob("*.jsonl"))


def test_a_fresh_run_reads_nothing_and_keeps_what_it_saw(tmp_path: Path) -> None:
    """What it saw takes the place of what was kept."""
    kept_in("evidence", tmp_path).keep(STEP, KEY, SEEN)
    fresh = kept_in("evidence", tmp_path, fresh=True)
    assert fresh.recalled(STEP, KEY) == (None, "")

    fresh.keep(STEP, KEY, Observed(STEP.id, ()))
    again, _ = kept_in("evidence", tmp_path).recalled(STEP, KEY)
    assert again is not None
    assert again.evidence == ()


@pytest.mark.parametrize("place", ["taken/evidence", "file:///dev/null/evidence"])
def test_a_place_that_fails_is_told_and_left_alone(place: str, tmp_path: Path) -> None:
    """A disk that cannot be written stops nobody."""
    (tmp_path / "taken").write_text("a file")
    memory = kept_in(place, tmp_path)

    assert memory.keep(STEP, KEY, SEEN) == ""
    assert "cannot be written" in memory.problem
    assert place.partition("://")[2] in memory.problem
    assert memory.recalled(STEP, KEY) == (None, "")


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft that could not be put in place is taken away again."""
    place = Directory(tmp_path / "evidence")
    (place.root / "ab").mkdir(parents=True)
    (place.root / "ab/x.jsonl").mkdir()  # stands in the way, as a full disk would

    with pytest.raises(PlaceFailed):
        place.write("ab/x.jsonl", b"text")
    assert [one.name for one in (place.root / "ab").iterdir()] == ["x.jsonl"]


def test_pruning_spares_what_was_used_lately(tmp_path: Path) -> None:
    """What was recalled counts as used; old things and drafts of killed writers go."""
    memory = kept_in("evidence", tmp_path)
    memory.keep(STEP, KEY, SEEN)
    memory.keep(STEP, OTHER, SEEN)
    draft = tmp_path / "evidence/ab/.draft-x"
    draft.write_text("half")
    for path in (tmp_path / "evidence").rglob("*"):
        if path.is_file():
            os.utime(path, (time.time() - 3 * DAY_S,) * 2)
    memory.recalled(STEP, KEY)

    removed, size_bytes = prune(memory.place, 30 * DAY_S)
    assert (removed, size_bytes) == (1, 4)
    assert prune(memory.place, 2 * DAY_S)[0] == 1
    assert memory.recalled(STEP, KEY)[0] is not None
    assert memory.recalled(STEP, OTHER)[0] is None


def test_an_address_that_means_nothing_is_refused() -> None:
    """A scheme that nobody knows is one clear error, before anything is done."""
    with pytest.raises(Misused, match="nowhere"):
        place_at("nowhere://user:secret@host/x", Path("/"))
    with pytest.raises(Misused) as told:
        place_at("nowhere://user:secret@host/x", Path("/"))
    assert "secret" not in told.value.message
