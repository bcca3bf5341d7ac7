"""Start a service, with the neighbours that it is to have."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from harness.domain.errors import ServiceNotStarted
from harness.domain.service import Service
from harness.services import processes
from harness.services.environment import check_needs
from harness.services.group import Group
from harness.services.instance import Hosted, Instance, Started
from harness.services.running import RunningService

NOTHING: Mapping[str, str] = MappingProxyType({})
NOBODY: Mapping[str, Service | str] = MappingProxyType({})


class Services:
    """Starts services below one run's directory; each call to `open` has instances of its own."""

    def __init__(
        self,
        run_dir: Path,
        *,
        grace_s: float = 1.0,
        outside: Mapping[str, str] | None = None,
    ) -> None:
        self._run_directory = run_dir
        self._grace_s = grace_s
        self._outside = os.environ if outside is None else outside

    def open(
        self,
        service: Service,
        *,
        neighbours: Mapping[str, Service | str] = NOBODY,
        extra_env: Mapping[str, str] = NOTHING,
        observed: bool = False,
        refusals: Path | None = None,
    ) -> RunningService:
        """
        Start a service and await its first answer.

        Shape: `neighbours` by provider name: a Service is started too, with its own neighbours from
        the same mapping; a text is the address of what stands in its place. A provider that is not
        in it gets an address that refuses. `extra_env` is for the service itself. Where there are
        `refusals`, a file, an application may call only what its table accounts for, and what else
        it calls is written there.

        Raises: ServiceNotStarted with the output's end, Misused where a secret is not set.
        """
        if not processes.can_start_services:
            raise ServiceNotStarted("services are started on Linux and macOS only")
        wanted = _reachable(service, neighbours)
        outside = dict(self._outside)
        for each in wanted.values():
            check_needs(each, outside)
        instances = {
            name: self._instance(each, extra_env, outside, observed=observed, refusals=refusals)
            if each is service
            else self._instance(each, NOTHING, outside)
            for name, each in wanted.items()
        }
        given = {name: to for name, to in neighbours.items() if isinstance(to, str)}
        group = Group(instances, given)
        group.start()
        return _running(service.name, instances, group)

    def _instance(
        self,
        service: Service,
        extra: Mapping[str, str],
        outside: Mapping[str, str],
        *,
        observed: bool = False,
        refusals: Path | None = None,
    ) -> Instance:
        if service.url is not None:
            return Instance(service, service.url.rstrip("/"), outside)
        # One that answers nothing is hosted for its messages alone.
        if service.app is not None or service.jobs or (service.messages and not service.command):
            return Hosted(
                service,
                self._run_directory,
                self._grace_s,
                extra,
                outside,
                observed=observed,
                refusals=refusals,
            )
        if service.command:
            return Started(service, self._run_directory, self._grace_s, extra, outside)
        raise ServiceNotStarted(
            f"service {service.name!r} runs nothing: expected `app`, `command`, `url`, `jobs` or"
            " `messages`"
        )


def _reachable(service: Service, neighbours: Mapping[str, Service | str]) -> dict[str, Service]:
    """The service and the real ones that it needs, directly or by way of another."""
    found = {service.name: service}
    waiting = [service]
    while waiting:
        for need in waiting.pop().consumes:
            provider = neighbours.get(need.provider)
            if isinstance(provider, Service) and need.provider not in found:
                found[need.provider] = provider
                waiting.append(provider)
    return found


def _running(name: str, instances: Mapping[str, Instance], group: Group) -> RunningService:
    neighbours: dict[str, RunningService] = {}
    own = RunningService(instances[name], group, neighbours)
    for other, instance in instances.items():
        if other != name:
            neighbours[other] = RunningService(instance, group, {name: own})
    return own
