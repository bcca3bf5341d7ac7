"""What a consumer accepts of a reply and sends in a request, from its pact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.compat.pacts.media import media_fits
from harness.compat.pacts.rules import schema_of_rules, schema_of_text, status_codes
from harness.compat.schemas.oracle import judge
from harness.domain.json import Json, media_type_essence
from harness.domain.pact import Body, HttpResponse, Presence, Rule, Rules


@dataclass(frozen=True, slots=True)
class Reader:
    """
    What is accepted, as JSON Schema.

    Shape: `declared` is the consumer's own word; what is derived from an example and its rules
    (not declared) is a lower bound: more may be accepted.
    """

    schema: Json
    declared: bool


def body_schema(body: Body, rules: Rules, *, strict: bool = False) -> Json:
    """
    What a body's example and rules let pass; true where the pact says nothing of a body.

    Shape: of a body that is not JSON the schema speaks of its text.
    """
    of_body = rules.get("body", {})
    if body.presence is Presence.ABSENT:
        return True
    if body.presence is Presence.NULL:
        return {"type": "null"}
    if body.is_json and not isinstance(body.value, bytes):
        return schema_of_rules(body.value, of_body, strict=strict)
    if isinstance(body.value, str):
        return schema_of_text(body.value, of_body.get("$") or of_body.get(""))
    return True


def reply_reader(declared: Json, response: HttpResponse) -> Reader | None:
    """The reader of a reply's body: the declared one, else the derived one, else none."""
    if declared is not None:
        return Reader(declared, declared=True)
    if response.body.presence is Presence.PRESENT and response.body.is_json:
        return Reader(body_schema(response.body, response.rules), declared=False)
    return None


def header_schema(name: str, values: tuple[str, ...], rules: Rules) -> Json:
    """What a consumer expects of a header, as a schema of its text."""
    return schema_of_text(", ".join(values), rule_of(name, rules.get("header", {})))


def header_fits(
    name: str, values: tuple[str, ...], rules: Rules, seen: tuple[str, ...]
) -> bool | None:
    """
    Whether a header is what a consumer expects, or none if nobody can tell.

    Shape: blanks behind commas do not count; a media type may have parameters beside those
    expected, in any order, and their case does not count; by a rule it may have any.
    """
    is_media_type = name.lower() in ("content-type", "accept")
    if rule_of(name, rules.get("header", {})) is not None:
        taken = judge(header_schema(name, values, rules))
        text = ", ".join(seen)
        fits = taken.accepts(text)
        return taken.accepts(media_type_essence(text)) if is_media_type and not fits else fits
    if is_media_type:
        return all(media_fits(one, other) for one, other in zip(values, seen, strict=False))
    return _listed(values) == _listed(seen)


def _listed(values: tuple[str, ...]) -> list[str]:
    return [each.strip() for value in values for each in value.split(",")]


def rule_of(name: str, rules: Mapping[str, Rule]) -> Rule | None:
    """The rule of a query parameter or header, however its expression is written."""
    for key, rule in rules.items():
        bare = key.removeprefix("$.").partition("[")[0]
        if rule.matchers and bare.lower() == name.lower():
            return rule
    return None


def statuses(response: HttpResponse) -> tuple[int, ...]:
    """The statuses that a consumer accepts: the one of the example, or those of its rule."""
    rule = response.rules.get("status", {}).get("")
    for matcher in rule.matchers if rule is not None else ():
        if matcher.get("match") == "statusCode":
            return status_codes(matcher)
    return (response.status,)
