"""`harness compat --broker`: all pacts of a consumer against its providers' documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click

from harness.broker.client import BrokerClient
from harness.cli.comparing import Described, comparisons, same_kind
from harness.cli.screen import say
from harness.documents.described import read_described
from harness.documents.pacts import read_pact
from harness.domain.channel import MessagingDocument
from harness.domain.errors import BrokerFailed, DocumentUnreadable, Misused
from harness.domain.published import Chosen, PublishedPact
from harness.reports import compat_team_report
from harness.reports.compat_team_report import Pair, Team

ReadFile = Callable[[str], bytes]
_ADDRESSES = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class TeamAsked:
    """Whose pacts to compare, of which version, with which documents, and how to tell it."""

    consumer: str
    chosen: Chosen
    documents: tuple[str, ...]
    written: str


@dataclass(frozen=True, slots=True)
class _Given:
    """A document of a provider as it was read, under the name that it was given by."""

    name: str
    document: Described


def compare_team(context: click.Context, url: str, asked: TeamAsked, read_file: ReadFile) -> int:
    """
    Fetch the pacts of a consumer, compare each with its provider's documents, and tell it.

    Raises: Misused; BrokerFailed, where the broker gives no pacts at all.
    """
    from harness.cli.workspace import doors_of  # the doors take a second, and two files need none

    named = [_named(each) for each in asked.documents]
    with doors_of(context).broker(url) as broker:
        given = {provider: _Documents(broker, read_file) for provider, _ in named}
        for provider, name in named:
            given[provider].add(name)
        published = broker.latest_pacts(asked.consumer, asked.chosen)
        pairs = tuple(_pair(broker, each, given, asked) for each in published.pacts)
        unused = tuple(given.keys() - {each.provider for each in pairs})
        team = Team(asked.consumer, broker.url, published.chosen, pairs, tuple(sorted(unused)))
    _tell(team, asked.written)
    return team.exit_code


def _named(option: str) -> tuple[str, str]:
    provider, _, name = option.partition("=")
    if not provider or not name:
        raise Misused(f"expected --document PROVIDER=FILE, saw {option}")
    return provider, name


class _Documents:
    """The documents of one provider: read at once, fetched when they are needed."""

    def __init__(self, broker: BrokerClient, read_file: ReadFile) -> None:
        self._broker = broker
        self._read_file = read_file
        self._held: list[tuple[str, bytes | None]] = []

    def add(self, name: str) -> None:
        is_address = name.startswith(_ADDRESSES)
        self._held.append((name, None if is_address else self._read_file(name)))

    def read(self) -> Iterator[_Given]:
        """
        Each document with its name.

        Raises: BrokerFailed; DocumentUnreadable.
        """
        for name, held in self._held:
            content = self._broker.fetched(name) if held is None else held
            yield _Given(name, read_described(content, name))


def _pair(
    broker: BrokerClient, pact: PublishedPact, given: dict[str, _Documents], asked: TeamAsked
) -> Pair:
    """One pact with what comparing it came to, or why it could not be compared."""
    try:
        contract = read_pact(pact.content, pact.url)
        found = _documents(broker, pact.provider, given)
        if not found:
            reason = (
                f"no document of {pact.provider} is known: "
                f"the broker keeps none, and --document {pact.provider}=FILE was not given"
            )
            return Pair(pact, reason=reason)
    except (BrokerFailed, DocumentUnreadable) as fault:
        return Pair(pact, reason=fault.message)
    names, documents = [each.name for each in found], [each.document for each in found]
    if same_kind(documents):
        return Pair(pact, reason=f"{' and '.join(names)} are documents of the same kind")
    return Pair(pact, comparisons(contract, names, documents, asked.written))


def _documents(broker: BrokerClient, provider: str, given: dict[str, _Documents]) -> list[_Given]:
    if provider in given:
        return list(given[provider].read())
    found = broker.documents(provider)
    name = f"document of {provider} at the broker"
    read = [read_described(each, f"the {name}") for each in found]
    if len(read) < 2:
        return [_Given(f"the {name}", each) for each in read]
    return [_Given(f"the {_kind(each)} {name}", each) for each in read]


def _kind(document: Described) -> str:
    return "AsyncAPI" if isinstance(document, MessagingDocument) else "OpenAPI"


def _tell(team: Team, written: str) -> None:
    if written == "json":
        say(compat_team_report.render_json(team))
    elif written == "opc":
        if lines := compat_team_report.render_opc(team):
            say(lines)
        say(compat_team_report.verdict_line(team), err=True)
    else:
        say(compat_team_report.render_text(team))
