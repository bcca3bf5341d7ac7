"""A declaration over HTTP becomes one interaction of pact-python, and its mock."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from harness.consumer.bodies import (
    COMMENT,
    Body,
    DeclarationUnsound,
    comment_of,
    read_body,
    sent_body,
    wired,
)
from harness.consumer.declaration import Declaration, Pattern, Reply, Request, Texts
from harness.consumer.unmet import Unmet, unmet_by
from harness.domain.json import is_json_media_type

if TYPE_CHECKING:
    from pact import Pact
    from pact.interaction import HttpInteraction
    from pact.pact import PactServer


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


def _add(pact: Pact, declaration: Declaration) -> None:
    sent, answered = sent_body(declaration.request.body, declaration), reply_body(declaration)
    interaction = pact.upon_receiving(declaration.description)
    for state in declaration.given:
        values: dict[str, object] = {
            name: wired(each, "sent", declaration) for name, each in state.parameters.items()
        }
        interaction.given(state.name, values)
    _request(interaction, declaration.request, sent)
    _response(interaction, declaration.response, answered)
    comment = comment_of(answered, sent)
    if comment:
        interaction.set_comment(COMMENT, comment)


def reply_body(declaration: Declaration) -> Body | None:
    """
    The body of a declared reply.

    Raises: DeclarationUnsound.
    """
    reply = declaration.response
    return read_body(reply.body, reply.reads, reply.may_be_absent, declaration)


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
