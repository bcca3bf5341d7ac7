"""What a provider's document says of the reply that an interaction expects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from harness.compat.http.reply_headers import compared_header
from harness.compat.pacts.media import header, is_acceptable, negotiated
from harness.compat.pacts.nearest import Compared
from harness.compat.pacts.readers import Reader, reply_reader, statuses
from harness.compat.schemas.bounds import Bounds
from harness.compat.schemas.directions import Directed
from harness.compat.schemas.outcome import Broken, Unknown, Witness
from harness.compat.schemas.sides import side
from harness.domain.document import Operation, Response
from harness.domain.fit import Code, Gap, Kind, Misfit
from harness.domain.json import Json, canonical, is_json_media_type
from harness.domain.pact import FIRST_REFUSAL, Body, HttpResponse, Interaction, Presence

Told = Iterator[Misfit | Gap]


@dataclass(slots=True)
class Replies:
    """Compares what one document lets its operations reply with what interactions accept."""

    directed: Directed
    bounds: Bounds
    _known: dict[tuple[int, str], Compared] = field(default_factory=dict)

    def compared(self, operation: Operation, interaction: Interaction) -> Told:
        """What does not fit, and what could not be told."""
        expected = interaction.response
        if expected is None:
            return
        yield from _accepting(operation, interaction)
        wanted = statuses(expected)
        status = expected.status if expected.status in wanted else wanted[0]
        response = operation.response_for(status)
        if response is None:
            offered = ", ".join(operation.responses) or "none"
            yield Misfit(
                Code.STATUS_UNDECLARED,
                Kind.UNDECLARED,
                str(status),
                sent=offered,
                accepted=str(status),
                # Most documents leave honest refusals out.
                hypothesis=status >= FIRST_REFUSAL,
            )
            return
        if response.status == "default":
            yield Misfit(
                Code.STATUS_BY_DEFAULT,
                Kind.MAY_BREAK,
                str(status),
                sent="default",
                accepted=str(status),
                hypothesis=True,
            )
        told = [*self._told(response, interaction, expected)]
        yield from told
        for other in _others(operation, wanted, response):
            more = [
                _softened(each, other.status) for each in self._told(other, interaction, expected)
            ]
            known = set(map(_cause, told))
            told += (new := [each for each in more if _cause(each) not in known])
            yield from new

    def _told(self, response: Response, interaction: Interaction, expected: HttpResponse) -> Told:
        if response.unknown:
            yield Gap(Code.REPLY_BODY, response.unknown)
            return
        yield from self._body(response, expected, interaction.reader)
        yield from self._headers(response, expected)

    def _body(self, response: Response, expected: HttpResponse, declared: Json) -> Told:
        body = expected.body
        named = header(expected.headers, "content-type")
        if named is not None and not response.content and not is_listed(named, response):
            yield Misfit(
                Code.REPLY_MEDIA_TYPE_UNDECLARED,
                Kind.UNDECLARED,
                named,
                sent="no body",
                accepted=named,
                hypothesis=True,
            )
        if body.presence in (Presence.ABSENT, Presence.NULL, Presence.EMPTY):
            return
        media_type = media_type_of(body)
        if not response.content:
            yield Misfit(
                Code.REPLY_BODY_UNDECLARED, Kind.UNDECLARED, sent="no body", accepted=media_type
            )
            return
        content = negotiated(response.content, media_type)
        if content is None:
            offered = ", ".join(response.content)
            yield Misfit(
                Code.REPLY_MEDIA_TYPE,
                Kind.IMPOSSIBLE,
                media_type,
                sent=offered,
                accepted=media_type,
            )
            return
        reader = reply_reader(declared, expected)
        if reader is None or content.streamed or not is_json_media_type(media_type):
            yield Gap(Code.REPLY_BODY, f"a body of {media_type} is not compared", silent=True)
        elif content.schema is None or content.schema == {} or content.schema is True:
            said = content.unknown or "the document says nothing of this body"
            yield Gap(Code.REPLY_BODY, said, silent=not content.unknown)
        else:
            yield from self._compared(content.schema, reader, body)

    def _compared(self, schema: Json, reader: Reader, body: Body) -> Told:
        known = self._comparison(schema, reader)
        if isinstance(known.found, Broken):
            for each in known.found.witnesses:
                near = known.nearest(each, body) if self.bounds.others else ()
                yield _misfit(each, near, declared=reader.declared)
            yield from (_gap(each) for each in known.found.unknown)
        elif isinstance(known.found, Unknown):
            yield _gap(known.found)

    def _comparison(self, schema: Json, reader: Reader) -> Compared:
        """One comparison for each pair, however many interactions ask for it."""
        key = (id(schema), canonical(reader.schema))
        if key not in self._known:
            writer = self.directed.side(schema)
            accepted = side(reader.schema, closed=False)
            self._known[key] = Compared.of(writer, accepted, self.bounds)
        return self._known[key]

    def _headers(self, response: Response, expected: HttpResponse) -> Told:
        offered = {name.lower(): each for name, each in response.headers.items()}
        for name, values in expected.headers.items():
            if name.lower() in _OF_THE_PROTOCOL:
                continue
            known = offered.get(name.lower())
            if known is None:
                yield Misfit(
                    Code.REPLY_HEADER_UNDECLARED,
                    Kind.UNDECLARED,
                    name,
                    sent="nothing",
                    accepted=", ".join(values),
                    hypothesis=True,
                )
                continue
            writer = self.directed.side(known.schema)
            yield from compared_header(name, values, expected.rules, known, writer, self.bounds)


def _others(
    operation: Operation, wanted: tuple[int, ...], response: Response
) -> Iterator[Response]:
    """What the operation declares under further statuses that the consumer takes."""
    found = {each.status: each for one in wanted if (each := operation.response_for(one))}
    for status, each in found.items():
        if status not in ("default", response.status):
            yield each


def _softened(told: Misfit | Gap, status: str) -> Misfit | Gap:
    """
    What another status than that of the example shows, which the consumer's test never saw.

    Shape: without witnesses, since they are put to a consumer under its example's status.
    """
    if isinstance(told, Gap):
        return told
    sent = f"{told.sent} (status {status})"
    return replace(told, kind=Kind.MAY_BREAK, witnesses=(), nearest=(), sent=sent, hypothesis=True)


def _cause(told: Misfit | Gap) -> tuple[object, ...]:
    name = told.name if isinstance(told, Misfit) else told.reason
    return type(told), told.code, name, told.path


def _accepting(operation: Operation, interaction: Interaction) -> Told:
    """Whether the consumer asks for a media type that the operation offers under any status."""
    request = interaction.request
    accept = header(request.headers, "accept") if request is not None else None
    if accept is None:
        return
    offered = dict.fromkeys(
        name for one in operation.responses.values() for name in (*one.content, *one.media_types)
    )
    listed = ", ".join(offered) or "no body"
    if not offered:
        yield Misfit(
            Code.REQUEST_ACCEPT_UNDECLARED,
            Kind.UNDECLARED,
            accept,
            sent=listed,
            accepted=accept,
            hypothesis=True,
        )
    elif not is_acceptable(accept, offered):
        yield Misfit(
            Code.REQUEST_ACCEPT,
            Kind.IMPOSSIBLE,
            accept,
            sent=listed,
            accepted=accept,
            hypothesis=True,
        )


def is_listed(media_type: str, response: Response) -> bool:
    """Whether a reply without a schema is said to be of a media type all the same."""
    return bool(response.media_types) and is_acceptable(
        media_type, dict.fromkeys(response.media_types)
    )


_OF_THE_PROTOCOL = frozenset({"content-type", "content-length", "date", "server", "connection"})


def media_type_of(body: Body) -> str:
    """The media type that a body is of, told or guessed from its form."""
    if body.content_type:
        return body.content_type
    return "application/json" if body.is_json else "text/plain"


def _misfit(witness: Witness, nearest: tuple[str, ...], *, declared: bool) -> Misfit:
    return Misfit(
        Code.REPLY_BODY,
        witness.kind,
        path=witness.path,
        witnesses=tuple(map(canonical, (witness.value, *witness.others))),
        nearest=nearest,
        sent=witness.sent,
        accepted=witness.accepted,
        hypothesis=not declared and witness.kind is Kind.MAY_BREAK,
    )


def _gap(unknown: Unknown) -> Gap:
    return Gap(Code.REPLY_BODY, unknown.reason, unknown.path, unknown.tried)
