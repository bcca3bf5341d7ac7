"""pydantic's models, of version 2 and as far as it goes of version 1, if the author uses them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any, Literal, get_args, get_origin

from harness.consumer.formats import DECIMAL_PATTERN, NAIVE
from harness.domain.json import Json

Mode = Literal["validation", "serialization"]


def _pydantic() -> Any:
    """The module, if the author's code has imported it."""
    module: ModuleType | None = sys.modules.get("pydantic")
    return module


def is_model(kind: object) -> bool:
    """Whether it is a model or dataclass of pydantic 2."""
    return isinstance(kind, type) and hasattr(kind, "__pydantic_core_schema__")


def is_type(kind: object) -> bool:
    """Whether it is one of pydantic's own types for a single value, as `HttpUrl`."""
    module = getattr(kind, "__module__", "")
    return module.startswith("pydantic.") and hasattr(kind, "__get_pydantic_core_schema__")


def is_version_1(kind: object) -> bool:
    """Whether it is a model of pydantic 1, or of the namespace that keeps it."""
    return (
        isinstance(kind, type)
        and not is_model(kind)
        and "__fields__" in vars(kind)
        and "__config__" in vars(kind)
    )


def is_instance(value: object) -> bool:
    """Whether a value is an instance of a pydantic model."""
    return is_model(type(value)) or is_version_1(type(value))


def json_schema(kind: object, mode: Mode = "validation") -> Mapping[str, Json]:
    """The schema of a pydantic 2 type, in the spelling that its versions share."""
    schema: Mapping[str, Json] = (
        _pydantic()
        .TypeAdapter(kind)
        .json_schema(by_alias=True, mode=mode, schema_generator=_stable_generator())
    )
    return schema


def dumped(value: Any, *, by_alias: bool) -> Json:
    """An instance as JSON."""
    if is_version_1(type(value)):
        import json  # version 1 makes JSON only as text

        text: Json = json.loads(value.json(by_alias=by_alias))
        return text
    adapter = _pydantic().TypeAdapter(type(value))
    result: Json = adapter.dump_python(value, mode="json", by_alias=by_alias)
    return result


def has_fields(value: Any) -> bool:
    """Whether an instance has named fields, not one root value."""
    if is_version_1(type(value)):
        return "__root__" not in type(value).__fields__
    return not getattr(type(value), "__pydantic_root_model__", False)


def given_fields(value: Any) -> Iterator[tuple[str, Any]]:
    """The fields of an instance that travel: those given, and those that hold one constant."""
    kind = type(value)
    given = value.__fields_set__ if is_version_1(kind) else value.model_fields_set
    fields = kind.__fields__ if is_version_1(kind) else kind.model_fields
    for name, field in fields.items():
        if name in given or _is_constant(getattr(field, "annotation", None)):
            yield name, field


def _is_constant(annotation: object) -> bool:
    return get_origin(annotation) is Literal and len(get_args(annotation)) == 1


def read_name(name: str, field: Any) -> str:
    """The name under which a field is read."""
    alias = getattr(field, "validation_alias", None) or getattr(field, "alias", None)
    for choice in getattr(alias, "choices", [alias]):
        if isinstance(choice, str):
            return choice
    return name


def extra_of(value: Any, dump: Mapping[str, Json]) -> dict[str, Json]:
    """What a model that takes more than its fields was given beside them."""
    extra = getattr(value, "model_extra", None) or {}
    return {name: dump[name] for name in extra if name in dump}


def _stable_generator() -> Any:
    module: Any = __import__("pydantic.json_schema", fromlist=["GenerateJsonSchema"])

    class Stable(module.GenerateJsonSchema):  # type: ignore[misc]
        """Spells out what pydantic's versions spell differently."""

        ignored_warning_kinds = frozenset({"skipped-choice", "non-serializable-default"})

        def decimal_schema(self, schema: Any) -> Any:
            """A Decimal: text in what is sent; text or number in what is read."""
            text = {"type": "string", "pattern": DECIMAL_PATTERN}
            if self.mode == "serialization":
                return text
            number: dict[str, Any] = {"type": "number"}
            self.update_with_validations(number, schema, self.ValidationsMapping.numeric)
            bounds = {key: each if key == "type" else float(each) for key, each in number.items()}
            return {"anyOf": [bounds, text]}

        def datetime_schema(self, schema: Any) -> Any:
            """A datetime: one without a zone is no `date-time`, which always has one."""
            if schema.get("tz_constraint") == "naive":
                return {"type": "string", "pattern": f"^{NAIVE}$"}
            return super().datetime_schema(schema)

        def url_schema(self, _: Any) -> Any:
            """An address: of the format, whatever length and scheme a type asks for beside."""
            return {"type": "string", "format": "uri"}

        def dict_schema(self, schema: Any) -> Any:
            """A dict: its keys' constraints always as propertyNames."""
            result: dict[str, Any] = {"type": "object"}
            if "values_schema" in schema:
                result["additionalProperties"] = self.generate_inner(schema["values_schema"])
            keys = self.generate_inner(schema["keys_schema"]) if "keys_schema" in schema else {}
            if "$ref" in keys or keys.get("type") == "string" or "enum" in keys or "const" in keys:
                result["propertyNames"] = {k: v for k, v in keys.items() if k != "title"}
            self.update_with_validations(result, schema, self.ValidationsMapping.object)
            return result

    return Stable
