"""Programs of npm, installed once into a cache outside the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

# Pinned: what these programs send is what is tested.
PINNED = ("@pact-foundation/pact@16.5.0", "@pact-foundation/pact-cli@18.1.2")
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "contract-harness"
_LIMIT_S = 300


def node() -> str:
    """Node, or a skip."""
    return shutil.which("node") or _without("node is not installed")


@cache
def packages() -> Path:
    """The directory that holds the pinned packages, or a skip."""
    npm = shutil.which("npm") or _without("npm is not installed")
    node()
    place = CACHE / "-".join(each.rpartition("/")[2] for each in PINNED)
    if place.is_dir():
        return place
    CACHE.mkdir(parents=True, exist_ok=True)
    # Whole or not there: several workers may install at once, and one of them wins.
    fresh = Path(tempfile.mkdtemp(dir=CACHE))
    wanted = [npm, "i", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", *PINNED]
    ended = subprocess.run(
        wanted, cwd=fresh, capture_output=True, text=True, timeout=_LIMIT_S, check=False
    )
    if ended.returncode:
        shutil.rmtree(fresh)
        _without(f"npm could not install {' '.join(PINNED)}: {ended.stderr}")
    try:
        fresh.rename(place)
    except OSError:
        shutil.rmtree(fresh)
    return place


def _without(why: str) -> NoReturn:
    if os.environ.get("HARNESS_REQUIRE_SERVICES"):
        pytest.fail(why)
    pytest.skip(why)
