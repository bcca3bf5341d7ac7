"""Which reply the contracts of a consumer hold for a request."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from harness.domain.json import canonical
from harness.domain.pact import (
    Body,
    HttpRequest,
    HttpResponse,
    Interaction,
    InteractionKind,
    Pact,
    Presence,
)
from harness.domain.possible import Fault
from harness.standin.requests import Fit, Received, compare, path_fits, segments_of

_OF_THE_CONNECTION = frozenset(
    {
        "connection", "content-length", "keep-alive", "proxy-connection", "te",
        "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip
_FINAL = range(200, 600)
# The example of a body stands in the pact as it is, unless it is held as bytes.
_CODED = "content-encoding"
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Reply:
    """
    What is sent back; the length of the body is told by whoever sends it.

    Shape: `interaction` is the key of the one that answers, empty for a refusal; with a `fault` it
    is sent in part or not at all.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    interaction: str = ""
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """An interaction that is like a request, and why it does not answer it."""

    consumer: str
    description: str
    request: str
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A request that no contract answers, with what the contracts hold nearest to it."""

    request: str
    nearest: tuple[Near, ...] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One interaction that may answer; `order` is its place among all, which settles ties."""

    consumer: str
    interaction: Interaction
    request: HttpRequest
    response: HttpResponse
    order: int

    @property
    def is_success(self) -> bool:
        return 200 <= self.response.status < 300


@dataclass(frozen=True, slots=True)
class Answers:
    """
    The interactions of some pacts, asked for the one that a request means.

    Shape: `mounts` are what consumers put before the paths of their contracts.
    """

    provider: str
    candidates: tuple[_Candidate, ...]
    mounts: tuple[str, ...] = ()
    _plain: dict[tuple[str, ...], list[_Candidate]] = field(default_factory=dict)
    _ruled: list[_Candidate] = field(default_factory=list)

    @classmethod
    def of(cls, provider: str, pacts: Sequence[Pact], mounts: Sequence[str] = ()) -> Answers:
        """Take the HTTP interactions of pacts, in an order that does not hang on theirs."""
        made = cls(provider, tuple(_candidates(pacts)), tuple(one.rstrip("/") for one in mounts))
        for candidate in made.candidates:
            if candidate.request.rules.get("path"):
                made._ruled.append(candidate)
            else:
                made._plain.setdefault(segments_of(candidate.request.path), []).append(candidate)
        return made

    def to(self, received: Received) -> Reply | Unmatched:
        """Give the reply of the interaction that fits best, or what is nearest where none fits."""
        met = [
            (candidate, compare(candidate.request, received, exact_path=exact))
            for candidate, exact in self._with_method_and_path(received)
        ]
        fitting = [(candidate, fit) for candidate, fit in met if not fit.differences]
        if not fitting:
            return Unmatched(received.target, self._nearest(received, met))
        chosen, _ = min(fitting, key=lambda pair: _rank(*pair))
        return replace(reply_of(chosen.response), interaction=chosen.interaction.key)

    def _with_method_and_path(self, received: Received) -> list[tuple[_Candidate, bool]]:
        methods = (received.method, "GET") if received.method == "HEAD" else (received.method,)
        for method in methods:
            for path in self._paths(received.path):
                found = list(self._on(method, path))
                if found:
                    return found
        return []

    def _paths(self, path: str) -> tuple[str, ...]:
        """A contract may hold what the consumer puts before its paths, or leave it out."""
        mounts = {one: None for one in self.mounts if one and path.startswith(f"{one}/")}
        return (path, *(path.removeprefix(one) for one in mounts))

    def _on(self, method: str, path: str) -> Iterator[tuple[_Candidate, bool]]:
        for candidate in (*self._plain.get(segments_of(path), ()), *self._ruled):
            if candidate.request.method == method:
                exact = path_fits(candidate.request, path)
                if exact is not None:
                    yield candidate, exact

    def _nearest(
        self, received: Received, met: Sequence[tuple[_Candidate, Fit]]
    ) -> tuple[Near, ...]:
        """Those on the same method and path, else those whose paths begin alike."""
        if met:
            ranked = sorted(met, key=lambda pair: (len(pair[1].differences), _rank(*pair)))
            return tuple(_near(one, fit.differences) for one, fit in ranked[:_NEAREST])
        others = sorted(self.candidates, key=lambda one: _distance(one, received))
        return tuple(_near(one, ()) for one in others[:_NEAREST])


def reply_of(response: HttpResponse) -> Reply:
    """The example of a reply as bytes, without what the server itself says of the connection."""
    is_example = not isinstance(response.body.value, bytes)
    headers = [
        (name, _one_line(value))
        for name, values in response.headers.items()
        if name.lower() not in _OF_THE_CONNECTION and not (is_example and name.lower() == _CODED)
        for value in values
    ]
    body = _content(response.body)
    typed = any(name.lower() == "content-type" for name, _ in headers)
    if body and not typed:
        fallback = "application/json" if response.body.is_json else "text/plain; charset=utf-8"
        headers.append(("Content-Type", response.body.content_type or fallback))
    return Reply(response.status, tuple(headers), body)


def problem_of(provider: str, unmatched: Unmatched) -> Reply:
    """The refusal of a request that no contract answers."""
    told = {
        "type": "about:blank",
        "title": "No contract answers this request",
        "status": 501,
        "detail": f"{provider} is posed from contracts, and none of them holds {unmatched.request}",
        "nearest": [
            {
                "consumer": near.consumer,
                "interaction": near.description,
                "request": near.request,
                "differences": list(near.differences),
            }
            for near in unmatched.nearest
        ],
    }
    body = json.dumps(told, indent=1).encode()
    return Reply(501, (("Content-Type", "application/problem+json"),), body)


def _candidates(pacts: Sequence[Pact]) -> Iterator[_Candidate]:
    in_order = sorted(pacts, key=lambda pact: (pact.consumer, pact.provider, pact.digest))
    order = 0
    for pact in in_order:
        for one in pact.interactions:
            if one.kind is not InteractionKind.HTTP or not one.request or not one.response:
                continue
            if one.response.status in _FINAL:
                yield _Candidate(pact.consumer, one, one.request, one.response, order)
                order += 1


def _rank(candidate: _Candidate, fit: Fit) -> tuple[object, ...]:
    """The smallest answers: the most like its example, a success, with the least set up for it."""
    return (
        fit.softened_path,
        fit.softened,
        -fit.declared,
        not candidate.is_success,
        len(candidate.interaction.states),
        candidate.interaction.description,
        candidate.order,
    )


def _distance(candidate: _Candidate, received: Received) -> tuple[object, ...]:
    ours, theirs = segments_of(candidate.request.path), segments_of(received.path)
    shared = sum(1 for one, other in zip(ours, theirs, strict=False) if one == other)
    return (
        -shared,
        abs(len(ours) - len(theirs)),
        candidate.request.method != received.method,
        candidate.order,
    )


def _near(candidate: _Candidate, differences: tuple[str, ...]) -> Near:
    request = f"{candidate.request.method} {candidate.request.path}"
    return Near(candidate.consumer, candidate.interaction.description, request, differences)


def _content(body: Body) -> bytes:
    if body.presence in (Presence.ABSENT, Presence.EMPTY):
        return b""
    if isinstance(body.value, bytes):
        return body.value
    if body.is_json or not isinstance(body.value, str):
        return canonical(body.value).encode()
    return body.value.encode("utf-8", "surrogatepass")


def _one_line(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ")
