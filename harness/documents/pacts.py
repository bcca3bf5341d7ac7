"""The text of a pact of any version of the specification to its normal form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from harness.documents.json_text import Parsed, parse_json, unreadable
from harness.documents.pact_bodies import (
    PactFault,
    header_value,
    headers,
    plain_body,
    query,
    wrapped_body,
)
from harness.documents.pact_rules import read_rules
from harness.domain.errors import DocumentUnreadable
from harness.domain.json import Json, digest, json_path, kind_of, shortened
from harness.domain.pact import (
    Body,
    HttpRequest,
    HttpResponse,
    Interaction,
    InteractionKind,
    Message,
    Note,
    Pact,
    State,
)

READER_COMMENT = "contract-harness"
READER_VERSION = 1

_KEY_LENGTH = 12
_KINDS = {
    "Synchronous/HTTP": InteractionKind.HTTP,
    "Asynchronous/Messages": InteractionKind.ASYNC,
    "Synchronous/Messages": InteractionKind.SYNC,
}
_KNOWN_VERSION = re.compile(r"v?([1-9]\d{0,2})(?:\.(\d{1,3}))?", re.IGNORECASE)


def read_pact(content: str | bytes, path: str = "the pact") -> Pact:
    """
    A pact in its normal form.

    Shape: `path` is what sentences call the text; what can be passed over becomes a note, one that
    says `lost` where an interaction could not be read.
    Raises: DocumentUnreadable.
    """
    parsed = parse_json(content, path)
    root = parsed.value
    if not isinstance(root, dict):
        raise unreadable(path, "a pact", kind_of(root))
    reader = _Reader(root, path)
    return reader.read(parsed)


def interaction_key(description: str, states: tuple[State, ...]) -> str:
    """The short name of an interaction: the same description and states give the same key."""
    told: Json = [description, [[state.name, state.params] for state in states]]
    return digest(told)[:_KEY_LENGTH]


class _Reader:
    """Reads one pact, and gathers what is to be said of it."""

    def __init__(self, root: Mapping[str, Json], path: str) -> None:
        self._root = root
        self._path = path
        self._notes: list[Note] = []
        self._taken: dict[str, int] = {}

    def read(self, parsed: Parsed) -> Pact:
        """The whole pact."""
        for each in parsed.duplicates:
            said = f"the key {shortened(each.key)} stands twice, and the last one was taken"
            self._notes.append(Note(each.path, said))
        version = self._version()
        consumer, provider = self._participant("consumer"), self._participant("provider")
        interactions = tuple(self._interactions(version.startswith("4")))
        content = {key: value for key, value in self._root.items() if key != "metadata"}
        return Pact(
            consumer,
            provider,
            version,
            interactions,
            tuple(self._notes),
            self._path,
            digest({"pact": content, "version": version}),
        )

    def _participant(self, role: str) -> str:
        node = self._root.get(role)
        name = node.get("name") if isinstance(node, dict) else None
        if not isinstance(name, str) or not name.strip():
            seen = kind_of(name) if isinstance(node, dict) else kind_of(node)
            hint = "is this an OpenAPI document?" if "openapi" in self._root else ""
            raise unreadable(self._path, f"a name as `{role}.name`", seen, hint)
        return name

    def _version(self) -> str:
        written = _written_version(self._root.get("metadata"))
        matched = _KNOWN_VERSION.match(written) if isinstance(written, str) else None
        if matched is not None and int(matched[1]) <= 4:
            is_11 = matched[1] == "1" and matched[2] == "1"
            return "1.1" if is_11 else matched[1]
        guessed = self._shape()
        if written is not None:
            said = f"expected a specification version from 1 to 4, seen {kind_of(written)}"
            self._notes.append(Note("$.metadata", f"{said}; read as version {guessed}"))
        return guessed

    def _shape(self) -> str:
        """The version that a pact without one looks like."""
        if "messages" in self._root:
            return "3"
        listed = self._root.get("interactions")
        interactions = [each for each in _list(listed) if isinstance(each, dict)]
        if any("type" in each for each in interactions):
            return "4"
        is_3 = any("providerStates" in each or _has_nested_rules(each) for each in interactions)
        return "3" if is_3 else "2"

    def _interactions(self, is_4: bool) -> Iterator[Interaction]:
        for key, kind in (
            ("interactions", InteractionKind.HTTP),
            ("messages", InteractionKind.ASYNC),
        ):
            listed = self._root.get(key)
            if listed is None:
                continue
            if not isinstance(listed, list):
                raise unreadable(self._path, f"a list as `{key}`", kind_of(listed))
            for at, node in enumerate(listed):
                found = self._readable(node, json_path((key, at)), kind, is_4)
                if found is not None:
                    yield found

    def _readable(
        self, node: Json, location: str, kind: InteractionKind, is_4: bool
    ) -> Interaction | None:
        try:
            return self._interaction(node, location, kind, is_4)
        except PactFault as fault:
            self._notes.append(Note(location, fault.sentence, lost=True))
            return None

    def _interaction(
        self, node: Json, location: str, kind: InteractionKind, is_4: bool
    ) -> Interaction:
        if not isinstance(node, dict):
            raise PactFault(f"expected an interaction, seen {kind_of(node)}")
        if "type" in node and is_4:
            written = node["type"]
            if not isinstance(written, str) or written not in _KINDS:
                expected = " or ".join(_KINDS)
                raise PactFault(f"expected the type {expected}, seen {kind_of(written)}")
            kind = _KINDS[written]
        description = self._description(node, location)
        states = _states(node)
        comments = node.get("comments")
        kept = comments if isinstance(comments, dict) else {}
        declared = self._declared(kept.get(READER_COMMENT), location)
        plain = Interaction(
            description,
            kind,
            self._key(description, states, location),
            states,
            pending=node.get("pending") is True,
            comments=kept,
            reader=declared.get("reader"),
            writer=declared.get("writer"),
            location=location,
        )
        return _with_parts(plain, node, is_4)

    def _description(self, node: Mapping[str, Json], location: str) -> str:
        description = node.get("description")
        if isinstance(description, str) and description:
            return description
        said = f"expected a description, seen {kind_of(description)}"
        self._notes.append(Note(location, said))
        return ""

    def _key(self, description: str, states: tuple[State, ...], location: str) -> str:
        key = interaction_key(description, states)
        count = self._taken.get(key, 0) + 1
        self._taken[key] = count
        if count == 1:
            return key
        said = f"the description {shortened(description)} stands again with the same states"
        self._notes.append(Note(location, said))
        return f"{key}-{count}"

    def _declared(self, comment: Json, location: str) -> Mapping[str, Json]:
        """The schemas that the consumer's own models gave."""
        if isinstance(comment, str):
            # Some libraries keep every comment as text.
            comment = _parsed_quietly(comment)
        if comment is None:
            return {}
        held = _mapping(comment)
        version = held.get("v")
        if version == READER_VERSION and version is not True:
            return held
        said = f"expected version {READER_VERSION} of the reader, seen {kind_of(version)}"
        self._notes.append(Note(location, f"{said}; the reader is ignored"))
        return {}


