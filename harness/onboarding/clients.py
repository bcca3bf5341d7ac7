"""Who calls whom: variables that hold the addresses of services, and the clients that use them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from harness.onboarding.environment import Read
from harness.onboarding.modules import Module, is_aside

LIBRARIES = ("httpx", "requests", "aiohttp", "urllib3", "niquests")
_VERBS = frozenset(
    {"get", "post", "put", "patch", "delete", "head", "options", "request", "stream"}
)
_CLIENTS = frozenset({"Client", "AsyncClient", "Session", "ClientSession"})
_ENDS = frozenset({"URL", "URI", "BASEURL", "ENDPOINT", "ADDRESS", "ADDR"})
_AROUND = _ENDS | {"BASE", "API", "SERVICE", "SVC", "ROOT", "HTTP", "INTERNAL", "SERVER"}
# Addresses of what is no service of ours, or of the service itself.
_OTHERS = frozenset({
    "AMQP", "BROKER", "CACHE", "CALLBACK", "CANCEL", "CELERY", "DATABASE", "DB", "DOCS",
    "ELASTIC", "ELASTICSEARCH", "FRONTEND", "JAEGER", "KAFKA", "LDAP", "LOGIN", "LOGOUT",
    "MAIL", "MARIADB", "MEDIA", "MEMCACHED", "MONGO", "MONGODB", "MYSQL", "NATS", "OPENAPI",
    "OTEL", "OTLP", "PG", "POSTGRES", "POSTGRESQL", "PROMETHEUS", "PROXY", "PUBLIC", "RABBIT",
    "RABBITMQ", "REDIRECT", "REDIS", "RESULT", "RETURN", "S3", "SELF", "SENTRY", "SITE", "SMTP",
    "SQLALCHEMY", "STATIC", "SUCCESS", "VAULT", "WEBHOOK", "ZIPKIN",
})  # fmt: skip
_NOISE = frozenset({"service", "svc", "api", "server", "app", "backend", "client"})


@dataclass(frozen=True, slots=True)
class Call:
    """A request that code sends: the names its address is made of, or the address itself."""

    module: Module
    line: int
    library: str
    names: frozenset[str]
    address: str

    @property
    def where(self) -> str:
        """Its file and line."""
        return f"{self.module.path}:{self.line}"


def name_key(name: str) -> str:
    """A service's name without what spelling adds: `Catalog-Service` is `catalog`."""
    words = re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower())
    telling = [one for one in words if one not in _NOISE] or words
    return "".join(telling)


def named_service(read: Read, own: str) -> str | None:
    """
    The key of the service whose address a variable holds, by its name; None where it holds none.

    Shape: `own` is the service that reads it, whose name may stand before.
    """
    words = [one for one in read.variable.upper().split("_") if one]
    while words and words[-1] in {"V1", "V2", "V3"}:
        words.pop()
    if not words or words[-1] not in _ENDS or _OTHERS & set(words):
        return None
    if read.default and "://" in read.default and not read.default.startswith("http"):
        return None
    while words and words[-1] in _AROUND:
        words.pop()
    key = name_key("_".join(words)) if words else ""
    own_key = name_key(own)
    if key == own_key:
        return None
    return key.removeprefix(own_key) if key.startswith(own_key) else key or None


def host_key(address: str | None) -> str:
    """The key of the service that an address names by its host, empty where it names none."""
    try:
        host = urlsplit(address or "").hostname or ""
    except ValueError:
        return ""
    first = host.partition(".")[0]
    return "" if first in ("localhost", "127", "0", "", "example") else name_key(first)


def calls_in(modules: Iterable[Module]) -> tuple[Call, ...]:
    """Find the requests and clients of all modules."""
    return tuple(call for one in modules if not is_aside(one.path) for call in _calls(one))


def _calls(module: Module) -> Iterator[Call]:
    if not module.first_import.keys() & set(LIBRARIES):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and (library := _library(module, node)):
            address = _address_of(node)
            if address is not None:
                names = frozenset(_names(address))
                yield Call(module, node.lineno, library, names, module.text_of(address) or "")


def _library(module: Module, node: ast.Call) -> str:
    library, _, rest = module.qualified(node.func).partition(".")
    last = rest.rpartition(".")[2]
    return library if library in LIBRARIES and last in _VERBS | _CLIENTS else ""


def _address_of(node: ast.Call) -> ast.expr | None:
    named = {one.arg: one.value for one in node.keywords}
    for key in ("base_url", "url"):
        if key in named:
            return named[key]
    last = ast.unparse(node.func).rpartition(".")[2]
    if last in _VERBS and node.args:
        return (
            node.args[1] if last in ("request", "stream") and len(node.args) > 1 else node.args[0]
        )
    return None


def _names(node: ast.expr) -> Iterator[str]:
    for one in ast.walk(node):
        match one:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                yield name


def call_with(read: Read, calls: Iterable[Call]) -> Call | None:
    """The first request whose address is made of what a variable holds."""
    return next((one for one in calls if one.names & set(read.held_in)), None)


def first_library(modules: Iterable[Module], key: str) -> str:
    """
    Where code imports what requests are sent with; empty where it imports none.

    Shape: a module that is called after the service of that key comes first.
    """
    for one in sorted(modules, key=lambda module: key not in module.path):
        for library in LIBRARIES:
            if library in one.first_import and not is_aside(one.path):
                return f"{library} at {one.path}:{one.first_import[library]}"
    return ""


def nearest(key: str, names: Mapping[str, str]) -> str | None:
    """The service of a key, which may lack or add the plural's `s`."""
    for one in (key, f"{key}s", key.removesuffix("s")):
        if one and one in names:
            return names[one]
    return None
