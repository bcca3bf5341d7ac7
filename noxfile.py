"""What a developer runs: each session uses the environment that nox itself lives in."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.5"
# One environment, made from the lock, serves every session: the gate starts the services' own.
nox.options.default_venv_backend = "none"
nox.options.sessions = ["lint", "types", "tests", "gate"]

HERE = Path(__file__).parent
SAMPLES = (
    "catalog",
    "inventory",
    "ledger",
    "notifications",
    "orders",
    "pricing",
    "settlement",
    "shipping",
    "storefront",
    "stocktake",
)


@nox.session
def lint(session: nox.Session) -> None:
    """Style, formatting and the house's import rules."""
    _run(session, "ruff", "check", ".", *session.posargs)
    _run(session, "ruff", "format", "--check", ".")
    _run(session, "lint-imports", PYTHONPATH=os.pathsep.join((*_sources(), str(HERE))))


@nox.session
def types(session: nox.Session) -> None:
    """mypy, strict, over the harness, its tests, the contracts and every sample service."""
    _run(
        session, "mypy", *(session.posargs or ["harness", "tests", "contracts", "ci", "noxfile.py"])
    )
    if session.posargs:
        return
    for service in SAMPLES:
        with session.chdir(f"sample_services/{service}"):
            _run(session, "mypy")


@nox.session
def tests(session: nox.Session) -> None:
    """The harness's own tests, on all cores unless told otherwise."""
    _run(session, "pytest", "tests", *(session.posargs or ["-n", "auto", "--dist", "loadgroup"]))


@nox.session
def slow_tests(session: nox.Session) -> None:
    """The tests that the others leave out, since they take long and seldom break."""
    options = session.posargs or ["-n", "auto", "--dist", "loadgroup"]
    session.env["HARNESS_SLOW_TESTS"] = "1"
    _run(session, "pytest", "tests", "-m", "slow", *options)


@nox.session
def contracts(session: nox.Session) -> None:
    """The consumers' contract tests; a complete green run writes the pacts."""
    _run(session, "pytest", "contracts", *session.posargs)


@nox.session
def verify(session: nox.Session) -> None:
    """Every provider against every pact."""
    _run(session, "harness", "gate", *_checks_of("verify"), *session.posargs)


@nox.session
def compare(session: nox.Session) -> None:
    """What every provider's document allows against what its consumers accept."""
    _run(session, "harness", "gate", *_checks_of("compare"), *session.posargs)


@nox.session
def replies(session: nox.Session) -> None:
    """Every reply that may come against every consumer's code."""
    _run(session, "harness", "gate", *_checks_of("reply-fuzz"), *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Generated traffic against every service."""
    _run(session, "harness", "gate", *_checks_of("fuzz"), *session.posargs)


@nox.session
def gate(session: nox.Session) -> None:
    """The whole gate, with one verdict."""
    _run(session, "harness", "gate", *session.posargs)


def _run(session: nox.Session, command: str, *arguments: str, **variables: str) -> None:
    """Run a command of nox's own environment, which need not be an activated one."""
    session.run(str(Path(sys.executable).parent / command), *arguments, env=variables)


def _sources() -> list[str]:
    return [str(HERE / "sample_services" / service / "src") for service in SAMPLES]


def _checks_of(kind: str) -> list[str]:
    """Name the checks that judge one kind of step, and what follows from it alone, as options."""
    from harness.checks.catalog import CATALOG
    from harness.stages.planning import kind_with_followers

    judged = kind_with_followers(kind)
    wanted = [one.id for one in CATALOG if kind in one.needs and one.needs <= judged]
    return [part for check in wanted for part in ("--check", check)]
