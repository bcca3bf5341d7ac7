"""Waivers are read with all their faults, and written with everything else kept."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.domain.config import Config
from harness.domain.errors import Misused
from harness.domain.policy import Severity
from harness.domain.waiver import Waiver
from harness.settings.faults import Faults
from harness.settings.waivers import day, read_waivers, with_waivers, written
from tests.settings.conftest import Refuse, Write

ONE = Waiver("1:" + "a" * 20, "orders", date(2030, 6, 15), "planned", "team-orders")
OTHER = Waiver("1:" + "b" * 20, "storefront", date(2030, 1, 1), "later", "", "type-error", "x:y")
WORKSPACE = '[service]\nname = "a"\n'
SEVERAL = """
# Ours.

# This one is old.
[[waiver]]
fingerprint = "1:aaaaaaaaaaaaaaaaaaaa"
consumer = "orders"
until = 2030-01-01
reason = "old"

[[ waiver ]]  # by hand
fingerprint = "1:cccccccccccccccccccc"
consumer = "a"
until = 2030-01-01
reason = "has [[waiver]] in it"
"""


def read(text: str, directory: Path) -> tuple[Waiver, ...]:
    """Read waivers as the settings do."""
    file = directory / "waivers.toml"
    file.write_text(text, "utf-8")
    faults = Faults()
    found = read_waivers(file, directory, faults)
    faults.stop_if_any()
    return found


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """A waiver comes back as it was, and they are ordered by consumer."""
    text = with_waivers("", [OTHER, ONE])

    assert read(text, tmp_path) == (ONE, OTHER)
    assert text.startswith("# ")


def test_the_same_finding_is_renewed(tmp_path: Path) -> None:
    """A second waiver of a finding for one consumer takes the place of the first."""
    longer = Waiver(ONE.fingerprint, ONE.consumer, date(2031, 1, 1), "still planned")

    assert read(with_waivers(written(ONE), [longer]), tmp_path) == (longer,)


def test_comments_stay_above_what_they_were_written_above(tmp_path: Path) -> None:
    """Neither renewing nor ordering loses a word of whoever wrote by hand."""
    text = with_waivers(SEVERAL, [ONE])

    assert [one.consumer for one in read(text, tmp_path)] == ["a", "orders"]
    assert text.startswith("# Ours.\n\n")
    assert '# This one is old.\n[[waiver]]\nfingerprint = "1:aaaa' in text
    assert "# by hand" in text
    assert with_waivers(text, [ONE]) == text


@pytest.mark.parametrize(
    "text",
    [
        'waiver = [{ fingerprint = "1:cccccccccccccccccccc", consumer = "a" }]\n',
        '[[waiver]]\nreason = """\n[[waiver]]\n"""\n',
        "[[waiver]\n",
    ],
)
def test_a_file_of_another_form_is_left_to_its_author(text: str) -> None:
    """What cannot be changed safely is refused with what to write by hand."""
    with pytest.raises(Misused) as refused:
        with_waivers(text, [ONE])

    assert written(ONE) in refused.value.hint


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_reason_can_be_written(reason: str) -> None:
    """Quotes, backslashes and control characters come back as they were."""
    waiver = Waiver(ONE.fingerprint, "c", ONE.until, reason, reason, reason)

    (found,) = tomllib.loads(with_waivers("", [waiver]))["waiver"]
    assert found["reason"] == reason


def test_waivers_arrive_with_the_configuration(write: Write, config: Callable[[], Config]) -> None:
    """The file beside the contracts is read, or the one that the table names."""
    write(**{"contract-harness.toml": WORKSPACE, "contracts/waivers.toml": written(ONE)})
    assert config().waivers == (ONE,)

    write(**{"contract-harness.toml": f'waivers = "w.toml"\n{WORKSPACE}'})
    assert config().waivers == ()


def test_every_fault_has_its_line(write: Write, refusal: Refuse) -> None:
    """What is wrong with a waiver is told with the file and the line."""
    bad = written(ONE).replace("2030-06-15", '"soon"').replace("1:aaa", "aaa") + "untill = 1\n"
    write(**{"contract-harness.toml": WORKSPACE, "contracts/waivers.toml": bad})
    told = refusal()

    assert "contracts/waivers.toml:2: `waiver[0].fingerprint`: expected a fingerprint" in told
    assert "contracts/waivers.toml:4: `waiver[0].until`: expected a date" in told
    assert "unknown key `untill`" in told
    assert "did you mean `until`?" in told


def test_one_finding_is_waived_once_for_a_consumer(write: Write, refusal: Refuse) -> None:
    """Two waivers of one finding contradict each other."""
    twice = written(ONE) + written(ONE)
    write(**{"contract-harness.toml": WORKSPACE, "contracts/waivers.toml": twice})

    assert "is waived twice for orders" in refusal()


def test_a_file_that_is_no_toml_is_told(write: Write, refusal: Refuse) -> None:
    """A broken file is a fault of the configuration, not an empty list."""
    write(**{"contract-harness.toml": WORKSPACE, "contracts/waivers.toml": "[[waiver\n"})

    assert "contracts/waivers.toml" in refusal()


@pytest.mark.parametrize("text", ["soon", "2030-13-01", "2030-06-14", ""])
def test_a_waiver_ends_on_a_day_to_come(text: str) -> None:
    """What is no day, or has passed, is refused; today is the first that will do."""
    today = date(2030, 6, 15)
    with pytest.raises(Misused):
        day(text, today)

    assert day("2030-06-15", today) == today


def test_levels_of_rules_arrive(write: Write, config: Callable[[], Config]) -> None:
    """A rule's level is its own table, over that of a shared policy."""
    write(
        **{
            "contract-harness.toml": """
                extends = "team.toml"
                policy.changes = { operation-removed = "off" }
                [service]
                name = "a"
            """,
            "team.toml": """
                [changes]
                operation-removed = "warning"
                reply-property-became-nullable = "warning"
            """,
        }
    )

    assert config().policy.changes == {
        "operation-removed": None,
        "reply-property-became-nullable": Severity.WARNING,
    }


