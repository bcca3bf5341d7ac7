"""`harness broker token | user | audit`: who may do what, and who did what."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Final, TypeVar

import click

from harness.cli.broker_option import database_option
from harness.cli.screen import say
from harness.cli.tables import Row, json_option, show
from harness.domain.errors import Misused
from harness.pages.plain import one_line

if TYPE_CHECKING:
    from harness.broker.semantics.scopes import Caller
    from harness.broker.store.accounts import Account
    from harness.broker.store.audit import Entry
    from harness.broker.store.database import Store

F = TypeVar("F", bound=Callable[..., None])

PASSWORD_VARIABLE: Final = "HARNESS_BROKER_PASSWORD"
_SCOPES: Final = ("read", "publish", "verify", "deploy", "admin")


def may_options(verb: F) -> F:
    """What is allowed, as options."""
    for option in (
        click.option(
            "--pacticipant",
            "pacticipants",
            multiple=True,
            metavar="NAME",
            help="Change nothing but what is of this pacticipant; may be repeated.",
        ),
        click.option(
            "--scope",
            "scopes",
            multiple=True,
            required=True,
            type=click.Choice(_SCOPES),
            help="What may be done; may be repeated. Each holds read, and admin all.",
        ),
    ):
        verb = option(verb)
    return verb


@click.group("token")
def tokens() -> None:
    """Make, list and revoke the tokens of builds."""


@tokens.command("create")
@click.option("--name", required=True, help="Whose it is: this is what the audit log tells.")
@may_options
@database_option
def create_token(
    name: str, scopes: tuple[str, ...], pacticipants: tuple[str, ...], database: str
) -> None:
    """Make a token, and print it: it is not kept, and never shown again."""
    with _access(database) as store:
        from harness.broker.server.access import create_token

        made = create_token(store, name, _may(scopes, pacticipants))
    say("keep it: it is not shown again; clients take it as PACT_BROKER_TOKEN", err=True)
    say(made)


@tokens.command("list")
@json_option
@database_option
def list_tokens(*, as_json: bool, database: str) -> None:
    """List the tokens; the secrets are not kept."""
    _list(database, "token", as_json=as_json)


@tokens.command("revoke")
@click.argument("name")
@database_option
def revoke_token(name: str, database: str) -> None:
    """End a token at once."""
    _revoke(database, "token", name)


@click.group("user")
def users() -> None:
    """Make, list and revoke people who show a name and a password."""


@users.command("create")
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@may_options
@database_option
def create_user(
    *,
    name: str,
    password_stdin: bool,
    scopes: tuple[str, ...],
    pacticipants: tuple[str, ...],
    database: str,
) -> None:
    """Make a user, whose password is asked for, or taken from HARNESS_BROKER_PASSWORD."""
    password = _password(from_stdin=password_stdin)
    with _access(database) as store:
        from harness.broker.server.access import create_user

        create_user(store, name, password, _may(scopes, pacticipants))
    say(f"made the user {name}")


@users.command("list")
@json_option
@database_option
def list_users(*, as_json: bool, database: str) -> None:
    """List the users; their passwords are not kept."""
    _list(database, "user", as_json=as_json)


@users.command("revoke")
@click.argument("name")
@database_option
def revoke_user(name: str, database: str) -> None:
    """End a user at once."""
    _revoke(database, "user", name)


@click.command("audit")
@click.option("--pacticipant", metavar="NAME", help="Only what was done to one.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=100, show_default=True, help="The newest."
)
@json_option
@database_option
def audit(*, pacticipant: str | None, limit: int, as_json: bool, database: str) -> None:
    """Print who published, deployed, deleted, and what else was changed, oldest first."""
    with _access(database) as store:
        from harness.broker.store.audit import TABLE, newest

        where = [TABLE.c.pacticipant == pacticipant] if pacticipant else []
        with store.reading() as db:
            found = newest(db, limit, *where)
    if as_json:
        say(json.dumps([asdict(each) for each in found], indent=2))
        return
    for each in found:
        say(one_line(_told(each)))


@contextmanager
def _access(database: str) -> Iterator[Store]:
    from harness.brokers import need_packages

    need_packages()
    from harness.broker.server.serving import migrated

    with migrated(database) as store:
        yield store


def _told(entry: Entry) -> str:
    what = " ".join(filter(None, (entry.pacticipant, entry.version)))
    where = f"in {entry.environment}" if entry.environment else ""
    parts = (entry.at, entry.who, entry.deed, what, where, f"({entry.request})")
    return " ".join(filter(None, parts))


def _may(scopes: Sequence[str], pacticipants: Sequence[str]) -> Caller:
    from harness.broker.semantics.scopes import Caller, Scope

    return Caller("", frozenset(map(Scope, scopes)), frozenset(pacticipants))


def _list(database: str, kind: str, *, as_json: bool) -> None:
    with _access(database) as store:
        from harness.broker.server.access import listed

        rows = [_row(each) for each in listed(store, kind)]
    show(rows, as_json=as_json)


def _row(account: Account) -> Row:
    return {
        "name": account.name,
        "scopes": account.scopes.split(),
        "pacticipants": json.loads(account.pacticipants),
        "created": account.created_at,
        "revoked": account.revoked_at,
    }


def _revoke(database: str, kind: str, name: str) -> None:
    with _access(database) as store:
        from harness.broker.server.access import revoke

        revoke(store, kind, name)
    say(f"revoked the {kind} {name}")


def _password(*, from_stdin: bool) -> str:
    """A password, never from the command line, which other users of the machine can read."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if given := os.environ.get(PASSWORD_VARIABLE):
        return given
    if not sys.stdin.isatty():
        said = "expected a password, and there is no terminal to ask for it"
        raise Misused(said, hint=f"--password-stdin, or {PASSWORD_VARIABLE}")
    typed: str = click.prompt("password", hide_input=True, confirmation_prompt=True)
    return typed
