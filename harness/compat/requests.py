"""What a provider's document says of the request that an interaction sends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from harness.compat.bounds import Bounds
from harness.compat.directions import Directed
from harness.compat.engine import Side, compare_sides, side
from harness.compat.media import header, negotiated
from harness.compat.oracle import Judge
from harness.compat.outcome import Broken
from harness.compat.parameters import accepts_any, is_accepted, object_reading
from harness.compat.readers import body_schema
from harness.compat.refinements import unrefined, without_nulls
from harness.compat.rendering import with_definitions
from harness.compat.replies import Told, media_type_of
from harness.compat.security import is_met
from harness.documents.routing import Match
from harness.domain.document import Content, Location, Operation, Parameter
from harness.domain.fit import Code, Gap, Kind, Misfit
from harness.domain.json import (
    Json,
    canonical,
    is_json_media_type,
    json_path,
    media_type_essence,
    shortened,
)
from harness.domain.pact import HttpRequest, Presence

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
        yield from self._body(operation, request, writer)
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
                yield from self._value(Code.REQUEST_QUERY, parameter, texts)
        free = any(each.location is Location.QUERYSTRING for each in operation.parameters)
        for name in () if free else sent:
            if name not in taken:
                yield _undeclared(Code.REQUEST_QUERY_UNDECLARED, name, ", ".join(sent[name]))

    def _deep(self, parameter: Parameter, found: Mapping[str, list[str]]) -> Told:
        if parameter.schema is None:
            return
        inner = {key[len(parameter.name) :]: texts for key, texts in found.items()}
        reader = self.directed.side(parameter.schema)
        listed = [text for key, each in found.items() if key.endswith("[]") for text in each]
        if accepts_any(reader, [object_reading(inner), listed]) is False:
            yield _refused(Code.REQUEST_QUERY, parameter, [str(inner)])

    def _value(self, code: Code, parameter: Parameter, texts: Sequence[str]) -> Told:
        if parameter.unknown:
            yield Gap(code, parameter.unknown, parameter.name)
        elif parameter.schema is not None:
            reader = self.directed.side(parameter.schema)
            answer = is_accepted(parameter, texts, reader)
            if answer is None:
                yield Gap(code, reader.judge.fault or "too long to be judged", parameter.name)
            elif not answer:
                yield _refused(code, parameter, texts)

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
                yield from self._value(Code.REQUEST_HEADER, parameter, sent[name])
        for name, values in request.headers.items():
            if name.lower() not in taken | _OF_THE_PROTOCOL:
                yield _undeclared(Code.REQUEST_HEADER_UNDECLARED, name, ", ".join(values))

    def _cookies(self, known: Sequence[Parameter], request: HttpRequest) -> Told:
        sent = cookies(request)
        for parameter in known:
            if parameter.name in sent:
                yield from self._value(Code.REQUEST_COOKIE, parameter, [sent[parameter.name]])
            else:
                yield from _missing(Code.REQUEST_COOKIE_MISSING, parameter)

    def _body(self, operation: Operation, request: HttpRequest, writer: Json) -> Told:
        body, accepted = request.body, operation.body
        yield from _media_type(operation, request)
        if accepted is not None and accepted.unknown:
            yield Gap(Code.REQUEST_BODY, accepted.unknown)
            return
        if body.presence in (Presence.ABSENT, Presence.EMPTY):
            if accepted is not None and accepted.required:
                offered = ", ".join(accepted.content)
                yield Misfit(
                    Code.REQUEST_BODY_MISSING, Kind.IMPOSSIBLE, sent="no body", accepted=offered
                )
            return
        if accepted is None or not accepted.content:
            yield _undeclared(Code.REQUEST_BODY_UNDECLARED, "", media_type_of(body))
            return
        media_type = media_type_of(body)
        content = negotiated(accepted.content, media_type)
        if content is None:
            offered = ", ".join(accepted.content)
            essence = media_type_essence(media_type)
            yield Misfit(
                Code.REQUEST_MEDIA_TYPE, Kind.IMPOSSIBLE, essence, sent=essence, accepted=offered
            )
            return
        yield from self._content(content, media_type, request, writer)

    def _content(
        self, content: Content, media_type: str, request: HttpRequest, writer: Json
    ) -> Told:
        if content.schema is None:
            return
        if not is_json_media_type(media_type) or isinstance(request.body.value, bytes):
            yield Gap(Code.REQUEST_BODY, f"a body of {media_type} is not compared", silent=True)
            return
        reader = self.directed.side(content.schema)
        faults = reader.judge.faults(request.body.value)
        if reader.judge.fault:
            yield Gap(Code.REQUEST_BODY, reader.judge.fault)
        elif faults:
            yield from _body_faults(faults, request.body.value)
        elif writer is None:
            yield from self._beside_example(
                reader, body_schema(request.body, request.rules, strict=True), declared=False
            )
        else:
            yield from self._beside_example(reader, writer, declared=True)

    def _beside_example(self, reader: Side, sent: Json, *, declared: bool) -> Told:
        """What the consumer may send beside its example: what its model or its rules let vary."""
        found = compare_sides(side(sent, closed=True), reader, bounds=self.bounds)
        for each in found.witnesses if isinstance(found, Broken) else ():
            yield Misfit(
                Code.REQUEST_BODY,
                Kind.MAY_BREAK,
                path=each.path,
                witnesses=(canonical(each.value),),
                sent=each.sent,
                accepted=each.accepted,
                hypothesis=not (declared and _is_of_another_type(each.value, reader)),
            )


def _is_of_another_type(value: Json, reader: Side) -> bool:
    """
    Whether a type keeps a value out, and neither a mere detail nor a null that may be left out.

    A model seldom repeats the provider's bounds, and code may well keep to them.
    """
    schema = unrefined(with_definitions(reader.part.schema, reader.part.world))
    bare = Judge(schema)
    return bare.accepts(value) is False and bare.accepts(without_nulls(value)) is False


def _media_type(operation: Operation, request: HttpRequest) -> Iterator[Misfit]:
    """Whether a body comes with its media type, and a media type with a body."""
    named = header(request.headers, "content-type")
    takes = operation.body is not None and bool(operation.body.content or operation.body.unknown)
    if named is not None and not takes:
        yield _undeclared(Code.REQUEST_MEDIA_TYPE_UNDECLARED, media_type_essence(named), named)
    if named is None and takes and request.body.presence is Presence.PRESENT:
        yield Misfit(
            Code.REQUEST_MEDIA_TYPE_MISSING,
            Kind.MAY_BREAK,
            sent="no media type",
            accepted=", ".join(operation.body.content) if operation.body else "",
            hypothesis=True,
        )


def _body_faults(faults: list[tuple[tuple[str | int, ...], str]], value: Json) -> Iterator[Misfit]:
    """One misfit for each place of an example that the provider refuses."""
    by_place = dict(reversed(faults))
    for place, message in reversed(by_place.items()):
        yield Misfit(
            Code.REQUEST_BODY,
            Kind.IMPOSSIBLE,
            path=json_path(place),
            witnesses=(canonical(value),),
            sent=shortened(_at(value, place)),
            accepted=message,
        )


def _at(value: Json, place: tuple[str | int, ...]) -> Json:
    for step in place:
        if isinstance(value, Mapping) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
    return value


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


def _undeclared(code: Code, name: str, sent: str) -> Misfit:
    """The provider passes over most of what it does not know, so this is a hypothesis."""
    return Misfit(code, Kind.UNDECLARED, name, sent=sent, accepted="nothing", hypothesis=True)


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
