"""Server addresses and the base paths that they put before every path."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from harness.documents.places import Problems, Where
from harness.domain.json import Json, kind_of

_MAX_ALTERNATIVES = 32
_VARIABLE = re.compile(r"\{([^{}]*)\}")


def read_servers(node: Json, where: Where, problems: Problems) -> tuple[str, ...]:
    """The addresses of a list of servers, with their variables filled in."""
    if node is None:
        return ()
    if not isinstance(node, list):
        problems.structure(where, f"expected a list as `servers`, seen {kind_of(node)}")
        return ()
    found: list[str] = []
    for at, server in enumerate(node):
        url = server.get("url") if isinstance(server, dict) else None
        if isinstance(server, dict) and isinstance(url, str):
            found.extend(_filled(url, server.get("variables")))
        else:
            problems.structure((where, at), "expected a server with a `url`")
    return tuple(dict.fromkeys(found))


def base_paths(urls: tuple[str, ...]) -> tuple[str, ...]:
    """What the addresses put before a path, each once; nothing where there is no address."""
    return tuple(dict.fromkeys(base_path(url) for url in urls)) or ("",)


def base_path(url: str) -> str:
    """The path of an address without its last slash."""
    try:
        path = urlsplit(url).path if "://" in url or url.startswith("//") else _relative(url)
    except ValueError:
        # A host that no URL may have says nothing against the path behind it.
        path = "/" + url.partition("://")[2].partition("/")[2]
    path = path.rstrip("/")
    return path if not path or path.startswith("/") else "/" + path


def _relative(url: str) -> str:
    """The path of an address without a scheme: a host that forgot it, or a path."""
    first, _, rest = url.partition("?")[0].partition("/")
    return rest if "." in first.strip(".") or ":" in first else f"{first}/{rest}"


def _filled(url: str, variables: Json) -> Iterator[str]:
    """The address once for every combination of its variables' values, within bounds."""
    known = variables if isinstance(variables, dict) else {}
    names = list(dict.fromkeys(_VARIABLE.findall(url)))
    choices = [list(_values(name, known.get(name))) for name in names]
    for values in itertools.islice(itertools.product(*choices), _MAX_ALTERNATIVES):
        filled = url
        for name, value in zip(names, values, strict=True):
            filled = filled.replace("{" + name + "}", value)
        yield filled


def _values(name: str, variable: Json) -> Iterator[str]:
    described: Mapping[str, Json] = variable if isinstance(variable, dict) else {}
    default, values = described.get("default"), described.get("enum")
    listed = values if isinstance(values, list) else []
    known = dict.fromkeys(str(each) for each in [default, *listed] if each is not None)
    yield from known or {"{" + name + "}": None}
