"""The broker that a run of the gate tells its results, and asks whether versions may go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from harness.broker.client import BrokerClient
from harness.broker.client.deploying import can_i_deploy
from harness.broker.client.verifying import is_known, publish_result
from harness.domain.broker_answers import (
    Answered,
    BrokerUnreached,
    DeployabilityTold,
    NothingPublished,
)
from harness.domain.build import Build
from harness.domain.config import Config
from harness.domain.deploying import Answer, Deployability, Question, Selected, Target
from harness.domain.errors import HarnessError
from harness.domain.fetched import PactResult, ResultsTold

_DEPLOYABLE = {Answer.YES: True, Answer.NO: False, Answer.UNKNOWN: None}


@dataclass(frozen=True, slots=True)
class BrokerExchange:
    """
    One broker, and the build whose results it is told.

    Shape: results are published where `publishes` says so; `clean` takes secrets out of a text.
    """

    config: Config
    opened: Callable[[], AbstractContextManager[BrokerClient]]
    build: Build
    publishes: bool
    clean: Callable[[str], str]

    def publish(self, results: tuple[PactResult, ...]) -> ResultsTold:
        """Publish results where policy allows it, and say what became of them."""
        told = ResultsTold(self._place, self.build.version, self.build.branch, len(results))
        if why_not := self._why_not():
            return replace(told, why_not=why_not)
        try:
            with self.opened() as broker:
                for each in results:
                    publish_result(broker, self._cleaned(each), self.build)
        except HarnessError as error:
            provider = self.config.name_of(results[0].pact.provider)
            missed = BrokerUnreached(
                provider, "the results", self._place, f"not published: {error.message}", error.hint
            )
            return replace(told, why_not=error.message, failed=missed)
        return told

    def deployability(self, names: tuple[str, ...]) -> Iterator[Answered]:
        """Ask whether the versions of members may be deployed to each environment."""
        for name in names:
            for environment in self.config.deploys_to:
                yield self._asked(name, environment)

    def _asked(self, name: str, environment: str) -> Answered:
        service, version = self.config.by_name[name], self.build.version
        selected = Selected(service.participant, version=version)
        try:
            with self.opened() as broker:
                if not is_known(broker, service.participant, version):
                    return NothingPublished(
                        name, f"version {version or 'without a name'}", broker.url
                    )
                found = can_i_deploy(broker, Question((selected,), Target(environment)))
        except HarnessError as error:
            what = f"the answer about deploying to {environment}"
            return BrokerUnreached(name, what, self._place, error.message, error.hint)
        return DeployabilityTold(
            name,
            self.build.version,
            environment,
            _DEPLOYABLE[found.answer],
            _reasons(found),
            found.vacuous,
        )

    @property
    def _place(self) -> str:
        return self.config.fetched.broker if self.config.fetched else ""

    def _why_not(self) -> str:
        if not self.publishes:
            return "no build runs this; harness gate --publish and harness verify --publish do so"
        if not self.build.version:
            return "no commit says which version it is of; --provider-version names one"
        if not (self.build.is_ci or self.build.is_clean):
            return "the files are not as committed, so the commit does not say which version it is"
        return ""

    def _cleaned(self, result: PactResult) -> PactResult:
        interactions = tuple(
            replace(
                one,
                mismatches=tuple((where, self.clean(said)) for where, said in one.mismatches),
                error=self.clean(one.error),
            )
            for one in result.interactions
        )
        return replace(result, interactions=interactions)


def _reasons(found: Deployability) -> tuple[str, ...]:
    said = tuple(one.text for one in found.notices if one.text)
    lacking = tuple(f"no version of {name} is known to run there" for name in found.absent)
    return (*said, *lacking)
