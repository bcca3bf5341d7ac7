"""What a provider's document says of the query that an interaction sends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from harness.compat.http.parameters import accepts_any, object_reading
from harness.compat.http.replies import Told
from harness.compat.http.request_bodies import undeclared
from harness.compat.http.values import VARIES, Values, as_hypothesis, missing, refused, unjudged
from harness.compat.http.varying import are_members_proven, rule_of_key, texts_of
from harness.compat.schemas.bounds import Bounds, Exhausted
from harness.compat.schemas.directions import Directed
from harness.compat.schemas.shapes import Shape
from harness.domain.document import Location, Operation, Parameter
from harness.domain.fit import Code, Gap
from harness.domain.json import Json, mapping
from harness.domain.pact import HttpRequest, Rule

Pairs: TypeAlias = Mapping[str, Sequence[str]]
_MOST_VARIED: Final = 8


@dataclass(frozen=True, slots=True)
class Queries:
    """Compares the pairs of queries with the parameters of one document's operations."""

    directed: Directed
    bounds: Bounds
    _values: Values = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_values", Values(self.directed, self.bounds))

    def compared(
        self, known: Sequence[Parameter], operation: Operation, request: HttpRequest
    ) -> Told:
        """What does not fit of a query; credentials in it are nobody's parameter."""
        sent: Pairs = {
            name: [each or "" for each in values] for name, values in request.query.items()
        }
        rules = request.rules.get("query", {})
        taken = {*in_security(operation, self.directed, "query")}
        named = {each.name for each in known} | taken
        for parameter in known:
            members = self._members(parameter, sent, named)
            is_spread = bool(members) and (parameter.name not in sent or parameter.name in members)
            found = members if is_spread else _under_its_name(parameter, sent)
            taken.update(found)
            if not found:
                yield from self._missing(parameter)
            elif is_spread or parameter.name not in found or parameter.style == "deepObject":
                yield from self._object(parameter, found, rules)
            else:
                texts = found[parameter.name]
                yield from self._values.told(Code.REQUEST_QUERY, parameter, texts, rules)
        free = any(each.location is Location.QUERYSTRING for each in operation.parameters)
        for name in () if free else sent:
            if name not in taken:
                yield undeclared(Code.REQUEST_QUERY_UNDECLARED, name, ", ".join(sent[name]))

    def _members(self, parameter: Parameter, sent: Pairs, named: set[str]) -> Pairs:
        """The pairs that an object spread over the query stands in, each a member of it."""
        members: dict[str, Sequence[str]] = {}
        for shape in self._spread(parameter):
            free = shape.rest() if any(shape.words("additionalProperties")) else ()
            is_free = bool(free) and all(part.schema is not False for part in free)
            own = set(shape.declared())
            members |= {
                name: texts
                for name, texts in sent.items()
                if name in own or (is_free and name not in named)
            }
        return members

    def _spread(self, parameter: Parameter) -> list[Shape]:
        """The shapes of objects that a parameter spreads over the query."""
        is_spread = parameter.style == "form" and parameter.explode and not parameter.media_type
        if not is_spread or parameter.schema is None:
            return []
        kind = mapping(self.directed.side(parameter.schema).part.settled().schema).get("type")
        if isinstance(kind, str) and kind != "object":
            return []
        return [each for each in self._shapes(parameter) if each.kind == "object"]

    def _shapes(self, parameter: Parameter) -> Sequence[Shape]:
        side = self.directed.side(parameter.schema)
        try:
            return side.expander.shapes((side.part,))
        except (Exhausted, RecursionError):
            return ()

    def _missing(self, parameter: Parameter) -> Told:
        """An object without members leaves no trace in a query."""
        told = missing(Code.REQUEST_QUERY_MISSING, parameter)
        if parameter.required and self._spread(parameter):
            is_empty = self.directed.side(parameter.schema).judge.accepts({})
            yield from told if is_empty is False else map(as_hypothesis, told)
        else:
            yield from told

    def _object(self, parameter: Parameter, found: Pairs, rules: Mapping[str, Rule]) -> Told:
        """An object whose members are pairs of their own."""
        if parameter.unknown:
            yield Gap(Code.REQUEST_QUERY, parameter.unknown, parameter.name)
        elif parameter.schema is not None:
            reader = self.directed.side(parameter.schema)
            answer = accepts_any(reader, self._readings(parameter, found))
            if answer is None:
                yield unjudged(Code.REQUEST_QUERY, parameter, reader)
            elif not answer:
                yield refused(Code.REQUEST_QUERY, parameter, _written(found))
            else:
                yield from self._varied(parameter, found, rules)

    def _readings(self, parameter: Parameter, found: Pairs) -> Iterator[Json]:
        """The objects, and the list, that pairs may stand for."""
        lists = {
            name
            for shape in self._shapes(parameter)
            for name in shape.declared()
            if shape.kind == "object" and self._is_list(parameter, shape, name)
        }
        if all(key.startswith(parameter.name + "[") for key in found):
            inner = {key[len(parameter.name) :]: texts for key, texts in found.items()}
            yield object_reading(inner)
            yield [text for key, each in found.items() if key.endswith("[]") for text in each]
            return
        yield {
            name: list(texts) if name in lists or len(texts) != 1 else texts[0]
            for name, texts in found.items()
        }

    def _is_list(self, parameter: Parameter, shape: Shape, name: str) -> bool:
        expander = self.directed.side(parameter.schema).expander
        try:
            kinds = {each.kind for each in expander.shapes(shape.child(name))}
        except (Exhausted, RecursionError):
            return False
        return "array" in kinds and "string" not in kinds

    def _varied(self, parameter: Parameter, found: Pairs, rules: Mapping[str, Rule]) -> Told:
        """What rules let vary in one pair, the others staying as they are."""
        varied = {key: rule for key in found if (rule := rule_of_key(key, rules)) is not None}
        if not varied or self._is_proven(parameter, found, varied):
            return
        reader, tried = self.directed.side(parameter.schema), 0
        for key, rule in list(varied.items())[:_MOST_VARIED]:
            for text in texts_of(found[key][0], rule, self.bounds):
                tried += 1
                pairs = {**found, key: [text, *found[key][1:]]}
                if accepts_any(reader, self._readings(parameter, pairs)) is False:
                    yield as_hypothesis(refused(Code.REQUEST_QUERY, parameter, _written(pairs)))
                    return
        yield Gap(Code.REQUEST_QUERY, VARIES, parameter.name, tried)

    def _is_proven(self, parameter: Parameter, found: Pairs, varied: Mapping[str, Rule]) -> bool:
        if any(len(found[key]) != 1 for key in varied):
            return False
        start = len(parameter.name) + 1
        is_deep = all(key.startswith(parameter.name + "[") for key in found)
        members = {
            key[start:-1] if is_deep else key: (found[key][0], rule) for key, rule in varied.items()
        }
        return are_members_proven(members, self._shapes(parameter), self.bounds)


def _under_its_name(parameter: Parameter, sent: Pairs) -> Pairs:
    """What a query holds for a parameter: under its name, or as `name[]` and `name[key]`."""
    if parameter.name in sent:
        return {parameter.name: sent[parameter.name]}
    start = parameter.name + "["
    return {key: each for key, each in sent.items() if key.startswith(start)}


def _written(pairs: Pairs) -> list[str]:
    return [f"{key}={text}" for key, texts in pairs.items() for text in texts]


def in_security(operation: Operation, directed: Directed, location: str) -> Iterator[str]:
    """The names under which credentials travel in one part of a request."""
    for requirement in operation.security:
        for name in requirement:
            scheme = directed.document.security_schemes.get(name)
            if scheme is not None and scheme.location == location:
                yield scheme.parameter
