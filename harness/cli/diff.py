"""`harness diff`: what has changed between two versions of a document, and who breaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from harness.cli.choosing import known
from harness.cli.doors import Doors
from harness.cli.screen import say
from harness.cli.whose import Known, mount_of, of_files, of_workspace, provider_of
from harness.cli.workspace import config_option, doors_of, open_workspace, workspace_around
from harness.compat.http.interactions import Provider
from harness.compat.messages.messages import Channels
from harness.compat.versions import RULES, Described, changes
from harness.compat.versions.affected import Use, reached_by, uses_of, uses_of_messages
from harness.compat.versions.compatibility import compatibilities
from harness.documents.described import read_described
from harness.documents.openapi import mounted
from harness.domain.change import Change
from harness.domain.channel import MessagingDocument
from harness.domain.compatibility import ChannelPolicy, Compatibility
from harness.domain.config import Config
from harness.domain.document import Document
from harness.domain.errors import DocumentUnreadable, Misused
from harness.domain.policy import Policy, Severity
from harness.reports import diff_report
from harness.reports.diff_report import Graded, Versions
from harness.stages.grading import level_of

_POLICIES = ("BACKWARD", "FORWARD", "FULL")
_LEVELS = ("error", "warning", "information", "off")


def _levels(
    _context: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> dict[str, Severity | None]:
    """Read `RULE=LEVEL`."""
    return dict(map(_level, values))


def _level(value: str) -> tuple[str, Severity | None]:
    rule, _, level = value.partition("=")
    if level not in _LEVELS:
        raise click.BadParameter(f"expected RULE=LEVEL with one of {', '.join(_LEVELS)}: {value!r}")
    known("rule", rule, [one.id for one in RULES])
    return rule, None if level == "off" else Severity(level)


@click.command("diff")
@click.argument("base")
@click.argument("head")
@click.option(
    "--pact",
    "pacts",
    multiple=True,
    metavar="PATH",
    help="A pact, or a directory of pacts, instead of the workspace's.",
)
@click.option("--provider", default="", metavar="NAME", help="Whose document it is.")
@click.option(
    "--level",
    "levels",
    multiple=True,
    callback=_levels,
    metavar="RULE=LEVEL",
    help="What changes under a rule weigh: error, warning, information or off.",
)
@click.option(
    "--compatibility",
    type=click.Choice(_POLICIES),
    help="Of AsyncAPI: which version must read what the other writes.",
)
@click.option(
    "--format",
    "written",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for programs.",
)
@config_option
@click.pass_context
def command(
    context: click.Context,
    base: str,
    head: str,
    pacts: tuple[str, ...],
    provider: str,
    levels: dict[str, Severity | None],
    *,
    compatibility: str | None,
    written: str,
    given: Path | None,
) -> int:
    """
    Say what has changed in a document, and who breaks.

    Both are OpenAPI, or both AsyncAPI; each is a file, REV:path of a git revision, or the address
    of a running service's document.
    Exit codes: 0 nothing of level error, 1 findings, 2 misused, 3 something is unknown.
    """
    doors = doors_of(context)
    earlier, later = _document(doors, base), _document(doors, head)
    workspace = open_workspace(given) if given else workspace_around()
    config = workspace.config if workspace else None
    whose = _known(doors, config, pacts, provider, (head, base), (later, earlier))
    mount = mount_of(config, whose.provider, (head, base)) if config else ""
    earlier, later = _mounted(earlier, mount), _mounted(later, mount)
    if isinstance(earlier, MessagingDocument) is not isinstance(later, MessagingDocument):
        raise Misused(
            f"expected two documents of one kind, saw {_kind(earlier)} in {base} and "
            f"{_kind(later)} in {head}"
        )
    policy = config.policy if config else Policy()
    policy = replace(policy, changes={**policy.changes, **levels})
    found = changes(earlier, later, today=doors.today())
    run = _compared(found, _uses(earlier, later, whose), whose, policy)
    run = replace(run, compatibility=_compatibility(earlier, later, compatibility))
    run = replace(run, base=base, head=head, owners=_owners(config, run.consumers or ()))
    say(diff_report.render_json(run) if written == "json" else diff_report.render_text(run))
    return run.exit_code


def _kind(document: Described) -> str:
    return "AsyncAPI" if isinstance(document, MessagingDocument) else "OpenAPI"


def _compatibility(
    earlier: Described, later: Described, asked: str | None
) -> tuple[Compatibility, ...]:
    if asked is None:
        return ()
    if isinstance(earlier, MessagingDocument) and isinstance(later, MessagingDocument):
        ways = ChannelPolicy(asked).ways
        return tuple(compatibilities(earlier, later, lambda *_: ways))
    raise Misused("--compatibility speaks of channels, and these documents are OpenAPI")


def _mounted(document: Described, mount: str) -> Described:
    return mounted(document, mount) if isinstance(document, Document) else document


def _uses(earlier: Described, later: Described, whose: Known) -> Iterable[Use]:
    pacts = whose.pacts or ()
    if isinstance(earlier, MessagingDocument) and isinstance(later, MessagingDocument):
        return uses_of_messages(Channels(earlier), Channels(later), pacts)
    if isinstance(earlier, Document) and isinstance(later, Document):
        return uses_of(Provider(earlier), Provider(later), pacts)
    return ()


def _compared(
    found: tuple[Change, ...], uses: Iterable[Use], whose: Known, policy: Policy
) -> Versions:
    reached = reached_by(found, uses)
    readers_known = whose.pacts is not None
    grade_of = partial(
        level_of, policy=policy, provider=whose.provider, readers_known=readers_known
    )
    graded = (Graded(one, level) for one in reached.changes if (level := grade_of(one)) is not None)
    order = list(Severity)
    return Versions(
        base="",
        head="",
        changes=tuple(sorted(graded, key=lambda one: order.index(one.level))),
        provider=whose.provider,
        consumers=_consumers(whose),
        apart=reached.apart,
        unread=whose.unread,
        hint=whose.hint,
    )


def _consumers(whose: Known) -> tuple[str, ...] | None:
    if whose.pacts is None:
        return None
    return tuple(sorted({pact.consumer for pact in whose.pacts}))


def _known(
    doors: Doors,
    config: Config | None,
    pacts: tuple[str, ...],
    provider: str,
    places: tuple[str, ...],
    documents: tuple[Described, ...],
) -> Known:
    if pacts:
        return of_files(pacts, provider)
    if config is None:
        if provider:
            raise Misused(
                f"nothing is known of {provider}: there is no workspace around here",
                hint="name its pacts: --pact PATH",
            )
        return Known(hint="--pact PATH names the pacts of those who use it")
    return of_workspace(doors.system(config), provider_of(config, places, documents, provider))


def _owners(config: Config | None, consumers: tuple[str, ...]) -> Mapping[str, str]:
    if config is None:
        return {}
    found = ((name, config.service(name)) for name in consumers)
    return {name: service.owner for name, service in found if service and service.owner}


def _document(doors: Doors, place: str) -> Described:
    """
    Read a document, which is called as the user called it.

    Raises: Misused.
    """
    try:
        return read_described(doors.document_bytes(place, Path.cwd()), place)
    except DocumentUnreadable as error:
        raise Misused(error.message, hint=error.hint, detail=error.detail) from None
