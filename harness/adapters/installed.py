"""What an interpreter is, and what is installed in its environment, as digests."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from harness.adapters.source_files import SourceFiles
from harness.domain.errors import HarnessError
from harness.services.environment import WITHHELD

_LOOK = """
import json, os, sys, sysconfig
own = [sysconfig.get_path(n) for n in ("stdlib", "platstdlib")]
own += [os.path.join(n, "lib-dynload") for n in own]
own = {os.path.realpath(n) for n in own}
path = [p for p in sys.path if os.path.isdir(p) and os.path.realpath(p) not in own]
told = [sys.version, sysconfig.get_platform(), sys.implementation.cache_tag]
print(json.dumps({"python": told, "path": path[1:] if path[:1] == ["/"] else path}))
"""
_LIMIT_S = 60
_OURS = Path(__file__).parents[2]
_METADATA = {".dist-info": ("RECORD", "METADATA"), ".egg-info": ("PKG-INFO",)}


@dataclass(slots=True)
class Installed:
    """Digests environments, each once."""

    files: SourceFiles
    _known: dict[str, str] = field(default_factory=dict)

    def digest(self, python: str) -> str:
        """
        Digest an interpreter's version and platform, and all that it imports from.

        Shape: a distribution counts by its name, version and record of files; one that is installed
        in place, and a directory that a `.pth` file names, by the files in it.
        Raises: HarnessError, where the interpreter cannot be run.
        """
        if python not in self._known:
            whole = hashlib.sha256()
            told = _look_into(python)
            whole.update(json.dumps(told["python"]).encode())
            for place in map(Path, told["path"]):
                if place != _OURS:  # the harness itself has a digest of its own
                    whole.update(self._of_place(place).encode())
            self._known[python] = whole.hexdigest()
        return self._known[python]

    def own(self) -> str:
        """Digest the harness itself, by its files."""
        package = Path(__file__).parents[1]
        return self.files.digest(self.files.below(package), package)

    def edited_in_place(self, python: str) -> tuple[Path, ...]:
        """
        Name the directories of sources that an environment imports from.

        Raises: HarnessError, where the interpreter cannot be run.
        """
        places = [Path(one) for one in _look_into(python)["path"]]
        loose = [place for place in places if place != _OURS and not _is_site(place)]
        linked = (one for place in places if _is_site(place) for one in _in_place(place))
        return tuple(dict.fromkeys((*loose, *linked)))

    def _of_place(self, place: Path) -> str:
        if not _is_site(place):
            return self.files.digest(self.files.below(place), place)
        lines = list(_distributions(place))
        lines += [self.files.digest(self.files.below(one), one) for one in _in_place(place)]
        return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _look_into(python: str) -> dict[str, list[str]]:
    env = {name: value for name, value in os.environ.items() if name not in WITHHELD}
    try:
        done = subprocess.run(
            [python, "-c", _LOOK],
            capture_output=True,
            text=True,
            timeout=_LIMIT_S,
            check=True,
            cwd="/",
            env=env,
        )
        told: dict[str, list[str]] = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise HarnessError(
            f"the interpreter {python} cannot be run: {error}",
            hint="`python` in the service's table names an interpreter or a virtual environment",
        ) from error
    return told


def _is_site(place: Path) -> bool:
    if place.name in ("site-packages", "dist-packages"):
        return True
    return any(place.glob("*.dist-info"))


def _distributions(site: Path) -> Iterator[str]:
    """Name every distribution with a digest of its record, and every `.pth` file with its text."""
    for entry in sorted(os.scandir(site), key=lambda entry: entry.name):
        path = Path(entry.path)
        for name in _METADATA.get(path.suffix, ()):
            if (path / name).is_file():
                yield f"{path.name} {_digest(path / name)} {_digest(path / 'direct_url.json')}"
                break
        if path.suffix in (".pth", ".egg-link"):
            yield f"{path.name} {_digest(path)}"


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _in_place(site: Path) -> Iterator[Path]:
    """The directories of distributions that are installed in place, the harness's own left out."""
    for url in sorted(site.glob("*.dist-info/direct_url.json")):
        try:
            told = json.loads(url.read_text("utf-8"))
            is_editable = told["dir_info"].get("editable", False)
            place = Path(unquote(urlsplit(told["url"]).path))
        except (OSError, ValueError, KeyError, AttributeError):
            continue  # not of a directory
        if is_editable and place != _OURS:
            yield place
