"""The Python source of a model that reads what a contract shows."""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from harness.domain.json import Json, canonical, mapping, sequence

_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_FORMATS = {
    "date-time": ("datetime", "datetime"),
    "date": ("datetime", "date"),
    "uuid": ("uuid", "UUID"),
}
# What pydantic's own base has by these names.
_TAKEN = frozenset({"json", "copy", "dict", "schema", "construct", "validate"})


@dataclass(frozen=True, slots=True)
class ModelSource:
    """
    A model as Python text.

    Shape: `imports` and `classes` are lines and blocks in their order; `annotation` is the type of
    the whole; `read` is what gives a value of it, `{}` standing for what is read, and is empty
    where the library checks nothing at run time.
    """

    imports: tuple[str, ...]
    classes: tuple[str, ...]
    annotation: str
    read: str

    @property
    def text(self) -> str:
        """The whole source."""
        return "\n".join((*self.imports, "", *("\n\n".join(self.classes).splitlines())))


def model_source(name: str, readers: Iterable[tuple[Json, bool]], library: str) -> ModelSource:
    """
    Write a model that takes what each of the readers takes.

    Shape: a reader is a JSON Schema, and whether the consumer declared it: a constant of one that
    is not declared is a mere example. `library` is `pydantic`, `msgspec` or empty for a TypedDict.
    """
    writer = _Writer(library)
    plain = {canonical(each): each for each in (_plain(*reader) for reader in readers)}
    annotation = writer.type_of(_joined(list(plain.values())), name)
    reading = writer.reading(annotation)
    return ModelSource(
        tuple(_import_lines(writer.imports)), tuple(writer.classes), annotation, reading
    )


def model_name(path: str) -> str:
    """
    Name a model after a path or a channel, by its last word that is no parameter.

    Shape: `/stock/{sku}` is Stock, and `parcels.sent` Sent.
    """
    segments = [each for each in re.split(r"[/.]", path.partition("?")[0]) if each]
    fixed = [each for each in segments if re.fullmatch(r"[A-Za-z][A-Za-z_-]*", each)]
    words = re.split(r"[_-]", fixed[-1]) if fixed else ["reply"]
    last = words[-1]
    one = f"{last[:-3]}y" if last.endswith("ies") else last
    one = one[:-1] if one.endswith("s") and not one.endswith(("ss", "us")) else one
    return "".join(word[:1].upper() + word[1:] for word in (*words[:-1], one))


def _plain(schema: Json, declared: bool) -> Json:
    """Follow references, and take the constants of an example for their kind."""
    return _without_references(schema, mapping(mapping(schema).get("$defs")), declared, 0)


def _without_references(schema: Json, defs: Mapping[str, Json], declared: bool, depth: int) -> Json:
    if depth > 12:
        return True
    if isinstance(schema, Mapping):
        reference = str(schema.get("$ref", ""))
        if reference.startswith("#/$defs/"):
            target = defs.get(reference.removeprefix("#/$defs/"), True)
            return _without_references(target, defs, declared, depth + 1)
        if "const" in schema and not declared:
            return {"type": _kind(schema["const"])}
        return {
            key: _without_references(value, defs, declared, depth + 1)
            for key, value in schema.items()
            if key != "$defs"
        }
    if isinstance(schema, Sequence) and not isinstance(schema, str):
        return [_without_references(each, defs, declared, depth + 1) for each in schema]
    return schema


def _kind(value: Json) -> str:
    if value is None:
        return "null"
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string"}
    return kinds.get(type(value), "object")


def _joined(schemas: list[Json]) -> Json:
    """One schema for all: what some leave out may be absent."""
    if len(schemas) == 1:
        return schemas[0]
    objects = [mapping(each) for each in schemas]
    if not objects or not all("properties" in each for each in objects):
        return {"anyOf": schemas}
    names = dict.fromkeys(name for each in objects for name in mapping(each["properties"]))
    properties: dict[str, Json] = {}
    for name in names:
        held = [mapping(each["properties"]).get(name) for each in objects]
        alike = {canonical(one): one for one in held if one is not None}
        properties[name] = _joined(list(alike.values()))
    required = [name for name in names if all(name in sequence(o.get("required")) for o in objects)]
    return {"type": "object", "properties": properties, "required": required}


