"""The files that a workspace is to have, and what is to be added to those that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from harness.onboarding.contract_files import EXAMPLE_MARK
from harness.onboarding.examples import (
    NOXFILE,
    SESSIONS,
    contract_directory,
    contract_example,
    contract_path,
)
from harness.onboarding.found import Entry, ServiceFound, SystemFound, Vendor
from harness.onboarding.pipelines import PATHS, pipeline_text
from harness.onboarding.toml_text import configuration, tables
from harness.onboarding.tree import Tree, seen_from

# By its command, by the action, or by a template.
_RUNS_THE_GATE = re.compile(r"\bharness gate\b|[/.]contract-harness(?:@|\.yml|\b)")
OWN_FILE = "contract-harness.toml"


@dataclass(frozen=True, slots=True)
class Proposal:
    """
    A file, and why it is to be there.

    Shape: where the file is there already, `adds` is what it lacks, empty where it lacks nothing.
    """

    path: str
    why: str
    text: str = ""
    is_there: bool = False
    adds: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """
    The configuration that is there.

    Shape: `file` is its path; `names` are the services that it describes.
    """

    file: str
    names: frozenset[str]


def proposals(
    found: SystemFound, tree: Tree, described: Described | None, vendor: Vendor | None
) -> tuple[Proposal, ...]:
    """Name the files of a first day, in the order in which somebody would make them."""
    edge = _edge_for_example(found, tree)
    told = _with_example(found, edge) if edge else found
    return (
        _configuration(told, described),
        *_example(found, edge),
        _noxfile(tree),
        *_pipeline(found, tree, vendor),
        *_ignored(tree),
    )


def _configuration(found: SystemFound, described: Described | None) -> Proposal:
    count = len(found.services)
    why = f"the table{'s' * (count != 1)} of {count} service{'s' * (count != 1)}"
    if described is None:
        return Proposal(OWN_FILE, why, configuration(found))
    missing = tuple(one for one in found.services if one.name not in described.names)
    externals = tuple(one for one in found.externals if one.name not in described.names)
    if not missing:
        return Proposal(described.file, "describes every service that was found", is_there=True)
    before = "" if described.file.endswith(OWN_FILE) else "tool.contract-harness."
    adds = "\n".join(tables(missing, externals, before=before))
    names = ", ".join(one.name for one in missing)
    return Proposal(described.file, f"does not describe {names}", is_there=True, adds=adds)


def _edge_for_example(found: SystemFound, tree: Tree) -> tuple[str, str] | None:
    """An edge without contract tests, none where an example is there already."""
    has_example = any(
        path.startswith("contracts/") and EXAMPLE_MARK in (tree.text(path) or "")
        for path in tree.files()
        if path.endswith(".py")
    )
    there = set(tree.files())
    free = (edge for edge in found.untested if contract_path(*edge) not in there)
    return None if has_example else next(free, None)


def _with_example(found: SystemFound, edge: tuple[str, str]) -> SystemFound:
    """The system with a line for the example in its consumer's table, which does not count yet."""
    return replace(found, services=tuple(_pointing(one, edge) for one in found.services))


def _pointing(one: ServiceFound, edge: tuple[str, str]) -> ServiceFound:
    if one.name != edge[0] or one.value("contract_tests"):
        return one
    written = seen_from(one.directory, contract_directory(one.name))
    why = f"once {contract_path(*edge)} is a contract, and no example any more"
    return replace(
        one, entries=(*one.entries, Entry("contract_tests", (written,), why, sure=False))
    )


def _example(found: SystemFound, edge: tuple[str, str] | None) -> Iterator[Proposal]:
    if edge:
        why = f"an example of a contract: nothing tests what {edge[0]} relies on of {edge[1]}"
        yield Proposal(contract_path(*edge), why, contract_example(found, *edge))


def _noxfile(tree: Tree) -> Proposal:
    why = "sessions `doctor`, `contracts` and `gate`"
    text = tree.text("noxfile.py") or ""
    if "noxfile.py" not in tree.files():
        return Proposal("noxfile.py", why, NOXFILE)
    if re.search(r"harness\b.*\bgate\b", text):
        return Proposal("noxfile.py", "has a session for the gate", is_there=True)
    return Proposal("noxfile.py", "has no session for the gate", is_there=True, adds=SESSIONS)


def _pipeline(found: SystemFound, tree: Tree, vendor: Vendor | None) -> Iterator[Proposal]:
    if vendor is None:
        return
    for path in tree.files():
        is_pipeline = path.startswith(".github/workflows/") or path in PATHS.values()
        if is_pipeline and _RUNS_THE_GATE.search(tree.text(path) or ""):
            yield Proposal(path, "runs the gate", is_there=True)
            return
    path, text = PATHS[vendor], pipeline_text(found, vendor)
    if path in tree.files():
        yield Proposal(path, "does not run the gate", is_there=True, adds=text)
    else:
        yield Proposal(path, f"the gate on {vendor.value}", text)


def _ignored(tree: Tree) -> Iterator[Proposal]:
    text = tree.text(".gitignore")
    if text is not None and ".harness" not in text:
        why = "does not leave out what runs keep"
        yield Proposal(".gitignore", why, is_there=True, adds=".harness/\n")
