"""What is said to those who publish and who verify."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from harness.broker.semantics.pending import Line
from harness.broker.semantics.selectors import Selector

_PENDING: Final = "https://docs.pact.io/pending"
_WIP: Final = "https://docs.pact.io/go/wip"
_BEFORE: Final = "before_verification"


@dataclass(frozen=True, slots=True)
class Cause:
    """A selector with the consumer version that it led to."""

    selector: Selector
    consumer: str
    version: str
    environments: tuple[str, ...] = ()


def criterion(cause: Cause, provider: str) -> str:
    """Why a consumer version was selected."""
    one, name = cause.selector, cause.consumer
    if one.runs_somewhere:
        return _somewhere(cause)
    if one.main_branch:
        what = f"latest version of {name} from the main branch that has a pact with {provider}"
    elif one.tag:
        latest = "version" if not one.is_latest else "latest version"
        what = f"{latest} of {name} tagged '{one.tag}' that has a pact with {provider}"
    elif one.branch or one.every_branch or one.matching_branch:
        latest = "version" if one.is_latest is False else "latest version"
        what = f"{latest} of {name} from branch '{one.branch}' that has a pact with {provider}"
    else:
        what = f"latest version of {name} that has a pact with {provider}"
    return f"{what} ({cause.version})"


def before(url: str, causes: Sequence[Cause], provider: str, *, is_wip: bool) -> str:
    """Why a pact is about to be verified."""
    listed = list(dict.fromkeys(criterion(each, provider) for each in causes))
    many = len(listed) > 1
    rows = "\n".join(f"    * {each}" for each in listed)
    versions = "versions" if len({each.version for each in causes}) > 1 else "version"
    what = "is a 'work in progress' pact (ie." if is_wip else "is being verified because"
    if is_wip:
        return (
            f"The pact at {url} is being verified because it is a 'work in progress' pact (ie. it "
            "is the pact for the latest version of a branch or with a tag that this version of "
            f"{provider} has not verified successfully yet), and its content belongs to the "
            f"consumer {versions} matching the following criteri{'a' if many else 'on'}:\n{rows}\n"
            f"Read more about WIP pacts at {_WIP}"
        )
    return (
        f"The pact at {url} {what} the pact content belongs to the consumer {versions} matching "
        f"the following criteri{'a' if many else 'on'}:\n{rows}"
    )


def of_pending(
    provider: str, lines: Sequence[Line], *, is_pending: bool, is_wip: bool
) -> Iterator[tuple[str, str]]:
    """What being pending means for a build: when it is said, and the sentence."""
    whose = _whose(provider, lines)
    if not is_pending:
        said = f"This pact has previously been successfully verified by {whose}. If this "
        said += f"verification fails, it will fail the build. Read more at {_PENDING}"
        yield _BEFORE, said
        return
    if not is_wip:
        said = f"This pact is in pending state for this version of {provider} because a successful "
        said += f"verification result for {whose} has not yet been published. If this verification "
        said += f"fails, it will not cause the overall build to fail. Read more at {_PENDING}"
        yield _BEFORE, said
    still = f"This pact is still in pending state for {whose} as"
    said = f"{still} the successful verification results have not been published."
    yield _after(True, False), said
    for published in (False, True):
        said = f"{still} a successful verification result has not yet been published"
        yield _after(False, published), said
    said = f"This pact is no longer in pending state for {whose}, as a successful verification "
    said += f"result has been published. If a verification for {whose} fails in the future, it "
    said += f"will fail the build. Read more at {_PENDING}"
    yield _after(True, True), said


def _after(success: bool, published: bool) -> str:
    words = f"success_{success}_published_{published}".lower()
    return f"after_verification:{words}"


def _whose(provider: str, lines: Sequence[Line]) -> str:
    if not lines:
        return f"a version of {provider}"
    names = ", ".join(f"'{line.name}'" for line in lines)
    if lines[0].is_tag:
        return f"a version of {provider} with tag {names}"
    return f"a version of {provider} from branch {names}"


def _somewhere(cause: Cause) -> str:
    one = cause.selector
    where = ", ".join(cause.environments) or one.environment or "an environment"
    if one.deployed and one.released:
        supported = "currently deployed or released and supported in"
    else:
        supported = "currently deployed to" if one.deployed else "released and supported in"
    return f"version of {cause.consumer} {supported} {where} ({cause.version})"
