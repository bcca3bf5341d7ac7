"""Which consumer versions a provider verifies: selectors, as they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from harness.domain.json import Json, is_mapping

_TRUE_ONLY: Final = ("mainBranch", "matchingBranch", "deployed", "released", "deployedOrReleased")
_TEXTS: Final = ("tag", "fallbackTag", "fallbackBranch", "consumer", "environment")
_KINDS: Final = ("mainBranch", "matchingBranch", "branch", "tag", "latest", *_TRUE_ONLY[2:])
_KNOWN: Final = frozenset({*_TRUE_ONLY, *_TEXTS, "branch", "latest"})


@dataclass(frozen=True, slots=True)
class Selector:
    """
    One selector.

    Shape: `is_latest` is none where nobody said; `every_branch` is `branch: true`.
    """

    main_branch: bool = False
    matching_branch: bool = False
    branch: str = ""
    every_branch: bool = False
    tag: str = ""
    is_latest: bool | None = None
    fallback_tag: str = ""
    fallback_branch: str = ""
    deployed: bool = False
    released: bool = False
    environment: str = ""
    consumer: str = ""

    @property
    def runs_somewhere(self) -> bool:
        """Whether it selects by what is deployed or released."""
        return self.deployed or self.released


DEFAULT: Final = (
    Selector(main_branch=True),
    Selector(deployed=True),
    Selector(released=True),
)
"""What is meant where nobody selects: main branches (else the latest), deployed and released."""


def faults(given: Json, branch: str, environments: Iterable[str]) -> dict[str, list[str]]:
    """
    What is wrong with selectors, by place: `consumerVersionSelectors[0].tag`.

    Shape: `branch` is the provider version's; `environments` are those that exist.
    """
    if given is None:
        return {}
    if isinstance(given, str) or not isinstance(given, Sequence):
        return {"consumerVersionSelectors": ["must be an array"]}
    known, found = frozenset(environments), dict[str, list[str]]()
    for number, each in enumerate(given):
        place = f"consumerVersionSelectors[{number}]"
        if not is_mapping(each):
            found[place] = ["must be an object"]
            continue
        for name, said in (*_of_values(each, known), *_of_pairs(each, branch)):
            found.setdefault(f"{place}.{name}" if name else place, []).append(said)
    return found


def selectors(given: Json) -> tuple[Selector, ...]:
    """The selectors of a request without faults; the default where there are none."""
    listed = given if isinstance(given, Sequence) and not isinstance(given, str) else ()
    found = tuple(_selector(each) for each in listed if is_mapping(each))
    return found or DEFAULT


def _selector(given: Mapping[str, Json]) -> Selector:
    def text(name: str) -> str:
        value = given.get(name)
        return value if isinstance(value, str) else ""

    anywhere = given.get("deployedOrReleased") is True
    only_environment = bool(text("environment")) and not (
        anywhere or given.get("deployed") or given.get("released")
    )
    either = anywhere or only_environment
    latest = given.get("latest")
    return Selector(
        main_branch=given.get("mainBranch") is True,
        matching_branch=given.get("matchingBranch") is True,
        branch=text("branch"),
        every_branch=given.get("branch") is True,
        tag=text("tag"),
        is_latest=latest if isinstance(latest, bool) else None,
        fallback_tag=text("fallbackTag"),
        fallback_branch=text("fallbackBranch"),
        deployed=given.get("deployed") is True or either,
        released=given.get("released") is True or either,
        environment=text("environment"),
        consumer=text("consumer"),
    )


def _of_values(
    given: Mapping[str, Json], environments: frozenset[str]
) -> Iterator[tuple[str, str]]:
    for name in _TRUE_ONLY:
        if given.get(name) not in (None, True):
            yield name, "must be one of: true"
    for name in _TEXTS:
        value = given.get(name)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            yield name, "must be a string that is not blank"
    branch = given.get("branch")
    if branch not in (None, True) and not (isinstance(branch, str) and branch.strip()):
        yield "branch", "must be a string that is not blank, or true"
    if not isinstance(given.get("latest"), bool | None):
        yield "latest", "must be one of: true, false"
    place = given.get("environment")
    if isinstance(place, str) and place.strip() and place not in environments:
        yield "environment", f"environment with name '{place}' does not exist"


def _of_pairs(given: Mapping[str, Json], branch: str) -> Iterator[tuple[str, str]]:
    has = {name for name in _KNOWN if given.get(name)}
    kinds = has.intersection(_KINDS)
    if not kinds and "environment" not in has:
        yield (
            "",
            (
                "must specify a value for mainBranch, matchingBranch, branch, tag, deployed, "
                "released, deployedOrReleased or environment, or latest must be true"
            ),
        )
    if "mainBranch" in has and has - {"mainBranch", "consumer", "latest"}:
        yield "", "cannot specify mainBranch with any other criteria apart from consumer"
    if "matchingBranch" in has and has - {"matchingBranch", "consumer"}:
        yield "", "cannot specify matchingBranch with any other criteria apart from consumer"
    if "matchingBranch" in has and not branch:
        yield "", "matchingBranch needs a providerVersionBranch, which is missing"
    if "tag" in has and "branch" in has:
        yield "", "cannot specify both branch and tag"
    yield from _of_environments(has)
    yield from _of_fallbacks(given, has)


def _of_environments(has: set[str]) -> Iterator[tuple[str, str]]:
    places = has & {"deployed", "released", "deployedOrReleased"}
    if len(places) > 1:
        yield "", f"cannot specify more than one of {', '.join(sorted(places))}"
    if (places or "environment" in has) and has & {"tag", "branch", "latest"}:
        where = sorted(places)[0] if places else "environment"
        yield "", f"cannot specify {where} with tag, branch or latest"


def _of_fallbacks(given: Mapping[str, Json], has: set[str]) -> Iterator[tuple[str, str]]:
    if "fallbackTag" in has and not {"tag", "latest"} <= has:
        yield "", "a fallbackTag can only be set if tag is set and latest is true"
    if "fallbackBranch" in has and (
        not isinstance(given.get("branch"), str) or "branch" not in has
    ):
        yield "", "a fallbackBranch can only be set if branch is the name of one"
    if "fallbackBranch" in has and given.get("latest") is False:
        yield "", "a fallbackBranch can only be set if latest is not false"
