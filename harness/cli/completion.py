"""`harness completion`: let a shell complete verbs and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from harness.cli.exits import Exit
from harness.cli.screen import say
from harness.domain.errors import Misused

_HOW = {
    "bash": 'eval "$(harness completion bash)" in ~/.bashrc',
    "zsh": 'eval "$(harness completion zsh)" in ~/.zshrc, after compinit',
    "fish": "harness completion fish > ~/.config/fish/completions/harness.fish",
}


@click.command("completion", epilog="; ".join(_HOW.values()))
@click.argument("shell", type=click.Choice(list(_HOW)))
@click.pass_context
def command(context: click.Context, shell: str) -> int:
    """Print the script that lets a shell complete verbs and options."""
    kind = get_completion_class(shell)
    if kind is None:
        raise Misused(f"click knows no completion for {shell}", hint="upgrade click")
    completion = kind(context.find_root().command, {}, "harness", "_HARNESS_COMPLETE")
    say(completion.source_template % completion.source_vars())
    return Exit.PASSED
