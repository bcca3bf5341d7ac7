"""What a provider's document says of the request that an interaction sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from http.cookies import CookieError, SimpleCookie

from harness.compat.http.parameters import accepts_any, is_accepted, object_reading
from harness.compat.http.replies import Told
from harness.compat.http.request_bodies import RequestBodies, undeclared
from harness.compat.http.security import is_met
from harness.compat.http.varying import is_path_proven, is_proven, rule_of, texts_of
from harness.compat.schemas.bounds import Bounds
from harness.compat.schemas.directions import Directed
from harness.documents.routing import Match
from harness.domain.document import Location, Operation, Parameter
from harness.domain.fit import Code, Gap, Kind, Misfit
from harness.domain.json import (
    Json,
    canonical,
    shortened,
)
from harness.domain.pact import HttpRequest, Rule

Find = Callable[[str], Match | None]

_OF_THE_PROTOCOL = frozenset(
    {
        *("accept", "accept-charset", "accept-datetime", "accept-encoding", "accept-language"),
        *("authorization", "cache-control", "connection", "content-length", "content-md5"),
        *("content-type", "cookie", "date", "expect", "forwarded", "from", "host", "if-match"),
        *("if-modified-since", "if-none-match", "if-range", "if-unmodified-since"),
        *("max-forwards", "origin", "pragma", "proxy-authorization", "range", "referer", "te"),
        *("upgrade", "user-agent", "via", "warning"),
    }
)


@dataclass(slots=True)
class Requests:
    """Compares what interactions send with what one document lets its operations accept."""

    directed: Directed
    bounds: Bounds

    def compared(self, match: Match, request: HttpRequest, writer: Json = None) -> Told:
        """
        What does not fit, and what could not be told.

        Shape: `writer` is the schema of the body that the consumer declares to send.
        """
        operation = match.operation
        if operation.unknown:
            yield Gap(Code.REQUEST_QUERY, operation.unknown)
        by_place: dict[Location, list[Parameter]] = {}
        for each in operation.parameters:
            by_place.setdefault(each.location, []).append(each)
        yield from self._path(by_place.get(Location.PATH, []), match.values)
        yield from self._query(by_place.get(Location.QUERY, []), operation, request)
        yield from self._headers(by_place.get(Location.HEADER, []), operation, request)
        yield from self._cookies(by_place.get(Location.COOKIE, []), request)
        yield from RequestBodies(self.directed, self.bounds).compared(operation, request, writer)
        if not is_met(operation.security, self.directed.document.security_schemes, request):
            schemes = " or ".join(" and ".join(each) for each in operation.security)
            yield Misfit(
                Code.SECURITY_MISSING,
                Kind.MAY_BREAK,
                schemes,
                sent="no credentials",
                accepted=schemes,
                hypothesis=True,
            )

    def _path(self, known: Sequence[Parameter], values: Mapping[str, str]) -> Told:
        for parameter in known:
            if parameter.name in values:
                yield from self._value(Code.REQUEST_PATH, parameter, [values[parameter.name]])

    def _query(
        self, known: Sequence[Parameter], operation: Operation, request: HttpRequest
    ) -> Told:
        sent = {name: [each or "" for each in values] for name, values in request.query.items()}
        taken: set[str] = set(_in_security(operation, self.directed, "query"))
        for parameter in known:
            found = _query_values(parameter, sent)
            taken.update(found)
            if not found:
                yield from _missing(Code.REQUEST_QUERY_MISSING, parameter)
            elif parameter.style == "deepObject" or parameter.name not in found:
                yield from self._deep(parameter, found)
            else:
                texts = found[parameter.name]
                rule = rule_of(parameter.name, request.rules.get("query", {}))
                yield from self._value(Code.REQUEST_QUERY, parameter, texts, rule)
        free = any(each.location is Location.QUERYSTRING for each in operation.parameters)
        for name in () if free else sent:
            if name not in taken:
                yield undeclared(Code.REQUEST_QUERY_UNDECLARED, name, ", ".join(sent[name]))

    def _deep(self, parameter: Parameter, found: Mapping[str, list[str]]) -> Told:
        if parameter.schema is None:
            return
        inner = {key[len(parameter.name) :]: texts for key, texts in found.items()}
        reader = self.directed.side(parameter.schema)
        listed = [text for key, each in found.items() if key.endswith("[]") for text in each]
        if accepts_any(reader, [object_reading(inner), listed]) is False:
            yield _refused(Code.REQUEST_QUERY, parameter, [str(inner)])

    def _value(
        self, code: Code, parameter: Parameter, texts: Sequence[str], rule: Rule | None = None
    ) -> Told:
        if parameter.unknown:
            yield Gap(code, parameter.unknown, parameter.name)
        elif parameter.schema is not None:
            reader = self.directed.side(parameter.schema)
            answer = is_accepted(parameter, texts, reader)
            if answer is None:
                yield Gap(code, reader.judge.fault or "too long to be judged", parameter.name)
            elif not answer:
                yield _refused(code, parameter, texts)
            elif rule is not None and len(texts) == 1:
                yield from self._varied(code, parameter, texts[0], rule)

    def _varied(self, code: Code, parameter: Parameter, example: str, rule: Rule) -> Told:
        """What a rule lets vary is what the consumer may send beside its example."""
        reader = self.directed.side(parameter.schema)
        if is_proven(example, rule, reader, self.bounds):
            return
        texts = texts_of(example, rule, self.bounds)
        refused = [text for text in texts if is_accepted(parameter, [text], reader) is False]
        if refused:
            off = _refused(code, parameter, [min(refused, key=len)])
            yield replace(off, kind=Kind.MAY_BREAK, hypothesis=True)
        else:
            yield Gap(code, "its values vary by a rule", parameter.name, len(texts))

    def varied_path(self, operation: Operation, request: HttpRequest, find: Find) -> Told:
        """
        What a rule lets vary in a path.

        Shape: `find` gives the operation that another path of the same method means.
        """
        rule = request.rules.get("path", {}).get("")
        if rule is None or not rule.matchers:
            return
        known = [each for each in operation.parameters if each.location is Location.PATH]
        readers = {
            each.name: self.directed.side(each.schema)
            for each in known
            if each.schema is not None and not each.unknown
        }
        if is_path_proven(request.path, rule, operation, readers, self.bounds):
            return
        texts = texts_of(request.path, rule, self.bounds)
        for text in texts:
            met = find(text)
            label = met.operation.label if met is not None else "no operation"
            if met is None or label != operation.label:
                yield Misfit(
                    Code.REQUEST_PATH,
                    Kind.MAY_BREAK,
                    witnesses=(canonical([text]),),
                    sent=text,
                    accepted=f"{operation.label}; this means {label}",
                    hypothesis=True,
                )
                return
            told = list(self._path(known, met.values))
            if told:
                yield from (_as_hypothesis(each) for each in told)
                return
        yield Gap(Code.REQUEST_PATH, "the path varies by a rule", tried=len(texts))

    def _headers(
        self, known: Sequence[Parameter], operation: Operation, request: HttpRequest
    ) -> Told:
        sent = {name.lower(): list(values) for name, values in request.headers.items()}
        taken = {each.lower() for each in _in_security(operation, self.directed, "header")}
        for parameter in known:
            name = parameter.name.lower()
            taken.add(name)
            if name in ("accept", "content-type", "authorization"):
                continue
            if name not in sent:
                yield from _missing(Code.REQUEST_HEADER_MISSING, parameter)
            else:
                rule = rule_of(name, request.rules.get("header", {}))
                yield from self._value(Code.REQUEST_HEADER, parameter, sent[name], rule)
        for name, values in request.headers.items():
            if name.lower() not in taken | _OF_THE_PROTOCOL:
                yield undeclared(Code.REQUEST_HEADER_UNDECLARED, name, ", ".join(values))

    def _cookies(self, known: Sequence[Parameter], request: HttpRequest) -> Told:
        sent = cookies(request)
        for parameter in known:
            if parameter.name in sent:
                yield from self._value(Code.REQUEST_COOKIE, parameter, [sent[parameter.name]])
            else:
                yield from _missing(Code.REQUEST_COOKIE_MISSING, parameter)


def _query_values(parameter: Parameter, sent: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What a query holds for a parameter: under its name, or as `name[]` and `name[key]`."""
    if parameter.name in sent:
        return {parameter.name: sent[parameter.name]}
    start = parameter.name + "["
    return {key: each for key, each in sent.items() if key.startswith(start)}


