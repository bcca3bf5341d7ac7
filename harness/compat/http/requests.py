"""What a provider's document says of the request that an interaction sends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie

from harness.compat.http.queries import Queries, in_security
from harness.compat.http.replies import Told
from harness.compat.http.request_bodies import RequestBodies, undeclared
from harness.compat.http.security import is_met
from harness.compat.http.values import VARIES, Values, as_hypothesis, missing
from harness.compat.http.varying import is_path_proven, rules_of, texts_of
from harness.compat.schemas.bounds import Bounds
from harness.compat.schemas.directions import Directed
from harness.documents.routing import Match
from harness.domain.document import Location, Operation, Parameter
from harness.domain.fit import Code, Gap, Kind, Misfit
from harness.domain.json import (
    Json,
    canonical,
)
from harness.domain.pact import HttpRequest

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
    _values: Values = field(init=False)

    def __post_init__(self) -> None:
        self._values = Values(self.directed, self.bounds)

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
        yield from Queries(self.directed, self.bounds).compared(
            by_place.get(Location.QUERY, []), operation, request
        )
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
                texts = [values[parameter.name]]
                yield from self._values.told(Code.REQUEST_PATH, parameter, texts)

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
                yield from (as_hypothesis(each) for each in told)
                return
        yield Gap(Code.REQUEST_PATH, "the path varies by a rule", tried=len(texts))

    def _headers(
        self, known: Sequence[Parameter], operation: Operation, request: HttpRequest
    ) -> Told:
        sent = {name.lower(): list(values) for name, values in request.headers.items()}
        taken = {each.lower() for each in in_security(operation, self.directed, "header")}
        for parameter in known:
            name = parameter.name.lower()
            taken.add(name)
            if name in ("accept", "content-type", "authorization"):
                continue
            if name not in sent:
                yield from missing(Code.REQUEST_HEADER_MISSING, parameter)
            else:
                rules = request.rules.get("header", {})
                yield from self._values.told(Code.REQUEST_HEADER, parameter, sent[name], rules)
        for name, values in request.headers.items():
            if name.lower() not in taken | _OF_THE_PROTOCOL:
                yield undeclared(Code.REQUEST_HEADER_UNDECLARED, name, ", ".join(values))

    def _cookies(self, known: Sequence[Parameter], request: HttpRequest) -> Told:
        told = list(self._baked(known, cookies(request)))
        yield from told
        if not told and known:
            yield from self._varied_cookies(known, request)

    def _baked(self, known: Sequence[Parameter], sent: Mapping[str, str]) -> Told:
        for parameter in known:
            if parameter.name in sent:
                texts = [sent[parameter.name]]
                yield from self._values.told(Code.REQUEST_COOKIE, parameter, texts)
            else:
                yield from missing(Code.REQUEST_COOKIE_MISSING, parameter)

    def _varied_cookies(self, known: Sequence[Parameter], request: HttpRequest) -> Told:
        """What a rule of the whole header lets vary of the cookies in it."""
        written = [
            value
            for name, values in request.headers.items()
            if name.lower() == "cookie"
            for value in values
        ]
        rules = rules_of("cookie", request.rules.get("header", {}), len(written))
        headers = [
            [*written[:at], text, *written[at + 1 :]]
            for at, rule in rules.items()
            for text in texts_of(written[at], rule, self.bounds)
        ]
        for each in headers:
            told = list(self._baked(known, _read_cookies(each)))
            if told:
                yield from map(as_hypothesis, told)
                return
        if rules:
            yield Gap(Code.REQUEST_COOKIE, VARIES, "Cookie", len(headers))


def cookies(request: HttpRequest) -> dict[str, str]:
    """The cookies that a request sends."""
    headers = request.headers.items()
    return _read_cookies(
        value for name, values in headers if name.lower() == "cookie" for value in values
    )


def _read_cookies(written: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for value in written:
        try:
            parsed = SimpleCookie(value)
        except CookieError:
            continue
        found.update({key: morsel.value for key, morsel in parsed.items()})
    return found
