"""What a provider's document says of the body that an interaction sends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.compat.http.replies import Told, media_type_of
from harness.compat.pacts.media import header, negotiated
from harness.compat.pacts.readers import body_schema
from harness.compat.schemas.bounds import Bounds
from harness.compat.schemas.directions import Directed
from harness.compat.schemas.engine import Side, compare_sides, side
from harness.compat.schemas.judging import Judge
from harness.compat.schemas.outcome import Broken
from harness.compat.schemas.refinements import unrefined, without_nulls
from harness.compat.schemas.rendering import with_definitions
from harness.domain.document import Content, Operation
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


@dataclass(frozen=True, slots=True)
class RequestBodies:
    """Compares the bodies that interactions send with what one document lets operations accept."""

    directed: Directed
    bounds: Bounds

    def compared(self, operation: Operation, request: HttpRequest, writer: Json) -> Told:
        """What does not fit of a body and its media type; `writer` is as declared."""
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
            yield undeclared(Code.REQUEST_BODY_UNDECLARED, "", media_type_of(body))
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


def undeclared(code: Code, name: str, sent: str) -> Misfit:
    """The provider passes over most of what it does not know, so this is a hypothesis."""
    return Misfit(code, Kind.UNDECLARED, name, sent=sent, accepted="nothing", hypothesis=True)


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
        yield undeclared(Code.REQUEST_MEDIA_TYPE_UNDECLARED, media_type_essence(named), named)
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
            sent=sent_at(value, place),
            accepted=message,
        )


def sent_at(value: Json, place: tuple[str | int, ...]) -> str:
    """What a value holds at a place, as a sentence's part."""
    for step in place:
        if isinstance(value, Mapping) and isinstance(step, str):
            if step not in value:
                return "nothing"
            value = value[step]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
    return shortened(value)
