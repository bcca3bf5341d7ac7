"""Security schemes and requirements of every version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.documents.places import Problems, References, Where, resolve
from harness.domain.document import SecurityRequirement, SecurityScheme
from harness.domain.json import Json, kind_of, shortened


def read_schemes(
    node: Json, where: Where, references: References, problems: Problems
) -> dict[str, SecurityScheme]:
    """The security schemes of a document; what Swagger 2 calls basic is HTTP's basic."""
    if not isinstance(node, dict):
        return {}
    found: dict[str, SecurityScheme] = {}
    for name, written in node.items():
        resolved = resolve(references, problems, written, (where, name), "security scheme")
        if resolved.node is not None:
            found[name] = _scheme(name, resolved.node)
    return found


def _scheme(name: str, node: Mapping[str, Json]) -> SecurityScheme:
    kind = _text(node.get("type"))
    flows = node.get("flows")
    flow = _text(node.get("flow"))
    is_basic = kind == "basic"
    return SecurityScheme(
        name,
        "http" if is_basic else kind,
        "basic" if is_basic else _text(node.get("scheme")).lower(),
        _text(node.get("in")),
        _text(node.get("name")),
        flows if isinstance(flows, dict) else {flow: dict(node)} if flow else {},
    )


def read_requirements(
    node: Json, where: Where, known: Mapping[str, SecurityScheme], problems: Problems
) -> tuple[SecurityRequirement, ...]:
    """The alternatives of a list of requirements; an unknown scheme is told, and kept."""
    if node is None:
        return ()
    if not isinstance(node, list):
        problems.structure(where, f"expected a list as `security`, seen {kind_of(node)}")
        return ()
    found: list[SecurityRequirement] = []
    for at, each in enumerate(node):
        if not isinstance(each, dict):
            problems.structure((where, at), f"expected an object, seen {kind_of(each)}")
            continue
        found.append({name: tuple(_scopes(scopes)) for name, scopes in each.items()})
        for name in each.keys() - known.keys():
            message = f"the security scheme {shortened(name)} is not declared"
            problems.structure(((where, at), name), message)
    return tuple(found)


def _scopes(node: Json) -> Iterator[str]:
    yield from (each for each in (node if isinstance(node, list) else ()) if isinstance(each, str))


def _text(node: Json) -> str:
    return node if isinstance(node, str) else ""
