"""A service that answers, and what can be asked of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType, TracebackType
from typing import Final, TypeVar

from harness.domain.contradiction import Contradiction
from harness.domain.crash import Crash
from harness.domain.errors import (
    DocumentUnreadable,
    MessageNotMade,
    ServiceLost,
    StateFailed,
)
from harness.domain.produced import Made, Published, Wanted
from harness.domain.service import Service
from harness.services import control
from harness.services.environment import credential_secrets, masked
from harness.services.group import Group
from harness.services.instance import TAIL_CHARACTERS, Instance
from harness.services.messages import read_publications
from harness.services.wire import Answer, Unanswered, exchange

T = TypeVar("T")
_REFUSALS: Final = frozenset({401, 403})


class RunningService:
    """
    A service that was started for one step, with the real neighbours started beside it.

    Shape: `url` has no path; a base path belongs to the operations. `heard` gives what came to a
    broker of what it published, where somebody listens.
    """

    def __init__(
        self,
        instance: Instance,
        group: Group,
        neighbours: Mapping[str, RunningService],
    ) -> None:
        self._instance = instance
        self._group = group
        self._neighbours = neighbours
        self._let_in: frozenset[str] = frozenset()
        self._contradictions: tuple[Contradiction, ...] = ()
        self._published: tuple[Published, ...] = ()
        self.heard: Callable[[], tuple[Published, ...]] | None = None

    @property
    def service(self) -> Service:
        """The service as its table describes it."""
        return self._instance.service

    @property
    def url(self) -> str:
        """Where it answers."""
        return self._instance.url

    @property
    def state_url(self) -> str:
        """
        Where pact's verifier posts provider states, with `body=True`.

        Raises: StateFailed where the service has no such address.
        """
        return self._instance.state_url

    @property
    def neighbours(self) -> Mapping[str, RunningService]:
        """The real services started beside it, by name."""
        return MappingProxyType(dict(self._neighbours))

    def set_up_state(self, name: str, params: Mapping[str, object]) -> Mapping[str, object]:
        """
        Set a provider state up; what its handler returned.

        Raises: StateMissing, StateFailed, ServiceLost.
        """
        return self._ask(lambda: control.change_state(self.state_url, name, params, "setup"))

    def tear_down_state(self, name: str, params: Mapping[str, object]) -> None:
        """
        Tear a provider state down, where its handler asks for that.

        Raises: StateFailed, ServiceLost.
        """
        self._ask(lambda: control.change_state(self.state_url, name, params, "teardown"))

    def reset(self) -> None:
        """
        Put the service and its real neighbours back to their beginning, at the same addresses.

        Raises: StateFailed, ServiceNotStarted, ServiceLost.
        """
        if self.service.reset == "restart":
            # What holds these ends.
            self._contradictions, self._published = self.contradictions(), self._noted()
        self._ask(self._group.reset)

    def fetch(self, path: str) -> bytes:
        """
        What the service serves at a path, such as its API document.

        Shape: where it asks for credentials, it is shown its own: of each security scheme alone,
        then all.
        Raises: DocumentUnreadable, StateFailed, ServiceLost.
        """
        answer = self._served(path, {})
        shown: Mapping[str, Mapping[str, str]] = {}
        if answer.status in _REFUSALS:
            shown = self.credentials()
            every = {name: value for headers in shown.values() for name, value in headers.items()}
            tries = (self._served(path, headers) for headers in (*shown.values(), every) if headers)
            answer = next((one for one in tries if one.status not in _REFUSALS), answer)
        if not 200 <= answer.status < 300:
            raise DocumentUnreadable(
                f"service {self.service.name!r}: expected a document at {path},"
                f" seen status {answer.status}{_with(shown)}",
                hint=_hint(self.service, answer.status),
                detail=self._masked(answer.text[:2000]),
            )
        return answer.body

    def _served(self, path: str, headers: Mapping[str, str]) -> Answer:
        asked = {"Accept": "application/json, application/yaml, */*", **headers}
        return self._ask(lambda: exchange("GET", self.url + path, headers=asked))

    def crashes(self, since: int = 0, request_id: str | None = None) -> tuple[Crash, ...]:
        """
        What crashed after a number, for one request or at all; nothing where there is no host.

        Raises: ServiceLost.
        """
        url = self._instance.control_url
        if url is None:
            return ()
        found = self._ask(lambda: control.read_crashes(url, since, request_id))
        return tuple(self._without_secrets(crash) for crash in found)

    def contradictions(self) -> tuple[Contradiction, ...]:
        """What its code saw that is another than it says; of one that is gone, what is known."""
        url = self._instance.control_url
        if url is None or not self._instance.observes:
            return self._contradictions
        try:
            found = control.read_contradictions(url)
        except Unanswered:
            return self._contradictions
        return (*self._contradictions, *(self._told(one) for one in found))

    def published(self) -> tuple[Published, ...]:
        """What it published, where that is watched; of one that is gone, also that more is lost."""
        noted = self._noted()
        if self.heard is None:
            return noted
        heard = self.heard()
        sent = next((one for one in noted if one.produced is not None), None)
        if sent is not None and not heard:
            return (*noted, Published(sent.function, sent.request, is_unheard=True))
        return (*noted, *(_with_request(one, noted) for one in heard))

    def _noted(self) -> tuple[Published, ...]:
        url = self._instance.control_url
        publisher = self.service.publisher
        if url is None or publisher is None:
            return self._published
        try:
            found = read_publications(url)
        except Unanswered:
            found = (Published(publisher.function, None, is_lost=True),)
        return (*self._published, *found)

    def observation(self) -> tuple[str, str]:
        """
        Say why its types are not observed: a reason that is no fault, and one that is.

        To be asked after requests: what is imported by the first of them is not there before.
        """
        url = self._instance.control_url
        if url is None or not self._instance.observes:
            return self._instance.why_unobserved, ""
        try:
            return control.read_observation(url)
        except Unanswered:
            return "it ended before it was asked", ""

    def credentials(self) -> dict[str, dict[str, str]]:
        """
        Headers for each security scheme, from the function that the service's table names.

        Raises: StateFailed, ServiceLost.
        """
        url = self._instance.control_url
        if self.service.auth is None:
            return {}
        if url is None:
            raise StateFailed(
                f"service {self.service.name!r}: `auth` names a function, but the service is not"
                " started from its `app`",
                hint="give `app` instead of `command` or `url`, or leave `auth` out",
            )
        found = self._ask(lambda: control.read_credentials(url))
        self._let_in |= credential_secrets(found)
        return found

    def produce(self, wanted: Wanted) -> Made | Crash:
        """
        Have the messages of an interaction made by the service's own function, or what it raised.

        Raises: MessageUnnamed, MessageNotMade, ServiceLost.
        """
        made = self._ask(lambda: self._instance.produce(wanted))
        return self._without_secrets(made) if isinstance(made, Crash) else made

    def info(self) -> Mapping[str, object]:
        """What the host found: `framework`, `kind`, `server`, `python`; {} where there is none."""
        url = self._instance.control_url
        return {} if url is None else self._ask(lambda: control.read_info(url))

    def alive(self) -> bool:
        """Whether its process still runs."""
        return self._instance.ended() is None

    def exit_reason(self) -> str:
        """How its process ended, in words; "" while it runs."""
        ended = self._instance.ended()
        return "" if ended is None else str(ended)

    def output(self, characters: int = TAIL_CHARACTERS) -> str:
        """The end of its output, without secrets."""
        return self._instance.output()[-characters:]

    def secrets(self) -> frozenset[str]:
        """Values handed to it or its neighbours, or by it to us, that no text may show."""
        return self._group.secrets | self._let_in

    def stop(self) -> None:
        """Stop it and the real neighbours: no process, port or directory of theirs is left."""
        self._group.stop()

    def __enter__(self) -> RunningService:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _ask(self, call: Callable[[], T]) -> T:
        try:
            return call()
        except Unanswered as error:
            state = self.exit_reason() or "is alive, but does not answer"
            raise ServiceLost(
                f"service {self.service.name!r} {state}: {error.message}", detail=self.output()
            ) from error
        except (StateFailed, MessageNotMade) as error:
            hidden = (self._masked(text) for text in (error.message, error.hint, error.detail))
            message, hint, detail = hidden
            raise type(error)(message, hint=hint, detail=detail) from None

    def _told(self, one: Contradiction) -> Contradiction:
        return replace(one, seen=self._masked(one.seen), detail=self._masked(one.detail))

    def _without_secrets(self, crash: Crash) -> Crash:
        if not self.secrets():
            return crash
        message, trace = self._masked(crash.message), self._masked(crash.traceback)
        return replace(crash, message=message, traceback=trace)

    def _masked(self, text: str) -> str:
        return masked(text, self.secrets())


def _with(shown: Mapping[str, object]) -> str:
    return f" with the credentials of {', '.join(shown)}" if shown else ""


def _hint(service: Service, status: int) -> str:
    """What to do about a document that is not given out."""
    if status not in _REFUSALS:
        return "correct `documents` in the service's table"
    if service.auth is not None:
        return f"let {service.auth} return headers that let the document be read"
    if service.app is None:
        return "it asks for credentials, which only `auth` beside an `app` can give: name a file"
    return "it asks for credentials: name the function that returns them as `auth` in its table"


def _with_request(heard: Published, noted: tuple[Published, ...]) -> Published:
    """Give what came to a broker the request under which the same body was published."""
    body = heard.produced.message.payload if heard.produced else None
    same = (one for one in noted if one.produced and one.produced.message.payload == body)
    found = next(same, None)
    return heard if found is None else replace(heard, request=found.request)
