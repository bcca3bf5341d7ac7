"""`harness publish`: publish pacts to a Pact Broker."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from harness.broker.client import Session
from harness.broker.client.publishing import Outcome, Standing, State, joined, publish, standing
from harness.broker.semantics.contents import Conflicting
from harness.cli.brokering import Around, broker_option, dry_run_option, version_option
from harness.cli.exits import Exit
from harness.cli.screen import say, say_error
from harness.cli.workspace import config_option
from harness.documents.json_text import decoded, parse_json
from harness.documents.pacts import read_pact
from harness.domain.errors import HarnessError, Misused
from harness.domain.json import mapping
from harness.domain.published import Contract, Publishing
from harness.pages.plain import one_line, plain
from harness.reports.words import counted


@click.command("publish")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@version_option
@click.option("--branch", metavar="NAME", help="Else the one of git or of the build.")
@click.option("--tag", "tags", metavar="NAME", multiple=True, help="May be repeated.")
@click.option("--build-url", metavar="URL", help="Else the one of the build.")
@click.option("--merge", "is_merging", is_flag=True, help="Join with what is published already.")
@dry_run_option
@broker_option
@config_option
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[Path, ...],
    version: str | None,
    branch: str | None,
    tags: tuple[str, ...],
    build_url: str | None,
    place: str,
    given: Path | None,
    *,
    is_merging: bool,
    is_dry: bool,
) -> int:
    """
    Publish pacts to a Pact Broker.

    PATHS are pact files and directories of them; without any, those that the gate wrote of the
    workspace's own consumers. What would overwrite other content of the same version is refused.
    Exit codes: 0 published, 1 refused, 2 misused, 3 there is nothing, or the broker gives no
    answer.
    """
    around = Around(context, place, given)
    by_consumer = _gathered(_files(paths, around), is_all=bool(paths), around=around)
    build = around.build
    if not (version or build.is_ci or build.is_clean or is_dry):
        raise Misused(
            "the files are not as committed, so the commit does not say which version they are",
            hint="commit first, or name one: --version VERSION",
        )
    wanted = [
        Publishing(
            consumer,
            around.version(version),
            contracts,
            build.branch if branch is None else branch,
            tags,
            build.url if build_url is None else build_url,
        )
        for consumer, contracts in by_consumer.items()
    ]
    with around.broker() as broker:
        if is_dry:
            return max(_tell_dry(broker, each, is_merging=is_merging) for each in wanted)
        return max(
            _tell(broker, each, publish(broker, each, is_merging=is_merging)) for each in wanted
        )


def _files(paths: Sequence[Path], around: Around) -> list[Path]:
    if not paths and around.config is None:
        raise Misused("expected pact files, saw none: there is no workspace around here")
    searched = tuple(paths) or (around.config.pacts[:1] if around.config else ())
    missing = [str(each) for each in paths if not each.exists()]
    if missing:
        raise Misused(f"expected pact files, saw nothing at {', '.join(missing)}")
    return [
        file
        for each in searched
        for file in (sorted(each.glob("*.json")) if each.is_dir() else [each])
        if file.is_file()
    ]


def _gathered(
    files: Sequence[Path], *, is_all: bool, around: Around
) -> dict[str, tuple[Contract, ...]]:
    """
    The contracts of each consumer; of what the gate wrote, those of the workspace's own.

    Raises: HarnessError, where there are none; DocumentUnreadable; Misused.
    """
    found: dict[str, dict[str, Contract]] = {}
    for file in files:
        content = file.read_bytes()
        pact = read_pact(content, str(file))
        if not is_all and around.config and around.config.service(pact.consumer) is None:
            continue
        text = decoded(content, str(file))
        contract = Contract(pact.provider, mapping(parse_json(text, str(file)).value), text)
        mine = found.setdefault(pact.consumer, {})
        mine[pact.provider] = _joined(mine.get(pact.provider), contract, file)
    if not found:
        where = "the files given" if is_all else "what the gate writes"
        raise HarnessError(
            f"expected pacts to publish, saw none among {where}",
            hint="`harness gate` writes the pacts of the workspace's contract tests",
        )
    return {name: tuple(contracts.values()) for name, contracts in found.items()}


def _joined(before: Contract | None, contract: Contract, file: Path) -> Contract:
    if before is None:
        return contract
    try:
        return joined(before, contract)
    except Conflicting as fault:
        raise Misused(f"{file} contradicts another file of the same pair: {fault}") from None


def _tell_dry(broker: Session, wanted: Publishing, *, is_merging: bool) -> int:
    seen = standing(broker, wanted)
    for each in seen:
        say(one_line(f"{_would(each, is_merging=is_merging)}: {_what(wanted, each.contract)}"))
    is_refused = any(each.is_refused(is_merging=is_merging) for each in seen)
    return Exit.FINDINGS if is_refused else Exit.PASSED


def _would(one: Standing, *, is_merging: bool) -> str:
    if one.is_refused(is_merging=is_merging):
        return "would be refused, since other content is published"
    words = {State.NEW: "would be published", State.SAME: "would be left as it is"}
    return words.get(one.state, "would be merged")


def _what(wanted: Publishing, contract: Contract) -> str:
    on = f" of branch {wanted.branch}" if wanted.branch else ""
    return f"{wanted.consumer} {wanted.version}{on} and {contract.provider}"


def _tell(broker: Session, wanted: Publishing, outcome: Outcome) -> int:
    for each in outcome.notices:
        say(plain(each.text))
    for said in outcome.conflicts:
        say_error(said, hint="publish under another version; --merge adds what is new")
    if outcome.conflicts:
        return Exit.FINDINGS
    on = f" of branch {wanted.branch}" if wanted.branch else ""
    count = counted(len(wanted.contracts), "pact")
    said = f"published: {count} of {wanted.consumer} {wanted.version}{on} at {broker.url}"
    say(one_line(said))
    return Exit.PASSED
