"""Wait until a file changes that evidence depends on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from harness.adapters.source_files import SourceFiles
from harness.adapters.step_inputs import StepInputs
from harness.domain.config import Config
from harness.domain.edited import Stamps

_POLL_S: Final = 1.0
_SETTLED_S: Final = 0.2


def stamps(config: Config) -> Stamps:
    """Size, time and inode of every file that a workspace's evidence depends on."""
    found = {}
    for path in _files(config):
        try:
            status = path.stat()
        except OSError:
            continue
        found[path] = (status.st_size, status.st_mtime_ns, status.st_ino)
    return found


def wait_for_change(
    config: Config, before: Stamps, pause: Callable[[Iterable[Path]], None] | None = None
) -> tuple[Path, ...]:
    """
    Give the files that have changed, come or gone, as soon as any has.

    Shape: where watchfiles is installed it says when to look; else it is looked every second.
    """
    wait = pause or _pause()
    while True:
        now = stamps(config)
        changed = [path for path in now.keys() | before.keys() if now.get(path) != before.get(path)]
        if changed:
            return tuple(sorted(changed))
        wait({path.parent for path in now})


def _files(config: Config) -> Iterator[Path]:
    files = SourceFiles()
    inputs = StepInputs(config, files)
    yield config.source
    for service in config.services:
        yield from inputs.code(service)
        yield from inputs.tools(service)
    for place in (*config.pacts, *filter(None, (config.accepted,))):
        yield from place.glob("*.json")
    yield from filter(None, (config.waivers_file,))


def _pause() -> Callable[[Iterable[Path]], None]:
    try:
        watchfiles: Any = import_module("watchfiles")
    except ImportError:
        return lambda _places: time.sleep(_POLL_S)

    def pause(places: Iterable[Path]) -> None:
        # Whatever it tells, files are looked at: also those that it cannot see, over a network.
        told = watchfiles.watch(
            *{place for place in places if place.is_dir()},
            recursive=False,
            debounce=round(_SETTLED_S * 1000),
            rust_timeout=5_000,
            yield_on_timeout=True,
            raise_interrupt=True,
        )
        next(told)

    return pause
