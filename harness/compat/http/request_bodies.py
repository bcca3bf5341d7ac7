"""What a provider's document says of the body that an interaction sends."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from harness.compat.http.replies import Told, media_type_of
from harness.compat.pacts.media import header, negotiated
from harness.compat.pacts.readers import body_schema
from harness.compat.pacts.rules import schema_of_rules
from harness.compat.schemas.bounds import Bounds
from harness.compat.schemas.directions import Directed
from harness.compat.schemas.engine import compare_sides
from harness.compat.schemas.judging import Judge
from harness.compat.schemas.outcome import Broken, Comparison, Unknown
from harness.compat.schemas.refinements import unrefined, without_nulls
from harness.compat.schemas.rendering import with_definitions
from harness.compat.schemas.sides import Side, side
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
            if content.unknown:
                yield Gap(Code.REQUEST_BODY, content.unknown)
            return
        if not is_json_media_type(media_type) or isinstance(request.body.value, bytes):
            yield Gap(Code.REQUEST_BODY, f"a body of {media_type} is not compared", silent=True)
            return
        reader = self.directed.side(content.schema)
        faults = reader.judge.faults(request.body.value)
        if reader.judge.fault:
            yield Gap(Code.REQUEST_BODY, reader.judge.fault)
        elif faults:
            told = example_faults(Code.REQUEST_BODY, reader, request.body.value, self.bounds)
            yield from told
        else:
            is_declared = writer is not None
            rules = body_schema(request.body, request.rules, strict=True)
            sent = side(writer if is_declared else rules, closed=True)
            found = compare_sides(sent, reader, bounds=self.bounds)
            for each in beside_example(Code.REQUEST_BODY, found):
                if is_declared and isinstance(each, Misfit) and _is_of_another_type(each, reader):
                    yield replace(each, hypothesis=False)
                else:
                    yield each


def beside_example(code: Code, found: Comparison) -> Told:
    """What a consumer may send beside its example: what its model or its rules let vary."""
    if isinstance(found, Broken):
        for each in found.witnesses:
            yield Misfit(
                code,
                Kind.MAY_BREAK,
                path=each.path,
                witnesses=(canonical(each.value),),
                sent=each.sent,
                accepted=each.accepted,
                hypothesis=True,
            )
    unknown = found.unknown if isinstance(found, Broken) else ()
    for left in (found,) if isinstance(found, Unknown) else unknown:
        yield Gap(code, left.reason, left.path, left.tried)


def refused_at(code: Code, place: tuple[str | int, ...], said: str, value: Json) -> Misfit:
    """A place of an example that a provider refuses, in the validator's words."""
    return Misfit(
        code,
        Kind.IMPOSSIBLE,
        path=json_path(place),
        witnesses=(canonical(value),),
        sent=_sent_at(value, place),
        accepted=said,
    )


def undeclared(code: Code, name: str, sent: str) -> Misfit:
    """The provider passes over most of what it does not know, so this is a hypothesis."""
    return Misfit(code, Kind.UNDECLARED, name, sent=sent, accepted="nothing", hypothesis=True)


def _is_of_another_type(misfit: Misfit, reader: Side) -> bool:
    """
    Whether a type keeps a value out, and neither a mere detail nor a null that may be left out.

    A model seldom repeats the provider's bounds, and code may well keep to them.
    """
    value: Json = json.loads(misfit.witnesses[0])
    bare = Judge(unrefined(with_definitions(reader.part.schema, reader.part.world)))
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


def example_faults(code: Code, reader: Side, value: Json, bounds: Bounds) -> Iterator[Misfit]:
    """
    One misfit for each place of an example that the provider refuses.

    Shape: where it meets none of several alternatives, the places are those that keep it from the
    alternative it is nearest to.
    """
    by_place = dict(reversed(reader.judge.faults(value)))
    unions = reader.judge.unions(value)
    deeper = dict(_by_place(reader, value, bounds)) if unions else {}
    told: dict[tuple[str | int, ...], str] = {}
    for place, message in reversed(by_place.items()):
        below = {
            each: accepted
            for each, accepted in deeper.items()
            if place in unions and len(each) > len(place) and each[: len(place)] == place
        }
        for each, said in (below or {place: message}).items():
            told.setdefault(each, said)
    yield from (refused_at(code, place, said, value) for place, said in told.items())


def _by_place(
    reader: Side, value: Json, bounds: Bounds
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The places at which comparing finds an example to be refused, with what is accepted."""
    example = side(schema_of_rules(value, {}, strict=True), closed=True)
    found = compare_sides(example, reader, bounds=bounds)
    for each in found.witnesses if isinstance(found, Broken) else ():
        steps = tuple(step for step in each.place if isinstance(step, str | int))
        if len(steps) == len(each.place):
            yield steps, each.accepted


def _sent_at(value: Json, place: tuple[str | int, ...]) -> str:
    for step in place:
        if isinstance(value, Mapping) and isinstance(step, str):
            if step not in value:
                return "nothing"
            value = value[step]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
    return shortened(value)
