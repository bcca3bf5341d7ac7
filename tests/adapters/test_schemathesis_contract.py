"""What the fuzzer relies on in schemathesis: a new version that breaks this breaks here first."""

from __future__ import annotations

import dataclasses
import inspect

import pytest
import requests
import schemathesis
from schemathesis import checks
from schemathesis.core import failures as core_failures
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response
from schemathesis.engine import StopReason, events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.openapi import checks as openapi_failures

from harness.adapters.schema_fuzzer_engine import settings

DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "t", "version": "1"},
    "paths": {
        "/things/{thing_id}": {
            "get": {
                "parameters": [
                    {
                        "name": "thing_id",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "integer"},
                    }
                ],
                "responses": {
                    "200": {
                        "description": "it",
                        "headers": {"X-Total": {"required": True, "schema": {"type": "integer"}}},
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "required": ["a"],
                                    "properties": {
                                        "a": {"type": "array", "items": {"type": "integer"}}
                                    },
                                }
                            }
                        },
                    }
                },
            }
        }
    },
}


@pytest.fixture
def schema() -> schemathesis.BaseSchema:
    """A small document, with the fuzzer's own settings."""
    config = schemathesis.Config.from_dict(settings(1, 3, True, {"string": ["x"]}, {}))
    return schemathesis.openapi.from_dict(DOCUMENT, config=config)


def test_the_settings_are_understood(schema: schemathesis.BaseSchema) -> None:
    """Each key of the settings arrives where the engine looks for it."""
    config = schema.config
    assert config.seed == 1
    assert config.workers == 1
    assert config.continue_on_failure is True
    assert config.cache.enabled is False
    assert config.generation.database == "none"
    assert config.generation.max_examples == 3
    assert config.generation.no_shrink is True
    assert config.phases.stateful.generation.max_examples == 2
    assert config.checks.use_after_free.enabled is True
    assert config.checks.response_schema_conformance.enabled is False
    assert config.output.truncation.max_recorded_payload_size == 0
    assert "string" in config.dictionaries


def test_an_operation_says_what_the_fuzzer_asks(schema: schemathesis.BaseSchema) -> None:
    """Labels, parameters with schemas, declared statuses and security are readable."""
    (operation,) = (one.ok() for one in schema.get_all_operations() if isinstance(one, Ok))
    assert operation.label == "GET /things/{thing_id}"
    assert operation.method == "get"
    assert operation.path == "/things/{thing_id}"
    (parameter,) = operation.path_parameters
    assert parameter.name == "thing_id"
    assert parameter.is_required
    assert parameter.validation_schema == {"type": "integer"}
    assert [*operation.responses.status_codes] == ["200"]
    assert list(operation.security.iter_parameters()) == []
    assert list(operation.body) == []
    assert isinstance(operation.definition.raw, dict)


def _failures(schema: schemathesis.BaseSchema, status: int, content: bytes) -> list[Failure]:
    (operation,) = (one.ok() for one in schema.get_all_operations() if isinstance(one, Ok))
    request = requests.Request("GET", "http://service/").prepare()
    headers = {"content-type": ["application/json"]}
    response = Response(status, headers, content, request, 0.0, verify=True)
    found: list[Failure] = []
    for name in (
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    ):
        try:
            getattr(checks, name)(None, response, operation.Case())
        except FailureGroup as group:
            found.extend(group.exceptions)
        except Failure as failure:
            found.append(failure)
    return found


def test_checks_of_replies_run_alone(schema: schemathesis.BaseSchema) -> None:
    """The checks of replies need neither the engine nor a generated case, and say where and why."""
    (status,) = _failures(schema, 404, b"{}")
    assert isinstance(status, openapi_failures.UndefinedStatusCode)
    assert status.defined_status_codes == ["200"]
    found = _failures(schema, 200, b'{"a": [1, "x"]}')
    header = next(one for one in found if isinstance(one, openapi_failures.MissingHeaders))
    assert header.missing_headers == ["X-Total"]
    body = next(one for one in found if isinstance(one, openapi_failures.JsonSchemaError))
    assert body.instance_path == ["a", 1]
    assert list(body.schema_path)[-1] == "type"
    assert body.instance == "x"
    assert any(isinstance(one, core_failures.MalformedJson) for one in _failures(schema, 200, b"{"))


def test_events_and_recordings_have_what_is_read() -> None:
    """The event stream is made of these classes with these attributes."""
    assert {"recorder", "phase", "label"} <= set(events.ScenarioFinished.__slots__)
    assert {"value", "label", "related_to_operation"} <= set(events.NonFatalError.__slots__)
    assert "exception" in events.FatalError.__slots__
    assert "stop_reason" in events.EngineFinished.__slots__
    assert {"COMPLETED", "SERVER_UNAVAILABLE"} <= set(StopReason.__members__)
    assert {"cases", "checks", "interactions"} <= set(ScenarioRecorder.__slots__)
    for name in ("find_parent", "find_response"):
        assert callable(getattr(ScenarioRecorder, name))


@pytest.mark.parametrize(
    ("failure", "attribute"),
    [
        (openapi_failures.UseAfterFree, "deleted_case_id"),
        (openapi_failures.EnsureResourceAvailability, "created_with"),
        (openapi_failures.UndefinedContentType, "defined_content_types"),
        (openapi_failures.MissingContentType, "media_types"),
        (openapi_failures.JsonSchemaError, "schema_path"),
    ],
)
def test_failures_carry_what_is_read(failure: type[Failure], attribute: str) -> None:
    """A failure says in attributes what the fuzzer must not read from its wording."""
    assert attribute in failure.__slots__


def test_the_stream_can_be_stopped(schema: schemathesis.BaseSchema) -> None:
    """The engine gives a stream of events that can be told to end."""
    schema.config.update(base_url="http://127.0.0.1:9")
    stream = from_schema(schema.include(func=lambda context: True)).execute()
    stream.stop()
    assert any(isinstance(event, events.EngineFinished) for event in stream)


def test_credentials_are_put_on_by_a_provider() -> None:
    """A provider of credentials is a class without arguments that can get and set."""
    assert {"get", "set"} <= set(dir(schemathesis.AuthProvider))
    assert "operation" in {field.name for field in dataclasses.fields(schemathesis.AuthContext)}
    assert "retry_on" in inspect.signature(schemathesis.auths.AuthStorage.__call__).parameters
