"""Look at a tree of files: what is a service here, who uses whom, and what is tested already."""

from __future__ import annotations

import ast
import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping

from harness.onboarding.api_documents import documents_in
from harness.onboarding.apps import apps_in, started_in
from harness.onboarding.clients import calls_in, name_key
from harness.onboarding.consuming import Neighbourhood, consumed, externals, is_of, tested
from harness.onboarding.contract_files import PactFile, contract_tests, pact_files
from harness.onboarding.describing import Around, described
from harness.onboarding.environment import reads_in
from harness.onboarding.found import Entry, ServiceFound, SystemFound
from harness.onboarding.installing import installed
from harness.onboarding.modules import read_modules
from harness.onboarding.projects import Project, projects_in
from harness.onboarding.tree import Tree, parent
from harness.onboarding.vendors import pipeline_of

USUAL_PACTS = "contracts/pacts"


def look(tree: Tree) -> SystemFound:
    """Find all that a workspace's configuration says, without running anything."""
    started = started_in(tree)
    modules = read_modules(tree, (one.target for one in started))
    pacts, tests = pact_files(tree), contract_tests(modules, tree)
    named = {*(one.consumer for one in pacts), *(one.consumer for one in tests)} - {""}
    consumers = frozenset(map(name_key, named))
    reads, documents = reads_in(modules), documents_in(tree)
    providers = {
        *(one.provider for one in pacts),
        *(each for one in tests for each in one.providers),
    }
    others = frozenset(map(name_key, providers)).union(*(one.keys for one in documents)) - {""}
    projects = projects_in(tree, modules, apps_in(modules), consumers, others)
    names = {one.key: one.name for one in projects}
    near = Neighbourhood(names, reads, calls_in(modules), documents, tests, pacts)
    elsewhere = externals(projects, near)
    whole = Neighbourhood(
        {**names, **{one.name: one.name for one in elsewhere}},
        reads, near.calls, documents, tests, pacts,
    )  # fmt: skip
    around = Around(
        tree, started, reads, documents, frozenset(names),
        tuple(one.directory for one in projects), frozenset(one.document for one in elsewhere),
        frozenset(name_key(one.provider) for one in pacts if one.has_messages),
    )  # fmt: skip
    return SystemFound(
        services=tuple(_service(one, around, whole) for one in projects),
        externals=elsewhere,
        workspace=tuple(_pacts(pacts)),
        pipeline=pipeline_of(tree),
        tested=_tested_edges(projects, whole),
        routes={one.name: route for one in projects if (route := _route(one, around))},
    )


def _service(project: Project, around: Around, near: Neighbourhood) -> ServiceFound:
    entries = (
        *described(project, around),
        *tested(project, near),
        *consumed(project, near),
    )
    return ServiceFound(
        project.name,
        project.directory,
        entries,
        project.root,
        project.tops,
        tuple(installed(around.tree, project.directory, entries)),
    )


def _pacts(found: tuple[PactFile, ...]) -> Iterator[Entry]:
    """The directories of pacts: the usual one first, then the one that holds most."""
    counted = Counter(parent(one.path) for one in found)
    ordered = sorted(counted, key=lambda one: (one != USUAL_PACTS, -counted[one], one))
    if ordered and ordered != [USUAL_PACTS]:
        first = next(one.path for one in found if parent(one.path) == ordered[0])
        why = f"{len(found)} pacts lie there; the first directory receives new ones"
        yield Entry("pacts", tuple(one or "." for one in ordered), why, first)


def _tested_edges(
    projects: tuple[Project, ...], near: Neighbourhood
) -> Mapping[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for test in near.tests:
        for project in projects:
            if is_of(test, project, near.names):
                for name in test.providers:
                    provider = near.names.get(name_key(name), name)
                    found.setdefault((project.name, provider), test.path)
    return found


def _route(project: Project, around: Around) -> str:
    """A plain path that a service answers a GET on, by its document, else by its routes."""
    for one in around.documents:
        if one.route and project.key in one.keys:
            return one.route
    routes = (
        text
        for module in project.modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for one in node.decorator_list
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.args
        if one.func.attr in ("get", "route")
        if (text := module.text_of(one.args[0]) or "").startswith("/")
    )
    plain = [one for one in routes if not {"{", "<", "…"} & set(one)]
    return posixpath.normpath(plain[0]) if plain else ""
