"""One declaration becomes one interaction of pact-python and its mock; the only user of its API."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from harness.consumer import fits, matching
from harness.consumer.absence import relaxed, without_nulls
from harness.consumer.canonical import Schema
from harness.consumer.declaration import Declaration, Like, NoBody, Pattern, Reply, Request, Texts
from harness.consumer.schema import TypeNotUnderstood, schema_of, type_of_example
from harness.consumer.unmet import Unmet, unmet_by
from harness.consumer.wire import wire
from harness.domain.json import Json, is_json_media_type

if TYPE_CHECKING:
    from pact import Pact
    from pact.interaction import HttpInteraction
    from pact.pact import PactServer

COMMENT = "contract-harness"
VERSION = 1
_MATCHER_KEY = "pact:matcher:type"


class DeclarationUnsound(Exception):
    """A declaration that contradicts itself; the message tells where and how."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body as it travels, what its type accepts, and how much of it counts."""

    value: Json
    schema: Schema | None
    rules: Mapping[str, Json]


class Mock:
    """The mock of one provider during one test."""

    def __init__(self, declarations: Sequence[Declaration], pact: Pact) -> None:
        self.declarations = declarations
        self.pact = pact
        self._server: PactServer | None = None

    def start(self) -> str:
        """Serve on a free loopback port; the base URL."""
        self._server = self.pact.serve("127.0.0.1", raises=False, verbose=False)
        self._server.__enter__()
        return str(self._server.url)

    def stop(self) -> list[Unmet]:
        """Stop serving; what was not as declared."""
        server, self._server = self._server, None
        if server is None:
            return []
        unmet = unmet_by(server.mismatches, self.declarations)
        server.__exit__(None, None, None)
        return unmet


def pact_of(declarations: Sequence[Declaration]) -> Pact:
    """
    The pact of a pair's declarations.

    Raises: DeclarationUnsound.
    """
    from pact import Pact  # imported late: a run without contracts never pays for it

    logging.getLogger("pact").setLevel(logging.CRITICAL)
    pact = Pact(*declarations[0].pair)
    for declaration in declarations:
        _add(pact, declaration)
    return pact


def reply_body(declaration: Declaration) -> Body | None:
    """
    The body of a declared reply.

    Raises: DeclarationUnsound.
    """
    reply = declaration.response
    if isinstance(reply.body, NoBody):
        return None
    value = without_nulls(_wired(reply.body, "read", declaration), reply.may_be_absent)
    kind = reply.reads if reply.reads is not None else type_of_example(reply.body)
    if kind is None:
        return Body(value, None, matching.rules_for(value, matching.schema_of_example(value)))
    reader = relaxed(_schema(kind, "validation", declaration), reply.may_be_absent)
    if reply.reads is not None:
        _check_example(value, reader, kind, declaration)
    return Body(value, reader, matching.rules_for(value, reader))


def request_body(declaration: Declaration) -> Body | None:
    """
    The body of a declared request: it counts as it is written, or by its types if it is `like`.

    Raises: DeclarationUnsound.
    """
    held = declaration.request.body
    if isinstance(held, NoBody):
        return None
    loose = held if isinstance(held, Like) else None
    example = loose.example if loose is not None else held
    value = _wired(example, "sent", declaration)
    kind = (loose.reads if loose is not None else None) or type_of_example(example)
    writer = None if kind is None else _schema(kind, "serialization", declaration)
    if loose is None:
        return Body(value, writer, {})
    return Body(
        value, writer, matching.rules_for(value, writer or matching.schema_of_example(value))
    )


def comment_of(reply: Body | None, request: Body | None) -> dict[str, Json]:
    """What travels in the interaction's comment; empty where no model was declared."""
    told: dict[str, Json] = {}
    if reply is not None and reply.schema is not None:
        told["reader"] = reply.schema
    if request is not None and request.schema is not None:
        told["writer"] = request.schema
    return {"v": VERSION, **told} if told else {}


def _add(pact: Pact, declaration: Declaration) -> None:
    sent, answered = request_body(declaration), reply_body(declaration)
    interaction = pact.upon_receiving(declaration.description)
    for state in declaration.given:
        values: dict[str, object] = {
            name: _wired(each, "sent", declaration) for name, each in state.parameters.items()
        }
        interaction.given(state.name, values)
    _request(interaction, declaration.request, sent)
    _response(interaction, declaration.response, answered)
    comment = comment_of(answered, sent)
    if comment:
        interaction.set_comment(COMMENT, comment)


def _request(interaction: HttpInteraction, request: Request, body: Body | None) -> None:
    from pact import match

    path = request.path
    if isinstance(path, Pattern):
        interaction.with_request(request.method, match.regex(path.example, regex=path.regex))
    else:
        interaction.with_request(request.method, path)
    _each(request.query, interaction.with_query_parameter)
    _each(request.headers, interaction.with_header)
    _body(interaction, body, request.headers, "Request")


def _response(interaction: HttpInteraction, reply: Reply, body: Body | None) -> None:
    interaction.will_respond_with(reply.status)
    _each(reply.headers, interaction.with_header)
    _body(interaction, body, reply.headers, "Response")


def _each(texts: Texts, add: Callable[..., object]) -> None:
    from pact import match

    for name, value in texts.items():
        if isinstance(value, Pattern):
            add(name, match.regex(value.example, regex=value.regex))
            continue
        for each in [value] if isinstance(value, str) else value:
            add(name, each)


def _body(
    interaction: HttpInteraction,
    body: Body | None,
    headers: Texts,
    part: Literal["Request", "Response"],
) -> None:
    if body is None:
        return
    named = next((each for name, each in headers.items() if name.lower() == "content-type"), None)
    media_type = named if isinstance(named, str) else "application/json"
    if isinstance(body.value, str) and not is_json_media_type(media_type):
        interaction.with_body(body.value, media_type, part)
        return
    if body.value is None:
        raise DeclarationUnsound(
            "expected a body, seen null: to pact a body that is null is no body at all\n"
            "hint: leave the body out"
        )
    interaction.with_body(json.dumps(body.value), media_type, part)
    if body.rules:
        interaction.with_matching_rules({"body": dict(body.rules)}, part)


def _wired(value: object, direction: Literal["read", "sent"], declaration: Declaration) -> Json:
    try:
        result = wire(value, direction)
        text = json.dumps(result, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise DeclarationUnsound(f"{_named(declaration)} holds a value: {error}") from error
    if _MATCHER_KEY in text:
        raise DeclarationUnsound(
            f"{_named(declaration)} holds the key {_MATCHER_KEY!r}, a matcher to pact.\n"
            "hint: declare the value with its type; the matchers are derived from it"
        )
    return result


def _schema(
    kind: object, mode: Literal["validation", "serialization"], declaration: Declaration
) -> Schema:
    try:
        return schema_of(kind, mode)
    except TypeNotUnderstood as error:
        raise DeclarationUnsound(
            f"{_named(declaration)} names a type without a JSON form: {error}"
        ) from error


def _check_example(value: Json, reader: Schema, kind: object, declaration: Declaration) -> None:
    found = list(fits.faults(value, reader, reader))
    if found:
        name = getattr(kind, "__name__", str(kind))
        raise DeclarationUnsound(
            f"{_named(declaration)} answers an example that is no {name}: " + "; ".join(found)
        )


def _named(declaration: Declaration) -> str:
    return f"the interaction {declaration.description!r} ({declaration.place})"
