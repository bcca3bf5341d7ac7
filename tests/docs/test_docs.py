"""The documentation tells the truth: its tables, its examples and its links."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.checks.catalog import CATALOG
from harness.compat.versions import RULES
from harness.settings.editor_schema import editor_schema
from harness.settings.faults import Faults
from harness.settings.schema import (
    BrokerTable,
    BudgetTable,
    ChannelTable,
    ConsumesTable,
    DocumentTable,
    ExternalTable,
    FromVariable,
    MemberTable,
    PolicyFile,
    PolicyTable,
    PublisherTable,
    ServicePolicyTable,
    ServiceTable,
    Table,
    WaiverFile,
    WorkspaceTable,
)
from harness.settings.source import OWN_FILE, PROJECT_FILE, TOOL, Source
from harness.settings.tables import parse

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_KEYS = re.compile(r"<!-- keys: ([\w ]+) -->\n+((?:\|.*\n)+)")
_CODE = re.compile(r"`([^`]*)`")

POLICY_FILE = "policy.toml"
WAIVERS_FILE = "contracts/waivers.toml"
TABLES: Mapping[str, type[Table]] = {
    kind.__name__: kind
    for kind in (
        BrokerTable,
        ChannelTable,
        BudgetTable,
        ConsumesTable,
        DocumentTable,
        ExternalTable,
        FromVariable,
        MemberTable,
        PolicyTable,
        PublisherTable,
        ServicePolicyTable,
        ServiceTable,
        WorkspaceTable,
    )
}


def shown(page: Path) -> str:
    """Name a page as a reader would."""
    return page.relative_to(ROOT).as_posix()


def fences(page: Path, language: str) -> list[str]:
    """Give the examples of one language on a page."""
    return [text for found, text in _FENCE.findall(page.read_text("utf-8")) if found == language]


def cells(line: str) -> list[str]:
    """Split a row of a table."""
    return [cell.strip() for cell in line.strip().strip("|").split(" | ")]


def rows(table: str) -> list[list[str]]:
    """Give the rows of a table below its head."""
    return [cells(line) for line in table.strip().splitlines()[2:]]


def anchors(page: Path) -> set[str]:
    """Name the headings of a page as links name them."""
    text = _FENCE.sub("", page.read_text("utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}


def links(page: Path) -> Iterator[str]:
    """Give the links of a page that stay within the repository."""
    text = _FENCE.sub("", page.read_text("utf-8"))
    for target in _LINK.findall(text):
        if not re.match(r"[a-z]+:", target):
            yield target


def documented() -> Iterator[tuple[tuple[str, ...], list[list[str]]]]:
    """Give the tables of keys, each with the names of the settings' tables that it describes."""
    for names, table in _KEYS.findall((DOCS / "configuration.md").read_text("utf-8")):
        yield tuple(names.split()), rows(table)


def properties(name: str) -> Mapping[str, Mapping[str, Any]]:
    """Give what the JSON Schema knows of one table."""
    schema: Any = editor_schema()
    table = schema if name == WorkspaceTable.__name__ else schema["$defs"][name]
    found: Mapping[str, Mapping[str, Any]] = table["properties"]
    return found


def read(text: str, model: type[Table]) -> Table:
    """Read a table as the settings would; Misused where they would refuse it."""
    faults = Faults()
    source = Source(Path("/w") / OWN_FILE, OWN_FILE, (), tomllib.loads(text), {})
    table = parse(model, source, faults, fill={})
    faults.stop_if_any()
    return table


def workspace_of(text: str) -> str:
    """Take the workspace's table out of an example of a project's file."""
    raw = tomllib.loads(text)
    if "tool" not in raw:
        return text
    bare = re.sub(rf"^\[tool\.{TOOL}\]$", "", text, flags=re.MULTILINE)
    return re.sub(rf"^\[tool\.{TOOL}\.", "[", bare, flags=re.MULTILINE)


EXAMPLES = [(page, text) for page in PAGES for text in fences(page, "toml")]
PROGRAMS = [(page, text) for page in PAGES for text in fences(page, "python")]


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_link_leads_somewhere(page: Path) -> None:
    """A link to a file finds it, and a link to a heading finds that too."""
    for target in links(page):
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), f"{shown(page)} links to {target}"
        if anchor:
            assert anchor in anchors(file), f"{shown(page)} links to {target}"


