"""Which directories and packages are services, and what gives them their packages."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from harness.onboarding.apps import App
from harness.onboarding.clients import name_key
from harness.onboarding.modules import Module, is_aside, own_tops
from harness.onboarding.tree import Tree, base, is_below, joined, parent

_MARKERS = frozenset(
    {"pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "manage.py", "Pipfile",
     "Dockerfile"}
)  # fmt: skip
_COLLECTIONS = frozenset({"services", "apps", "microservices", "packages", "backends"})
_GENERIC = frozenset({"app", "src", "backend", "server", "service", "api", "code", "main", "web"})


@dataclass(frozen=True, slots=True)
class Project:
    """
    A service as its files lie.

    Shape: `directory` and `root`, where its imports begin, are relative to the tree; `tops` are its
    own packages at that root; `apps` may be empty.
    """

    name: str
    directory: str
    root: str
    tops: tuple[str, ...]
    modules: tuple[Module, ...]
    apps: tuple[App, ...]

    @property
    def key(self) -> str:
        """What its name is compared by."""
        return name_key(self.name)


@dataclass(frozen=True, slots=True)
class _Group:
    directory: str
    root: str
    tops: tuple[str, ...]
    is_shared: bool


def projects_in(
    tree: Tree,
    modules: tuple[Module, ...],
    apps: tuple[App, ...],
    consumers: frozenset[str],
    others: frozenset[str] = frozenset(),
) -> tuple[Project, ...]:
    """
    Tell the services of a tree apart.

    Shape: `consumers` are the keys of those that contract tests speak of, which need not answer
    anybody; `others` those of providers and of what documents describe, which may speak in messages
    alone.
    """
    marked = _marked(tree)
    named = _Named(consumers, others)
    groups = [*_serving(marked, modules, apps), *_without_app(marked, modules, apps, named)]
    found = [_project(tree, one, modules, apps) for one in _apart(groups)]
    return tuple(sorted(_distinct(found), key=lambda one: (one.directory, one.name)))


@dataclass(frozen=True, slots=True)
class _Named:
    consumers: frozenset[str]
    others: frozenset[str]


def _marked(tree: Tree) -> frozenset[str]:
    return frozenset(parent(path) for path in tree.files() if base(path) in _MARKERS)


def home_of(path: str, marked: Iterable[str]) -> str:
    """The directory of the service that a file belongs to, by its markers, else by its place."""
    above = [one for one in marked if one and is_below(path, one)]
    if above:
        return max(above, key=len)
    first, *rest = path.split("/")
    return f"{first}/{rest[0]}" if first in _COLLECTIONS and len(rest) > 1 else ""


def _serving(
    marked: frozenset[str], modules: tuple[Module, ...], apps: tuple[App, ...]
) -> Iterator[_Group]:
    homes: dict[str, dict[tuple[str, str], None]] = {}
    for app in apps:
        inside = homes.setdefault(home_of(app.home.path, marked), {})
        inside[(app.home.root, app.home.top)] = None
    for home, found in homes.items():
        roots = {root for root, _ in found}
        for root, top in found:
            shares = sum(1 for each, _ in found if each == root) > 1
            directory = home if len(roots) == 1 else _above_src(root)
            tops = (top,) if shares else tuple(dict.fromkeys((*own_tops(modules, root), top)))
            yield _Group(directory, root, tops, shares)


def _above_src(root: str) -> str:
    return parent(root) if base(root) == "src" else root


def _without_app(
    marked: frozenset[str],
    modules: tuple[Module, ...],
    apps: tuple[App, ...],
    named: _Named,
) -> Iterator[_Group]:
    """Those that contracts and documents name, and programs beside a service."""
    serving = {(app.home.root, app.home.top) for app in apps}
    candidates = {
        (one.root, one.top): home_of(one.path, marked)
        for one in modules
        if one.name != one.top or is_below(one.path, joined(one.root, one.top))
        if not is_aside(one.path)
    }
    runnable = {(one.root, one.top) for one in modules if base(one.path) == "__main__.py"}
    served_homes = {home_of(app.home.path, marked) for app in apps}
    for (root, top), home in candidates.items():
        if (root, top) in serving or (not root and top in _COLLECTIONS):
            continue
        keys = {name_key(top), name_key(base(home))}
        by_test = bool(keys & named.consumers)
        by_document = name_key(top) in named.others and home not in served_homes
        beside = any(root == each for each, _ in serving)
        by_itself = bool(home) and home not in served_homes and (root, top) in runnable
        if (
            (by_test and (beside or home not in served_homes))
            or by_itself
            or by_document
            or (beside and (root, top) in runnable)
        ):
            is_named = name_key(top) in named.consumers | named.others
            yield _Group(home, root, (top,), is_shared=beside or is_named)


def _apart(groups: list[_Group]) -> Iterator[_Group]:
    """Take from a service the packages that turned out to be another's."""
    alone = {(one.root, one.tops[0]) for one in groups if one.is_shared}
    for one in groups:
        left = tuple(top for top in one.tops if one.is_shared or (one.root, top) not in alone)
        yield _Group(one.directory, one.root, left or one.tops, one.is_shared)


def _project(
    tree: Tree, group: _Group, modules: tuple[Module, ...], apps: tuple[App, ...]
) -> Project:
    own = tuple(
        one
        for one in modules
        if one.root == group.root and one.top in group.tops and not is_aside(one.path)
    )
    # What starts an application may stand beside the packages, as in `wsgi.py`.
    paths = {one.path for one in own}
    near = tuple(app for app in apps if app.home.path in paths)
    beside = tuple(app.module for app in near if app.module.path not in paths)
    return Project(
        _name(tree, group), group.directory, group.root, group.tops,
        (*own, *dict.fromkeys(beside)), near,
    )  # fmt: skip


def _name(tree: Tree, group: _Group) -> str:
    if group.is_shared:
        return group.tops[0]
    if group.directory:
        parts = [part for part in reversed(group.directory.split("/")) if part not in _GENERIC]
        return parts[0] if parts else base(group.directory)
    return project_name(tree, group.directory) or _told(tree.name, group.tops)


def _told(name: str, tops: tuple[str, ...]) -> str:
    telling = [one for one in tops if one not in _GENERIC]
    return name if name and name_key(name) not in _GENERIC else (telling or [name])[0]


def project_name(tree: Tree, directory: str) -> str:
    """The name that a project gives itself."""
    table = toml_of(tree, joined(directory, "pyproject.toml"))
    project, tool = table.get("project"), table.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    for one in (project, poetry):
        name = one.get("name") if isinstance(one, dict) else None
        if isinstance(name, str) and name:
            return name
    return ""


def toml_of(tree: Tree, path: str) -> Mapping[str, object]:
    """The tables of a TOML file, none where there is no such file or it cannot be read."""
    try:
        return tomllib.loads(tree.text(path) or "")
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def _distinct(found: list[Project]) -> Iterator[Project]:
    """Give services that would share a name the name of their whole path."""
    names = [one.name for one in found]
    for one in found:
        whole = "-".join((*one.directory.split("/"), *one.tops)) if one.directory else one.tops[0]
        name = one.name if names.count(one.name) == 1 else whole
        yield Project(name, one.directory, one.root, one.tops, one.modules, one.apps)
