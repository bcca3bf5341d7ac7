"""Asks whether versions may be deployed, and records that they were."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import quote

from harness.broker import wire
from harness.broker.client import environments
from harness.broker.client.session import Session, failed, hal, reasons
from harness.broker.hal import Resource, member
from harness.broker.wire import Request
from harness.domain.deploying import (
    Answer,
    Cell,
    Deployability,
    Environment,
    Notice,
    Question,
    Selected,
)
from harness.domain.errors import BrokerFailed, Misused
from harness.domain.json import Json, is_mapping, mapping, sequence

# The reference broker looks at 100 rows where nobody says otherwise, and calls the rest a yes.
_ROWS: Final = 100_000
_WRONG: Final = 400
_ANSWERS: Final = {True: Answer.YES, False: Answer.NO}


def can_i_deploy(session: Session, question: Question) -> Deployability:
    """
    Ask whether versions may be deployed.

    Raises: Misused, where the broker does not know what is asked about; BrokerFailed.
    """
    url = f"{session.url}{wire.MATRIX}?{'&'.join(_query(question))}"
    reply = session.asked(Request("GET", url))
    if reply.status == _WRONG:
        raise Misused(
            f"the broker at {session.url} cannot be asked so: {'; '.join(reasons(reply))}",
            hint="`harness environments list` and `harness describe NAME` tell what it knows",
        )
    if reply.status != 200:
        raise failed(url, reply)
    return _told(session, question, hal(url, reply.body))


def waited(
    ask: Callable[[], Deployability],
    limit_s: float,
    interval_s: float,
    shown: Callable[[Deployability, float], None],
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> Deployability:
    """
    Ask again until the answer is known, or the time is over.

    Shape: `shown` gets the answer so far and the seconds that are left, each second.
    Raises: BrokerFailed.
    """
    end = clock() + limit_s
    found = ask()
    asked_at = clock()
    while found.answer is Answer.UNKNOWN and (left_s := end - clock()) > 0:
        shown(found, left_s)
        sleep(min(1.0, left_s))
        if clock() - asked_at >= min(interval_s, end - asked_at):
            found, asked_at = ask(), clock()
    return found


def record(
    session: Session,
    selected: Selected,
    environment: Environment,
    *,
    is_release: bool,
    instance: str = "",
    is_dry: bool = False,
) -> None:
    """
    Say that a version runs, or is released, in an environment.

    Shape: with `is_dry` everything is looked up and nothing said.
    Raises: Misused, where there is no such version; BrokerFailed.
    """
    relation = wire.RECORD_RELEASE if is_release else wire.RECORD_DEPLOYMENT
    version = known_version(session, selected.pacticipant, selected.version)
    link = version.link_named(relation, environment.name)
    if not link:
        raise BrokerFailed(f"{version.url} has no {relation} for {environment.name}")
    if not is_dry:
        # Recording what is recorded already changes nothing.
        session.sent("POST", link, {"applicationInstance": instance} if instance else {})


def known_version(session: Session, pacticipant: str, version: str) -> Resource:
    """
    A version of a pacticipant.

    Raises: Misused, where there is none; BrokerFailed.
    """
    link = session.link(
        session.index(), wire.PACTICIPANT_VERSION, pacticipant=pacticipant, version=version
    )
    found = session.found(link)
    if found is None:
        raise Misused(
            f"the broker at {session.url} knows no version {version} of {pacticipant}",
            hint="a version is known once its pacts or its verification results are published",
        )
    return found


def _query(question: Question) -> Iterator[str]:
    """The question as the official client writes it; a repeated key begins the next selector."""
    for each in question.selected:
        yield from _selector("q", each)
        if not (each.version or each.branch or each.tag):
            yield "q[][latest]=true"
    for each in question.ignored:
        yield from _selector("ignore", each)
    target = question.target
    yield f"latestby={'cvpv' if target.environment else 'cvp'}"
    if target.environment:
        yield f"environment={quote(target.environment, safe='')}"
    elif target.tag:
        yield f"latest=true&tag={quote(target.tag, safe='')}"
    elif target.main_branch:
        yield "latest=true&mainBranch=true"
    elif len(question.selected) == 1:
        yield "latest=true"
    yield f"limit={_ROWS}"


def _selector(name: str, one: Selected) -> Iterator[str]:
    ways = {"pacticipant": one.pacticipant, "version": one.version, "branch": one.branch}
    for key, value in ways.items():
        if value:
            yield f"{name}[][{key}]={quote(value, safe='')}"
    if one.branch:
        yield f"{name}[][latest]=true"
    if one.tag:
        yield f"{name}[][tag]={quote(one.tag, safe='')}&{name}[][latest]=true"


def _told(session: Session, question: Question, found: Resource) -> Deployability:
    summary = member(found.body, "summary")
    cells = tuple(map(_cell, sequence(found.body.get("matrix"))))
    deployable = summary.get("deployable")
    answer = _ANSWERS[deployable] if isinstance(deployable, bool) else Answer.UNKNOWN
    notices = tuple(_notices(found.body.get("notices"), summary.get("reason")))
    is_empty = answer is Answer.YES and all(each.is_ignored for each in cells)
    return Deployability(
        question,
        session.url,
        answer,
        cells,
        notices,
        _count(summary.get("success")),
        _count(summary.get("failed")),
        _count(summary.get("unknown")),
        _vacuity(session, question, cells) if is_empty else "",
        tuple(_absent(session, question, cells)) if answer is Answer.UNKNOWN else (),
    )


def _cell(row: Json) -> Cell:
    given = mapping(row)
    consumer, provider = member(given, "consumer"), member(given, "provider")
    result = given.get("verificationResult")
    success = result.get("success") if is_mapping(result) else None
    pact = Resource("", member(given, "pact"))
    return Cell(
        str(consumer.get("name") or ""),
        str(member(consumer, "version").get("number") or ""),
        str(provider.get("name") or ""),
        str(member(provider, "version").get("number") or ""),
        success if isinstance(success, bool) else None,
        given.get("ignored") is True,
        pact.link("self"),
    )


def _notices(listed: Json, reason: Json) -> Iterator[Notice]:
    """What the broker says: as notices, or by older brokers as one text."""
    found = [each for each in sequence(listed) if is_mapping(each)]
    for each in found:
        yield Notice(str(each.get("type") or "info"), str(each.get("text") or ""))
    if not found and isinstance(reason, str):
        yield from (Notice("info", line) for line in reason.splitlines())


def _vacuity(session: Session, question: Question, cells: tuple[Cell, ...]) -> str:
    """Why an answer rests on nothing."""
    if cells:
        return "all that is known was to be ignored"
    if not question.target.environment:
        return "no contract with anyone is known"
    place = question.target.environment
    if not _others_in(session, question):
        return f"nothing else is recorded as deployed to {place}, nor as released"
    return f"nothing that runs in {place} has a contract with it"


def _absent(session: Session, question: Question, cells: tuple[Cell, ...]) -> list[str]:
    """Providers without a result that are not where the question leads, nor on their way."""
    if not question.target.environment:
        return []
    missing = {each.provider for each in cells if each.success is None and not each.is_ignored}
    on_their_way = {each.pacticipant for each in question.selected}
    return sorted(missing - on_their_way - _others_in(session, question))


def _others_in(session: Session, question: Question) -> set[str]:
    """Who else runs or is supported in the environment that is asked about."""
    place = environments.named(session, question.target.environment)
    names = {each.pacticipant for each in question.selected}
    return {each.pacticipant for each in environments.placed(session, place)} - names


def _count(value: Json) -> int:
    return value if isinstance(value, int) else 0
