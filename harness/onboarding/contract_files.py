"""Pacts and contract tests that are there already."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from harness.onboarding.modules import Module
from harness.onboarding.tree import Tree, base, is_below, parent

EXAMPLE_MARK = "An example that `harness init` wrote"
"""What stands in the example until somebody makes a contract of it."""

_FACE = "harness.consumer.Consumer"
_PACT_LIBRARIES = ("pact", "pactman")


@dataclass(frozen=True, slots=True)
class PactFile:
    """
    A pact that lies in the tree.

    Shape: `has_messages` tells of one that promises messages, whatever else it promises.
    """

    path: str
    consumer: str
    provider: str
    has_messages: bool = False


@dataclass(frozen=True, slots=True)
class ContractTest:
    """
    A file of contract tests.

    Shape: `consumer` and `providers` are as it names them, empty where it names none; one that only
    verifies a provider `is_of_provider`.
    """

    path: str
    line: int
    consumer: str
    providers: tuple[str, ...]
    is_of_provider: bool

    @property
    def where(self) -> str:
        """Its file and line."""
        return f"{self.path}:{self.line}"


def pact_files(tree: Tree) -> tuple[PactFile, ...]:
    """Find the pacts among the JSON files."""
    found = (_pact(path, tree.text(path)) for path in tree.files() if path.endswith(".json"))
    return tuple(one for one in found if one)


def _pact(path: str, text: str | None) -> PactFile | None:
    if not text or '"consumer"' not in text or '"provider"' not in text:
        return None
    try:
        root = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(root, dict) or not ({"interactions", "messages"} & root.keys()):
        return None
    consumer, provider = (_name(root.get(side)) for side in ("consumer", "provider"))
    if not consumer or not provider:
        return None
    return PactFile(path, consumer, provider, has_messages=_has_messages(root))


def _has_messages(root: dict[str, object]) -> bool:
    """Up to version 3 they stand by themselves; in version 4 the type of each tells."""
    promised = root.get("interactions")
    each = promised if isinstance(promised, list) else []
    kinds = [str(one.get("type")) for one in each if isinstance(one, dict)]
    return "messages" in root or any(one.endswith("/Messages") for one in kinds)


def _name(side: object) -> str:
    name = side.get("name") if isinstance(side, dict) else None
    return name if isinstance(name, str) else ""


def contract_tests(modules: Iterable[Module], tree: Tree) -> tuple[ContractTest, ...]:
    """
    Find the files that declare contracts; an example that nobody has changed is none.

    Shape: a file that names no consumer has the one of its directory, whose `conftest.py` names it.
    """
    found = (_test(one) for one in modules)
    tests = [one for one in found if one and EXAMPLE_MARK not in (tree.text(one.path) or "")]
    return tuple(_with_consumer(one, tests) for one in tests)


def _with_consumer(test: ContractTest, tests: Iterable[ContractTest]) -> ContractTest:
    if test.consumer or test.is_of_provider:
        return test
    above = [one for one in tests if one.consumer and is_below(test.path, parent(one.path))]
    named = {one.consumer for one in above}
    return replace(test, consumer=named.pop()) if len(named) == 1 else test


def _test(module: Module) -> ContractTest | None:
    line = _pact_line(module)
    if not line:
        return None
    used = set(module.imported.values())
    verifies = any(one.endswith(".Verifier") for one in used)
    if not (base(module.path).startswith(("test_", "conftest")) or "test" in module.path):
        return None
    consumer, providers = "", list[str]()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            name, of = _pair(module, node)
            consumer = consumer or name
            providers += [of] if of else []
    is_of_provider = verifies and not consumer
    return ContractTest(
        module.path, line, consumer, tuple(dict.fromkeys(providers)), is_of_provider
    )


def _pact_line(module: Module) -> int:
    """The line that imports a library of contracts, 0 where none does."""
    for library in _PACT_LIBRARIES:
        if library in module.first_import:
            return module.first_import[library]
    is_face = any(full.startswith("harness.consumer") for full in module.imported.values())
    return module.first_import.get("harness", 0) if is_face else 0


def _pair(module: Module, node: ast.Call) -> tuple[str, str]:
    """The consumer and the provider that a call names."""
    texts = [module.text_of(one) or "" for one in node.args[:2]]
    named = {one.arg: module.text_of(one.value) or "" for one in node.keywords}
    name = module.qualified(node.func)
    last = name.rpartition(".")[2]
    if last == "Pact" and name.startswith(_PACT_LIBRARIES):
        both = [*texts, "", ""]
        return both[0] or named.get("consumer", ""), both[1] or named.get("provider", "")
    if last == "Consumer":
        return (texts[0] if texts else named.get("name", "")), ""
    if last == "Provider":
        return "", texts[0] if texts else named.get("name", "")
    is_of = isinstance(node.func, ast.Attribute) and node.func.attr == "of"
    return "", texts[0] if is_of and texts else ""


def places_of(tests: Iterable[ContractTest], others: Iterable[ContractTest]) -> Iterator[str]:
    """
    The directories and files that hold tests.

    Shape: a directory is named whole where it and what is below it hold none of the `others`.
    """
    apart = [one.path for one in others]
    whole: list[str] = []
    for one in sorted(tests, key=lambda test: test.path.count("/")):
        directory = parent(one.path)
        if any(is_below(one.path, above) for above in whole):
            continue
        is_shared = not directory or any(is_below(path, directory) for path in apart)
        if not is_shared:
            whole.append(directory)
            yield directory
        elif base(one.path) != "conftest.py":
            yield one.path
