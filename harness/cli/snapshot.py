"""`harness snapshot`: keep pacts and documents in one file, for a run that cannot fetch them."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.outputs import Output, prepare, put
from harness.cli.screen import say
from harness.cli.workspace import config_option, doors_of, open_workspace
from harness.documents.snapshots import snapshot_text
from harness.domain.fetched import Fetched
from harness.pages.plain import one_line
from harness.reports.words import commit_words, counted

USUAL_FILE = ".harness/snapshot.json"


@click.command("snapshot")
@click.option(
    "--output",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=f"Where to write it; else where `snapshot` says, else {USUAL_FILE}.",
)
@config_option
@click.pass_context
def command(context: click.Context, file: Path | None, given: Path | None) -> None:
    """
    Keep pacts and documents in one file, for a run that cannot fetch them.

    All pacts of the workspace, all documents that lie in files, and what the broker and addresses
    hold are kept. A run of the gate that cannot have them takes it: `harness gate --snapshot FILE`.
    """
    config = doors_of(context).fetched(open_workspace(given, takes_snapshot=False).config)
    output = Output("json", file or config.snapshot_file or config.root / USUAL_FILE)
    prepare((output,))
    kept = doors_of(context).take_snapshot(config)
    text = snapshot_text(kept)
    put(output, text)
    fetched = kept.fetched or Fetched()
    pacts = counted(len(kept.pacts) + len(fetched.pacts), "pact")
    held = f"{pacts} and {counted(len(kept.documents) + len(fetched.documents), 'document')}"
    size = f"{max(1, round(len(text) / 1024)):,} KiB"
    where = commit_words(kept.commit, is_clean=kept.is_clean)
    say(one_line(f"{output.file}: {held} of {where}, {size}"))
