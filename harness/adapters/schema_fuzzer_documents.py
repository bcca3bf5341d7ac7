"""A document as the operations that can be called."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import schemathesis
from schemathesis.core.errors import InvalidSchema, LoaderError
from schemathesis.core.result import Err, Ok
from schemathesis.specs.openapi.schemas import OpenApiSchema

from harness.adapters.schema_fuzzer_requests import Operation
from harness.documents.text import parse_json_or_yaml
from harness.domain.errors import DocumentUnreadable
from harness.domain.evidence import DocumentRead, Unobserved

_REFERENCES = frozenset({"$ref", "$dynamicRef", "$recursiveRef", "operationRef"})
_FETCHED = frozenset({"externalValue", "$schema", "jsonSchemaDialect"})
_NOWHERE = "#/lies-outside-this-document"


@dataclass(frozen=True, slots=True)
class Surface:
    """
    What one document lets anyone call.

    Shape: `prefix` stands before each operation's path on the wire; `broken` tells of operations
    whose own description cannot be used.
    """

    schema: OpenApiSchema
    prefix: str
    operations: tuple[Operation, ...]
    broken: tuple[Unobserved, ...]

    def operation(self, label: str) -> Operation | None:
        """Find an operation by method and path template."""
        return next((one for one in self.operations if one.label == label), None)


def load(
    document: DocumentRead, base_path: str, url: str, settings: Mapping[str, object]
) -> Surface:
    """
    Read a document for calling.

    Shape: `settings` are the tool's own, as its configuration file would hold them.

    Raises: DocumentUnreadable, with one sentence.
    """
    try:
        config = schemathesis.Config.from_dict(dict(settings))
        raw = _raw(document)
        # An unreadable document must not be guessed at: labels carry the mount, as edges do.
        schema = schemathesis.openapi.from_dict(_mounted(raw, document.mount), config=config)
        prefix = _prefix(schema, base_path)
    except (LoaderError, InvalidSchema, ValueError, TypeError, AttributeError, KeyError,
            RecursionError) as error:  # fmt: skip
        raise DocumentUnreadable(
            f"{document.location} of {document.service} cannot be used for fuzzing: "
            f"{_first_line(error)}",
            hint="`schema-invalid` tells more where the document itself is at fault",
        ) from error
    schema.config.update(base_url=url.rstrip("/") + prefix)
    operations, broken = _operations(schema, document)
    return Surface(schema, prefix, operations, broken)


def _raw(document: DocumentRead) -> dict[str, Any]:
    """Read the text within bounds that a hostile one cannot pass, as the tool's reader does not."""
    value: Any = parse_json_or_yaml(document.text, document.location).value
    if not isinstance(value, dict):
        raise ValueError("it is no object")
    return {key: _without_elsewhere(inner) for key, inner in value.items()}


def _without_elsewhere(value: Any) -> Any:
    """Take away all that the tool would fetch or read: what lies elsewhere is never looked at."""
    if isinstance(value, list):
        return [_without_elsewhere(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _NOWHERE
        if key in _REFERENCES and isinstance(inner, str) and not inner.startswith("#")
        else _without_elsewhere(inner)
        for key, inner in value.items()
        if not (key in _FETCHED and isinstance(inner, str))
    }


def _mounted(raw: Mapping[str, Any], mount: str) -> dict[str, Any]:
    document = copy.deepcopy(dict(raw))
    paths = document.get("paths")
    if mount.strip("/") and isinstance(paths, dict):
        front = "/" + mount.strip("/")
        document["paths"] = {front + path: item for path, item in paths.items()}
    return document


def _prefix(schema: OpenApiSchema, base_path: str) -> str:
    declared = base_path or schema.declared_base_path()
    trimmed = declared.strip("/")
    return f"/{trimmed}" if trimmed else ""


def _operations(
    schema: OpenApiSchema, document: DocumentRead
) -> tuple[tuple[Operation, ...], tuple[Unobserved, ...]]:
    found: list[Operation] = []
    broken: list[Unobserved] = []
    for result in _all(schema):
        match result:
            case Ok():
                found.append(result.ok())
            case Err():
                broken.append(_unobserved(result.err(), document))
    return tuple(found), tuple(broken)


def _all(schema: OpenApiSchema) -> Iterator[Ok[Operation] | Err[InvalidSchema]]:
    try:
        yield from schema.get_all_operations()
    except (
        InvalidSchema,
        ValueError,
        TypeError,
        AttributeError,
        KeyError,
        RecursionError,
    ) as error:
        raise DocumentUnreadable(
            f"the operations of the document cannot be read: {_first_line(error)}"
        ) from error


def _unobserved(error: InvalidSchema, document: DocumentRead) -> Unobserved:
    method = (error.method or "").upper()
    label = f"{method} {error.path or ''}".strip() or document.location
    return Unobserved(
        f"{document.service} {label}",
        f"its description cannot be used: {_first_line(error)}",
        "mend this operation in the document; the others were looked at",
    )


def _first_line(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__
