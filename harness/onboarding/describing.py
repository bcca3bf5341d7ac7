"""The lines of one service's table: what is certain, and what is only likely."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from harness.onboarding.api_documents import FoundDocument
from harness.onboarding.apps import DJANGO, SELF_DESCRIBING, App, Started, best_first
from harness.onboarding.environment import Read
from harness.onboarding.found import Entry, remark
from harness.onboarding.modules import Module, runs_by_itself, statements, targets
from harness.onboarding.projects import Project
from harness.onboarding.tree import Tree, base, is_below, joined, seen_from

_DATABASE = re.compile(r"(?:.*_)?(?:DATABASE|DB|SQLALCHEMY)(?:_.*)?_(?:URL|URI|DSN)|DATABASE")
_SQLITE = re.compile(r"sqlite(?:\+\w+)?:///")
_FILE = re.compile(r".+\.(?:db|sqlite3?)$")
_MESSAGES = frozenset({"provider_messages", "pact_messages", "pact_provider_messages"})
_STATES = frozenset({"provider_states", "pact_states", "pact_provider_states"})
# With these the running application serves a document where the harness looks.
_DESCRIBING = frozenset({"ninja", "drf_spectacular", "flask_restx", "flask_smorest", "litestar",
                         "connexion", "flask_openapi3"})  # fmt: skip
_ENVIRONMENTS = (".venv", "venv", "env")
_LOCKS = {"uv.lock": "uv sync", "poetry.lock": "poetry install", "Pipfile.lock": "pipenv sync"}


@dataclass(frozen=True, slots=True)
class Around:
    """
    What was found in the tree besides a service's own code.

    Shape: `keys` are those of all services, and `directories` theirs; `elsewhere` are the documents
    of neighbours that are not here; `sending` are the keys of providers that owe messages.
    """

    tree: Tree
    started: tuple[Started, ...]
    reads: tuple[Read, ...]
    documents: tuple[FoundDocument, ...]
    keys: frozenset[str]
    directories: tuple[str, ...]
    elsewhere: frozenset[str]
    sending: frozenset[str]


def described(project: Project, around: Around) -> Iterator[Entry]:
    """Everything about a service but whom it uses and who tests it."""
    yield from _app(project, around)
    yield from _python(project, around.tree)
    where = project.modules[0].path if project.modules else ""
    if project.root != project.directory:
        where = project.modules[0].path if project.modules else ""
        yield Entry(
            "root", seen_from(project.directory, project.root), "imports begin there", where
        )
    if project.tops:
        where = project.modules[0].path if project.modules else ""
        yield Entry("packages", project.tops, "its own code", where)
    yield from _documents(project, around)
    kept = tuple(_databases(project, around.reads))
    yield from kept
    yield from _needed(project, around.reads)
    yield from _prepare(project, around.tree, is_apart=any(one.sure for one in kept))
    yield from _states(project)
    yield from _messages(project, around)


def _app(project: Project, around: Around) -> Iterator[Entry]:
    started = [one for one in around.started if is_below(one.directory, project.directory)]
    apps = best_first(project.apps, started)
    for number, app in enumerate(apps):
        if app.needs:
            why = (
                f"{app.framework}: a factory that asks for {', '.join(app.needs)}: give a function"
            )
            yield Entry("app", app.target, f"{why} without parameters", app.where, sure=False)
        elif number:
            if not app.is_factory:
                yield Entry("app", app.target, "another application", app.where, sure=False)
        else:
            by = next((one.where for one in started if _is_meant(one, app)), "")
            why = f"{app.framework}: {'a factory' if app.is_factory else 'an application'}"
            yield Entry("app", app.target, f"{why}, started at {by}" if by else why, app.where)
    if not apps:
        for module in project.modules:
            if base(module.path) == "__main__.py":
                command = ("{python}", "-m", module.name.removesuffix(".__main__"))
                why = "a program; does it end by itself?"
                yield Entry(f"jobs.{project.name}", command, why, module.path, sure=False)


def _is_meant(started: Started, app: App) -> bool:
    return started.target == f"{app.module.name}:{app.attribute}"


def _python(project: Project, tree: Tree) -> Iterator[Entry]:
    files = set(tree.files())
    for directory in dict.fromkeys((project.directory, "")):
        for name in _ENVIRONMENTS:
            place = joined(directory, name)
            if joined(place, "pyvenv.cfg") in files:
                where = joined(place, "pyvenv.cfg")
                written = seen_from(project.directory, place)
                yield Entry("python", written, "a virtual environment", where)
                return
    for lock, command in _LOCKS.items():
        if joined(project.directory, lock) in files:
            why = f"after `{command}` in its directory; until then the harness's own is used"
            yield Entry("python", ".venv", why, joined(project.directory, lock), sure=False)
            return


def _documents(project: Project, around: Around) -> Iterator[Entry]:
    serves = bool(project.apps)
    describes = serves and _describes_itself(project)
    over_http = list[FoundDocument]()
    for one in around.documents:
        if not _is_about(one, project, around):
            continue
        if one.fault:
            yield remark(f"a document that cannot be read: {one.fault}", one.path)
        elif one.kind == "OpenAPI":
            over_http.append(one)
        else:
            yield Entry("documents", (_seen(project, one),), "AsyncAPI", one.path)
    for number, one in enumerate(over_http):
        sure = serves and not describes and not number
        why = one.kind if sure else f"{one.kind}: it would be read instead of what the app serves"
        yield Entry("documents", (_seen(project, one),), why, one.path, sure=sure)
    if serves and not describes and not over_http:
        why = "no API document was found, and without one the gate is inconclusive: name a file"
        yield Entry("documents", ("openapi.json",), why, sure=False)


def _seen(project: Project, document: FoundDocument) -> str:
    return seen_from(project.directory, document.path)


def _is_about(document: FoundDocument, project: Project, around: Around) -> bool:
    """By the name of a service in its path, else by the innermost directory that holds it."""
    named = around.keys & document.keys
    if named or document.path in around.elsewhere:
        return project.key in named
    holding = [one for one in around.directories if is_below(document.path, one)]
    return max(holding, key=len, default=None) == project.directory


def _describes_itself(project: Project) -> bool:
    """Whether the app serves a document by itself."""
    if any(app.framework in SELF_DESCRIBING for app in project.apps):
        return True
    return any(_DESCRIBING & module.first_import.keys() for module in project.modules)


def _own(project: Project, reads: tuple[Read, ...]) -> Iterator[Read]:
    paths = {module.path for module in project.modules}
    seen = set[str]()
    for read in reads:
        if read.module.path in paths and read.variable not in seen:
            seen.add(read.variable)
            yield read


def _databases(project: Project, reads: tuple[Read, ...]) -> Iterator[Entry]:
    """Let each instance have a database of its own where the default is a file."""
    for read in _own(project, reads):
        key, default = f"env.{read.variable}", read.default or ""
        scheme = _SQLITE.match(default)
        if scheme:
            value = f"{scheme.group()}{{tmp}}/{project.tops[0]}.db"
            yield Entry(key, value, f"the default is {default}", read.where)
        elif _FILE.match(default) and "://" not in default:
            value = f"{{tmp}}/{base(default).replace('…', project.tops[0])}"
            yield Entry(key, value, f"the default is the file {default}", read.where)
        elif _DATABASE.fullmatch(read.variable):
            why = f"the default is {default}" if default else "read without a default"
            value = f"sqlite:///{{tmp}}/{project.tops[0]}.db"
            yield Entry(key, value, f"{why}: which database is for tests?", read.where, sure=False)


def _needed(project: Project, reads: tuple[Read, ...]) -> Iterator[Entry]:
    """Tell the variables without which the service may not start."""
    for read in _own(project, reads):
        told = _DATABASE.fullmatch(read.variable) or read.variable.endswith(("_URL", "_URI"))
        if read.is_required and not told:
            why = "read without a default: it must be set here or around the gate"
            yield Entry(f"env.{read.variable}", "", why, read.where, sure=False)


def _prepare(project: Project, tree: Tree, *, is_apart: bool) -> Iterator[Entry]:
    """What makes the tables: certain only where the database is the instance's own."""
    for command, where in _migrations(project, tree):
        why = "makes the tables"
        if not is_apart:
            why += "; it would change the database that the service finds by default"
        yield Entry("prepare", (command,), why, where, sure=is_apart)
        return


