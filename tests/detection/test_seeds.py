"""The seeds of the detection table apply to the sample system, and leave services that import."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.detection.seed import Kind, Seed, seeded
from benchmarks.detection.seeds import FAULTS, SEEDS
from harness.checks.catalog import CATALOG
from tests.shop import REPOSITORY

# Seeded before the checks that find them, as every fault of this project is.
COMING = {"annotation-violated", "response-coerced"}


def imported(seed: Seed, service: str, root: Path) -> str:
    """What an interpreter says that imports a service's application and its edited modules."""
    directory = root / "sample_services" / service
    project = tomllib.loads((directory / "pyproject.toml").read_text("utf-8"))
    app = project["tool"]["contract-harness"]["service"].get("app", service)
    edited = [Path(e.file) for e in seed.edits if e.file.startswith(f"{service}/")]
    modules = [".".join(path.with_suffix("").parts[2:]) for path in edited]
    program = "; ".join(f"import {module}" for module in (app.split(":")[0], *modules))
    environment = {**os.environ, "PYTHONPATH": str(directory / "src")}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr


def test_thirty_faults_of_every_kind_and_twelve_harmless_changes() -> None:
    """The table asks for 30 faults spread over all kinds and for 12 changes that harm nobody."""
    kinds = Counter(seed.kind for seed in SEEDS)

    assert kinds.pop(Kind.HARMLESS) == 12
    assert sum(kinds.values()) == len(FAULTS) == 30
    assert min(kinds[kind] for kind in Kind if kind is not Kind.HARMLESS) >= 5
    assert len({seed.name for seed in SEEDS}) == len(SEEDS)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_what_counts_as_found_can_be_found(seed: Seed) -> None:
    """A fault names checks of the catalog and a place, each file of which it edits or exists."""
    known = {check.id for check in CATALOG} | COMING

    assert seed.checks <= known
    assert bool(seed.checks) == bool(seed.places) == (seed.kind is not Kind.HARMLESS)
    for place in seed.places:
        if place.endswith(".py"):
            assert (REPOSITORY / "sample_services" / place).is_file()


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_a_seeded_copy_compiles(seed: Seed, tmp_path: Path) -> None:
    """Every text that a seed replaces stands exactly once, and what replaces it is Python."""
    shop = seeded(seed, tmp_path)

    for edit in seed.edits:
        path = shop.root / "sample_services" / edit.file
        compile(path.read_text("utf-8"), str(path), "exec")


@pytest.mark.tools
@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_a_seeded_service_imports(seed: Seed, tmp_path: Path) -> None:
    """A seeded service is found out by what it does, not because it does not even start."""
    shop = seeded(seed, tmp_path)

    for service in seed.services:
        assert imported(seed, service, shop.root) == ""
