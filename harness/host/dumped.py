"""What a schema of marshmallow wrote of a value: what it coerced, and keys that it dropped."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from .converted import MISSING, Difference, held, is_coerced
from .observing import shown

LIBRARIES = ("marshmallow", "apiflask", "flask_marshmallow", "marshmallow_sqlalchemy")
# Fields whose value is what code of the service's own gives, or that write numbers as texts.
OWN_WRITING = ("Method", "Function", "Constant", "Pluck", "Raw")
HOOKS = ("pre_dump", "post_dump")


def differences_of_dump(
    schema: Any, raw: Any, written: Any, where: str = "$", *, many: bool
) -> Iterator[Difference]:
    """
    Compare what was returned with what a schema wrote of it.

    Shape: a schema with code of the service's own that looks at the whole is passed over, and so
    are fields of the service's own classes.
    """
    if many:
        if isinstance(raw, (list, tuple)) and isinstance(written, list):
            for each, one in zip(raw, written):  # noqa: B905 - Python 3.9
                yield from differences_of_dump(schema, each, one, f"{where}[*]", many=False)
        return
    if raw is None or not isinstance(written, dict) or _writes_by_itself(schema):
        return
    for name, field in schema.dump_fields.items():
        key = name if field.data_key is None else field.data_key
        value = held(raw, field.attribute or name)
        if value is not MISSING and key in written:
            yield from _of_field(field, value, written[key], f"{where}.{key}")
    if isinstance(raw, dict):
        lost = sorted(str(key) for key in raw if key not in _known(schema))
        if lost and not any(_is_own(field) for field in schema.dump_fields.values()):
            yield "dropped", where, type(schema).__qualname__, ", ".join(lost)


def _of_field(field: Any, raw: Any, written: Any, where: str) -> Iterator[Difference]:
    kinds = {kind.__name__ for kind in type(field).__mro__}
    if _is_own(field) or callable(raw) or raw is None:
        return
    if "Nested" in kinds:
        many = field.schema.many or field.many
        yield from differences_of_dump(field.schema, raw, written, where, many=many)
    elif "List" in kinds:
        if isinstance(raw, (list, tuple)) and isinstance(written, list):
            for each, one in zip(raw, written):  # noqa: B905 - Python 3.9
                yield from _of_field(field.inner, each, one, f"{where}[*]")
    elif "Mapping" in kinds:
        if isinstance(raw, dict) and isinstance(written, dict) and field.value_field is not None:
            for key, each in raw.items():
                if key in written:
                    yield from _of_field(field.value_field, each, written[key], f"{where}.*")
    elif is_coerced(raw, written):
        yield "coerced", where, type(written).__qualname__, shown(raw)


def _is_own(field: Any) -> bool:
    """Whether code of the service's own, or the schema on purpose, writes another kind of value."""
    kind = type(field)
    is_told = getattr(field, "as_string", False) or "Decimal" in {
        one.__name__ for one in kind.__mro__
    }
    module = kind.__module__.partition(".")[0]
    return is_told or module not in LIBRARIES or kind.__name__ in OWN_WRITING


def _writes_by_itself(schema: Any) -> bool:
    """Whether code of the service's own looks at the whole before or after it is written."""
    base = sys.modules["marshmallow"].Schema
    hooks = getattr(schema, "_hooks", {})
    return any(hooks.get(name) for name in HOOKS) or (
        type(schema).get_attribute is not base.get_attribute
    )


def _known(schema: Any) -> set[str]:
    """The keys of a dictionary that a schema reads, or leaves out because somebody said so."""
    fields = {**schema.declared_fields, **schema.fields}
    paths = {field.attribute or name for name, field in fields.items()} | set(fields)
    return {path.partition(".")[0] for path in paths} | set(schema.exclude)