def _migrations(project: Project, tree: Tree) -> Iterator[tuple[tuple[str, ...], str]]:
    for module in project.modules:
        if module.name.rpartition(".")[2] == "migrate" and runs_by_itself(module):
            yield ("{python}", "-m", module.name), module.path
    files = set(tree.files())
    manage = joined(project.directory, "manage.py")
    if manage in files and any(app.framework == DJANGO for app in project.apps):
        yield ("{python}", "manage.py", "migrate", "--noinput"), manage
    alembic = joined(project.directory, "alembic.ini")
    if alembic in files:
        yield ("{python}", "-m", "alembic", "upgrade", "head"), alembic


def _messages(project: Project, around: Around) -> Iterator[Entry]:
    """Where the functions are that make what the service publishes."""
    found = [one for one in project.modules if one.name.rpartition(".")[2] in _MESSAGES]
    for module in found:
        if _functions(module):
            yield Entry("messages", module.name, "makes its messages", module.path)
            return
    if project.key in around.sending:
        why = "pacts promise messages of it: name the module with a function for each"
        yield Entry("messages", f"{project.tops[0]}.messages", why, sure=False)


def _functions(module: Module) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions of a module, by name."""
    return {
        one.name: one
        for one in statements(module.tree.body)
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def _states(project: Project) -> Iterator[Entry]:
    for module in project.modules:
        if module.name.rpartition(".")[2] not in _STATES:
            continue
        functions = _functions(module)
        mapping = _mapping(module)
        if mapping:
            yield Entry("states", f"{module.name}:STATES", "provider states", mapping)
        elif functions:
            yield Entry("states", module.name, "provider states", module.path)
        for name, key, why in (
            ("reset", "reset", "gives a clean state"),
            ("credentials", "auth", "gives headers for security schemes"),
        ):
            if name in functions and not functions[name].args.args:
                where = module.at(functions[name])
                yield Entry(key, f"{module.name}:{name}", why, where)


def _mapping(module: Module) -> str:
    for one in statements(module.tree.body):
        if isinstance(one, ast.Assign | ast.AnnAssign) and "STATES" in targets(one):
            return module.at(one)
    return ""
