"""A member of the workspace as a tool needs it: its code's import path, environment and secrets."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from harness.domain.config import Config
from harness.domain.errors import Misused
from harness.domain.service import Service
from harness.services.environment import (
    WITHHELD,
    Place,
    interpreter_of,
    masked,
    secrets_of,
)


def member(name: str, config: Config) -> Service:
    """
    Give the workspace's member of that name.

    Raises: Misused where there is none.
    """
    service = config.service(name)
    if service is None:
        known = ", ".join(sorted(config.by_name)) or "none"
        raise Misused(f"no service is called {name!r}", hint=f"the workspace's services: {known}")
    return service


def environment_of(service: Service, directory: Path) -> dict[str, str]:
    """
    The environment for a tool that imports a service's code: ours, the service's, its import path.

    Shape: `directory` stands for `{tmp}`; a secret that is not there is left out.
    """
    env = {name: value for name, value in os.environ.items() if name not in WITHHELD}
    place = Place(interpreter_of(service), directory, port=0)
    for name, value in service.env.items():
        if not place.can_fill(value.text):
            env.pop(name, None)
        elif value.secret_from is None:
            env[name] = place.fill(value.text)
        elif value.secret_from in os.environ:
            env[name] = os.environ[value.secret_from]
    env["PYTHONPATH"] = str(import_root(service))
    return env


def import_root(service: Service) -> Path:
    """The directory that a service's own packages are imported from."""
    return service.root or service.directory


def without_secrets(text: str, service: Service) -> str:
    """A text without the values of a service's secrets."""
    return masked(text, secrets_of(service))


def relative(path: Path, config: Config) -> str:
    """A path as reports name it: relative to the workspace where it lies below it."""
    whole, root = path.resolve(), config.root.resolve()
    return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else str(whole)


def import_path(first: Iterable[Path], inherited: str = "") -> str:
    """Join directories into the text of an import path, without repeating one."""
    parts = [str(path) for path in first] + [part for part in inherited.split(os.pathsep) if part]
    return os.pathsep.join(dict.fromkeys(parts))
