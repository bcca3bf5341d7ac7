"""All that is sent to the subjects of a run, past the streams that keep it."""

from __future__ import annotations

import re
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Final, Protocol, TypeVar

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.client import JetStreamContext
from nats.js.errors import NotFoundError

from harness.domain.errors import MessagingFailed
from harness.messaging.envelope import overheard
from harness.messaging.port import Heard, Hearing, Outlets

T = TypeVar("T")

ALL: Final = ">"
# What a client says to JetStream itself, as the number that it expects to be the last.
OF_JETSTREAM: Final = "Nats-"
OF_SERVER: Final = "$"
_PARAMETER: Final = re.compile(r"\{[^{}]*\}")


class Owner(Protocol):
    """The connection that streams are made and removed by."""

    client: Client
    streams: JetStreamContext

    def run(self, work: Coroutine[Any, Any, T], extra_s: float = 0.0) -> T:
        """Wait for a coroutine, and say what its exceptions mean."""
        ...

    async def stream_of(self, subject: str) -> str:
        """Give the stream that keeps a subject, and make it if there is none."""
        ...


class SubjectHearing(Hearing):
    """
    Listens as any client of NATS may, which gets what goes to streams as well.

    Shape: the streams of the subjects that the service's document names are made before the service
    starts, since what is published to JetStream is answered by a stream alone. The connection
    removes them.
    """

    def __init__(self, outlets: Outlets, owner: Owner) -> None:
        self._outlets = outlets
        self._owner = owner
        self._came: list[Msg] = []
        self._listening = owner.run(self._begin())

    def heard(self) -> tuple[Heard, ...]:
        """Give what has come once the server has answered, as that is behind all before it."""
        self._owner.run(self._owner.client.flush())
        return tuple(self._read(one) for one in self._came)

    def close(self) -> None:
        """Listen no more."""
        with suppress(MessagingFailed):  # of a server that is gone, nothing is heard
            self._owner.run(self._listening.unsubscribe())

    async def _begin(self) -> Any:
        for subject in self._outlets.places:
            if subject not in self._outlets.apart:
                await self._keep(_PARAMETER.sub("*", subject))
        # A prefix is no wildcard to NATS, which has them for whole words.
        listening = await self._owner.client.subscribe(ALL, cb=self._take)
        await self._owner.client.flush()
        return listening

    async def _keep(self, subject: str) -> None:
        with suppress(NotFoundError):
            await self._owner.streams.find_stream_name_by_subject(subject)
            return
        await self._owner.stream_of(subject)

    async def _take(self, came: Msg) -> None:
        if self._outlets.hears(came.subject) and not came.subject.startswith(OF_SERVER):
            self._came.append(came)

    def _read(self, came: Msg) -> Heard:
        told = (came.headers or {}).items()
        headers = ((name, value) for name, value in told if not name.startswith(OF_JETSTREAM))
        return Heard(self._outlets.address_of(came.subject), overheard(came.data, headers))
