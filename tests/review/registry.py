"""Packages of others that read what we write, from the registry that npm is set to."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest


def package_of(name: str, directory: Path) -> Path:
    """Unpack a package, without running anything of it; skip where there is no registry."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("node and npm are not installed")
    ended = subprocess.run(
        [npm, "pack", "--silent", "--pack-destination", str(directory), name],
        cwd=directory,
        env={**os.environ, "npm_config_update_notifier": "false"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if ended.returncode:
        reason = f"{name} cannot be had from the registry"
        if os.environ.get("HARNESS_REQUIRE_SERVICES") == "1":
            pytest.fail(f"{reason}\n{ended.stderr}", pytrace=False)
        pytest.skip(reason)
    (archive,) = directory.glob("*.tgz")
    with tarfile.open(archive) as packed:
        packed.extractall(directory, filter="data")
    return directory / "package"
