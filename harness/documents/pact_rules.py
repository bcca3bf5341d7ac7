"""Matching rules of every version to one form: category, expression, matchers."""

from __future__ import annotations

import re
from collections.abc import Mapping

from harness.documents.pact_bodies import PactFault
from harness.domain.json import Json, kind_of
from harness.domain.pact import Rule, Rules

# Expressions of version 2 begin with the part of the interaction that they speak of.
_OLD = re.compile(r"\$\.(?P<part>body|headers?|query|path|status)(?P<rest>.*)\Z", re.DOTALL)
_FIRST_NAME = re.compile(r"""(?:\.(?P<dotted>[^.\[]+)|\[(['"])(?P<quoted>.*?)\2\])""", re.DOTALL)
_CATEGORIES = {"headers": "header", "contents": "body", "content": "body"}
_SINGLE = frozenset({"path", "status"})


def read_rules(node: Json) -> Rules:
    """
    The matching rules of a request, a response or a message.

    Raises: PactFault.
    """
    if node is None:
        return {}
    if not isinstance(node, dict):
        raise PactFault(f"expected an object as `matchingRules`, seen {kind_of(node)}")
    found: dict[str, dict[str, Rule]] = {}
    for key, value in node.items():
        if not isinstance(value, dict):
            raise PactFault(f"expected an object as the rule {key!r}, seen {kind_of(value)}")
        if key.startswith("$"):
            category, expression = _old_expression(key)
            found.setdefault(category, {})[expression] = _old_rule(value)
        else:
            _read_category(found, _CATEGORIES[key] if key in _CATEGORIES else str(key), value)
    return found


def _read_category(
    found: dict[str, dict[str, Rule]], category: str, node: Mapping[str, Json]
) -> None:
    rules = found.setdefault(category, {})
    if "matchers" in node:
        rules[""] = _rule(node)
        return
    for expression, written in node.items():
        if not isinstance(written, dict):
            raise PactFault(f"expected matchers at {expression!r}, seen {kind_of(written)}")
        key = "" if category in _SINGLE and expression == "$" else expression
        rules[key] = _rule(written) if "matchers" in written else _old_rule(written)


def _rule(node: Mapping[str, Json]) -> Rule:
    matchers = node.get("matchers")
    if not isinstance(matchers, list) or not all(isinstance(each, dict) for each in matchers):
        raise PactFault(f"expected a list of matchers, seen {kind_of(matchers)}")
    combine = node.get("combine")
    is_or = isinstance(combine, str) and combine.upper() == "OR"
    kept = tuple(each for each in matchers if isinstance(each, dict))
    return Rule(kept, "OR" if is_or else "AND")


def _old_rule(node: Mapping[str, Json]) -> Rule:
    """A rule of version 2 is its matcher; one without `match` is told by its words."""
    if "match" in node:
        return Rule((dict(node),))
    kind = "regex" if "regex" in node else "type"
    return Rule(({"match": kind, **node},))


def _old_expression(expression: str) -> tuple[str, str]:
    matched = _OLD.match(expression)
    if matched is None:
        return "body", expression
    part, rest = matched["part"], matched["rest"]
    if part == "body":
        return "body", "$" + rest
    if part in _SINGLE:
        return part, ""
    category = "header" if part.startswith("header") else part
    name = _FIRST_NAME.match(rest)
    return category, (name["dotted"] or name["quoted"] or "") if name else rest
