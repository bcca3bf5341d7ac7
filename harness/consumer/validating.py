"""Asks a declared model itself whether it takes a reply, where its library can tell."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from typing import Any, get_args

from harness.consumer import kinds, pydantic_models
from harness.consumer.absence import filled
from harness.consumer.declaration import (
    Declared,
    ExchangeDeclaration,
    Message,
    MessageDeclaration,
    Reply,
)
from harness.consumer.events import data_of
from harness.consumer.schema import type_of_example
from harness.consumer.wire import wire

Validate = Callable[[str], object]


def model_of(declared: Declared) -> Validate | None:
    """
    What parses bodies as a declaration's model does; none where that would tell too little.

    Shape: a model that refuses the contract's own example, or cannot be built, is not what parses
    it; a field that the client does without is one that it fills in before.
    """
    read = _read(declared)
    kind = read.reads if read.reads is not None else type_of_example(read.body)
    validate = validator_of(kind) if kind is not None else None
    if validate is None:
        return None
    try:
        example = wire(read.body)
        validate(json.dumps(example))
    except Exception:  # noqa: BLE001 - whatever it raises, it is no judge
        return None
    names, is_event = read.may_be_absent, isinstance(read, Message) and read.envelope is not None

    def parse(text: str) -> object:
        data = data_of(text) if is_event else text
        return validate(json.dumps(filled(json.loads(data), example, names)) if names else data)

    return parse


def _read(declared: Declared) -> Message | Reply:
    """What the consumer reads of a declaration."""
    if isinstance(declared, MessageDeclaration):
        return declared.message
    return declared.reply if isinstance(declared, ExchangeDeclaration) else declared.response


def validator_of(kind: object) -> Validate | None:
    """
    What parses a JSON text as a type and raises where it does not fit; none where nothing would.

    Shape: dataclasses, attrs classes and TypedDicts check nothing at run time, so that only the
    code that fills them can tell.
    """
    parts = list(_parts(kind))
    older = next(filter(pydantic_models.is_version_1, parts), None)
    if any(map(pydantic_models.is_model, parts)):
        return _of_version_2(kind)
    if older is not None:
        return _of_version_1(kind, older)
    if any(map(kinds.is_struct, parts)):
        return lambda text: _module("msgspec").json.decode(text, type=kind)
    return None


def _of_version_2(kind: object) -> Validate | None:
    try:
        validate: Validate = _module("pydantic").TypeAdapter(kind).validate_json
    except Exception:  # noqa: BLE001 - a type that its own library cannot use is no judge
        return None
    return validate


def _of_version_1(kind: object, model: object) -> Validate:
    """Parse by the pydantic that a model comes from, which version 2 keeps as `pydantic.v1`."""
    home = type(model).__module__.rpartition(".")[0]
    parse = _module(f"{home}.tools").parse_raw_as
    return lambda text: parse(kind, text)


def _module(name: str) -> Any:
    """A library that the author's code has imported, for it made the type."""
    return importlib.import_module(name)


def _parts(kind: object) -> list[object]:
    """The type and all that it is made of."""
    found, waiting = [], [kind]
    while waiting:
        part = waiting.pop()
        found.append(part)
        waiting.extend(get_args(part))
    return found
