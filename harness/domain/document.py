"""An API document in its one normal form, whatever version of OpenAPI it was written in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import quote, unquote

from harness.domain.json import Json, digest, media_type_essence

UNKNOWN_BECAUSE = "x-unknown-because"
"""Stands, with its reason, where a schema could not be told: that place accepts anything."""

DEFINITION_PREFIX = "#/$defs/"


class ProblemKind(Enum):
    """What is wrong at a place of a document."""

    SCHEMA_INVALID = "schema-invalid"
    REFERENCE_REMOTE = "reference-remote"
    REFERENCE_DANGLING = "reference-dangling"
    REFERENCE_CIRCULAR = "reference-circular"
    STRUCTURE = "structure"
    DUPLICATE_KEY = "duplicate-key"


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One fault of a document that could be read all the same.

    Shape: `path` is the JSON path in the text as it was written; `operations` are the labels of the
    operations that the fault reaches.
    """

    kind: ProblemKind
    path: str
    message: str
    operations: tuple[str, ...] = ()


class Location(Enum):
    """Where a parameter travels."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"
    QUERYSTRING = "querystring"


@dataclass(frozen=True, slots=True)
class Content:
    """
    What a body of one media type holds.

    Shape: `schema` is JSON Schema 2020-12 whose references point at `Document.definitions`, and
    None where the document gives none. A non-empty `unknown` says why the schema cannot be told
    whole; the places concerned carry `x-unknown-because`. `streamed` marks a sequence of items.
    """

    media_type: str
    schema: Json = None
    unknown: str = ""
    streamed: bool = False
    encoding: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parameter:
    """
    A parameter of an operation, or a header of a response.

    Shape: `media_type` is set when the value is a document of its own (`content`), and `style`
    then says nothing. `schema` and `unknown` as in `Content`; `extensions` holds its `x-`
    members.
    """

    name: str
    location: Location
    required: bool = False
    schema: Json = None
    unknown: str = ""
    style: str = "form"
    explode: bool = True
    allow_reserved: bool = False
    allow_empty: bool = False
    media_type: str = ""
    deprecated: bool = False
    extensions: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RequestBody:
    """What an operation accepts as its body; `unknown` says why it could not be read."""

    content: Mapping[str, Content] = field(default_factory=dict)
    required: bool = False
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """
    What an operation may answer under one status.

    Shape: `status` is `200`, `2XX` or `default`; header names are as written; `media_types` are
    those that a reply without a schema may be of, where the version lists them apart.
    """

    status: str
    description: str = ""
    headers: Mapping[str, Parameter] = field(default_factory=dict)
    content: Mapping[str, Content] = field(default_factory=dict)
    links: Mapping[str, Json] = field(default_factory=dict)
    unknown: str = ""
    media_types: tuple[str, ...] = ()

    def content_for(self, media_type: str) -> Content | None:
        """The content that a media type falls under."""
        return content_for(self.content, media_type)


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """
    A way to authenticate.

    Shape: `kind` is `http`, `apiKey`, `oauth2`, `openIdConnect` or `mutualTLS`; `scheme` is the
    HTTP scheme in lower case; `location` and `parameter` say where an API key travels.
    """

    name: str
    kind: str
    scheme: str = ""
    location: str = ""
    parameter: str = ""
    flows: Mapping[str, Json] = field(default_factory=dict)


SecurityRequirement = Mapping[str, tuple[str, ...]]
"""The schemes that must hold together, each with its scopes."""


@dataclass(frozen=True, slots=True)
class Operation:
    """
    One method of one path template.

    Shape: `security` lists alternatives, any one of which is enough, and is empty when nothing is
    asked; `base_paths` are the prefixes under which servers offer the path; `location` is the JSON
    path in the document; `unknown` says why its parameters could not be read whole; `extensions`
    holds its `x-` members.
    """

    method: str
    path: str
    operation_id: str = ""
    parameters: tuple[Parameter, ...] = ()
    body: RequestBody | None = None
    responses: Mapping[str, Response] = field(default_factory=dict)
    security: tuple[SecurityRequirement, ...] = ()
    base_paths: tuple[str, ...] = ("",)
    deprecated: bool = False
    tags: tuple[str, ...] = ()
    extensions: Mapping[str, Json] = field(default_factory=dict)
    location: str = ""
    unknown: str = ""

    @property
    def label(self) -> str:
        """How an operation is named in sentences and options: `GET /stock/{sku}`."""
        return f"{self.method} {self.path}"

    def response_for(self, status: int) -> Response | None:
        """The response that a status falls under: itself, then its class, then `default`."""
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in self.responses:
                return self.responses[key]
        return None


@dataclass(frozen=True, slots=True)
class Document:
    """
    What a provider promises over HTTP.

    Shape: `definitions` holds the named schemas that `#/$defs/…` references name; `base_paths` are
    those of the servers, `""` among them when a server has none; `raw` is the text as JSON, as it
    was written; `webhooks` are operations that the provider calls.
    """

    spec_version: str
    title: str
    operations: tuple[Operation, ...]
    definitions: Mapping[str, Json] = field(default_factory=dict)
    security_schemes: Mapping[str, SecurityScheme] = field(default_factory=dict)
    servers: tuple[str, ...] = ()
    base_paths: tuple[str, ...] = ("",)
    webhooks: tuple[Operation, ...] = ()
    problems: tuple[Problem, ...] = ()
    raw: Json = None

    @property
    def digest(self) -> str:
        """The digest of the text as JSON, made when asked for; empty where there is no text."""
        return digest(self.raw) if self.raw is not None else ""

    def operation(self, label: str) -> Operation | None:
        """The operation with a label, or none."""
        return next((each for each in self.operations if each.label == label), None)

    def closed(self, schema: Json) -> Json:
        """A schema that stands alone: with the definitions that it reaches, and no others."""
        return closed_over(schema, self.definitions)

    def reached(self, schema: Json) -> frozenset[str]:
        """The names of the definitions that a schema reaches, directly or through others."""
        return reached_from(schema, self.definitions)


def closed_over(schema: Json, definitions: Mapping[str, Json]) -> Json:
    """A schema with those of its document's definitions that it reaches."""
    reached = reached_from(schema, definitions)
    if not reached or not isinstance(schema, Mapping):
        return schema
    kept: dict[str, Json] = {name: definitions[name] for name in sorted(reached)}
    return {**schema, "$defs": kept}


