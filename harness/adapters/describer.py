"""Start a service, see that it answers, and read what it says of itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from harness.adapters.instances import open_alone, open_instance
from harness.adapters.schema_fuzzer_traffic import Instance, Opener
from harness.domain.errors import HarnessError, Misused, ServiceNotStarted
from harness.domain.evidence import DocumentRead, DocumentRefused, Evidence, Unobserved
from harness.domain.service import DocumentSource, Service
from harness.domain.steps import Describe
from harness.stages.ports import StepContext

# Where frameworks serve a document by themselves: FastAPI and APIFlask, django-ninja, Flask-RESTX,
# flask-smorest, drf-spectacular, Litestar, connexion.
_USUAL_PLACES = (
    "/openapi.json",
    "/api/openapi.json",
    "/swagger.json",
    "/openapi.yaml",
    "/api-spec.json",
    "/api/schema/",
    "/schema/openapi.json",
    "/api/swagger.json",
)
_MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Describer:
    """
    Does `Describe` steps.

    Shape: `open_alone` starts the step's own instance of the service without its neighbours, and
    `open_instance` with them, for a service that calls out before it answers.
    """

    open_alone: Opener = open_alone
    open_instance: Opener = open_instance

    def __call__(self, step: Describe, context: StepContext) -> Iterator[Evidence]:
        """Read every document of one service."""
        service = context.config.service(step.service)
        if service is None:
            raise Misused(f"no service is called {step.service!r}")
        try:
            with self.open_alone(step.service, context) as instance:
                found = list(documents_of(service, instance))
        except ServiceNotStarted:
            if not service.consumes:
                raise
            with self.open_instance(step.service, context) as instance:
                found = list(documents_of(service, instance))
        yield from found
        if not found and _is_provider(service, context):
            yield Unobserved(
                f"{service.name} document",
                "no API document was found: none is named, and none is served at "
                + ", ".join(_USUAL_PLACES[:4]),
                "name it in the service's table: documents = [...]",
            )


def documents_of(service: Service, instance: Instance) -> Iterator[DocumentRead | DocumentRefused]:
    """Read what a service's table names, else what its framework is found to serve."""
    if service.documents:
        for source in service.documents:
            yield _read(service, source, instance)
        return
    for place in _USUAL_PLACES:
        read = _read(service, DocumentSource(place), instance)
        if isinstance(read, DocumentRead) and _describes_an_api(read.text):
            yield read
            return


def _read(
    service: Service, source: DocumentSource, instance: Instance
) -> DocumentRead | DocumentRefused:
    try:
        content = _content(service, source, instance)
    except HarnessError as error:
        return DocumentRefused(service.name, source.location, error.message, error.hint)
    text = content.decode("utf-8-sig", "replace")
    problem = _why_unreadable(content, text)
    if problem:
        return DocumentRefused(service.name, source.location, problem,
                               "correct `documents` in the service's table")  # fmt: skip
    return DocumentRead(service.name, source.location, text, source.mount)


def _content(service: Service, source: DocumentSource, instance: Instance) -> bytes:
    if source.is_served:
        return instance.fetch(source.location)
    path = service.directory / source.location
    try:
        return path.read_bytes()
    except OSError as error:
        raise HarnessError(
            f"expected an API document in {source.location} of {service.name}, seen: "
            f"{error.strerror or error}",
            hint="correct `documents` in the service's table",
        ) from error


def _why_unreadable(content: bytes, text: str) -> str:
    if len(content) > _MOST_BYTES:
        return f"expected an API document, seen {len(content)} bytes"
    start = text.lstrip()[:200].lower()
    if not start:
        return "expected an API document, seen nothing"
    if start.startswith(("<!doctype", "<html", "<?xml", "<")):
        return "expected an API document in JSON or YAML, seen a page of markup"
    if not isinstance(_parsed(text), dict):
        return "expected an API document in JSON or YAML, seen text that is neither"
    return ""


def _parsed(text: str) -> object:
    try:
        parsed: object = json.loads(text)
    except (ValueError, RecursionError):
        try:
            parsed = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except (yaml.YAMLError, RecursionError, ValueError):
            return None
    return parsed


def _describes_an_api(text: str) -> bool:
    parsed = _parsed(text)
    return isinstance(parsed, dict) and ("openapi" in parsed or "swagger" in parsed)


def _is_provider(service: Service, context: StepContext) -> bool:
    names = (service.name, service.participant)
    return any(pair.provider in names for pair in context.system.declared_pairs) or any(
        pact.provider in names for pact in context.system.pacts
    )
