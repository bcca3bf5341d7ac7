"""Start a service, see that it answers, and read what it says of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from harness.adapters.instances import open_alone, open_instance
from harness.adapters.schema_fuzzer_traffic import Instance, Opener
from harness.documents.described import is_of_messages
from harness.documents.json_text import decoded
from harness.documents.text import parse_json_or_yaml
from harness.domain.errors import (
    DocumentUnreadable,
    HarnessError,
    Misused,
    ServiceNotStarted,
)
from harness.domain.evidence import DocumentRead, DocumentRefused, Evidence
from harness.domain.json import kind_of
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
_HINT = "correct `documents` in the service's table"


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
        external = context.config.external(step.service)
        if external is not None and external.documents:
            content = partial(_filed, external.name, context.config.source.parent)
            yield from (_read(external.name, one, content) for one in external.documents)
            return
        if service is None:
            raise Misused(f"no service is called {step.service!r}")
        if not service.serves:
            yield from (_read(service.name, one, partial(_unserved, service))
                        for one in service.documents)  # fmt: skip
            return
        try:
            with self.open_alone(step.service, context) as instance:
                found = list(documents_of(service, instance))
        except ServiceNotStarted:
            if not service.consumes:
                raise
            with self.open_instance(step.service, context) as instance:
                found = list(documents_of(service, instance))
        yield from found


def documents_in_files(service: Service) -> tuple[DocumentRead | DocumentRefused, ...] | None:
    """The documents of a service whose table names files alone, or none where it must be asked."""
    if not service.documents or any(source.is_served for source in service.documents):
        return None
    content = partial(_filed, service.name, service.directory)
    found = tuple(_read(service.name, source, content) for source in service.documents)
    return None if _is_still_looked_for(found) else found


def documents_of(service: Service, instance: Instance) -> Iterator[DocumentRead | DocumentRefused]:
    """
    Read what a service's table names, else what its framework is found to serve.

    Shape: a table that names documents of messages alone says nothing of what is served; that
    comes first, where it has always been.
    """

    def content(source: DocumentSource) -> bytes:
        if source.is_served:
            return instance.fetch(source.location)
        return _filed(service.name, service.directory, source)

    named = [_read(service.name, source, content) for source in service.documents]
    if _is_still_looked_for(named):
        yield from _at_usual_places(service.name, content)
    yield from named


def _is_still_looked_for(named: Sequence[DocumentRead | DocumentRefused]) -> bool:
    """Whether nothing that a table names can be the document of what is served."""
    return all(isinstance(one, DocumentRead) and one.of_messages for one in named)


def _at_usual_places(
    service: str, content: Callable[[DocumentSource], bytes]
) -> Iterator[DocumentRead]:
    for place in _USUAL_PLACES:
        read = _read(service, DocumentSource(place), content)
        if isinstance(read, DocumentRead) and _describes_an_api(read.text):
            yield read
            return


def _read(
    service: str, source: DocumentSource, content_of: Callable[[DocumentSource], bytes]
) -> DocumentRead | DocumentRefused:
    try:
        content = content_of(source)
    except HarnessError as error:
        return DocumentRefused(service, source.location, error.message, error.hint)
    try:
        text = decoded(content, source.location)
        root = parse_json_or_yaml(text, source.location).value
    except DocumentUnreadable as error:
        return DocumentRefused(service, source.location, error.message, error.hint or _HINT)
    if not isinstance(root, dict):
        seen = kind_of(root)
        problem = f"{source.location}: expected an API document in JSON or YAML, seen {seen}"
        return DocumentRefused(service, source.location, problem, _HINT)
    return DocumentRead(service, source.location, text, source.mount, is_of_messages(root))


def _unserved(service: Service, source: DocumentSource) -> bytes:
    """A document of a service that answers nobody, which lies in a file or nowhere."""
    if source.is_served:
        raise HarnessError(
            f"expected a running app behind {source.location} of {service.name}, seen none",
            hint="name a file, or say how the service answers: app = ... in its table",
        )
    return _filed(service.name, service.directory, source)


def _filed(service: str, directory: Path, source: DocumentSource) -> bytes:
    if source.kept is not None:
        return source.kept.encode()
    path = directory / source.location
    try:
        return path.read_bytes()
    except OSError as error:
        raise HarnessError(
            f"expected an API document in {source.location} of {service}, seen: "
            f"{error.strerror or error}",
            hint=_HINT,
        ) from error


def _describes_an_api(text: str) -> bool:
    parsed = parse_json_or_yaml(text, "").value
    return isinstance(parsed, dict) and ("openapi" in parsed or "swagger" in parsed)
