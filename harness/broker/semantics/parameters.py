"""What a webhook can be told about an event, as `${pactbroker.…}` in its request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_PREFIX: Final = "pactbroker."
# How each service calls what has not been verified, what has been, and what has failed.
_STATUSES: Final = {
    "githubVerificationStatus": ("pending", "success", "failure"),
    "gitlabVerificationStatus": ("pending", "success", "failed"),
    "bitbucketVerificationStatus": ("INPROGRESS", "SUCCESSFUL", "FAILED"),
    "azureDevOpsVerificationStatus": ("pending", "succeeded", "failed"),
}
# Of several versions that run, each is told of by itself.
DEPLOYED: Final = f"{_PREFIX}currentlyDeployedProviderVersionNumber"
_OF_MAIN: Final = "providerMainBranchGithubVerificationStatus"


@dataclass(frozen=True, slots=True)
class Side:
    """A pacticipant with the version that an event is about, where there is one."""

    name: str
    version: str = ""
    branch: str = ""
    tags: Iterable[str] = ()
    labels: Iterable[str] = ()


@dataclass(frozen=True, slots=True)
class Happened:
    """
    An event.

    Shape: `success` is what the last result says, and none where there is none; `descriptions`
    says why the provider's version matters; `deployed` are the provider's versions that run.
    """

    event: str
    consumer: Side
    provider: Side
    pact_url: str = ""
    result_url: str = ""
    build_url: str = ""
    success: bool | None = None
    main_success: bool | None = None
    descriptions: Iterable[str] = ()
    deployed: Sequence[str] = ()


def parameters(one: Happened) -> Mapping[str, str]:
    """The parameters of an event, by name."""
    found = {
        "eventName": one.event,
        "pactUrl": one.pact_url,
        "verificationResultUrl": one.result_url,
        "buildUrl": one.build_url,
        "providerVersionDescriptions": _listed(one.descriptions),
        **_side("consumer", one.consumer),
        **_side("provider", one.provider),
        **{name: words[_place(one.success)] for name, words in _STATUSES.items()},
        _OF_MAIN: _STATUSES["githubVerificationStatus"][_place(one.main_success)],
    }
    return {
        **{f"{_PREFIX}{name}": value for name, value in found.items()},
        DEPLOYED: _listed(one.deployed),
    }


def _side(which: str, one: Side) -> Mapping[str, str]:
    return {
        f"{which}Name": one.name,
        f"{which}VersionNumber": one.version,
        f"{which}VersionBranch": one.branch,
        f"{which}VersionTags": _listed(one.tags),
        f"{which}Labels": _listed(one.labels),
    }


def _place(success: bool | None) -> int:
    return 0 if success is None else 1 if success else 2


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