def _missing(code: Code, parameter: Parameter) -> Iterator[Misfit]:
    if parameter.required:
        accepted = shortened(parameter.schema)
        yield Misfit(code, Kind.IMPOSSIBLE, parameter.name, sent="nothing", accepted=accepted)


def _refused(code: Code, parameter: Parameter, texts: Sequence[str]) -> Misfit:
    accepted = shortened(parameter.schema)
    sent = ", ".join(texts)
    return Misfit(
        code,
        Kind.IMPOSSIBLE,
        parameter.name,
        witnesses=(canonical(list(texts)),),
        sent=sent,
        accepted=accepted,
    )


def _as_hypothesis(told: Misfit | Gap) -> Misfit | Gap:
    if isinstance(told, Gap):
        return told
    return replace(told, kind=Kind.MAY_BREAK, hypothesis=True)


def _in_security(operation: Operation, directed: Directed, location: str) -> Iterator[str]:
    for requirement in operation.security:
        for name in requirement:
            scheme = directed.document.security_schemes.get(name)
            if scheme is not None and scheme.location == location:
                yield scheme.parameter


def cookies(request: HttpRequest) -> dict[str, str]:
    """The cookies that a request sends."""
    found: dict[str, str] = {}
    for name, values in request.headers.items():
        for value in values if name.lower() == "cookie" else ():
            try:
                parsed = SimpleCookie(value)
            except CookieError:
                continue
            found.update({key: morsel.value for key, morsel in parsed.items()})
    return found
