"""Send a recorded sequence again to a freshly started service, and look for the same fault."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from harness.adapters.describer import documents_of
from harness.adapters.instances import open_observed
from harness.adapters.members import member
from harness.adapters.recordings import Recording, from_text
from harness.adapters.schema_fuzzer_documents import Surface, load
from harness.adapters.schema_fuzzer_judging import is_contradiction
from harness.adapters.schema_fuzzer_links import send_again
from harness.adapters.schema_fuzzer_masking import Masker, sent_of
from harness.adapters.schema_fuzzer_run import Crashes
from harness.adapters.schema_fuzzer_shortening import Judge, course_fault
from harness.adapters.schema_fuzzer_traffic import Instance, Opener, Sender, Sent
from harness.domain.errors import DocumentUnreadable
from harness.domain.evidence import DocumentRead, Evidence, Unobserved
from harness.domain.service import Service
from harness.domain.steps import Replay
from harness.domain.traffic import CaseFailed, Replayed
from harness.domain.typed import CodeContradicted
from harness.stages.ports import StepContext


@dataclass(frozen=True, slots=True)
class Replayer:
    """
    Does `Replay` steps.

    Shape: `open_instance` starts the step's own instance of the service.
    """

    open_instance: Opener = open_observed

    def __call__(self, step: Replay, context: StepContext) -> Iterator[Evidence]:
        """Yield the failed case, with the same identity, if the fault shows again."""
        recording = from_text(step.recording)
        service = member(recording.service, context.config)
        with ExitStack() as stack:
            instance = stack.enter_context(self.open_instance(service.name, context))
            sender = stack.enter_context(Sender(instance))
            yield from _replay(step, recording, service, instance, sender)


def _replay(
    step: Replay, recording: Recording, service: Service, instance: Instance, sender: Sender
) -> Iterator[Evidence]:
    surfaces, unread = _surfaces(service, instance)
    yield from unread
    operations = {one.label: one for surface in surfaces for one in surface.operations}
    credentials = instance.credentials()
    masker = Masker.of(credentials, instance.secrets())
    before = _sequence(recording, surfaces, credentials)
    if not before:
        yield Unobserved(step.id, "the recording holds no request")
        return
    crashes = Crashes(instance)
    done = send_again(before, sender)
    crash = crashes.of(done[-1]) or crashes.late(done[-1])
    judge = Judge(operations.get, service.packages)
    exchanges = tuple(masker.exchange(sent) for sent in done)
    found = instance.contradictions() if is_contradiction(recording.cause) else ()
    seen = judge.shown(recording.cause, recording.where, done, crash, found)
    if seen is not None and seen.contradiction is not None:
        yield CodeContradicted(
            service.name, seen.contradiction, recording.operation, "", exchanges, came_back=True
        )
    elif seen is not None:
        yield CaseFailed(
            service.name,
            recording.operation,
            seen.look.fault,
            masker.text(recording.message or seen.message),
            exchanges,
            recording.where,
            recording.cause,
            seen.crash,
            came_back=True,
        )
    elif _is_of_a_reply(recording.cause) and judge.operation(done[-1].operation) is None:
        yield Unobserved(
            step.id,
            f"no document of {service.name} has the operation {recording.operation} any more, "
            "so the reply could not be judged",
        )
    yield Replayed(service.name, step.recording, exchanges)


def _is_of_a_reply(cause: str) -> bool:
    return course_fault(cause) is None and not is_contradiction(cause)


def _surfaces(service: Service, instance: Instance) -> tuple[list[Surface], list[Unobserved]]:
    surfaces: list[Surface] = []
    unread: list[Unobserved] = []
    for document in documents_of(service, instance):
        what = f"{service.name} {document.location}"
        if not isinstance(document, DocumentRead):
            unread.append(Unobserved(what, document.message, document.hint))
            continue
        if document.of_messages:
            continue
        try:
            surfaces.append(load(document, service.base_path, instance.url, {}))
        except DocumentUnreadable as error:
            unread.append(Unobserved(what, error.message, error.hint))
    return surfaces, unread


def _sequence(
    recording: Recording,
    surfaces: Sequence[Surface],
    credentials: Mapping[str, Mapping[str, str]],
) -> list[Sent]:
    headers = {
        name.lower(): value for pairs in credentials.values() for name, value in pairs.items()
    }
    sequence = [sent_of(one, "", headers) for one in recording.exchanges]
    labelled = [replace(one, operation=_label(one, surfaces)) for one in sequence]
    if labelled and course_fault(recording.cause) is None:
        labelled[-1] = replace(labelled[-1], operation=recording.operation)
    return labelled


def _label(sent: Sent, surfaces: Sequence[Surface]) -> str:
    """Find the operation that a request reaches, empty for a state or a stranger."""
    path = sent.path.partition("?")[0]
    for surface in surfaces:
        for operation in surface.operations:
            pattern = re.sub(r"\\\{[^{}]+\\\}", "[^/]+", re.escape(operation.path))
            if operation.method.upper() == sent.method and re.fullmatch(
                re.escape(surface.prefix) + pattern, path
            ):
                return str(operation.label)
    return ""
