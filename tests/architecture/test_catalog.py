"""The catalog is the whole list of checks, and each check is one file, one line, one page."""

from __future__ import annotations

import re
from pathlib import Path

import harness.checks
from harness.checks.catalog import CATALOG

HERE = Path(harness.checks.__file__).parent
SHARED = {
    *("__init__", "carrying", "catalog", "changed", "check", "contradicted", "facts"),
    *("examples", "generated", "misfits", "promises", "refusals", "telling"),
}
MISNAMED = re.compile(r"^(check|no|verify|avoid|use|do-not)-")


def test_every_check_file_is_in_the_catalog() -> None:
    """A check file that nobody lists is found here."""
    files = {path.stem for path in HERE.glob("*.py")} - SHARED

    assert files == {check.id.replace("-", "_") for check in CATALOG}


def test_every_page_belongs_to_a_check() -> None:
    """Pages and checks go in pairs."""
    pages = {path.stem for path in (HERE / "pages").glob("*.md")}

    assert pages == {check.id for check in CATALOG}


def test_ids_name_the_fault() -> None:
    """An id is kebab-case, says the fault and not the deed, and stands once."""
    ids = [check.id for check in CATALOG]

    assert len(ids) == len(set(ids))
    for check_id in ids:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)+", check_id)
        assert not MISNAMED.match(check_id)


def test_every_check_says_what_it_needs() -> None:
    """A check without a kind of step behind it could never find anything."""
    assert all(check.needs for check in CATALOG)
