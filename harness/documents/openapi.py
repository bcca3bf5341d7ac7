"""The text of an OpenAPI document of any version to its normal form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from harness.documents import openapi3, swagger2
from harness.documents.json_text import Parsed, unreadable
from harness.documents.keywords import Dialect
from harness.documents.places import Where
from harness.documents.reading import Reading, text
from harness.documents.security import read_schemes
from harness.documents.servers import base_paths, read_servers
from harness.documents.text import parse_json_or_yaml
from harness.domain.document import Document, Operation
from harness.domain.errors import DocumentUnreadable
from harness.domain.json import Json, kind_of, shortened

_VERSIONS = "OpenAPI 2.0, 3.0, 3.1 or 3.2"


def read_document(content: str | bytes, name: str = "the document") -> Document:
    """
    A document in its normal form, from JSON or YAML.

    Shape: `name` is what sentences call the text; faults that leave the rest readable are the
    document's `problems`.
    Raises: DocumentUnreadable.
    """
    return read_parsed(parse_json_or_yaml(content, name), name)


def read_parsed(parsed: Parsed, name: str) -> Document:
    """
    A document in its normal form, from its text as JSON.

    Raises: DocumentUnreadable.
    """
    root = parsed.value
    if not isinstance(root, dict):
        raise unreadable(name, "an OpenAPI document", kind_of(root))
    version = _version(root, name)
    is_2 = version.startswith("2")
    old = Dialect.SWAGGER_2 if is_2 else Dialect.OPENAPI_30
    dialect = old if version.startswith(("2", "3.0")) else Dialect.JSON_SCHEMA
    reading = Reading(root, dialect, "/definitions" if is_2 else "/components/schemas")
    reading.note_duplicates(parsed)
    parts = _read_2(reading) if is_2 else _read_3(reading)
    return _finished(reading, version, parts)


def mounted(document: Document, mount: str) -> Document:
    """A document whose paths stand behind the prefix under which its application is mounted."""
    front = mount.strip("/")
    if not front:
        return document
    operations = tuple(replace(one, path=f"/{front}{one.path}") for one in document.operations)
    return replace(document, operations=operations)


@dataclass(frozen=True, slots=True)
class _Parts:
    servers: tuple[str, ...]
    operations: tuple[Operation, ...]
    webhooks: tuple[Operation, ...] = ()


def _finished(reading: Reading, version: str, parts: _Parts) -> Document:
    info = reading.root.get("info")
    definitions = reading.schemas.definitions
    named = {each.definition for each in reading.problems.found if each.definition}
    return Document(
        spec_version=version,
        title=text(info.get("title")) if isinstance(info, dict) else "",
        operations=parts.operations,
        definitions=dict(sorted(definitions.schemas.items())),
        security_schemes=reading.security_schemes,
        servers=parts.servers,
        base_paths=reading.base_paths,
        webhooks=parts.webhooks,
        problems=reading.problems.finished(definitions.users(named)),
        raw=reading.root,
    )


def _version(root: Mapping[str, Json], name: str) -> str:
    """The version that a document names, which YAML may have made a number."""
    for key, known in (("openapi", ("3.",)), ("swagger", ("2.0", "2"))):
        written = root.get(key)
        if isinstance(written, bool) or not isinstance(written, str | int | float):
            continue
        version = str(written).strip()
        if version == "2" or version.startswith(known):
            return version
        raise unreadable(name, _VERSIONS, f"`{key}: {shortened(version, 40)}`")
    raise _versionless(root, name)


def _versionless(root: Mapping[str, Json], name: str) -> DocumentUnreadable:
    if "asyncapi" in root:
        return unreadable(name, "an OpenAPI document", "an AsyncAPI document")
    if "consumer" in root and "provider" in root:
        return unreadable(name, "an OpenAPI document", "a pact", "is the path of a pact given?")
    keys = ", ".join(shortened(key, 30) for key in list(root)[:5])
    seen = f"an object with {keys}" if keys else "an object without a key"
    hint = "a document begins with `openapi: 3.1.0` or the like"
    return unreadable(name, f"{_VERSIONS} in `openapi` or `swagger`", seen, hint)


def _read_3(reading: Reading) -> _Parts:
    root = reading.root
    components = root.get("components")
    held = components if isinstance(components, dict) else {}
    if components is not None and components is not held:
        said = f"expected an object as `components`, seen {kind_of(components)}"
        reading.problems.structure((None, "components"), said)
    servers = read_servers(root.get("servers"), (None, "servers"), reading.problems)
    schemes_at: Where = ((None, "components"), "securitySchemes")
    _prepare(reading, servers, held.get("securitySchemes"), schemes_at, held.get("schemas"))
    if not any(key in root for key in ("paths", "webhooks", "components")):
        reading.problems.structure((None, "paths"), "expected `paths`, seen nothing")
    operations = openapi3.read_operations(reading, root.get("paths"), (None, "paths"))
    webhooks = openapi3.read_operations(reading, root.get("webhooks"), (None, "webhooks"))
    return _Parts(servers, tuple(operations), tuple(webhooks))


def _read_2(reading: Reading) -> _Parts:
    root = reading.root
    servers = swagger2.server_urls(root)
    schemes = root.get("securityDefinitions")
    _prepare(reading, servers, schemes, (None, "securityDefinitions"), root.get("definitions"))
    if "paths" not in root:
        reading.problems.structure((None, "paths"), "expected `paths`, seen nothing")
    operations = swagger2.read_operations(reading, root.get("paths"), (None, "paths"))
    return _Parts(servers, tuple(operations))


def _prepare(
    reading: Reading, servers: tuple[str, ...], schemes: Json, schemes_at: Where, schemas: Json
) -> None:
    """What operations refer to is read before them."""
    reading.base_paths = base_paths(servers)
    reading.security_schemes = read_schemes(
        schemes, schemes_at, reading.references, reading.problems
    )
    reading.schemas.read_components(schemas)
