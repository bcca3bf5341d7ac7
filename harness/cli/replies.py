"""`harness replies`: put every reply that may come to a client, with no workspace at all."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from harness.cli import outputs
from harness.cli.gate import tell
from harness.cli.outputs import Output
from harness.cli.progress import progress_on
from harness.cli.screen import say
from harness.cli.signals import taken_for_ctrl_c
from harness.cli.workspace import doors_of
from harness.domain.config import Config, External
from harness.domain.errors import Misused
from harness.domain.selection import Selection
from harness.domain.service import DocumentSource, Service
from harness.domain.verdict import Verdict

_CHECKS = (
    *("reply-crashes-consumer", "error-reply-crashes-consumer"),
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
@click.option(
    "--output",
    "written",
    multiple=True,
    callback=outputs.parsed,
    metavar="FORMAT=FILE",
    help="Write a report: json=FILE, junit=FILE; - is standard output.",
)
@click.option("-q", "--quiet", is_flag=True, help="Findings and verdict only.")
@click.option("-v", "--verbose", is_flag=True, help="Everything: steps, requests, tracebacks.")
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
    here = Path.cwd()
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
    outputs.prepare(written)
    selection = Selection(checks=_CHECKS)
    on_terminal = sys.stdout.isatty() and sys.stderr.isatty()
    with (
        taken_for_ctrl_c(),
        progress_on(is_terminal=on_terminal, is_quiet=quiet, write=_on_stderr) as progress,
    ):
        verdict = doors_of(context).replies(config, selection, progress)
    verdict = _seen_again_by(verdict, shlex.join(["harness", *sys.argv[1:]]))
    tell(verdict, verbosity=verbose - quiet, aside=any(output.file is None for output in written))
    outputs.write(written, verdict, outputs.judged(config, selection))
    return verdict.exit_code


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
        yield External(name, DocumentSource(os.path.relpath(here / file, here)))


def _seen_again_by(verdict: Verdict, line: str) -> Verdict:
    """The same with the line that was typed as the way to see each finding again."""
    found = tuple(replace(one, reproduce=line) for one in verdict.findings)
    return replace(verdict, findings=found)


def _on_stderr(line: str) -> None:
    say(line, err=True)