def _parsed_quietly(text: str) -> Json:
    try:
        return parse_json(text, "the reader").value
    except DocumentUnreadable:
        # Not JSON: it is told as a reader of no known version.
        return text


def _written_version(metadata: Json) -> Json:
    for key in ("pactSpecification", "pact-specification", "pactSpecificationVersion"):
        node = _mapping(metadata).get(key)
        found = _mapping(node).get("version") if isinstance(node, dict) else node
        if found is not None:
            return found
    return None


def _has_nested_rules(node: Mapping[str, Json]) -> bool:
    for part in ("request", "response"):
        held = node.get(part)
        rules = held.get("matchingRules") if isinstance(held, dict) else None
        if isinstance(rules, dict) and rules and not any(key.startswith("$") for key in rules):
            return True
        if isinstance(held, dict) and isinstance(held.get("query"), dict):
            return True
    return False


def _states(node: Mapping[str, Json]) -> tuple[State, ...]:
    many = node.get("providerStates")
    if isinstance(many, list):
        return tuple(_state(each) for each in many)
    for key in ("providerState", "provider_state", "providerStates"):
        single = node.get(key)
        if single is not None and single != "":
            return (_state(single),)
    return ()


def _state(node: Json) -> State:
    if isinstance(node, str):
        return State(node)
    name = node.get("name") if isinstance(node, dict) else None
    params = node.get("params") if isinstance(node, dict) else None
    if not isinstance(name, str):
        raise PactFault(f"expected a provider state with a name, seen {kind_of(node)}")
    if params is not None and not isinstance(params, dict):
        raise PactFault(f"expected an object as a state's `params`, seen {kind_of(params)}")
    return State(name, params or {})


