"""The effective configuration as rows: each value and where it came from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from harness.settings.members import Member
from harness.settings.policies import PolicyKey
from harness.settings.positions import KeyPath
from harness.settings.schema import FromVariable, PolicyTable, WorkspaceTable
from harness.settings.source import Source

DEFAULT = "default"

_PLACES = {name: at for at, name in enumerate(PolicyTable.model_fields)}
_PARTS = frozenset({"services", "exclude", "service", "members", "external", "policy"})
_SECRET_NAME = re.compile(r"TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|PRIVATE|API_?KEY", re.I)
_PASSWORD_IN_URL = re.compile(r"(?<=://)([^\s/@:]*):[^\s/@]+@")


@dataclass(frozen=True, slots=True)
class Setting:
    """
    One value in force.

    Shape: `value` is written as TOML, secrets masked; `origin` is `file:line`, or `default`.
    """

    key: str
    value: str
    origin: str


def settings_of(
    table: WorkspaceTable,
    source: Source,
    found: tuple[Member, ...],
    owners: Mapping[str, str | None],
    policy: Mapping[PolicyKey, tuple[object, str]],
) -> tuple[Setting, ...]:
    """List every value in force, in the order of the tables."""
    return (
        *_rows((), table, source, skip=_PARTS),
        *_policy(policy),
        *(
            row
            for name, external in table.external.items()
            for row in _rows(("external", name), external, source.inner("external", name))
        ),
        *(row for member in found for row in _member(member, owners.get(member.name))),
    )


def _member(member: Member, owner: str | None) -> Iterator[Setting]:
    key = ("members", member.name)
    yield from _rows(key, member.table, member.source, skip=frozenset({"name"}))
    if member.table.owner is None and owner:
        yield Setting(dotted((*key, "owner")), _written(owner), "CODEOWNERS")


def _policy(policy: Mapping[PolicyKey, tuple[object, str]]) -> Iterator[Setting]:
    """List the keys of the policy, plain ones before tables of levels, tables by their keys."""
    for path in sorted(policy, key=lambda path: (len(path) > 1, _PLACES.get(path[0], 0), path)):
        value, origin = policy[path]
        if path != ("extends",):
            yield Setting(dotted(("policy", *path)), _written(value), origin)


def _rows(
    key: KeyPath, model: BaseModel, source: Source, skip: frozenset[str] = frozenset()
) -> Iterator[Setting]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if name in skip or value is None or value == [] or value == {} or value == "":
            continue
        if isinstance(value, BaseModel):
            yield from _rows((*key, name), value, source.inner(name))
        elif isinstance(value, dict):
            yield from _entries((*key, name), value, source.inner(name))
        else:
            is_set = name in model.model_fields_set
            origin = source.where(name) if is_set else DEFAULT
            yield Setting(dotted((*key, name)), _written(value), origin)


def _entries(key: KeyPath, entries: Mapping[str, object], source: Source) -> Iterator[Setting]:
    for name, value in entries.items():
        hidden = key[-1] == "env" and _SECRET_NAME.search(name) and isinstance(value, str)
        shown = '"***"' if hidden else _written(value)
        yield Setting(dotted((*key, name)), shown, source.where(name))


def _written(value: object) -> str:
    if isinstance(value, FromVariable):
        return f'{{ from = "{value.source}" }}'
    if isinstance(value, BaseModel):
        inside = ", ".join(
            f"{name} = {_written(inner)}" for name, inner in value if inner not in ("", None)
        )
        return f"{{ {inside} }}"
    if isinstance(value, list):
        return "[" + ", ".join(_written(inner) for inner in value) + "]"
    if isinstance(value, str):
        return json.dumps(_PASSWORD_IN_URL.sub(r"\1:***@", value), ensure_ascii=False)
    return json.dumps(value)


def dotted(path: KeyPath) -> str:
    """Write the path of a key as TOML does."""
    return ".".join(
        str(part) if re.fullmatch(r"[A-Za-z0-9_-]+", str(part)) else json.dumps(part)
        for part in path
    )