def test_an_entry_without_a_last_day_holds_on(tmp_path: Path) -> None:
    """It comes back as it was written, and no day passes for it."""
    endless = Waiver(ONE.fingerprint, "orders", None, "known")

    assert "until" not in written(endless)
    assert read(with_waivers("", [endless]), tmp_path) == (endless,)
    assert endless.holds_on(date.max)


def test_a_last_day_may_be_demanded(tmp_path: Path) -> None:
    """Each entry that lacks one is told with its line and with who demands it."""
    file = tmp_path / "waivers.toml"
    endless = Waiver("1:" + "c" * 20, "orders", None, "known")
    file.write_text(with_waivers("", [ONE, endless]), "utf-8")
    faults = Faults()
    read_waivers(file, tmp_path, faults, day_demanded_by="company.toml:3")

    with pytest.raises(Misused) as refused:
        faults.stop_if_any()
    assert refused.value.message == (
        f"waivers.toml:10: {endless.fingerprint} has no last day, and company.toml:3 demands one"
    )


def test_what_is_taken_out_takes_its_comment_along() -> None:
    """The others stay as they are, to the letter."""
    text = with_waivers(SEVERAL, [OTHER])
    (kept,) = (one for one in text.split("\n\n") if OTHER.fingerprint in one)
    dropped = with_waivers(text, drop={ONE.key})

    assert "This one is old" not in dropped
    assert kept.strip() in dropped
    assert with_waivers(dropped, drop={ONE.key}) == dropped


WAIVERS = st.builds(
    Waiver,
    st.integers(0, 30).map(lambda number: f"1:{number:020x}"),
    st.sampled_from(["orders", "inventory", ""]),
    st.none() | st.dates(),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9),
)


@given(st.lists(st.lists(WAIVERS, max_size=6), max_size=4), st.lists(WAIVERS, max_size=4))
def test_the_order_of_writing_leaves_no_trace(
    parts: list[list[Waiver]], gone: list[Waiver]
) -> None:
    """Whoever writes first, the file is the same: sorted, each entry once, a block of its own."""
    unique = {one.key: one for part in parts for one in part}
    drop = {one.key for one in gone}
    text = ""
    for key, waiver in unique.items():
        text = with_waivers(text, [waiver], drop - {key})
    at_once = with_waivers("", list(unique.values()))
    both = with_waivers(with_waivers(text, list(unique.values())), drop=drop)

    assert both == with_waivers(at_once, drop=drop)
    blocks = [block for block in at_once.split("\n\n") if block.startswith("[[waiver]]")]
    assert len(blocks) == len(unique)


@pytest.mark.parametrize(
    ("text", "line", "many"),
    [
        ("<<<<<<< HEAD\n{one}=======\n{other}>>>>>>> b\n", 1, "conflict"),
        ("{one}\n<<<<<<< HEAD\n=======\n{other}>>>>>>> b\n", 8, "conflict"),
        ("{one}<<<<<<< a\n||||||| base\n=======\n>>>>>>> b\n" * 2, 7, "2 conflicts"),
        ("{one}>>>>>>> b\n", 7, "conflict"),
    ],
)
def test_a_merge_that_was_left_open_is_told_by_its_line(
    write: Write, refusal: Refuse, text: str, line: int, many: str
) -> None:
    """One error: the line of the first marker, how many conflicts there are, and what to do."""
    text = text.replace("{one}", written(ONE)).replace("{other}", written(OTHER))
    write(**{"contract-harness.toml": WORKSPACE})
    write(**{"contracts/.keep": ""}).joinpath("contracts/waivers.toml").write_text(text, "utf-8")
    told = refusal()

    assert f"contracts/waivers.toml:{line}: expected TOML, saw a conflict marker" in told
    assert f"hint: resolve the {many} of this file: keep the tables of both sides" in told


def test_what_only_looks_like_a_marker_is_text(tmp_path: Path) -> None:
    """A reason may hold seven signs in a row, in a text of several lines too."""
    text = written(ONE).replace('"planned"', '"""\n<<<<<<< so\n======="""')

    assert read(text, tmp_path)[0].reason == "<<<<<<< so\n======="


def test_ten_thousand_entries_are_no_burden(write: Write, config: Callable[[], Config]) -> None:
    """They are read and written in seconds, and one more changes one place."""
    many = [
        Waiver(f"1:{number:020x}", f"s{number % 40}", None, "known", "team", "type-error", "s")
        for number in range(10_000)
    ]
    started = time.monotonic()
    text = with_waivers("", many)
    more = with_waivers(text, [ONE])
    root = write(**{"contract-harness.toml": WORKSPACE, "contracts/.keep": ""})
    (root / "contracts/waivers.toml").write_text(more, "utf-8")
    found = config().waivers
    elapsed_s = time.monotonic() - started

    assert len(found) == 10_001
    assert more.replace(f"{written(ONE)}\n", "") == text
    assert elapsed_s < 30
