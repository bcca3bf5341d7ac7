"""Start a broker on free loopback ports, wait until its protocol answers, leave nothing."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from harness.domain.errors import Misused, ServiceNotStarted
from harness.messaging.local.recipes import NEEDS_NONE, RECIPES, Place, Recipe
from harness.services import processes
from harness.services.processes import LOOPBACK, Guarded, Order, Port
from harness.services.run_directory import RunDirectory

LIMIT_S = 60.0
GRACE_S = 10.0
PAUSE_S = 0.02
ANSWER_S = 1.0
OUTPUT_CHARS = 2000


@dataclass(frozen=True, slots=True)
class LocalBroker:
    """A broker that runs here, and the URLs of the transports that reach it."""

    kind: str
    product: str
    urls: tuple[str, ...]

    @property
    def url(self) -> str:
        """The URL, where there is one transport."""
        return self.urls[0]


def kinds() -> tuple[str, ...]:
    """Name all kinds that can be asked for."""
    return (*NEEDS_NONE, *RECIPES)


@contextmanager
def local_broker(kind: str, limit_s: float = LIMIT_S) -> Iterator[LocalBroker]:
    """
    Start a broker of a kind, for as long as it is needed.

    Raises: Misused for an unknown kind; ServiceNotStarted where the program is not there, ends, or
    does not answer in time.
    """
    if kind in NEEDS_NONE:
        yield LocalBroker(kind, kind, (NEEDS_NONE[kind],))
        return
    if kind not in RECIPES:
        raise Misused(f"expected a broker of {', '.join(kinds())}; got {kind!r}")
    with started(kind, RECIPES[kind], limit_s) as broker:
        yield broker


@contextmanager
def started(kind: str, recipe: Recipe, limit_s: float = LIMIT_S) -> Iterator[LocalBroker]:
    """
    Start a broker by a recipe, and end it with everything that it has started and written.

    Raises: ServiceNotStarted.
    """
    with RunDirectory.create() as run:
        place = fresh_place(kind, recipe, run)
        with started_at(place, kind, recipe, run, limit_s) as broker:
            yield broker


def fresh_place(kind: str, recipe: Recipe, run: RunDirectory) -> Place:
    """Make a directory and find ports for a broker; both outlive its end, and go with the run."""
    place = Place(processes.make_directory(run.path, f"{kind}-"), _free_ports(recipe.ports))
    recipe.prepare(place)
    return place


@contextmanager
def started_at(
    place: Place, kind: str, recipe: Recipe, run: RunDirectory, limit_s: float = LIMIT_S
) -> Iterator[LocalBroker]:
    """
    Start a broker at a place, where it may have been before: then with what it had kept there.

    Raises: ServiceNotStarted.
    """
    guarded = Guarded(_order(recipe, place, run))
    try:
        _await(recipe, place, guarded, limit_s)
        at = f"{LOOPBACK}:{place.port}"
        urls = tuple(url.format(at=at) + recipe.options() for url in recipe.urls)
        yield LocalBroker(kind, recipe.product, urls)
    finally:
        guarded.finish_stop()


def _free_ports(count: int) -> tuple[int, ...]:
    """Reserve ports, and let go of them: a program is only told the number."""
    reserved = [Port() for _ in range(count)]
    for each in reserved:
        each.release()
    return tuple(each.number for each in reserved)


def _order(recipe: Recipe, place: Place, run: RunDirectory) -> Order:
    if not processes.can_start_services:
        raise ServiceNotStarted("brokers are started on Linux and macOS only")
    program = recipe.found()
    if program is None:
        said = f"{recipe.product} cannot be started: {recipe.program} is not on this machine"
        raise ServiceNotStarted(said, hint=recipe.install)
    own = processes.make_directory(run.path, "started-")  # goes with the process
    tag = {processes.TAG_VARIABLE: str(own)}
    return Order(
        argv=(program, *recipe.argv(place)),
        prepare=(),
        cwd=place.directory,
        directory=own,
        run_directory=run.path,
        grace_s=GRACE_S,
        env={**os.environ, **recipe.env(place), **tag},
    )


def _await(recipe: Recipe, place: Place, guarded: Guarded, limit_s: float) -> None:
    deadline = time.monotonic() + limit_s
    while not _answers(recipe, place.port):
        ended = guarded.poll()
        if ended is None and time.monotonic() < deadline:
            time.sleep(PAUSE_S)
            continue
        why = f"did not answer within {limit_s:g} s" if ended is None else f"{ended}"
        said = f"{recipe.product} cannot be started: {recipe.program} {why}"
        raise ServiceNotStarted(said, detail=guarded.output()[-OUTPUT_CHARS:])


def _answers(recipe: Recipe, port: int) -> bool:
    """Whether the protocol answers: some brokers' sockets are open long before."""
    try:
        with socket.create_connection((LOOPBACK, port), ANSWER_S) as asking:
            asking.sendall(recipe.asked)
            return asking.recv(len(recipe.answer)) == recipe.answer
    except OSError:
        return False
