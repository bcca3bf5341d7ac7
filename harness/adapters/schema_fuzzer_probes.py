"""One value at a time, put into a request that is known to be taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.adapters.schema_fuzzer_documents import Surface
from harness.adapters.schema_fuzzer_requests import Operation, properties_of
from harness.adapters.schema_fuzzer_run import Run
from harness.adapters.schema_fuzzer_samples import (
    Sampler,
    with_body_value,
    with_path_value,
    with_query,
)
from harness.adapters.schema_fuzzer_sequences import repeatable
from harness.adapters.schema_fuzzer_traffic import Sent
from harness.adapters.schema_fuzzer_values import (
    EDGE_DATES,
    EDGE_INTEGERS,
    EDGE_MOMENTS,
    Literal,
    Literals,
    folded,
)

_PER_OPERATION = 40
_PER_INPUT = 8
_LOOSE_PER_INPUT = 4


@dataclass
class Probes:
    """
    Sends what the source, the contracts and the calendar suggest, one value at a time.

    Random generation finds such a value sooner or later; this finds it in each run.
    """

    run: Run
    sampler: Sampler
    literals: Literals

    def __call__(self) -> None:
        """Probe every operation that deletes nothing."""
        for surface in self.run.surfaces:
            for operation in surface.operations:
                if operation.method != "delete":
                    self._probe(operation, surface)

    def _probe(self, operation: Operation, surface: Surface) -> None:
        for count, (place, value) in enumerate(self._suggestions(operation)):
            if count >= _PER_OPERATION:
                return
            base = repeatable(self.run, self.sampler, operation, surface)
            request = _with(base, operation, place, value, surface.prefix)
            if request is not None:
                self.run.send(request)

    def _suggestions(self, operation: Operation) -> Iterator[tuple[str, Literal]]:
        """Give places and values in turn: one for each input, then the next for each."""
        columns = [
            (place, list(self._values(name, schema))[:_PER_INPUT])
            for place, name, schema in _inputs(operation)
        ]
        for row in range(_PER_INPUT):
            for place, values in columns:
                if row < len(values):
                    yield place, values[row]

    def _values(self, name: str, schema: Mapping[str, object]) -> Iterator[Literal]:
        kinds = _kinds(schema)
        formats = _formats(schema)
        near = [value for value in self.literals.near(name) if _fits(value, kinds)]
        unbounded = "integer" in kinds and not _closed(schema) and not _has_maximum(schema)
        yield from near[: _PER_INPUT - len(EDGE_INTEGERS)] if unbounded else near
        if unbounded:
            yield from EDGE_INTEGERS
        if "date-time" in formats:
            yield from EDGE_MOMENTS
        elif "date" in formats:
            yield from EDGE_DATES
        elif "string" in kinds and not formats and not _closed(schema):
            known = self.sampler.known.get(folded(name), ())
            yield from (value for value in known[:2] if value not in near)
            if not near:
                loose = [one for one in self.literals.loose if isinstance(one, str)]
                yield from loose[:_LOOSE_PER_INPUT]


def _inputs(operation: Operation) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    for location, parameters in (
        ("query", operation.query),
        ("path", operation.path_parameters),
        ("header", operation.headers),
    ):
        for parameter in parameters:
            schema = parameter.validation_schema
            if parameter.name.lower() not in ("authorization", "cookie"):
                yield (
                    f"{location}:{parameter.name}",
                    parameter.name,
                    (schema if isinstance(schema, dict) else {}),
                )
    for body in operation.body:
        root = body.validation_schema
        seen: set[str] = set()
        for path, name, schema in properties_of(root, root):
            if path not in seen:
                seen.add(path)
                yield path, name, schema


def _with(base: Sent, operation: Operation, place: str, value: Literal, prefix: str) -> Sent | None:
    kind, _, name = place.partition(":")
    if place.startswith("$"):
        return with_body_value(base, place, value)
    if kind == "query":
        return with_query(base, name, str(value))
    if kind == "path":
        return with_path_value(base, operation, name, str(value), prefix)
    if not str(value).isascii():
        return None
    rest = tuple(pair for pair in base.headers if pair[0] != name.lower())
    return Sent(
        "", base.operation, base.method, base.path, (*rest, (name.lower(), str(value))), base.body
    )


def _branches(schema: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    yield schema
    for keyword in ("anyOf", "oneOf", "allOf"):
        parts = schema.get(keyword)
        for part in parts if isinstance(parts, list) else ():
            if isinstance(part, dict):
                yield part


def _kinds(schema: Mapping[str, object]) -> set[str]:
    kinds: set[str] = set()
    for branch in _branches(schema):
        kind = branch.get("type")
        kinds.update(kind if isinstance(kind, list) else [str(kind)] if kind else [])
    return kinds or {"string"}


def _formats(schema: Mapping[str, object]) -> set[str]:
    return {str(branch["format"]) for branch in _branches(schema) if branch.get("format")}


def _closed(schema: Mapping[str, object]) -> bool:
    return any(
        "enum" in branch or "const" in branch or "$ref" in branch for branch in _branches(schema)
    )


def _has_maximum(schema: Mapping[str, object]) -> bool:
    return any({"maximum", "exclusiveMaximum"} & branch.keys() for branch in _branches(schema))


def _fits(value: Literal, kinds: set[str]) -> bool:
    if isinstance(value, str):
        return "string" in kinds
    return bool(kinds & {"number"}) or (isinstance(value, int) and "integer" in kinds)
