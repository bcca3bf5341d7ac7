"""What one reply shows, in the harness's own terms: while fuzzing, shortening and replaying."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

import requests
from schemathesis import Case
from schemathesis import checks as tool_checks
from schemathesis.core import failures as core_failures
from schemathesis.core.errors import SchemathesisError
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.jsonschema.bundler import BundleError
from schemathesis.core.transport import Response
from schemathesis.openapi import checks as openapi_failures

from harness.adapters.schema_fuzzer_requests import (
    Operation,
    is_readable,
    named_in_rejection,
    request_errors,
)
from harness.adapters.schema_fuzzer_traffic import Sent
from harness.domain.contradiction import CONTRADICTED, Contradiction
from harness.domain.crash import Crash
from harness.domain.raise_site import raise_site, raised_in
from harness.domain.traffic import Fault

# What the reply alone decides. The tool's other checks need to know how the request was made.
_REPLY_CHECKS = (
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)

# What the tool raises over a description that means nothing, of which no reply is guilty.
_UNUSABLE = (SchemathesisError, BundleError)

# Answers of the HTTP layer in front of the operation: the server, the router or a limiter gives
# them whatever the document says, and no client learns of them from an operation's responses.
_OF_THE_HTTP_LAYER = frozenset({405, 406, 408, 411, 413, 414, 415, 417, 421, 426, 429, 431})

FAULTS_FIRST = (
    Fault.CRASH,
    Fault.SERVER_ERROR,
    Fault.NO_REPLY,
    Fault.CONTRADICTED,
    Fault.RESPONSE_SCHEMA,
    Fault.DELETED_SERVED,
    Fault.AUTH_IGNORED,
    Fault.CREATED_MISSING,
    Fault.CONTENT_TYPE,
    Fault.RESPONSE_HEADERS,
    Fault.INVALID_ACCEPTED,
    Fault.VALID_REJECTED,
    Fault.METHOD_ALLOWED,
    Fault.STATUS_UNDOCUMENTED,
)


@dataclass(frozen=True, slots=True)
class Look:
    """What tells one fault from another: the identity that a finding keeps between runs."""

    fault: Fault
    operation: str
    cause: str = ""
    where: str = ""

    @property
    def rank(self) -> tuple[int, str, str, str]:
        """Faults come before contract noise, then in an order that never changes."""
        return (FAULTS_FIRST.index(self.fault), self.operation, self.where, self.cause)


@dataclass(frozen=True, slots=True)
class Seen:
    """One fault that one reply shows, with the sentence for its reader."""

    look: Look
    message: str
    crash: Crash | None = None
    contradiction: Contradiction | None = None


def contradicted(operation: str, one: Contradiction) -> Seen:
    """Give what code saw as a fault of the request that led there."""
    look = Look(Fault.CONTRADICTED, operation, one.cause)
    return Seen(look, f"{one.function} saw {one.seen}", contradiction=one)


def is_contradiction(cause: str) -> bool:
    """Tell whether a cause is about what code saw."""
    return cause.startswith(CONTRADICTED)


def judge(
    operation: Operation, sent: Sent, crash: Crash | None, packages: Sequence[str]
) -> list[Seen]:
    """Give every fault that a reply shows; a crash stands for all that follows from it."""
    label = operation.label
    if sent.status == 0 or sent.status >= 500:
        return _failed(operation, sent, crash, packages)
    if crash is not None:
        return [crashed(label, crash, packages)]  # after the reply had gone out
    if sent.method != operation.method.upper():
        return []  # an undeclared method answers to no declared response
    faults = [
        seen for failure in reply_failures(operation, sent) for seen in translated(failure, sent)
    ]
    return [seen for seen in faults if not _is_of_the_http_layer(seen.look, operation, sent)] + (
        _judge_request(operation, label, sent)
    )


def _failed(
    operation: Operation, sent: Sent, crash: Crash | None, packages: Sequence[str]
) -> list[Seen]:
    if sent.status > 500 and declares(operation, sent.status):
        return []  # `502` because a neighbour is down is an answer, even if its cause was logged
    if crash is not None:
        return [crashed(operation.label, crash, packages)]
    if sent.status == 0:
        look = Look(Fault.NO_REPLY, operation.label, Fault.NO_REPLY.value)
        return [Seen(look, f"expected a reply, seen none: {sent.failure}")]
    if declares(operation, sent.status):
        return []
    look = Look(Fault.SERVER_ERROR, operation.label, str(sent.status))
    return [
        Seen(
            look,
            f"expected no server error, seen {_status(sent.status)}; "
            "no traceback was seen inside the service",
        )
    ]


def crashed(label: str, crash: Crash, packages: Sequence[str]) -> Seen:
    """Name a crash by what was raised where, so that every way to it is one finding."""
    message = f"expected a reply, seen {raised_in(crash, packages)}"
    if crash.message:
        message += f": {crash.message.splitlines()[0][:300]}"
    return Seen(Look(Fault.CRASH, label, raise_site(crash, packages)), message, crash)


def _judge_request(operation: Operation, label: str, sent: Sent) -> list[Seen]:
    """
    Tell a refusal of what the document allows, and an acceptance of what it forbids.

    Both are judged by the request as it was sent, not by how it came about.
    """
    if sent.accepted:
        errors = [error for error in request_errors(operation, sent) if not error.lenient]
        return [
            Seen(
                Look(Fault.INVALID_ACCEPTED, label, error.keyword, error.where),
                f"expected a refusal, as {error.sentence}; seen {_status(sent.status)}",
            )
            for error in errors[:1]
        ]
    if sent.status not in (400, 422) or request_errors(operation, sent):
        return []
    named = named_in_rejection(operation, sent)
    return [
        Seen(
            Look(Fault.VALID_REJECTED, label, str(sent.status), where),
            f"expected a request that the document allows to be taken, seen "
            f"{_status(sent.status)} because of {where}",
        )
        for where in named[:1]
    ]


def declares(operation: Operation, status: int) -> bool:
    """Whether a status, or its class, is among the responses; `default` says nothing."""
    known = {str(code).upper() for code in operation.responses.status_codes}
    return str(status) in known or f"{status // 100}XX" in known


def _is_of_the_http_layer(look: Look, operation: Operation, sent: Sent) -> bool:
    if look.fault is not Fault.STATUS_UNDOCUMENTED:
        return False
    if sent.status in _OF_THE_HTTP_LAYER:
        return True
    if sent.status == 400 and not is_readable(sent):
        return True
    # The security requirement is the documentation of its refusals.
    return sent.status in (401, 403) and any(True for _ in operation.security.iter_parameters())


def as_response(sent: Sent) -> Response:
    """Write a reply as the tool's checks read it."""
    headers: dict[str, list[str]] = {}
    for name, value in sent.reply_headers:
        headers.setdefault(name, []).append(value)
    request = _request(sent.method)
    return Response(sent.status, headers, sent.reply_body, request, 0.0, verify=True)


