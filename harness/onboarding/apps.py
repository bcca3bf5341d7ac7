"""Where applications begin: instances of frameworks, and functions that make them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from harness.onboarding.modules import Module, is_aside, is_importable, statements, targets
from harness.onboarding.tree import Tree, base, parent

DJANGO: Final = "Django"
# What makes an application, by its full name: the framework as people call it.
_MAKERS: Final[Mapping[str, str]] = {
    "apiflask.APIFlask": "APIFlask",
    "blacksheep.Application": "BlackSheep",
    "bottle.Bottle": "Bottle",
    "channels.routing.ProtocolTypeRouter": DJANGO,
    "connexion.App": "Connexion",
    "connexion.AsyncApp": "Connexion",
    "connexion.FlaskApp": "Connexion",
    "django.core.asgi.get_asgi_application": DJANGO,
    "django.core.wsgi.get_wsgi_application": DJANGO,
    "falcon.App": "Falcon",
    "falcon.asgi.App": "Falcon",
    "fastapi.FastAPI": "FastAPI",
    "fastapi.applications.FastAPI": "FastAPI",
    "flask.Flask": "Flask",
    "flask_openapi3.OpenAPI": "Flask-OpenAPI3",
    "litestar.Litestar": "Litestar",
    "litestar.app.Litestar": "Litestar",
    "quart.Quart": "Quart",
    "starlette.applications.Starlette": "Starlette",
}
# Those that serve a document of themselves where the harness looks.
SELF_DESCRIBING: Final = frozenset({"APIFlask", "FastAPI"})
_USUAL_NAMES = ("app", "application", "api")
_USUAL_MODULES = ("app", "main", "asgi", "wsgi", "api", "server", "application")
_STARTS = re.compile(
    r"\b(?:uvicorn|gunicorn|hypercorn|granian|daphne|waitress-serve|fastapi|flask)\b[^\n]*?"
    r"(?P<target>[A-Za-z_][\w.]*:[A-Za-z_]\w*)"
)
_START_FILES = ("Procfile", "docker-compose.yml", "docker-compose.yaml", "compose.yaml",
                "compose.yml", "entrypoint.sh", "start.sh", "run.sh", "Makefile")  # fmt: skip


@dataclass(frozen=True, slots=True)
class App:
    """
    A place where an application is had.

    Shape: `needs` are the parameters that a factory cannot do without; `maker` is the module of
    the factory that an instance comes from.
    """

    module: Module
    attribute: str
    line: int
    framework: str
    is_factory: bool = False
    needs: tuple[str, ...] = ()
    maker: Module | None = None

    @property
    def home(self) -> Module:
        """The module of the service that it is the application of."""
        return self.maker or self.module

    @property
    def target(self) -> str:
        """What a table names it by."""
        return f"{self.module.name}:{self.attribute}{'()' if self.is_factory else ''}"

    @property
    def where(self) -> str:
        """Its file and line."""
        return f"{self.module.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Started:
    """A start command that names an application, and where it stands."""

    target: str
    directory: str
    where: str


def started_in(tree: Tree) -> tuple[Started, ...]:
    """Find the start commands of containers, process files and scripts."""
    return tuple(
        Started(found["target"], parent(path), f"{path}:{number}")
        for path in tree.files()
        if base(path) in _START_FILES or base(path).startswith("Dockerfile")
        for number, line in enumerate((tree.text(path) or "").splitlines(), 1)
        for found in [_STARTS.search(re.sub(r'["\',]+\s*', " ", line))]
        if found
    )


def apps_in(modules: Iterable[Module]) -> tuple[App, ...]:
    """Find the applications of all modules that are not about something else."""
    known = [one for one in modules if not is_aside(one.path) and is_importable(one)]
    factories = [app for one in known for app in _factories(one)]
    by_name = {f"{app.module.name}.{app.attribute}": app for app in factories}
    # A package hands on what its modules define.
    for one in known:
        for local, full in one.imported.items():
            if full in by_name:
                by_name.setdefault(f"{one.name}.{local}", by_name[full])
    instances = [app for one in known for app in _instances(one, by_name)]
    return (*instances, *factories)


def _instances(module: Module, factories: Mapping[str, App]) -> Iterator[App]:
    kinds = _kinds(module)
    for node in statements(module.tree.body):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or not isinstance(node.value, ast.Call):
            continue
        name = module.qualified(node.value.func)
        factory = factories.get(name)
        framework = factory.framework if factory else kinds.get(name, "")
        maker = factory.module if factory else None
        for target in targets(node) if framework else ():
            yield App(module, target, node.lineno, framework, maker=maker)


def _factories(module: Module) -> Iterator[App]:
    kinds = _kinds(module)
    for node in statements(module.tree.body):
        if isinstance(node, ast.FunctionDef) and (framework := _returned(module, node, kinds)):
            yield App(module, node.name, node.lineno, framework, True, _needs(node.args))


def _kinds(module: Module) -> dict[str, str]:
    """The makers that a module knows, its own subclasses of frameworks among them."""
    kinds = dict(_MAKERS)
    for node in statements(module.tree.body):
        if isinstance(node, ast.ClassDef):
            bases = (kinds.get(module.qualified(one)) for one in node.bases)
            if framework := next((one for one in bases if one), None):
                kinds[f"{module.name}.{node.name}"] = framework
    return kinds


def _returned(module: Module, function: ast.FunctionDef, kinds: Mapping[str, str]) -> str:
    """The framework whose application a function returns, empty where it returns none."""
    made: dict[str, str] = {}
    for node in ast.walk(function):
        match node:
            case ast.Assign(value=ast.Call(func=func)) | ast.AnnAssign(value=ast.Call(func=func)):
                if framework := kinds.get(module.qualified(func)):
                    made.update(dict.fromkeys(targets(node), framework))
    for node in ast.walk(function):
        match node:
            case ast.Return(value=ast.Name(id=name)) if name in made:
                return made[name]
            case ast.Return(value=ast.Call(func=func)) if module.qualified(func) in kinds:
                return kinds[module.qualified(func)]
    return ""


def _needs(arguments: ast.arguments) -> tuple[str, ...]:
    plain = [*arguments.posonlyargs, *arguments.args]
    required = plain[: len(plain) - len(arguments.defaults)]
    named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return tuple(one.arg for one in (*required, *(each for each, value in named if not value)))


def best_first(apps: Iterable[App], started: Iterable[Started]) -> list[App]:
    """Order the applications of one service: what is started in earnest comes first."""
    named = {one.target for one in started}

    def rank(app: App) -> tuple[object, ...]:
        last = app.module.name.rpartition(".")[2]
        return (
            f"{app.module.name}:{app.attribute}" not in named,
            bool(app.needs),
            app.is_factory,
            app.framework == DJANGO and last != "wsgi",
            _place(app.attribute, _USUAL_NAMES),
            _place(last, _USUAL_MODULES),
            app.module.path.count("/"),
            app.where,
        )

    return sorted(apps, key=rank)


def _place(name: str, names: tuple[str, ...]) -> int:
    return names.index(name) if name in names else len(names)
