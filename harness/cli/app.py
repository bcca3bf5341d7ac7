"""The command itself: its verbs, and what becomes of errors."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import click

from harness import __version__
from harness.cli.exits import Exit
from harness.cli.screen import any_text, say, say_error
from harness.domain.errors import HarnessError, Misused

if TYPE_CHECKING:  # the nouns take a tenth of a second, and help needs none of them
    from harness.cli.doors import Doors

_SECRET_NAME = re.compile(r"TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|API_?KEY", re.I)

# A verb is loaded when it is asked for: `harness --version` loads none.
VERBS = {
    "init": "Find the services of a directory, and write the files that the gate needs.",
    "doctor": "Say what the gate needs and does not find, each thing with its remedy.",
    "gate": "Check the system and give one verdict.",
    "verify": "Verify what a broker holds a provider to, and publish the results.",
    "compat": "Compare a pact with its provider's documents.",
    "replies": "Put every reply that may come to a client, by its contract tests.",
    "diff": "Say what has changed in a document, and who breaks.",
    "accept": "Take a service's present document for the accepted version.",
    "baseline": "Take the findings that are there as known, so that only new ones fail.",
    "waive": "Keep a known finding from failing until a day.",
    "map": "Draw the services, and who consumes whom.",
    "list": "List services, edges or checks.",
    "explain": "Print what a check finds, or what a rule of changes means.",
    "services": "Start services of the workspace.",
    "broker": "Run a Pact Broker of your own.",
    "messaging": "Start message brokers that this machine has.",
    "publish": "Publish pacts to a Pact Broker.",
    "can-i-deploy": "Ask a Pact Broker whether a version may be deployed.",
    "record-deployment": "Tell a Pact Broker that a version runs in an environment.",
    "record-undeployment": "Tell a Pact Broker that a version does not run there any more.",
    "record-release": "Tell a Pact Broker that a version is released in an environment.",
    "record-support-ended": "Tell a Pact Broker that a release is not supported any more.",
    "environments": "List, make, change and remove the environments of a Pact Broker.",
    "webhooks": "Look after what a Pact Broker tells other hosts of.",
    "describe": "Say what a Pact Broker knows of a pacticipant or of a version.",
    "snapshot": "Keep pacts and documents in one file, for a run that cannot fetch them.",
    "config": "Show the configuration in force, or its schema.",
    "merge": "Judge what the shards of a run have seen.",
    "shards": "Print the matrix of jobs that the gate can be cut into.",
    "watch": "Check types and compatibility, again whenever a file changes.",
    "completion": "Print the script that lets a shell complete verbs and options.",
    "evidence": "Look after the evidence that is kept for later runs.",
    "reproduce": "Show a finding again on a freshly started service.",
}
# Where a verb lies that is not the `command` of the module of its name.
_PLACES = {
    "list": "listing:command",
    "can-i-deploy": "can_i_deploy:command",
    "record-deployment": "recording:deployment",
    "record-undeployment": "recording:undeployment",
    "record-release": "recording:release",
    "record-support-ended": "recording:support_ended",
}


class Verbs(click.Group):
    """A group whose verbs are modules."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the verbs in the order in which help tells them."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a verb."""
        if cmd_name not in VERBS:
            return None
        module, _, name = _PLACES.get(cmd_name, f"{cmd_name}:command").partition(":")
        found: click.Command = getattr(import_module(f"harness.cli.{module}"), name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the verbs without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


@click.command(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 passed, 1 findings, 2 misused, 3 inconclusive, 4 internal error, "
    "130 interrupted.",
)
@click.version_option(__version__, prog_name="contract-harness")
def harness() -> None:
    """Type-check a system of Python services across the network."""


def main(arguments: Sequence[str] | None = None, doors: Doors | None = None) -> int:
    """
    Run the command line, and give its exit code.

    Shape: `doors` stand in for the real ones.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    any_text()
    try:
        return _run(given, doors)
    except click.ClickException as error:
        say_error(error.format_message(), hint=_help_hint(error))
        return Exit.MISUSED
    except Misused as error:
        say_error(error.message, hint=error.hint, detail=error.detail)
        return Exit.MISUSED
    except HarnessError as error:
        say_error(error.message, hint=error.hint, detail=error.detail)
        return Exit.INCONCLUSIVE
    except (KeyboardInterrupt, click.Abort):
        say("interrupted", err=True)
        return Exit.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last resort: told, kept, and exit code 4
        _tell_internal(error, is_shown=bool({"-v", "--verbose"} & set(given)))
        return Exit.INTERNAL


def _run(given: list[str], doors: Doors | None) -> int:
    try:
        code = harness.main(given, prog_name="harness", standalone_mode=False, obj=doors)
    except SystemExit as error:  # click's own way to end when its reader has gone
        code = error.code
    return code if isinstance(code, int) else Exit.PASSED


def _help_hint(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"{context.command_path} --help" if context else ""


def _tell_internal(error: Exception, *, is_shown: bool) -> None:
    text = "".join(traceback.format_exception(error))
    for name, value in os.environ.items():
        if _SECRET_NAME.search(name) and len(value) >= 4:
            text = text.replace(value, "***")
    with tempfile.NamedTemporaryFile(
        "w",
        prefix="contract-harness-error-",
        suffix=".txt",
        delete=False,
        encoding="utf-8",
        errors="backslashreplace",
    ) as kept:
        kept.write(text)
    say_error(
        f"internal error: {type(error).__name__}: the fault is contract-harness's own",
        hint=f"please report it with {kept.name}, which holds the traceback",
        detail=text if is_shown else "",
    )