def _with_parts(plain: Interaction, node: Mapping[str, Json], is_4: bool) -> Interaction:
    if plain.kind is InteractionKind.HTTP:
        for key in ("request", "response"):
            if node.get(key) is None:
                raise PactFault(f"expected an object as `{key}`, seen {kind_of(node.get(key))}")
        request, response = _part(node, "request"), _part(node, "response")
        return replace(plain, request=_request(request, is_4), response=_response(response, is_4))
    if plain.kind is InteractionKind.ASYNC:
        return replace(plain, messages=(_message(node, is_4),))
    written = node.get("response")
    replies = written if isinstance(written, list) else [] if written is None else [written]
    request = _part(node, "request")
    return replace(
        plain,
        messages=(_message(request, is_4),) if request else (),
        replies=tuple(_message(_object(each, "response"), is_4) for each in replies),
    )


def _part(node: Mapping[str, Json], key: str) -> Mapping[str, Json]:
    return _object(node.get(key), key)


def _object(node: Json, key: str) -> Mapping[str, Json]:
    if node is None:
        return {}
    if not isinstance(node, dict):
        raise PactFault(f"expected an object as `{key}`, seen {kind_of(node)}")
    return node


def _request(node: Mapping[str, Json], is_4: bool) -> HttpRequest:
    method, path = node.get("method", "GET"), node.get("path", "/")
    if not isinstance(method, str) or not method:
        raise PactFault(f"expected text as `method`, seen {kind_of(method)}")
    if not isinstance(path, str):
        raise PactFault(f"expected text as `path`, seen {kind_of(path)}")
    sent = headers(node.get("headers"))
    return HttpRequest(
        method.upper(),
        path,
        query(node.get("query")),
        sent,
        _http_body(node, sent, is_4),
        read_rules(node.get("matchingRules")),
        _part(node, "generators"),
    )


def _response(node: Mapping[str, Json], is_4: bool) -> HttpResponse:
    status = node.get("status", 200)
    if isinstance(status, str) and status.isdecimal() and len(status) == 3:
        status = int(status)
    if isinstance(status, bool) or not isinstance(status, int):
        raise PactFault(f"expected a number as `status`, seen {kind_of(status)}")
    sent = headers(node.get("headers"))
    return HttpResponse(
        status,
        sent,
        _http_body(node, sent, is_4),
        read_rules(node.get("matchingRules")),
        _part(node, "generators"),
    )


def _http_body(node: Mapping[str, Json], sent: Mapping[str, tuple[str, ...]], is_4: bool) -> Body:
    content_type = header_value(sent, "content-type")
    return (
        wrapped_body(node.get("body"), content_type)
        if is_4
        else plain_body(node, "body", content_type)
    )


def _message(node: Mapping[str, Json], is_4: bool) -> Message:
    metadata = node.get("metadata", node.get("metaData"))
    kept = _object(metadata, "metadata")
    content_type = next(
        (
            value
            for key, value in kept.items()
            if key.lower() in {"contenttype", "content-type"} and isinstance(value, str)
        ),
        "",
    )
    body = (
        wrapped_body(node.get("contents"), content_type)
        if is_4
        else plain_body(node, "contents", content_type)
    )
    rules = read_rules(node.get("matchingRules"))
    return Message(body, kept, rules, _part(node, "generators"))


def _mapping(node: Json) -> Mapping[str, Json]:
    return node if isinstance(node, dict) else {}


def _list(node: Json) -> list[Json]:
    return node if isinstance(node, list) else []
