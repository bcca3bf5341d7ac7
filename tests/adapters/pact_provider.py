"""A small provider in this process, and pacts for it, for tests of verification."""

from __future__ import annotations

import json
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from harness.adapters.pact_verifier import PactVerifier
from harness.documents.pacts import read_pact
from harness.domain.config import Config
from harness.domain.contradiction import Contradiction
from harness.domain.crash import Crash
from harness.domain.errors import MessageUnnamed, ServiceLost, StateFailed, StateMissing
from harness.domain.evidence import Evidence, InteractionVerified, Observed, Unobserved
from harness.domain.json import Json
from harness.domain.produced import Made, Published, Wanted
from harness.domain.service import Service
from harness.domain.steps import VerifyPacts
from harness.domain.system import FoundPact, System
from harness.stages.ports import StepContext

Answer = Callable[[Request], Response]
Handler = Callable[..., Mapping[str, object] | None]


class Silent(WSGIRequestHandler):
    """A server that writes no line a request."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


def reply(body: Json, status: int = 200) -> Response:
    """A reply of JSON."""
    return Response(json.dumps(body), status=status, content_type="application/json")


@dataclass
class LocalProvider:
    """A provider that answers on a real port and handles states in place."""

    service: Service
    answer: Answer
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    offered: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    crashed: Sequence[Crash] = ()
    makers: Mapping[str, Callable[[Wanted], Made | Crash]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    living: Callable[[], bool] = lambda: True
    reset_error: StateFailed | None = None
    url: str = ""

    @contextmanager
    def serve(self) -> Iterator[LocalProvider]:
        """Answer until the end of the block."""

        def app(environ: dict[str, object], start: Callable[..., object]) -> object:
            request = Request(environ)
            self.requests.append(request)
            self.log.append(f"{request.method} {request.path}")
            return self.answer(request)(environ, start)  # type: ignore[arg-type]

        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)  # type: ignore[arg-type]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{server.port}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()

    def set_up_state(self, name: str, params: Mapping[str, object]) -> Mapping[str, object]:
        """Call a handler."""
        self.log.append(f"set up {name}")
        if not self.living():
            raise ServiceLost("service 'till' exited with status 3")
        if name not in self.handlers:
            raise StateMissing(f"state {name!r} has no handler")
        try:
            return self.handlers[name](**params) or {}
        except Exception as error:
            raise StateFailed(str(error), detail=traceback.format_exc()) from error

    def tear_down_state(self, name: str, params: Mapping[str, object]) -> None:
        """Note it."""
        self.log.append(f"tear down {name}")

    def produce(self, wanted: Wanted) -> Made | Crash:
        """Call what makes a message."""
        self.log.append(f"produce {wanted.description}")
        if wanted.description not in self.makers:
            raise MessageUnnamed(f"no function makes the message {wanted.description!r}")
        return self.makers[wanted.description](wanted)

    def reset(self) -> None:
        """Note it."""
        self.log.append("reset")
        if self.reset_error:
            raise self.reset_error

    def crashes(self, since: int = 0, request_id: str | None = None) -> Sequence[Crash]:
        """Whatever is in the book."""
        return [one for one in self.crashed if one.request_id == request_id]

    def contradictions(self) -> Sequence[Contradiction]:
        """Nothing: its code is the test's own."""
        return ()

    def published(self) -> Sequence[Published]:
        """Nothing: nobody watches it."""
        return ()

    def observation(self) -> tuple[str, str]:
        """Nobody observes it."""
        return "it runs in the test's process", ""

    def credentials(self) -> Mapping[str, Mapping[str, str]]:
        """What opens the door."""
        self.log.append("credentials")
        return self.offered

    def alive(self) -> bool:
        """Whether it runs."""
        return self.living()

    def exit_reason(self) -> str:
        """How it ended."""
        return "" if self.living() else "exited with status 3"

    def output(self) -> str:
        """The end of its output."""
        return "last words"

    def secrets(self) -> frozenset[str]:
        """What no text may show."""
        return frozenset({"top-secret"})


def interaction(
    description: str = "a till",
    *,
    path: str = "/till",
    body: Json = None,
    status: int = 200,
    states: Sequence[Json] = (),
    rules: Mapping[str, Json] | None = None,
    headers: Mapping[str, Json] | None = None,
    **more: Json,
) -> dict[str, Json]:
    """An interaction of version 4."""
    response: dict[str, Json] = {"status": status}
    if body is not None:
        response["body"] = {"content": body, "contentType": "application/json", "encoded": False}
    if rules is not None:
        response["matchingRules"] = {
            "body": {
                at: {"combine": "AND", "matchers": [{"match": kind}]} for at, kind in rules.items()
            }
        }
    request: dict[str, Json] = {"method": "GET", "path": path}
    if headers is not None:
        request["headers"] = headers
    return {
        "type": "Synchronous/HTTP",
        "description": description,
        "providerStates": [s if isinstance(s, dict) else {"name": s} for s in states],
        "request": request,
        "response": response,
        **more,
    }


def pact(
    *interactions: Json, consumer: str = "shop", provider: str = "till", version: str = "4.0"
) -> str:
    """The text of a pact."""
    return json.dumps(
        {
            "consumer": {"name": consumer},
            "provider": {"name": provider},
            "interactions": list(interactions),
            "metadata": {"pactSpecification": {"version": version}},
        }
    )


def context_of(
    directory: Path,
    *pacts: str,
    service: Service | None = None,
    taken: Mapping[str, Observed] | None = None,
    extra: Sequence[FoundPact] = (),
    run_directory: Path | None = None,
) -> StepContext:
    """A step's surroundings in a workspace of one provider with these pact files."""
    step_directory = directory / "step"
    step_directory.mkdir(exist_ok=True)
    found = [
        FoundPact(f"{n}.json", text, read_pact(text, f"{n}.json")) for n, text in enumerate(pacts)
    ]
    member = service or till(directory)
    system = System(Config(directory, directory / "pyproject.toml", (member,)), (*found, *extra))
    return StepContext(
        system, step_directory, directory / "cache", run_directory or directory, dict(taken or {})
    )


def till(directory: Path, *, reset: str = "restart", base_path: str = "") -> Service:
    """The provider's own table."""
    return Service("till", directory, app="till:app", states="s", reset=reset, base_path=base_path)


def verify(
    provider: LocalProvider, context: StepContext, step: VerifyPacts | None = None
) -> list[Evidence]:
    """What the step sees of a provider in this process."""

    @contextmanager
    def opened(name: str, _: StepContext) -> Iterator[LocalProvider]:
        with provider.serve() as serving:
            yield serving

    return list(PactVerifier(opened, opened)(step or VerifyPacts("till"), context))


def verified(seen: list[Evidence]) -> list[InteractionVerified]:
    """The interactions among evidence."""
    return [one for one in seen if isinstance(one, InteractionVerified)]


def unobserved(seen: list[Evidence]) -> list[Unobserved]:
    """What was not seen."""
    return [one for one in seen if isinstance(one, Unobserved)]
