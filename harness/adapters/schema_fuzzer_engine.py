"""The engine's own phases, run so that two runs are one, and read as they happen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import requests
from schemathesis import AuthContext, Case
from schemathesis.core.failures import Failure
from schemathesis.engine import StopReason, events, from_schema
from schemathesis.engine.recorder import Interaction, ScenarioRecorder
from schemathesis.openapi import checks as openapi_failures

from harness.adapters.schema_fuzzer_documents import Surface
from harness.adapters.schema_fuzzer_judging import Look, Seen
from harness.adapters.schema_fuzzer_requests import Operation, properties_of
from harness.adapters.schema_fuzzer_run import Run, headers_for
from harness.adapters.schema_fuzzer_sequences import created_but_missing, deleted_but_served
from harness.adapters.schema_fuzzer_traffic import REQUEST_TIMEOUT_S, Sent
from harness.adapters.schema_fuzzer_values import EDGE_DATES, EDGE_MOMENTS, Literal, Literals
from harness.domain.errors import HarnessError
from harness.domain.evidence import Unobserved
from harness.domain.traffic import Fault

# These need to know how a case came about. All that a reply or a request shows by itself is judged
# in schema_fuzzer_judging, the same way here, in the ordered pass and in a replay, so the engine's
# own judgement of it is switched off: it would only cost time.
_CHECKS_IN_USE = (
    "use_after_free",
    "ensure_resource_availability",
    "ignored_auth",
    "unsupported_method",
)
_EXAMPLES_PER_SEQUENCE = 4  # a sequence is several requests, and costs as much as so many examples
_NEAR, _ANY = 0.35, 0.1  # how often a value from the source is sent: under its own name, elsewhere


def settings(
    seed: int, examples: int, sequences: bool, dictionaries: Mapping[str, Sequence[Literal]],
    bindings: Mapping[str, str],
    timeout_s: float = REQUEST_TIMEOUT_S,
) -> dict[str, object]:  # fmt: skip
    """
    Write the engine's configuration: nothing of it comes from files, nothing is kept for next time.

    Shape: `bindings` map the engine's names of inputs (`query.kind`) to names of dictionaries.
    """
    every = {
        kind: {"dictionary": kind, "probability": _ANY}
        for kind in ("string", "integer")
        if dictionaries.get(kind)
    }
    generation = {"database": "none", "no-shrink": True}
    return {
        "seed": seed,
        "workers": 1,
        "continue-on-failure": True,
        "request-timeout": timeout_s,
        "cache": {"enabled": False},
        "analysis": {"constants": {"enabled": False}},
        "output": {
            "sanitization": {"enabled": False},  # masked where it becomes evidence
            "truncation": {"max-recorded-payload-size": 0},
        },
        "generation": {**generation, "max-examples": examples, "dictionaries": every},
        "checks": {"enabled": False, **{name: {"enabled": True} for name in _CHECKS_IN_USE}},
        "phases": {
            "stateful": {
                "enabled": sequences,
                "generation": {
                    **generation,
                    "max-examples": max(2, examples // _EXAMPLES_PER_SEQUENCE),
                    "dictionaries": every,
                },
            },
        },
        "dictionaries": {
            name: {"values": list(values)} for name, values in dictionaries.items() if values
        },
        "parameters": {
            place: {"dictionary": name, "probability": _NEAR} for place, name in bindings.items()
        },
    }


def dictionaries_for(
    operations: Sequence[Operation], literals: Literals
) -> tuple[dict[str, Sequence[Literal]], dict[str, str]]:
    """Sort the values worth sending into dictionaries, and bind those that have a name."""
    whole = literals.all
    found: dict[str, Sequence[Literal]] = {
        "string": [value for value in whole if isinstance(value, str)],
        "integer": [value for value in whole if isinstance(value, int)],
    }
    bindings: dict[str, str] = {}
    for operation in operations:
        for place, name, schema in _inputs(operation):
            values: tuple[Literal, ...] = literals.near(name)
            if schema.get("format") == "date-time":
                values = (*values, *EDGE_MOMENTS)
            elif schema.get("format") == "date":
                values = (*values, *EDGE_DATES)
            # The engine cannot check a dictionary against a schema that refers to another.
            if values and "$ref" not in str(schema):
                key = f"near-{place}"
                found[key] = list(dict.fromkeys([*found.get(key, ()), *values]))
                bindings[place] = key
    return found, bindings


def _inputs(operation: Operation) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    for parameter in operation.query:
        schema = parameter.validation_schema
        flat = schema if isinstance(schema, dict) else {}
        formats = str(flat.get("anyOf", ""))
        if "date-time" in formats:
            flat = {**flat, "format": "date-time"}
        yield f"query.{parameter.name}", parameter.name, flat
    for body in operation.body:
        root = body.validation_schema
        for path, name, schema in properties_of(root, root):
            if path.count(".") == 1 and "[" not in path and name.replace("_", "a").isalnum():
                yield f"body.{name}", name, schema


@dataclass
class EnginePass:
    """
    Runs the engine over one document.

    Shape: `stopped_early` is `time` or `server` where it did not come to its end.
    """

    run: Run
    surface: Surface
    wanted: Callable[[str], bool]

    stopped_early: str = ""

    def __call__(self, remaining_s: float) -> Iterator[Unobserved]:
        """Run it to its end, or until time is up; yield what could not be looked at."""
        schema = self.surface.schema
        if self.run.credentials:
            schema.auth(refresh_interval=None)(_credentials_of(self.run))
        chosen = schema.include(func=lambda context: self.wanted(context.operation.label))
        stream = from_schema(chosen).execute()
        timer = threading.Timer(max(remaining_s, 0.1), stream.stop)
        timer.daemon = True
        timer.start()
        told: set[tuple[str, str]] = set()
        try:
            for event in stream:
                for unobserved in self._read(event):
                    if (unobserved.what, unobserved.reason) not in told:
                        told.add((unobserved.what, unobserved.reason))
                        yield unobserved
        except HarnessError:
            raise
        except Exception as error:  # noqa: BLE001 - what was seen so far is kept
            self.stopped_early = "engine"
            yield self._unobserved(self.run.service, error)
        finally:
            timer.cancel()
            stream.stop()

    def _read(self, event: events.EngineEvent) -> Iterator[Unobserved]:
        match event:
            case events.ScenarioFinished():
                self._keep(event.recorder)
            case events.NonFatalError():
                yield from self._error(event)
            case events.FatalError():
                yield self._unobserved(self.run.service, event.exception)
            case events.Interrupted():
                self.stopped_early = "time"
            case events.EngineFinished():
                if event.stop_reason is StopReason.SERVER_UNAVAILABLE:
                    self.stopped_early = "server"
                elif event.stop_reason is not StopReason.COMPLETED:
                    self.stopped_early = "time"

    def _keep(self, recorder: ScenarioRecorder) -> None:
        for case_id, interaction in recorder.interactions.items():
            node = recorder.cases.get(case_id)
            if node is None:
                continue
            sent = as_sent(case_id, node.value.operation.label, interaction)
            self.run.keep(sent)
            for check in recorder.checks.get(case_id, ()):
                if check.failure_info is not None:
                    for seen in by_history(check.failure_info.failure, sent, recorder):
                        self.run.add(seen)

    def _error(self, event: events.NonFatalError) -> Iterator[Unobserved]:
        # A request that got no reply is in the recorder, and becomes a finding there.
        if isinstance(event.value, requests.RequestException):
            return
        about = event.label if event.related_to_operation else ""
        yield self._unobserved(f"{self.run.service} {about}".strip(), event.value)

    def _unobserved(self, what: str, error: Exception) -> Unobserved:
        text = str(error).strip().splitlines()
        reason = text[0] if text else type(error).__name__
        return Unobserved(what, f"no requests could be made: {reason}", detail=str(error)[:2000])


def _credentials_of(run: Run) -> type:
    class Credentials:
        """Puts the service's own credentials on every operation that asks for some."""

        def get(self, case: Case[Operation], context: AuthContext) -> Mapping[str, str] | None:
            return headers_for(context.operation, run.credentials) or None

        def set(self, case: Case[Operation], data: Mapping[str, str], context: AuthContext) -> None:
            case.headers.update(data)

    return Credentials