@lru_cache(maxsize=64)
def _request(method: str) -> requests.PreparedRequest:
    return requests.Request(method, "http://service/").prepare()


@lru_cache(maxsize=1)
def _checks() -> tuple[Callable[[None, Response, Case[Operation]], object], ...]:
    return tuple(getattr(tool_checks, name) for name in _REPLY_CHECKS)


def reply_failures(operation: Operation, sent: Sent) -> Iterator[Failure]:
    """Run the tool's own checks of replies; `why_unjudged` tells of those that cannot run."""
    for failure in _reply_outcomes(operation, sent):
        if isinstance(failure, FailureGroup):
            yield from flattened(failure)
        elif isinstance(failure, Failure):
            yield failure


def why_unjudged(operation: Operation, sent: Sent) -> str:
    """Say why a reply cannot be held against its description; empty where it can."""
    for error in _reply_outcomes(operation, sent):
        if isinstance(error, _UNUSABLE):
            text = str(error)
            return (text.partition("Error details:")[2] or text).strip().partition("\n")[0]
    return ""


def _reply_outcomes(operation: Operation, sent: Sent) -> Iterator[BaseException]:
    response = as_response(sent)
    case = operation.Case()
    for check in _checks():
        try:
            check(None, response, case)
        except (FailureGroup, Failure, *_UNUSABLE) as outcome:
            yield outcome


def flattened(group: FailureGroup) -> Iterator[Failure]:
    """Give the failures within a group."""
    for one in group.exceptions:
        if isinstance(one, FailureGroup):
            yield from flattened(one)
        else:
            yield one


