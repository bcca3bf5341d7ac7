"""The mocks of one test: started when it asks for its provider, judged when its body has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from harness.consumer.bodies import DeclarationUnsound
from harness.consumer.declaration import Declaration
from harness.consumer.face import MockProvider
from harness.consumer.mocking import Mock, pact_of
from harness.consumer.unmet import Unmet

if TYPE_CHECKING:
    from pact import Pact

_HINT = "hint: call the client with base URL `provider.url`, and declare what it sends"


PactOf = Callable[[Sequence[Declaration]], "Pact"]


@dataclass(slots=True)
class RunningMocks:
    """Mocks by provider, and what their clients did otherwise than declared."""

    declarations: tuple[Declaration, ...]
    pact_of: PactOf = pact_of
    mocks: dict[str, Mock] = field(default_factory=dict)
    providers: dict[str, MockProvider] = field(default_factory=dict)

    def start(self) -> Mapping[str, MockProvider]:
        """Serve every provider that the test declares; once."""
        if not self.providers:
            for name, declared in self._by_provider():
                self._start(name, declared)
        return self.providers

    def stop(self) -> list[Unmet]:
        """Stop them all; what was not as declared."""
        return [unmet for mock in self.mocks.values() for unmet in mock.stop()]

    def _by_provider(self) -> Iterator[tuple[str, list[Declaration]]]:
        consumers = {each.consumer for each in self.declarations}
        if len(consumers) > 1:
            pytest.fail(
                f"expected one consumer in a test, seen {', '.join(sorted(consumers))}",
                pytrace=False,
            )
        for name in dict.fromkeys(each.provider for each in self.declarations):
            yield name, [each for each in self.declarations if each.provider == name]

    def _start(self, name: str, declared: list[Declaration]) -> None:
        try:
            mock = Mock(declared, self.pact_of(declared))
        except DeclarationUnsound as error:
            pytest.fail(str(error), pytrace=False)
        self.mocks[name] = mock
        self.providers[name] = MockProvider(name, mock.start())


def verdict_of(item: pytest.Item, running: RunningMocks, unmet: list[Unmet]) -> str:
    """The sentence for a test that passed though its client did not do as declared; or none."""
    if running.declarations and not running.mocks:
        return (
            f"{item.name} declares an interaction and never asks for its provider: expected a "
            "parameter `provider`, seen none\n"
            "hint: def test_...(provider: MockProvider), and give the client `provider.url`"
        )
    sentences = [each.sentence for each in unmet]
    return "\n".join([*sentences, _HINT]) if sentences else ""


def only_one(providers: Mapping[str, MockProvider]) -> MockProvider:
    """The provider of a test that declares interactions with one."""
    if len(providers) != 1:
        pytest.fail(
            f"expected interactions with one provider, seen {', '.join(providers) or 'none'}\n"
            "hint: declare with @pair.expects(...); with several providers, take `providers` and "
            "ask for each by its name",
            pytrace=False,
        )
    return next(iter(providers.values()))
