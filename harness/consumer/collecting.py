"""What a collected test tells before it runs: what it declares, or that it uses pact-python."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from harness.consumer.declaration import (
    Declaration,
    Declared,
    ExchangeDeclaration,
    MessageDeclaration,
    declared_on,
)
from harness.consumer.ledger import ItemFacts
from harness.consumer.selection import relative


def declarations_of(item: pytest.Item) -> tuple[Declared, ...]:
    """What a test declares."""
    return declared_on(getattr(item, "obj", None))


def asked_by(item: pytest.Item) -> tuple[Declaration, ...]:
    """What a test declares to ask over HTTP."""
    return tuple(each for each in declarations_of(item) if isinstance(each, Declaration))


def received_by(item: pytest.Item) -> tuple[MessageDeclaration, ...]:
    """What a test declares to receive as messages."""
    return tuple(each for each in declarations_of(item) if isinstance(each, MessageDeclaration))


def exchanged_by(item: pytest.Item) -> tuple[ExchangeDeclaration, ...]:
    """What a test declares to ask for in messages."""
    return tuple(each for each in declarations_of(item) if isinstance(each, ExchangeDeclaration))


def facts_of(items: Iterable[pytest.Item], root: Path) -> Iterator[ItemFacts]:
    """What is known of tests before they run."""
    pact_in_play = "pact" in sys.modules
    seen: dict[int, bool] = {}
    for item in items:
        declared = declarations_of(item)
        kind = "declared" if declared else "other"
        if pact_in_play and not declared and _names_pact(item, seen):
            kind = "plain"
        pairs = tuple(dict.fromkeys(each.pair for each in declared))
        file, line, _ = item.location
        yield ItemFacts(item.nodeid, kind, relative(file, root), (line or 0) + 1, pairs)


def repeated(items: Iterable[pytest.Item]) -> dict[str, str]:
    """The tests that tell again what another told, each with the sentence that says so."""
    told: dict[tuple[str, str, str], Declared] = {}
    found: dict[str, str] = {}
    for item in items:
        for each in declarations_of(item):
            first = told.setdefault((*each.pair, each.description), each)
            if first is not each:
                found[item.nodeid] = _repeated(each, first, item.config.rootpath)
    return found


def _repeated(each: Declared, first: Declared, root: Path) -> str:
    here = f"{relative(each.place.file, root)}:{each.place.line}"
    there = f"{relative(first.place.file, root)}:{first.place.line}"
    return (
        f"the interaction {each.description!r} of {each.consumer} and {each.provider} is declared "
        f"twice:\n  expected one declaration, at {there}\n  seen another, at {here}\n"
        "hint: give each interaction a description of its own; of two with the same name pact "
        "keeps one and drops the other"
    )


def _names_pact(item: pytest.Item, seen: dict[int, bool]) -> bool:
    """Whether the module of a test, or that of one of its fixtures, names pact-python."""
    spaces = [vars(module)] if (module := getattr(item, "module", None)) is not None else []
    fixtures: Mapping[str, Iterable[object]] = getattr(
        getattr(item, "_fixtureinfo", None), "name2fixturedefs", {}
    )
    for definitions in fixtures.values():
        functions = (getattr(each, "func", None) for each in definitions)
        spaces += [getattr(each, "__globals__", {}) for each in functions]
    return any(_holds_pact(space, seen) for space in spaces)


def _holds_pact(space: Mapping[str, object], seen: dict[int, bool]) -> bool:
    key = id(space)
    if key not in seen:
        owner = str(space.get("__name__", ""))
        ours = owner.partition(".")[0] in ("pact", "pact_ffi") or owner.startswith("harness.")
        seen[key] = not ours and any(_is_of_pact(each) for each in list(space.values()))
    return seen[key]


def _is_of_pact(value: object) -> bool:
    name = getattr(value, "__module__", None) or getattr(value, "__name__", None)
    return isinstance(name, str) and name.partition(".")[0] in ("pact", "pact_ffi")
