"""What a developer runs: each session uses the environment that nox itself lives in."""

from __future__ import annotations

import nox

nox.needs_version = ">=2025.5"
# One environment, made from the lock, serves every session: the gate starts the services' own.
nox.options.default_venv_backend = "none"
nox.options.sessions = ["lint", "types", "tests", "gate"]

SAMPLES = ("catalog", "inventory", "orders", "storefront", "stocktake")


@nox.session
def lint(session: nox.Session) -> None:
    """Style, formatting and the house's import rules."""
    session.run("ruff", "check", ".", *session.posargs)
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")


@nox.session
def types(session: nox.Session) -> None:
    """mypy, strict, over the harness, its tests, the contracts and every sample service."""
    session.run("mypy", *(session.posargs or ["harness", "tests", "contracts", "noxfile.py"]))
    for service in SAMPLES:
        with session.chdir(f"sample_services/{service}"):
            session.run("python", "-m", "mypy")


@nox.session
def tests(session: nox.Session) -> None:
    """The harness's own tests, on all cores unless told otherwise."""
    session.run("pytest", "tests", *(session.posargs or ["-n", "auto"]))


@nox.session
def contracts(session: nox.Session) -> None:
    """The consumers' contract tests; a complete green run writes the pacts."""
    session.run("pytest", "contracts", *session.posargs)


@nox.session
def verify(session: nox.Session) -> None:
    """Every provider against every pact."""
    session.run("harness", "gate", *_checks("interaction-not-honoured"), *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Generated traffic against every service."""
    names = ("service-crashes", "response-schema-violated", "deleted-resource-served")
    session.run("harness", "gate", *_checks(*names), *session.posargs)


@nox.session
def gate(session: nox.Session) -> None:
    """The whole gate, with one verdict."""
    session.run("harness", "gate", *session.posargs)


def _checks(*names: str) -> list[str]:
    return [part for name in names for part in ("--check", name)]
