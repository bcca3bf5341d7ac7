"""A snapshot is read as it was written, or not at all."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.documents.snapshots import read_snapshot, snapshot_text
from harness.domain.errors import DocumentUnreadable
from harness.domain.snapshot import Snapshot

SNAPSHOT = Snapshot(
    made_at="2030-05-01T06:00:00+00:00",
    commit="3f9c1d20a7be",
    is_clean=True,
    pacts={"contracts/pacts/a-b.json": '{"é": 1}'},
    documents={"external/payments.yaml": "openapi: 3.1.0\n"},
)
texts = st.text(st.characters(exclude_categories=["Cs"]))
held = st.dictionaries(texts, texts, max_size=3)


@given(pacts=held, documents=held, commit=texts, is_clean=st.booleans())
def test_what_was_written_is_read(
    pacts: dict[str, str], documents: dict[str, str], commit: str, is_clean: bool
) -> None:
    """Every text comes back as it was, whatever signs it holds."""
    written = replace(SNAPSHOT, pacts=pacts, documents=documents, commit=commit, is_clean=is_clean)
    read = read_snapshot(snapshot_text(written).encode(), "s.json")

    assert read == replace(written, shown="s.json")


@given(st.data())
def test_a_change_is_seen(data: st.DataObject) -> None:
    """Wherever a sign was taken out or put in, the snapshot is refused, or is still the same."""
    text = snapshot_text(SNAPSHOT)
    at = data.draw(st.integers(0, len(text) - 1))
    changed = data.draw(st.sampled_from([text[:at] + text[at + 1 :], text[:at] + "x" + text[at:]]))

    with suppress(DocumentUnreadable):
        assert read_snapshot(changed.encode(), "s.json") == replace(SNAPSHOT, shown="s.json")


@pytest.mark.parametrize(
    ("change", "said", "hint"),
    [
        ({"format": {"name": "contract-harness-snapshot", "version": 2}}, '"version": 2', "anew"),
        ({"format": None}, "the format null", "anew"),
        ({"digest": ""}, "another digest", "changed or cut"),
        ({"pacts": {}}, "another digest", "changed or cut"),
        ({"commit": None}, "another digest", "changed or cut"),
        ({"more": 1}, "another digest", "changed or cut"),
    ],
)
def test_what_is_refused(change: dict[str, object], said: str, hint: str) -> None:
    """Another version and a damaged file are told apart, each with what to do."""
    text = json.dumps(json.loads(snapshot_text(SNAPSHOT)) | change)

    with pytest.raises(DocumentUnreadable) as refused:
        read_snapshot(text.encode(), "s.json")

    assert said in refused.value.message
    assert hint in refused.value.hint


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", "{", "\udcff"])
def test_what_is_no_snapshot(text: str) -> None:
    """Anything else is refused with one sentence."""
    with pytest.raises(DocumentUnreadable):
        read_snapshot(text.encode("utf-8", "surrogateescape"), "s.json")
