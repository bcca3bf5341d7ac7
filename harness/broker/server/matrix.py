"""The matrix, and whether a version may be deployed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from harness.broker.semantics import reasons
from harness.broker.semantics.deployability import Considered, Row
from harness.broker.semantics.fitting import Fit
from harness.broker.semantics.queries import (
    Named,
    Query,
    Target,
    deploying,
    faults,
    query_of,
)
from harness.broker.semantics.rows import Publication, Verification, Version
from harness.broker.server import answers, badges, bodies, cross_contracts
from harness.broker.server.answers import Answer, Refused
from harness.broker.server.asking import Call
from harness.broker.server.links import link
from harness.broker.server.needs import BADGE
from harness.broker.server.results import result_link
from harness.broker.server.routing import Route, get, steady
from harness.broker.store import environments, judging, pacticipants, versions

_OWNER: Final = "/pacticipants/{pacticipant}"


def matrix(call: Call) -> Answer:
    """What is known between versions, and whether they may be deployed together."""
    return _answered(call, query_of(call.nested()))


def of_pair(call: Call) -> Answer:
    """What is known between all versions of a pair."""
    return _answered(call, pair_query(call))


def can_i_deploy(call: Call) -> Answer:
    """Whether a version may be deployed to an environment, or beside what has a tag."""
    return _answered(call, deploying(call.nested()))


def can_i_deploy_version(call: Call) -> Answer:
    """The same of a version that the path names."""
    return _answered(call, path_query(call))


def badge(call: Call) -> Answer:
    """The same as a picture."""
    query = path_query(call)
    found = judged(call, query)
    if isinstance(found, list):
        return badges.picture(call, "can-i-deploy", "not found", None)
    place = query.target.environment or query.target.tag
    label = f"can-i-deploy to {place}" if place else "can-i-merge"
    words = ("yes", "no", "unknown")
    return badges.outcome(call, label, found.deployable, words)


def pair_badge(call: Call) -> Answer:
    """Whether the newest versions of two tags go together, as a picture."""
    names = (("provider", "tag"), ("consumer", "other"))
    query = Query(
        tuple(Named(call.names[side], tag=call.names[tag], is_latest=True) for side, tag in names),
        latest_by="cvpv",
    )
    found = judged(call, query)
    if isinstance(found, list):
        return badges.picture(call, "pact", "not found", None)
    label = "/".join((call.names["consumer"], call.names["provider"]))
    verdict = None if found.absent else found.deployable
    return badges.outcome(call, label, verdict, ("verified", "failed", "unknown"))


def pair_query(call: Call) -> Query:
    """The question of a path that names a pair."""
    names = (call.names["provider"], call.names["consumer"])
    return Query(tuple(map(Named, names)), latest_by="cvpv")


def path_query(call: Call) -> Query:
    """The question of a path that names versions, and where they are to go."""
    names = call.names
    has_number = "version" in names
    tag = "" if has_number else names.get("tag", "")
    one = Named(
        names["pacticipant"],
        version=names.get("version", ""),
        branch=names.get("branch", ""),
        tag=tag,
        is_latest=not has_number and "main-branch" not in call.asked.path,
        main_branch="/main-branch/" in call.asked.path,
    )
    is_merging = one.main_branch
    if is_merging:
        one = Named(one.pacticipant, is_latest=True, main_branch=True)
    target = Target(
        environment=names.get("environment", ""), tag=names.get("to", ""), main_branch=is_merging
    )
    return Query((one,), target=target, latest_by="cvpv" if target.environment else "cvp")


def judged(call: Call, query: Query) -> list[str] | Considered:
    """What is wrong with a question, in sentences, or what follows for it."""
    known = pacticipants.named(call.db, {each.pacticipant for each in query.selectors})
    told = faults(
        query, known.__contains__, lambda name: environments.named(call.db, name) is not None
    )
    return told or judging.judged(call.db, query, known)


def _answered(call: Call, query: Query) -> Answer:
    found = judged(call, query)
    if isinstance(found, list):
        raise Refused(answers.errors(found, kind=call.kind))
    rows = shown_rows(found)
    if query.limit is not None:
        rows = rows[: query.limit]
    notices = reasons.notices(found)
    return answers.hal(
        {
            "summary": {
                "deployable": found.deployable,
                "reason": "\n".join(each.text for each in notices),
                **_counts(found),
            },
            "notices": [{"type": each.type, "text": each.text} for each in notices],
            "matrix": _rows(call, rows),
            "_links": {"self": link(call.url)},
        }
    )


def _counts(found: Considered) -> dict[str, int]:
    outcomes = [row.success for row in found.counted]
    counts = {
        "success": outcomes.count(True),
        "failed": outcomes.count(False),
        "unknown": outcomes.count(None) + len(found.missing),
    }
    if found.query.ignored:
        counts["ignored"] = sum(row.is_ignored for row in found.rows)
    return counts


def shown_rows(found: Considered) -> list[Row]:
    """The rows that are shown, those that are ignored last."""
    rows = sorted(_distinct(found.rows), key=lambda row: row.is_ignored)
    outcomes = found.query.outcomes
    return [row for row in rows if not outcomes or row.success in outcomes]


def _distinct(rows: Sequence[Row]) -> list[Row]:
    """Rows as they are shown: of several versions that said nothing on a pact, one row tells."""
    seen: set[tuple[int, bool]] = set()
    kept = []
    for row in rows:
        key = (row.publication.id, row.is_ignored)
        if row.verification is None and row.fit is None:
            if key in seen:
                continue
            seen.add(key)
        kept.append(row)
    return kept


def _rows(call: Call, rows: Sequence[Row]) -> list[dict[str, Any]]:
    ids = {row.publication.version_id for row in rows}
    ids.update(each.version_id for row in rows for each in (row.verification, row.fit) if each)
    known = versions.by_ids(call.db, ids)
    more = bodies.Found(call, list(known.values()))
    return [_row(call, row, known, more) for row in rows]


def _row(call: Call, row: Row, known: dict[int, Version], more: bodies.Found) -> dict[str, Any]:
    one, said = row.publication, row.verification or row.fit
    provider_version = _version(call, known[said.version_id], more) if said else None
    return {
        "consumer": {
            **bodies.short_pacticipant(call.links, one.consumer),
            "version": _version(call, known[one.version_id], more),
        },
        "provider": {
            **bodies.short_pacticipant(call.links, one.provider),
            "version": provider_version,
        },
        "pact": _pact(call, one),
        "verificationResult": result(call, row),
        **({"comparison": _comparison(call, one, row.fit)} if row.fit else {}),
        **_outweighed(call, row),
        **({"ignored": True} if row.is_ignored else {}),
    }


def result(call: Call, row: Row) -> dict[str, Any] | None:
    """What decides a row, and of which kind it is: a verification, or a comparison."""
    one, said, fit = row.publication, row.verification, row.fit
    if fit and row.rests_on_fit:
        return {
            "success": row.success,
            "kind": "comparison",
            "verifiedAt": bodies.shown(fit.created_at),
            "_links": {"self": link(cross_contracts.address(call.links, one, fit))},
        }
    return _verified(call, one, said) if said else None


def _outweighed(call: Call, row: Row) -> dict[str, Any]:
    """The verification of a row that is decided by a comparison, so that it can be found."""
    if not (row.rests_on_fit and row.verification):
        return {}
    return {"verification": _verified(call, row.publication, row.verification)}


def _verified(call: Call, one: Publication, said: Verification) -> dict[str, Any]:
    return {
        "success": said.success,
        "kind": "verification",
        "verifiedAt": bodies.shown(said.created_at),
        "_links": {"self": link(result_link(call, one, said))},
    }


def _comparison(call: Call, one: Publication, fit: Fit) -> dict[str, Any]:
    own = cross_contracts.address(call.links, one, fit)
    return {**cross_contracts.summary(fit), "_links": {"self": link(own)}}


def _pact(call: Call, one: Publication) -> dict[str, Any]:
    return {
        "createdAt": bodies.shown(one.created_at),
        "_links": {"self": link(call.links.pact(one))},
    }


def _version(call: Call, one: Version, more: bodies.Found) -> dict[str, Any]:
    on = more.on(one)
    newest = {each.name: each for each in more.tags_of(one)}
    return {
        "number": one.number,
        "branch": on[-1].branch if on else None,
        "branches": [{"name": each.branch, "latest": each.is_head} for each in on],
        "branchVersions": [bodies.branch_version(call.links, one, each) for each in on],
        "environments": [
            {
                "uuid": each.uuid,
                "name": each.name,
                "displayName": each.display_name,
                "production": each.production,
                "_links": {"self": link(call.links.to("environments", each.uuid))},
            }
            for each in more.environments_of(one.id)
        ],
        "tags": [bodies.tag(call.links, one, each) for each in newest.values()],
        "_links": {"self": link(call.links.version(one))},
    }


_SVG: Final = (badges.SVG,)
_TO_ENVIRONMENT: Final = "can-i-deploy/to-environment/{environment}"

ROUTES: Final[tuple[Route, ...]] = steady(
    get("/matrix", matrix),
    get("/matrix/provider/{provider}/consumer/{consumer}", of_pair),
    get(
        "/matrix/provider/{provider}/latest/{tag}/consumer/{consumer}/latest/{other}/badge",
        pair_badge,
        *_SVG,
        needs=BADGE,
    ),
    get("/can-i-deploy", can_i_deploy),
    get(f"{_OWNER}/versions/{{version}}/can-i-deploy/to/{{to}}", can_i_deploy_version),
    get(f"{_OWNER}/versions/{{version}}/{_TO_ENVIRONMENT}", can_i_deploy_version),
    get(f"{_OWNER}/latest-version/can-i-deploy/to/{{to}}", can_i_deploy_version),
    get(f"{_OWNER}/latest-version/can-i-deploy/to/{{to}}/badge", badge, *_SVG, needs=BADGE),
    get(f"{_OWNER}/latest-version/{{tag}}/can-i-deploy/to/{{to}}", can_i_deploy_version),
    get(f"{_OWNER}/latest-version/{{tag}}/can-i-deploy/to/{{to}}/badge", badge, *_SVG, needs=BADGE),
    get(f"{_OWNER}/branches/{{branch}}/latest-version/{_TO_ENVIRONMENT}", can_i_deploy_version),
    get(
        f"{_OWNER}/branches/{{branch}}/latest-version/{_TO_ENVIRONMENT}/badge",
        badge,
        *_SVG,
        needs=BADGE,
    ),
    get(f"{_OWNER}/main-branch/can-i-merge/badge", badge, *_SVG, needs=BADGE),
)
