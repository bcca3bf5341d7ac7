"""
Why something may be deployed or not, in sentences.

Source: clients of the reference broker show and even search these sentences, so they are its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from harness.broker.semantics.deployability import Considered, Integration, Row
from harness.broker.semantics.queries import Named

SUCCESS: Final = "All required verification results are published and successful"
NOTHING_MISSING: Final = "There are no missing dependencies"
NO_ENVIRONMENT: Final = (
    "WARN: It is recommended to specify the environment into which you are deploying. "
    "Without the environment, this result will not be reliable."
)
NO_NUMBER: Final = (
    "WARN: It is recommended to specify the version number (rather than the tag or branch) of the "
    "pacticipant you wish to deploy to avoid race conditions. "
    "Without a version number, this result will not be reliable."
)
UNTESTED: Final = (
    "Nothing says that {} keeps to its document, on which this result rests. "
    "Publish the results of its own tests with the document, or verify the pact."
)


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence and how it is meant: success, error, warning, info, debug or prompt."""

    type: str
    text: str


def notices(found: Considered) -> list[Notice]:
    """The reasons of a decision, warnings first."""
    errors = list(dict.fromkeys(_errors(found)))
    told = [Notice("warning", text) for text in dict.fromkeys(_warnings(found))]
    if errors:
        return told + [Notice("error", text) for text in errors]
    return [*told, Notice("success", SUCCESS if found.counted else NOTHING_MISSING)]


def of_row(found: Considered, row: Row) -> Iterator[str]:
    """Why a row stands in the way: what has failed, what does not fit, or that nobody knows."""
    pair, fit = _pair(found, row), row.fit
    if row.success is None:
        told = f" (the document leaves it open: {fit.reasons[0]})" if fit and fit.reasons else ""
        yield f"There is no verified pact between {pair}{told}"
    if row.verified is False:
        yield f"The verification for the pact between {pair} failed"
    if fit and fit.success is False:
        more = f" (and {len(fit.reasons) - 1} more)" if len(fit.reasons) > 1 else ""
        yield f"The pact between {pair} does not fit the document: {fit.reasons[0]}{more}"


def of_missing(found: Considered, one: Integration) -> str:
    """That an integration which is required has no pact."""
    consumer, provider = found.sides[one.consumer_id], found.sides[one.provider_id]
    pair = f"{described(consumer.meant[0][0])} and {described(provider.meant[0][0])}"
    return f"There is no verified pact between {pair}"


def described(named: Named, number: str = "", count: int = 1) -> str:
    """A selector in words; `number` is the version it leads to, one of `count`."""
    name = named.pacticipant
    if named.version:
        return f"version {named.version} of {name}"
    if named.is_open:
        return f"any version of {name}"
    if named.environment:
        return _in_environment(named, number, count)
    where, nobody = _where(named)
    which = "the latest version" if named.is_latest or not number else "a version"
    if not named.is_latest and count > 1:
        which = "one of the versions"
    return f"{which} of {name}{where} ({number or nobody})"


def absent(named: Named) -> str:
    """That what was asked for by name is not there."""
    name = named.pacticipant
    if named.tag:
        return f"No version with tag {named.tag} exists for {name}"
    if named.branch:
        return f"No version of {name} from branch {named.branch} exists"
    if named.main_branch:
        return f"No version of {name} from the main branch exists"
    if named.environment:
        return (
            f"No version of {name} is currently recorded as deployed or released in environment "
            f"{named.environment}"
        )
    number = f"version {named.version} of " if named.version else ""
    return f"No pacts or verifications have been published for {number}{name}"


def _in_environment(named: Named, number: str, count: int) -> str:
    place = f"of {named.pacticipant} currently in {named.environment}"
    if not number:
        nobody = "no version is currently recorded as deployed/released in this environment"
        return f"a version {place} ({nobody})"
    return f"{'one of the versions' if count > 1 else 'the version'} {place} ({number})"


def _where(named: Named) -> tuple[str, str]:
    if named.tag:
        return f" with tag {named.tag}", "no such version exists"
    if named.branch:
        return f" from branch {named.branch}", "no versions exist for this branch"
    if named.main_branch:
        return " from the main branch", "no versions exist for this branch"
    return "", "no such version exists"


def _warnings(found: Considered) -> Iterator[str]:
    for named in found.not_ignorable:
        yield f"WARN: Cannot ignore {described(named)}"
    specified = [
        named for side in found.sides.values() if side.is_specified for named, _ in side.meant
    ]
    if any(not named.version for named in specified):
        yield NO_NUMBER
    for row in found.counted:
        if row.success and row.rests_on_fit and row.fit and row.fit.self_success is None:
            own = _side(found, row.publication.provider_id, row.fit.version_id)
            yield f"WARN: {UNTESTED.format(own)}"
    target = found.query.target
    if not (target.environment or target.tag or target.main_branch):
        yield NO_ENVIRONMENT


def _errors(found: Considered) -> Iterator[str]:
    if found.absent:
        yield from map(absent, found.absent)
        return
    for row in found.counted:
        yield from of_row(found, row)
    for each in found.missing:
        yield of_missing(found, each)


def _pair(found: Considered, row: Row) -> str:
    one = row.publication
    consumer = _side(found, one.consumer_id, one.version_id)
    version = row.provider_version[0] if row.provider_version else 0
    return f"{consumer} and {_side(found, one.provider_id, version)}"


def _side(found: Considered, pacticipant_id: int, version_id: int) -> str:
    side = found.sides[pacticipant_id]
    for named, versions in side.meant:
        if version_id in versions:
            return described(named, versions[version_id], len(versions))
    return described(side.meant[0][0])