def translated(failure: Failure, sent: Sent) -> Iterator[Seen]:
    """Say a failure of the tool in the harness's terms, without what healthy services do."""
    label = failure.operation or sent.operation
    status = sent.status
    match failure:
        case openapi_failures.UndefinedStatusCode():
            look = Look(Fault.STATUS_UNDOCUMENTED, label, str(status))
            known = ", ".join(failure.defined_status_codes) or "none"
            yield Seen(look, f"expected one of {known}, seen {_status(status)}")
        case openapi_failures.JsonSchemaError() if "header" in failure.title.lower():
            where = json_path(failure.schema_path, failure.instance_path)
            look = Look(Fault.RESPONSE_HEADERS, label, f"{status} {_keyword(failure)}", where)
            yield Seen(look, f"a header of the {status} reply does not fit its schema")
        case openapi_failures.JsonSchemaError():
            yield from _schema_violations(failure, label, status)
        case openapi_failures.MissingHeaders():
            for name in failure.missing_headers:
                look = Look(Fault.RESPONSE_HEADERS, label, f"{status} required", f"header:{name}")
                yield Seen(look, f"expected the header {name}, which the document requires")
        case openapi_failures.MissingContentType() if sent.reply_body:
            look = Look(Fault.CONTENT_TYPE, label, f"{status} none")
            yield Seen(look, f"expected {', '.join(failure.media_types)}, seen no Content-Type")
        case openapi_failures.UndefinedContentType() if sent.reply_body:
            seen = failure.content_type.partition(";")[0].strip().lower()
            known = ", ".join(failure.defined_content_types)
            look = Look(Fault.CONTENT_TYPE, label, f"{status} {seen}")
            yield Seen(look, f"expected {known}, seen {seen} on {_status(status)}")
        case (
            core_failures.MalformedJson()
            | openapi_failures.ContentDeserializationError()
            | openapi_failures.MalformedMediaType()
        ):
            look = Look(Fault.RESPONSE_SCHEMA, label, f"{status} unreadable", "$")
            kind = sent.reply_header("content-type") or "of its media type"
            yield Seen(look, f"expected a body that is {kind}, seen one that does not parse")
        case openapi_failures.DiscriminatorMismatch():
            look = Look(Fault.RESPONSE_SCHEMA, label, f"{status} discriminator", "$")
            yield Seen(look, "the discriminator's value names no known schema")


def _schema_violations(
    failure: openapi_failures.JsonSchemaError, label: str, status: int
) -> Iterator[Seen]:
    keyword = _keyword(failure)
    where = json_path(failure.schema_path, failure.instance_path)
    schema = failure.schema
    if keyword == "required" and isinstance(failure.instance, dict):
        for name in schema.get("required", []):
            if name not in failure.instance:
                look = Look(Fault.RESPONSE_SCHEMA, label, f"{status} required", f"{where}.{name}")
                yield Seen(look, f"expected a value at {where}.{name} of the {status} reply, "
                           "seen none")  # fmt: skip
        return
    look = Look(Fault.RESPONSE_SCHEMA, label, f"{status} {keyword}", where)
    yield Seen(
        look,
        f"expected {_expectation(keyword, schema)} at {where} of the {status} reply, "
        f"seen {_shown(failure.instance)}",
    )


def _keyword(failure: openapi_failures.JsonSchemaError) -> str:
    return str(failure.schema_path[-1]) if failure.schema_path else "schema"


def _expectation(keyword: str, schema: object) -> str:
    value = schema.get(keyword) if isinstance(schema, dict) else None
    if keyword == "type":
        return " or ".join(value) if isinstance(value, list) else str(value)
    if keyword in ("anyOf", "oneOf", "allOf", "not") or value is None:
        return f"what {keyword} allows"
    return f"{keyword} {str(value)[:200]}"


def _shown(instance: object) -> str:
    text = repr(instance)
    return text if len(text) <= 120 else f"{text[:117]}…"


def json_path(schema_path: Iterable[object], instance_path: Sequence[object]) -> str:
    """Write a place in a reply, with `*` for what the service chose: indexes and free keys."""
    named = {str(part) for part in _property_names(list(schema_path))}
    path = "$"
    for part in instance_path:
        if isinstance(part, int):
            path += "[*]"
        elif str(part) not in named:
            path += ".*"
        elif re.fullmatch(r"\w+", str(part)):
            path += f".{part}"
        else:
            path += f"['{part}']"
    return path


def _property_names(schema_path: Sequence[object]) -> Iterator[object]:
    for before, part in itertools.pairwise(schema_path):
        if before == "properties":
            yield part


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