def test_every_check_is_listed_as_it_is() -> None:
    """The index has a row for each check, in the catalog's order, with what the catalog says."""
    text = (DOCS / "checks.md").read_text("utf-8")
    table = re.search(r"^\| check \|.*\n((?:\|.*\n)+)", text, re.MULTILINE)
    assert table is not None

    told = [cells(line) for line in table[1].splitlines()[1:]]

    assert told == [
        [
            f"[`{check.id}`](../harness/checks/pages/{check.id}.md)",
            check.title,
            check.severity.value,
            check.leg.value if check.leg else "–",
            ", ".join(f"`{kind}`" for kind in sorted(check.needs)),
        ]
        for check in CATALOG
    ]


def test_every_key_is_documented_and_every_documented_key_is_there() -> None:
    """The tables of keys and the JSON Schema for editors name the same keys."""
    told = {names: {_CODE.findall(row[0])[0] for row in found} for names, found in documented()}

    assert {name for names in told for name in names} == TABLES.keys()
    for names, keys in told.items():
        assert keys == {key for name in names for key in properties(name)}, names


def test_every_documented_default_is_the_one_in_force() -> None:
    """A default is written as TOML, or says that there is none, or that the key is required."""
    for names, found in documented():
        known = {key: value for name in names for key, value in properties(name).items()}
        for row in found:
            key, default = _CODE.findall(row[0])[0], row[2]
            if default in ("–", "required"):
                assert known[key].get("default") is None, key
                continue
            written = tomllib.loads(f"value = {default.strip('`')}")["value"]
            assert written == known[key].get("default", {}), key


def test_what_is_required_is_told_so() -> None:
    """A key is called required where the settings ask for it."""
    for names, found in documented():
        told = {_CODE.findall(row[0])[0] for row in found if row[2] == "required"}
        fields = [item for name in names for item in TABLES[name].model_fields.items()]
        assert told == {one.alias or key for key, one in fields if one.is_required()}


def test_every_example_of_a_key_is_accepted() -> None:
    """The example of each key is read by one of the tables that its row describes."""
    for names, found in documented():
        examples = {_CODE.findall(row[0])[0]: row[4].strip("`") for row in found}
        for row in found:
            key, example = _CODE.findall(row[0])[0], row[4].strip("`")
            name = next(name for name in names if key in properties(name))
            missing = {
                field.alias or other
                for other, field in TABLES[name].model_fields.items()
                if field.is_required() and (field.alias or other) != key
            }
            filled = "\n".join([*(examples[other] for other in sorted(missing)), example])
            raw = tomllib.loads(example)
            assert list(raw) == [key], example
            read(filled, TABLES[name])


@pytest.mark.parametrize(
    ("page", "text"), EXAMPLES, ids=[f"{shown(page)}:{n}" for n, (page, _) in enumerate(EXAMPLES)]
)
def test_every_example_of_a_configuration_is_accepted(page: Path, text: str) -> None:
    """An example of a table is read without a fault, and names checks and rules that there are."""
    if text.startswith(f"# {WAIVERS_FILE}"):
        read(text, WaiverFile)
        return
    if text.startswith(f"# {POLICY_FILE}"):
        policy = read(text, PolicyFile)
    else:
        table = read(workspace_of(text), WorkspaceTable)
        assert isinstance(table, WorkspaceTable)
        assert table.service or table.members or table.services
        policy = table.policy
    assert isinstance(policy, PolicyTable)
    assert policy.levels.keys() <= {check.id for check in CATALOG}
    assert policy.changes.keys() <= {rule.id for rule in RULES}


def test_examples_of_both_files_are_shown() -> None:
    """The settings may stand in either file, and both are shown."""
    first_lines = [text.splitlines()[0] for _, text in EXAMPLES]

    assert any(PROJECT_FILE in line for line in first_lines)
    assert any(OWN_FILE in line for line in first_lines)


@pytest.mark.parametrize(
    ("page", "text"), PROGRAMS, ids=[f"{shown(page)}:{n}" for n, (page, _) in enumerate(PROGRAMS)]
)
def test_every_program_compiles(page: Path, text: str) -> None:
    """An example in Python is Python."""
    compile(text, shown(page), "exec", dont_inherit=True)


def test_the_example_of_a_reader_is_what_the_declaration_gives() -> None:
    """The reader on the page of contracts is that of the page's own model."""
    from harness.consumer.bodies import comment_of
    from harness.consumer.declaration import Declaration, declared_on
    from harness.consumer.mocking import reply_body

    page = DOCS / "contracts.md"
    program = fences(page, "python")[0]
    space: dict[str, Any] = {"__name__": "contracts_page"}
    exec(compile(program, shown(page), "exec", dont_inherit=True), space)

    (declaration,) = declared_on(space["test_stock_of_a_known_sku"])
    assert isinstance(declaration, Declaration)
    told = json.loads(fences(page, "json")[0])["comments"]["contract-harness"]

    assert comment_of(reply_body(declaration), None) == told
