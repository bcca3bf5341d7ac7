"""`harness replies`: put every reply that may come to a client, with no workspace at all."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from harness.cli.builds import Build
from harness.cli.outputs import Output
from harness.cli.verdicts import Telling, carry_out, telling_options
from harness.cli.workspace import doors_of
from harness.domain.config import Config, External
from harness.domain.errors import Misused
from harness.domain.selection import Selection
from harness.domain.service import DocumentSource, Service
from harness.domain.verdict import Verdict

_CHECKS = (
    *("reply-crashes-consumer", "error-reply-crashes-consumer", "handler-crashes"),
    "handler-not-idempotent",
    *("network-fault-crashes-consumer", "consumer-hangs", "address-undeclared"),
)


@click.command("replies")
@click.argument("tests", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--document",
    "documents",
    multiple=True,
    metavar="PROVIDER=FILE",
    help="A provider's OpenAPI document; may be repeated.",
)
@click.option(
    "--python",
    type=click.Path(path_type=Path),
    help="The interpreter, or the virtual environment, that the tests run in; this one if not.",
)
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The directory that the client is imported from, and whose code is its own.",
)
@click.option(
    "--package", "packages", multiple=True, metavar="NAME", help="The client's package, elsewhere."
)
@click.option("--raises", multiple=True, metavar="NAME", help="An exception raised on purpose.")
@click.option("--seed", type=click.IntRange(min=0), default=0, help="Where generation begins.")
@click.option(
    "--examples",
    type=click.IntRange(min=1),
    default=50,
    show_default=True,
    help="Bodies for each interaction.",
)
@telling_options
@click.pass_context
def command(
    context: click.Context,
    tests: tuple[Path, ...],
    documents: tuple[str, ...],
    python: Path | None,
    root: Path | None,
    packages: tuple[str, ...],
    raises: tuple[str, ...],
    seed: int,
    examples: int,
    written: tuple[Output, ...],
    build: Build,
    *,
    quiet: bool,
    verbose: bool,
) -> int:
    """
    Put every reply that may come to a client, by its contract tests.

    TESTS are files or directories with contract tests, declared or written with pact-python; no
    workspace is needed, and no line of them is changed. Without a document of its provider, a
    client is given what networks do. Exit codes: 0 the client copes, 1 findings, 2 misused, 3
    inconclusive.
    """
    telling, here = Telling(written, quiet, verbose, build), Path.cwd()
    service = Service(
        "consumer",
        here,
        python=(here / python) if python else None,
        root=(here / root) if root else here,
        packages=packages,
        contract_tests=tuple(_absolute(one, here) for one in tests),
        raises=raises,
    )
    config = Config(
        here,
        here / "pyproject.toml",
        (service,),
        externals=tuple(_externals(documents, here)),
        seed=seed,
        examples=examples,
    )
    selection, line = Selection(checks=_CHECKS), shlex.join(["harness", *sys.argv[1:]])
    doors = doors_of(context)
    return carry_out(
        lambda progress: _seen_again_by(doors.replies(config, selection, progress), line),
        config,
        selection,
        telling,
    )


def _absolute(tests: Path, here: Path) -> Path:
    """
    Where tests lie.

    Raises: Misused where nothing lies there.
    """
    if not (here / tests).exists():
        raise Misused(
            f"expected contract tests at {tests}, seen no such file or directory",
            hint="harness replies TESTS --document PROVIDER=FILE",
        )
    return here / tests


def _externals(documents: tuple[str, ...], here: Path) -> Iterator[External]:
    """
    The providers whose documents were given.

    Raises: Misused for what is no provider with a file.
    """
    for given in documents:
        name, told, file = given.partition("=")
        if not (name and told and file):
            raise Misused(
                f"--document: expected PROVIDER=FILE, seen {given}",
                hint="name the provider as the contract tests do",
            )
        if not (here / file).is_file():
            raise Misused(f"--document: expected a file at {file}, seen none")
        yield External(name, (DocumentSource(os.path.relpath(here / file, here)),))


def _seen_again_by(verdict: Verdict, line: str) -> Verdict:
    """The same with the line that was typed as the way to see each finding again."""
    found = tuple(replace(one, reproduce=line) for one in verdict.findings)
    return replace(verdict, findings=found)
