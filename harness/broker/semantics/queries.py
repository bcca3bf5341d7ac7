"""What is asked of the matrix: which versions, against whom, and what is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from harness.broker.semantics.nesting import Nested, objects, texts

LATEST_BY: Final = ("cvp", "cvpv", "cp")
NOBODY: Final = "Please provide 1 or more version selectors."
_MAX_LIMIT: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Named:
    """Versions of one pacticipant, by what is said of them."""

    pacticipant: str
    version: str = ""
    branch: str = ""
    tag: str = ""
    environment: str = ""
    is_latest: bool = False
    main_branch: bool = False

    @property
    def is_open(self) -> bool:
        """Whether any version is meant."""
        ways = (self.version, self.branch, self.tag, self.environment)
        return not (any(ways) or self.is_latest or self.main_branch)


@dataclass(frozen=True, slots=True)
class Target:
    """Which versions of all other pacticipants are meant."""

    environment: str = ""
    tag: str = ""
    main_branch: bool = False
    is_latest: bool = False

    @property
    def is_given(self) -> bool:
        """Whether others are meant at all."""
        return bool(self.environment or self.tag or self.main_branch or self.is_latest)

    def of(self, pacticipant: str) -> Named:
        """The versions of one of the others."""
        if self.environment:
            return Named(pacticipant, environment=self.environment)
        if self.tag:
            return Named(pacticipant, tag=self.tag, is_latest=True)
        return Named(pacticipant, is_latest=True, main_branch=self.main_branch)


@dataclass(frozen=True, slots=True)
class Query:
    """
    A question to the matrix.

    Shape: `outcomes` are those that are shown (true, false, none for unknown), all where empty;
    `limit` bounds what is shown and never what is judged.
    """

    selectors: tuple[Named, ...]
    ignored: tuple[Named, ...] = ()
    target: Target = Target()
    latest_by: str = ""
    outcomes: frozenset[bool | None] = frozenset()
    limit: int | None = None


def query_of(given: dict[str, Nested]) -> Query:
    """The question that a query string asks, as far as it can be read."""
    limit = _text(given, "limit")
    return Query(
        selectors=tuple(map(_named, objects(given.get("q")))),
        ignored=tuple(map(_named, objects(given.get("ignore")))),
        target=Target(
            environment=_text(given, "environment"),
            tag=_text(given, "tag"),
            main_branch=_text(given, "mainBranch") == "true",
            is_latest=_text(given, "latest") == "true",
        ),
        latest_by=_text(given, "latestby"),
        outcomes=frozenset(_outcome(each) for each in texts(given.get("success"))),
        limit=min(int(limit), _MAX_LIMIT) if limit.isascii() and limit.isdigit() else None,
    )


def deploying(given: dict[str, Nested]) -> Query:
    """The question of `/can-i-deploy`: one version, and where it is to go."""
    one = Named(
        _text(given, "pacticipant"),
        version=_text(given, "version"),
        branch=_text(given, "branch"),
        tag=_text(given, "tag"),
        is_latest=_text(given, "latest") == "true",
        main_branch=_text(given, "mainBranch") == "true",
    )
    asked = query_of({key: given[key] for key in ("environment", "ignore") if key in given})
    target = replace(asked.target, tag=_text(given, "to"))
    if not target.is_given:
        target = Target(is_latest=True)
    by = "cvp" if target.is_latest else "cvpv"
    ignored = asked.ignored or tuple(Named(each) for each in texts(given.get("ignore")))
    return replace(asked, selectors=(one,), ignored=ignored, target=target, latest_by=by)


def faults(
    query: Query, is_known: Callable[[str], bool], is_environment: Callable[[str], bool]
) -> list[str]:
    """What is wrong with a question, in sentences."""
    return list(dict.fromkeys(_faults(query, is_known, is_environment)))


def _faults(
    query: Query, is_known: Callable[[str], bool], is_environment: Callable[[str], bool]
) -> Iterator[str]:
    target = query.target
    if not query.selectors:
        yield NOBODY
    for one in query.selectors:
        yield from _of_selector(one, is_known)
    named = (target.environment, *(one.environment for one in query.selectors))
    for environment in filter(None, named):
        if not is_environment(environment):
            yield f"Environment with name '{environment}' does not exist"
    if sum(map(bool, (target.tag, target.environment, target.main_branch))) > 1:
        yield "Cannot specify more than one of tag, environment and mainBranch."
    if target.environment and target.is_latest:
        yield "Cannot specify both latest=true and an environment."
    if query.latest_by and query.latest_by not in LATEST_BY:
        yield f"latestby must be one of: {', '.join(LATEST_BY)} (was '{query.latest_by}')"


def _of_selector(one: Named, is_known: Callable[[str], bool]) -> Iterator[str]:
    if not one.pacticipant:
        yield "Please specify the pacticipant name"
    elif not is_known(one.pacticipant):
        yield f"Pacticipant {one.pacticipant} not found"
    if one.version and one.is_latest:
        yield (f"A version number and latest flag cannot both be specified for {one.pacticipant}")
    ways = (one.version, one.tag, one.branch, one.environment, one.main_branch)
    if sum(map(bool, ways)) > 1:
        yield (
            "Cannot specify more than one of version, tag, branch, environment and mainBranch for "
            f"{one.pacticipant}"
        )


def _named(given: dict[str, Nested]) -> Named:
    return Named(
        _text(given, "pacticipant"),
        version=_text(given, "version"),
        branch=_text(given, "branch"),
        tag=_text(given, "tag"),
        environment=_text(given, "environment"),
        is_latest=_text(given, "latest") == "true",
        main_branch=_text(given, "mainBranch") == "true",
    )


def _text(given: dict[str, Nested], name: str) -> str:
    found = given.get(name)
    return found if isinstance(found, str) else ""


def _outcome(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text)
