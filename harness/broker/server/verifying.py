"""The pacts that a provider is given to verify, each with why, and whether it may fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from harness.broker.semantics import metadata, notices, pending
from harness.broker.semantics.metadata import Given
from harness.broker.semantics.pending import Line, Success
from harness.broker.semantics.rows import Pacticipant
from harness.broker.semantics.selectors import faults, selectors
from harness.broker.server import answers, pact_bodies
from harness.broker.server.answers import Answer, Refused
from harness.broker.server.asking import Call
from harness.broker.server.links import link
from harness.broker.server.moments import moment
from harness.broker.server.needs import READ
from harness.broker.server.routing import JSON_BODY, Route, get, steady
from harness.broker.store import environments, pacticipants, results, selection
from harness.broker.store.selection import Selected
from harness.domain.json import Json

_PATH: Final = "/pacts/provider/{provider}/for-verification"


@dataclass(frozen=True, slots=True)
class _Asked:
    """
    What a provider asks for.

    Shape: `since` is the moment from which on work in progress counts, empty where none is wanted.
    """

    branch: str
    tags: Sequence[str]
    with_pending: bool
    since: str


def offered(call: Call) -> Answer:
    """The pacts for a provider's build."""
    provider = pacticipants.find(call.db, call.names["provider"])
    if provider is None:
        said = f"No provider with name '{call.names['provider']}' found"
        raise Refused(answers.error(said, 404, kind=call.kind))
    given = call.object()
    asked = _asked(call, given)
    lines = selection.provider_lines(call.db, provider, asked.branch, asked.tags)
    chosen = selectors(given.get("consumerVersionSelectors"))
    found = selection.selected(call.db, provider, chosen, asked.branch)
    candidates = (
        selection.candidates(call.db, provider, asked.since, lines) if asked.since and lines else []
    )
    contents = {each.publication.content_id for each in (*found, *candidates)}
    known = results.successes(call.db, contents) if asked.with_pending or candidates else []
    wip = _in_progress(found, candidates, known, lines)
    pacts = [_pact(call, provider, each, asked, lines, known) for each in found]
    pacts += [_pact(call, provider, each, asked, lines, None) for each in wip]
    self_link = link(call.url, title="Pacts to be verified")
    links = {"self": self_link, "curies": call.links.curies()}
    return answers.hal({"_embedded": {"pacts": pacts}, "_links": links})


def _in_progress(
    found: Sequence[Selected],
    candidates: Sequence[Selected],
    known: Sequence[Success],
    lines: Sequence[Line],
) -> list[Selected]:
    selected = {each.publication.content_id for each in found}
    by_content = {each.publication.content_id: each for each in candidates}
    return [by_content[each] for each in pending.in_progress(by_content, selected, known, lines)]


def _pact(
    call: Call,
    provider: Pacticipant,
    found: Selected,
    asked: _Asked,
    lines: Sequence[Line],
    known: Sequence[Success] | None,
) -> dict[str, Any]:
    """One pact; `known` is none for work in progress, which is always pending."""
    one, is_wip = found.publication, known is None
    own = [each for each in known or () if each.content_id == one.content_id]
    is_pending = is_wip or (asked.with_pending and pending.is_pending(own, lines))
    tells_pending = is_wip or asked.with_pending
    word = metadata.encoded(Given(found.version_ids, is_pending if tells_pending else None, is_wip))
    why = notices.before(call.links.pact(one), found.causes, provider.name, is_wip=is_wip)
    told = [{"when": "before_verification", "text": why}]
    properties: dict[str, Any] = {}
    if tells_pending:
        properties["pending"] = is_pending
        more = notices.of_pending(provider.name, lines, is_pending=is_pending, is_wip=is_wip)
        told += [{"when": when, "text": text} for when, text in more]
    if is_wip:
        properties["wip"] = True
    causes = [notices.criterion(each, provider.name) for each in found.causes]
    address = link(call.links.content(one, "metadata", word), name=pact_bodies.titled(one))
    return {
        "shortDescription": "; ".join(dict.fromkeys(causes)),
        "verificationProperties": {**properties, "notices": told},
        "_links": {"self": address},
    }


def _asked(call: Call, given: Mapping[str, Json]) -> _Asked:
    """
    What is asked for.

    Raises: Refused, with what is wrong with it.
    """
    branch, tags = given.get("providerVersionBranch"), given.get("providerVersionTags")
    wrong: dict[str, list[str]] = {}
    if not isinstance(branch, str | None):
        wrong["providerVersionBranch"] = ["must be a string"]
    listed = [tags] if isinstance(tags, str) else [] if tags is None else tags
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        wrong["providerVersionTags"], listed = ["must be an array of strings"], []
    if not isinstance(given.get("includePendingStatus"), bool | None):
        wrong["includePendingStatus"] = ["must be one of: true, false"]
    since = _since(given.get("includeWipPactsSince"))
    if since is None:
        wrong["includeWipPactsSince"] = ["must be a date or a date and time in ISO 8601"]
    named = branch if isinstance(branch, str) else ""
    names = [each.name for each in environments.every(call.db)]
    wrong |= faults(given.get("consumerVersionSelectors"), named, names)
    if wrong:
        raise Refused(answers.errors(wrong, kind=call.kind))
    tagged = list(dict.fromkeys(str(each) for each in listed))
    return _Asked(named, tagged, given.get("includePendingStatus") is True, since or "")


def _since(given: Json) -> str | None:
    """A moment as it is kept, nothing where none is given, none where it is no moment."""
    if given is None or given == "":
        return ""
    try:
        at = datetime.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        return None
    if at is None:
        return None
    return moment(at if at.tzinfo else at.replace(tzinfo=UTC))


ROUTES: Final[tuple[Route, ...]] = steady(
    get(_PATH, offered),
    Route("POST", _PATH, offered, READ, takes=JSON_BODY, is_reading=True),
)
