"""Schemas of any version to JSON Schema 2020-12 in one spelling, valid whatever was written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.documents.definitions import Definitions, Scope
from harness.documents.keywords import (
    ANNOTATIONS,
    CHECKED,
    IN_PLACE,
    LISTED,
    NAMED,
    SINGLE,
    TYPES,
    Dialect,
    is_names,
    keyword_sentence,
    mismatch,
    regex_sentence,
)
from harness.documents.normal import nullable, numeric_bounds, type_list, union_with_null
from harness.documents.places import Problems, References, Where, pointer_tokens, remote_sentence
from harness.domain.document import (
    UNKNOWN_BECAUSE,
    ProblemKind,
    definition_name,
    definition_reference,
)
from harness.domain.json import Json, kind_of, shortened

_BOUND_FLAGS = frozenset({"exclusiveMinimum", "exclusiveMaximum"})
_NULL: Json = {"type": "null"}


@dataclass(frozen=True, slots=True)
class ReadSchema:
    """A schema in normal form; `unknown` says why a part of it could not be told."""

    schema: Json
    unknown: str = ""


class Schemas:
    """Reads the schemas of one document; the named ones gather in `definitions`."""

    def __init__(
        self, references: References, problems: Problems, dialect: Dialect, base: str
    ) -> None:
        self.definitions = Definitions(references, problems, base)
        self.dialect = dialect
        self._is_old = dialect.is_old
        self._targets: dict[str, tuple[str, str]] = {}
        self._references = references
        self._problems = problems
        self._base = base
        self._special: dict[str, Callable[[_Out, Json, Where, Scope], None]] = {
            "$dynamicRef": self._dynamic_reference,
            "$recursiveRef": self._reference,
            "$ref": self._reference,
            "dependencies": self._dependencies,
            "discriminator": self._discriminator,
            "example": self._example,
            "examples": self._examples,
            "items": self._items,
            "required": self._required,
            "type": self._type,
        }

    def read_components(self, components: Json) -> None:
        """Read every named schema, so that a fault is found even where nothing refers to it."""
        if not isinstance(components, dict):
            return
        for name in components:
            self.definitions.name_for(f"{self._base}/{name.replace('~', '~0').replace('/', '~1')}")
        self.definitions.read_waiting(self._in_place)

    def read(self, node: Json, where: Where) -> ReadSchema:
        """The normal form of a schema, with everything that it refers to."""
        scope = Scope()
        schema = self._in_place(node, where, scope)
        self.definitions.read_waiting(self._in_place)
        return ReadSchema(schema, self.definitions.unknown(scope, self._problems.user))

    def _in_place(self, node: Json, where: Where, scope: Scope) -> Json:
        return self._schema(node, where, scope, in_place=True)

    def _schema(self, node: Json, where: Where, scope: Scope, *, in_place: bool) -> Json:
        if isinstance(node, bool):
            return node
        out = _Out(in_place)
        if not isinstance(node, dict):
            self._fault(out, where, scope, f"expected a schema, seen {kind_of(node)}")
            return out.schema
        if self._is_old and "$ref" in node:
            self._reference(out, node["$ref"], (where, "$ref"), scope)
            # The object itself and no copy: a circle is cut in it later.
            return {"anyOf": [out.schema, _NULL]} if _is_nullable(node) else out.schema
        for key, value in node.items():
            self._keyword(out, key, value, (where, key), scope)
        if self._is_old:
            numeric_bounds(out.schema)
            if _is_nullable(node):
                out.schema = nullable(out.schema)
        if "discriminator" in out.schema:
            _map_branches(out.schema)
        return union_with_null(out.schema, self._follow)

    def _keyword(self, out: _Out, key: str, value: Json, where: Where, scope: Scope) -> None:
        special = self._special.get(key)
        if special is not None:
            special(out, value, where, scope)
        elif key in CHECKED or key == "pattern":
            self._checked(out, key, value, where, scope)
        elif key in SINGLE:
            within = out.in_place and key in IN_PLACE
            out.schema[key] = self._schema(value, where, scope, in_place=within)
        elif key in LISTED:
            self._listed(out, key, value, where, scope)
        elif key in NAMED:
            self._named(out, key, value, where, scope)
        elif key.startswith("x-"):
            out.schema[key] = value
        elif key == "nullable" and self._is_old and not isinstance(value, bool | None):
            self._fault(out, where, scope, mismatch(key, "true or false", value))

    def _checked(self, out: _Out, key: str, value: Json, where: Where, scope: Scope) -> None:
        if value is None and key in ANNOTATIONS and key != "default":
            return
        is_flag = isinstance(value, bool) and key in _BOUND_FLAGS and self._is_old
        sentence = "" if is_flag else keyword_sentence(key, value)
        if not sentence:
            out.schema[key] = value
        elif key in ANNOTATIONS:
            self._problems.add(ProblemKind.SCHEMA_INVALID, where, sentence)
        else:
            self._fault(out, where, scope, sentence)

    def _listed(self, out: _Out, key: str, value: Json, where: Where, scope: Scope) -> None:
        if not isinstance(value, list) or not value:
            self._fault(out, where, scope, mismatch(key, "a list of schemas", value))
            return
        within = out.in_place and key in IN_PLACE
        out.schema[key] = [
            self._schema(each, (where, at), scope, in_place=within) for at, each in enumerate(value)
        ]

    def _named(self, out: _Out, key: str, value: Json, where: Where, scope: Scope) -> None:
        if not isinstance(value, dict):
            self._fault(out, where, scope, mismatch(key, "an object of schemas", value))
            return
        within = out.in_place and key in IN_PLACE
        kept: dict[str, Json] = {}
        for name, each in value.items():
            sentence = regex_sentence(name) if key == "patternProperties" else ""
            if sentence:
                self._fault(out, (where, name), scope, sentence)
            else:
                kept[name] = self._schema(each, (where, name), scope, in_place=within)
        out.schema[key] = kept

    def _items(self, out: _Out, value: Json, where: Where, scope: Scope) -> None:
        """A list of schemas was the older spelling of `prefixItems`."""
        if isinstance(value, list):
            self._listed(out, "prefixItems", value, where, scope)
        else:
            out.schema["items"] = self._schema(value, where, scope, in_place=False)

    def _type(self, out: _Out, value: Json, where: Where, scope: Scope) -> None:
        if value == "file" and self.dialect is Dialect.SWAGGER_2:
            out.schema.update(type="string", format="binary")
            return
        if isinstance(value, str) and value in TYPES:
            out.schema["type"] = value
            return
        types = value if isinstance(value, list) else [value]
        unfit = [each for each in types if not isinstance(each, str) or each not in TYPES]
        if unfit or not types:
            seen = unfit[0] if unfit else value
            self._fault(out, where, scope, mismatch("type", "a type of JSON", seen))
        else:
            out.schema["type"] = type_list(list(types))

    def _required(self, out: _Out, value: Json, where: Where, scope: Scope) -> None:
        if is_names(value) and isinstance(value, list):
            out.schema["required"] = list(dict.fromkeys(value))
            return
        hint = " (on a property it belongs to the object that holds it)"
        sentence = mismatch("required", "a list of names", value)
        self._fault(out, where, scope, sentence + (hint if isinstance(value, bool) else ""))

    def _dependencies(self, out: _Out, value: Json, where: Where, scope: Scope) -> None:
        """The older spelling of `dependentRequired` and `dependentSchemas`."""
        if not isinstance(value, dict):
            self._fault(out, where, scope, mismatch("dependencies", "an object", value))
            return
        names: dict[str, Json] = {key: each for key, each in value.items() if is_names(each)}
        schemas: dict[str, Json] = {key: each for key, each in value.items() if key not in names}
        if names:
            out.schema["dependentRequired"] = names
        if schemas:
            self._named(out, "dependentSchemas", schemas, where, scope)

    def _example(self, out: _Out, value: Json, _: Where, __: Scope) -> None:
        out.schema.setdefault("examples", [value])

    def _examples(self, out: _Out, value: Json, _: Where, __: Scope) -> None:
        out.schema["examples"] = list(value) if isinstance(value, list) else [value]

    def _discriminator(self, out: _Out, value: Json, where: Where, scope: Scope) -> None:
        name = value.get("propertyName") if isinstance(value, dict) else value
        if not isinstance(name, str):
            sentence = mismatch("discriminator", "an object with a `propertyName`", value)
            self._problems.add(ProblemKind.SCHEMA_INVALID, where, sentence)
            return
        found: dict[str, Json] = {"propertyName": name}
        mapping = value.get("mapping") if isinstance(value, dict) else None
        if isinstance(mapping, dict):
            kept: dict[str, Json] = {}
            for key, target in mapping.items():
                reference = self._mapped(out, target, ((where, "mapping"), key), scope)
                if reference:
                    kept[key] = reference
            found["mapping"] = kept
        out.schema["discriminator"] = found

    def _mapped(self, out: _Out, target: Json, where: Where, scope: Scope) -> str:
        """The reference behind a mapping's value, which is a schema's name or a reference."""
        if isinstance(target, str) and self.definitions.component(target) is not None:
            target = f"#{self.definitions.component(target)}"
        return self._target(out, target, where, scope)

    def _dynamic_reference(self, out: _Out, value: Json, where: Where, scope: Scope) -> None:
        anchor = value.removeprefix("#") if isinstance(value, str) else ""
        if self._references.is_ambiguous(anchor):
            message = f"{shortened(value)} depends on the schema that refers, which is not followed"
            self._unknown(out, scope, message)
            return
        self._reference(out, value, where, scope)

    def _reference(self, out: _Out, value: Json, where: Where, scope: Scope) -> None:
        reference = self._target(out, value, where, scope)
        if not reference:
            return
        out.schema["$ref"] = reference
        if out.in_place and (name := definition_name(reference)) is not None:
            scope.in_place.append((name, out.schema, where))

    def _target(self, out: _Out, value: Json, where: Where, scope: Scope) -> str:
        """The normal reference to a schema of this document, or nothing and a fault."""
        if not isinstance(value, str):
            self._fault(out, where, scope, mismatch("$ref", "text", value))
            return ""
        name, reference = self._targets.get(value) or self._found(out, value, where, scope)
        if reference:
            scope.references.add(name)
        return reference

    def _found(self, out: _Out, value: str, where: Where, scope: Scope) -> tuple[str, str]:
        """The name behind a reference with its normal reference, or nothing and a fault."""
        pointer = self._references.pointer(value)
        is_same_everywhere = pointer is not None and self._is_schema(pointer)
        if not is_same_everywhere:
            # Within a schema that names itself, references begin at that schema.
            enclosed = self._references.enclosed(value, where)
            pointer = enclosed if enclosed is not None else pointer
        if pointer is None:
            self._problems.add(ProblemKind.REFERENCE_REMOTE, where, remote_sentence(value))
            self._unknown(out, scope, remote_sentence(value))
            return "", ""
        if not is_same_everywhere and not self._is_schema(pointer):
            message = f"the schema {shortened(value, 120)} does not exist"
            self._problems.add(ProblemKind.REFERENCE_DANGLING, where, message)
            self._unknown(out, scope, message)
            return "", ""
        name = self.definitions.name_for(pointer)
        target = (name, definition_reference(name))
        if is_same_everywhere:
            self._targets[value] = target
        return target

    def _is_schema(self, pointer: str) -> bool:
        exists, node = self._references.value(pointer)
        return exists and isinstance(node, dict | bool) and _may_be_schema(pointer)

    def _follow(self, reference: str) -> Json:
        """What a reference names, as it was written: true where that is written to take null."""
        name = definition_name(reference)
        pointer = self._references.pointer(reference) if name is None else None
        node = self.definitions.raw(name) if name is not None else None
        if pointer is not None:
            node = self._references.value(pointer)[1]
        return True if isinstance(node, dict) and _is_nullable(node) else node

    def _fault(self, out: _Out, where: Where, scope: Scope, message: str) -> None:
        self._problems.add(ProblemKind.SCHEMA_INVALID, where, message)
        self._unknown(out, scope, message)

    def _unknown(self, out: _Out, scope: Scope, message: str) -> None:
        out.schema.setdefault(UNKNOWN_BECAUSE, message)
        scope.unknown = scope.unknown or message


class _Out:
    """A schema under construction, and whether it speaks of the whole value being read."""

    __slots__ = ("in_place", "schema")

    def __init__(self, in_place: bool) -> None:
        self.schema: dict[str, Json] = {}
        self.in_place = in_place


def _is_nullable(node: Mapping[str, Json]) -> bool:
    return node.get("nullable") is True or node.get("x-nullable") is True


def _may_be_schema(pointer: str) -> bool:
    """Whether a pointer can name a schema: not the whole document, nor another component."""
    tokens = pointer_tokens(pointer)
    if not tokens:
        return False
    return not (len(tokens) == 3 and tokens[0] == "components" and tokens[1] != "schemas")


def _map_branches(schema: dict[str, Json]) -> None:
    """Write out what a discriminator implies: a branch without a mapping goes by its name."""
    discriminator = schema["discriminator"]
    if not isinstance(discriminator, dict):
        return
    mapping = dict(discriminator.get("mapping", {}))
    for keyword in ("oneOf", "anyOf"):
        branches = schema.get(keyword)
        for branch in branches if isinstance(branches, list) else []:
            reference = branch.get("$ref") if isinstance(branch, dict) else None
            if reference is not None and reference not in mapping.values():
                mapping.setdefault(definition_name(reference), reference)
    schema["discriminator"] = {**discriminator, "mapping": mapping}
