"""Name the members of a suite that no table describes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from harness.domain.config import Config
from harness.domain.errors import Misused
from harness.domain.evidence import Observed, PactGathered


def named_by_pacts(config: Config, observed: Iterable[Observed]) -> Config:
    """
    Call the one member by the names of the consumers in the pacts that its tests gave.

    Shape: as many members as there are consumers, all with the same tests; the one that there is,
    where no test gave a pact. Providers that have no document are known by their names.
    Raises: Misused for a document of a provider that no contract is with.
    """
    pacts = [one for seen in observed for one in seen.evidence if isinstance(one, PactGathered)]
    providers = tuple(dict.fromkeys(one.provider for one in pacts))
    strangers = [one.name for one in config.externals if one.name not in providers]
    if pacts and strangers:
        raise Misused(
            f"no contract of these tests is with {', '.join(strangers)}; seen contracts with "
            f"{', '.join(providers)}",
            hint="--document takes the name that the tests give the provider",
        )
    (member,) = config.services
    consumers = dict.fromkeys(one.consumer for one in pacts) or {member.name: None}
    return replace(config, services=tuple(replace(member, name=name) for name in consumers))