def reached_from(schema: Json, definitions: Mapping[str, Json]) -> frozenset[str]:
    """The names of the definitions that a schema reaches, directly or through others."""
    seen: set[str] = set()
    waiting = list(direct_references(schema))
    while waiting:
        name = waiting.pop()
        if name in definitions and name not in seen:
            seen.add(name)
            waiting.extend(direct_references(definitions[name]))
    return frozenset(seen)


def definition_reference(name: str) -> str:
    """The `$ref` of a definition."""
    escaped = name.replace("~", "~0").replace("/", "~1")
    return DEFINITION_PREFIX + quote(escaped, safe="~!$&'()*+,;=:@-._?", errors="replace")


def definition_name(reference: Json) -> str | None:
    """The definition that a `$ref` names, or none when it points elsewhere."""
    if not isinstance(reference, str) or not reference.startswith(DEFINITION_PREFIX):
        return None
    escaped = unquote(reference[len(DEFINITION_PREFIX) :])
    return escaped.replace("~1", "/").replace("~0", "~")


_DATA_KEYWORDS = frozenset({"enum", "const", "default", "examples"})
_SCHEMA_MAPS = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs"})


def direct_references(schema: Json) -> frozenset[str]:
    """The definitions that a normalised schema names itself."""
    found: set[str] = set()
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if "$ref" in node or "discriminator" in node:
                named = (definition_name(each) for each in (node.get("$ref"), *_mapped(node)))
                found.update(name for name in named if name is not None)
            waiting.extend(_subschemas(node))
        elif isinstance(node, list | tuple):
            waiting.extend(node)
    return frozenset(found)


def _mapped(node: Mapping[str, Json]) -> tuple[Json, ...]:
    """The references of a discriminator's mapping."""
    discriminator = node.get("discriminator")
    mapping = discriminator.get("mapping") if isinstance(discriminator, Mapping) else None
    return tuple(mapping.values()) if isinstance(mapping, Mapping) else ()


def _subschemas(node: Mapping[str, Json]) -> list[Json]:
    found: list[Json] = []
    for key, value in node.items():
        if not isinstance(value, dict | list | tuple):
            continue
        if key in _SCHEMA_MAPS and isinstance(value, dict):
            # A property may be called "enum": only keywords are passed over, not names.
            found.extend(value.values())
        elif key not in _DATA_KEYWORDS and not key.startswith("x-"):
            found.append(value)
    return found


def content_for(content: Mapping[str, Content], media_type: str) -> Content | None:
    """The entry that a media type falls under: itself, then its range, then any."""
    essence = media_type_essence(media_type)
    by_essence: dict[str, Content] = {}
    for written, value in content.items():
        by_essence.setdefault(media_type_essence(written), value)
    for key in (essence, essence.partition("/")[0] + "/*", "*/*"):
        if key in by_essence:
            return by_essence[key]
    return None