def as_sent(case_id: str, label: str, interaction: Interaction) -> Sent:
    """Read what the engine recorded."""
    request, response = interaction.request, interaction.response
    split = urlsplit(request.uri)
    path = split.path + (f"?{split.query}" if split.query else "")
    headers = tuple((key.lower(), ", ".join(values)) for key, values in request.headers.items())
    sent = Sent(case_id, label, request.method, path or "/", headers, request.body)
    if response is None:
        return replace(sent, failure="the request timed out, or the connection ended")
    return replace(
        sent,
        status=response.status_code,
        reply_headers=tuple(
            (key.lower(), value) for key, values in response.headers.items() for value in values
        ),
        reply_body=response.content or b"",
    )


def by_history(failure: Failure, sent: Sent, recorder: ScenarioRecorder) -> Iterator[Seen]:
    """
    Say in the harness's terms what the engine knows from the course of things.

    Left out, because healthy services do it: another refusal than 405 of an undeclared method
    (routers answer 404, guards 401), a missing or differing `Allow`, another refusal than 401 of
    missing credentials (validation may come first), a list below a deleted thing, a thing that is
    not there yet after 202.
    """
    match failure:
        case openapi_failures.UseAfterFree():
            deletion = recorder.cases.get(failure.deleted_case_id or "")
            answered = recorder.find_response(case_id=failure.deleted_case_id or "")
            own_path = recorder.cases[sent.id].value.path
            if deletion is None or answered is None or answered.status_code == 202:
                return
            if deletion.value.path == own_path and sent.method == "GET":
                yield deleted_but_served(deletion.value.operation.label, sent)
        case openapi_failures.EnsureResourceAvailability():
            maker = recorder.find_parent(case_id=sent.id)
            made = recorder.find_response(case_id=maker.id) if maker else None
            if made is not None and made.status_code == 201 and sent.method == "GET":
                yield created_but_missing(failure.created_with, sent)
        case openapi_failures.IgnoredAuth():
            shown = recorder.find_response(case_id=failure.case_id or sent.id)
            if shown is not None and 200 <= shown.status_code < 300:
                yield Seen(
                    Look(Fault.AUTH_IGNORED, sent.operation, Fault.AUTH_IGNORED.value),
                    f"expected 401 or 403 without valid credentials, seen {shown.status_code}",
                )
        case openapi_failures.UnsupportedMethodResponse() if sent.accepted:
            yield Seen(
                Look(
                    Fault.METHOD_ALLOWED,
                    sent.operation,
                    f"{Fault.METHOD_ALLOWED.value} {sent.method}",
                ),
                f"expected {sent.method} to be refused, as no document declares it; "
                f"seen {sent.status}",
            )