@dataclass(slots=True)
class _Writer:
    library: str
    imports: set[tuple[str, str]] = field(default_factory=set)
    classes: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def type_of(self, schema: Json, name: str) -> str:
        if not isinstance(schema, Mapping) or not schema:
            return "object"
        if "const" in schema:
            return self._literal([schema["const"]])
        if "enum" in schema:
            return self._literal(sequence(schema["enum"]))
        for word in ("anyOf", "oneOf"):
            if word in schema:
                return self._one_of(sequence(schema[word]), name)
        if "allOf" in schema:
            members = [self.type_of(each, name) for each in sequence(schema["allOf"])]
            return next((each for each in members if each != "object"), "object")
        kinds = schema.get("type")
        several = [kinds] if isinstance(kinds, str) else list(sequence(kinds))
        return _union(self._of_kind(str(kind), schema, name) for kind in several) or "object"

    def _one_of(self, schemas: Sequence[Json], name: str) -> str:
        """A union; of several objects pydantic alone can tell which one it sees."""
        objects = [each for each in schemas if "properties" in mapping(each)]
        if len(objects) > 1 and self.library != "pydantic":
            schemas = [*(each for each in schemas if each not in objects), _joined(objects)]
        return _union(self.type_of(each, name) for each in schemas)

    def _of_kind(self, kind: str, schema: Mapping[str, Json], name: str) -> str:
        if kind == "array":
            held = [*sequence(schema.get("prefixItems")), schema.get("items")]
            alike = {canonical(each): each for each in held if isinstance(each, Mapping)}
            inner = self.type_of(_joined(list(alike.values())), name) if alike else "object"
            return f"list[{inner}]"
        if kind == "object":
            return self._object(schema, name)
        written = _FORMATS.get(str(schema.get("format"))) if self.library else None
        if kind == "string" and written:
            self.imports.add(written)
            return written[1]
        return _SCALARS.get(kind, "object")

    def _object(self, schema: Mapping[str, Json], name: str) -> str:
        properties = mapping(schema.get("properties"))
        if not properties:
            values = schema.get("additionalProperties")
            return f"dict[str, {self.type_of(values, f'{name}Value')}]"
        while name in self.names:
            name += "Part"
        self.names.add(name)
        required = sequence(schema.get("required"))
        fields = [
            (key, self.type_of(value, _inner(name, key)), key in required)
            for key, value in properties.items()
        ]
        self.classes.append(self._class(name, sorted(fields, key=lambda each: not each[2])))
        return name

    def _class(self, name: str, fields: list[tuple[str, str, bool]]) -> str:
        if self.library == "pydantic":
            self.imports.add(("pydantic", "BaseModel"))
            return "\n".join([f"class {name}(BaseModel):", *self._fields(fields, "Field", "alias")])
        if self.library == "msgspec":
            self.imports.add(("msgspec", "Struct"))
            return "\n".join([f"class {name}(Struct):", *self._fields(fields, "field", "name")])
        self.imports.add(("typing", "TypedDict"))
        if not all(required for _, _, required in fields):
            self.imports.add(("typing", "NotRequired"))
        written = [(key, of if must else f"NotRequired[{of}]") for key, of, must in fields]
        if all(_is_name(key) for key, _ in written):
            return "\n".join([f"class {name}(TypedDict):", *(f"    {k}: {t}" for k, t in written)])
        inside = ", ".join(f"{_constant(key)}: {of}" for key, of in written)
        return f'{name} = TypedDict("{name}", {{{inside}}})'

    def _fields(
        self, fields: list[tuple[str, str, bool]], function: str, word: str
    ) -> Iterator[str]:
        for key, written, required in fields:
            of = written if required or "None" in written.split(" | ") else f"{written} | None"
            if _is_name(key) and key not in _TAKEN and not key.startswith("_"):
                yield f"    {key}: {of}" + ("" if required else " = None")
                continue
            self.imports.add((self.library, function))
            default = "" if required else "default=None, "
            yield f"    {_as_name(key)}: {of} = {function}({default}{word}={_constant(key)})"

    def _literal(self, values: Sequence[Json]) -> str:
        plain = [each for each in values if each is None or isinstance(each, bool | int | str)]
        if not plain or len(plain) < len(values):
            return "object"
        self.imports.add(("typing", "Literal"))
        return f"Literal[{', '.join(_constant(each) for each in plain)}]"

    def reading(self, annotation: str) -> str:
        if self.library == "pydantic" and annotation in self.names:
            return f"{annotation}.model_validate({{}})"
        if self.library == "pydantic":
            self.imports.add(("pydantic", "TypeAdapter"))
            return f"TypeAdapter({annotation}).validate_python({{}})"
        if self.library == "msgspec":
            self.imports.add(("msgspec", "convert"))
            return f"convert({{}}, type={annotation})"
        return ""


def _import_lines(imports: set[tuple[str, str]]) -> Iterator[str]:
    modules = {module for module, _ in imports}
    for module in sorted(modules, key=lambda each: (each in ("pydantic", "msgspec"), each)):
        names = sorted(name for source, name in imports if source == module)
        yield f"from {module} import {', '.join(names)}"


def _constant(value: Json) -> str:
    """A constant as Python, text in double quotes."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _union(types: Iterable[str]) -> str:
    found = dict.fromkeys(types)
    return "object" if "object" in found else " | ".join(found)


def _inner(name: str, key: str) -> str:
    made = model_name(key)
    return made if made != name else f"{name}{made}"


def _is_name(key: str) -> bool:
    return key.isidentifier() and not keyword.iskeyword(key)


def _as_name(key: str) -> str:
    name = re.sub(r"\W", "_", key).strip("_") or "field"
    return (
        f"{name}_" if keyword.iskeyword(name) or name in _TAKEN else re.sub(r"^(\d)", r"n\1", name)
    )
