"""What a service finds in its environment and on its command line."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from harness.domain.errors import Misused, ServiceNotStarted
from harness.domain.service import EnvValue, Service, speaks_of_broker
from harness.services.processes import LOOPBACK, TAG_VARIABLE

# Of the harness's own interpreter and broker: a service must not see either.
WITHHELD = frozenset(
    {
        "PYTHONPATH",
        "PYTHONHOME",
        "PYTHONSTARTUP",
        "VIRTUAL_ENV",
        "__PYVENV_LAUNCHER__",
        "PACT_BROKER_TOKEN",
        "PACT_BROKER_USERNAME",
        "PACT_BROKER_PASSWORD",
    }
)
# Behind a proxy all calls look alike: whom they are for is seen where they are made directly.
PROXIES = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"})
MASK = "***"
SHORTEST_SECRET = 3
_PLACEHOLDERS = re.compile(r"\{(python|tmp|host|port|broker|namespace)\}")
SHORTEST_COOKIE = 6  # `on` and `true` are values of cookies too


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where one instance of a service runs: what the placeholders of its table stand for.

    Shape: `broker` is None where no message broker is there, and empty where its clients know it.
    """

    python: str
    tmp: Path
    port: int
    broker: str | None = None
    namespace: str = ""

    def fill(self, text: str) -> str:
        """Replace the names of what stands here; other braces are left as they are."""
        values = {
            "{python}": self.python,
            "{tmp}": str(self.tmp),
            "{host}": LOOPBACK,
            "{port}": str(self.port),
            "{broker}": self.broker or "",
            "{namespace}": self.namespace,
        }
        return _PLACEHOLDERS.sub(lambda found: values[found.group()], text)

    def can_fill(self, text: str) -> bool:
        """Whether there is a broker, where a text speaks of one, and an address where of that."""
        if "{broker}" in text:
            return bool(self.broker)
        return self.broker is not None or not speaks_of_broker(text)


def interpreter_of(service: Service) -> str:
    """The service's interpreter, which may be named by its virtual environment."""
    if service.python is None:
        return sys.executable
    if service.python.is_dir():
        return str(service.python / "bin" / "python")
    return str(service.python)


def check_needs(service: Service, outside: Mapping[str, str]) -> None:
    """
    See that what a service needs from outside is there.

    Raises: ServiceNotStarted naming the absent address; Misused naming the absent secret.
    """
    for need in service.requires:
        variable = _variable_of(need)
        if not outside.get(variable):
            raise ServiceNotStarted(
                f"service {service.name!r} requires {need}: expected its address in {variable},"
                " which is not set",
                hint=f"set {variable}, or run this service where {need} is to be had",
            )
    for name, value in service.env.items():
        if value.secret_from is not None and value.secret_from not in outside:
            raise Misused(
                f"service {service.name!r} takes {name} from {value.secret_from}, which is not set",
                hint=f"export {value.secret_from} in the environment of the harness",
            )


def reachable_hosts(service: Service, env: Mapping[str, str]) -> tuple[str, ...]:
    """
    The hosts that a service's table accounts for.

    Shape: `env` is the environment of an instance; those in the values of the table's own `env`, of
    the addresses that it requires, and of the providers that it consumes.
    """
    names = (*service.env, *map(_variable_of, service.requires))
    names = (*names, *(need.env for need in service.consumes))
    found = (host for name in names for host in hosts_in(env.get(name, "")))
    return tuple(dict.fromkeys(found))


def hosts_in(text: str) -> Iterator[str]:
    """
    The hosts in a text, however it names them: URLs, several of them, `host:port`, `host=…`.

    What is no host but looks like one does no harm: nobody calls it.
    """
    for part in re.split(r"[\s,;\"'|]+", text):
        for authority in part.split("://")[1:] or [part.rpartition("=")[2]]:
            place = re.split(r"[/?#]", authority, maxsplit=1)[0].rpartition("@")[2]
            if place.startswith("["):
                host = place[1:].partition("]")[0]
            else:  # with more than one colon it is an address of IPv6 without brackets
                host = place if place.count(":") > 1 else place.partition(":")[0]
            if host:
                yield host


def _variable_of(need: str) -> str:
    """The variable that holds the address of something that is required."""
    return re.sub(r"\W", "_", need).upper() + "_URL"


def environment_of(
    service: Service,
    place: Place,
    tag: Path,
    consumed: Mapping[str, str],
    extra: Mapping[str, str],
    outside: Mapping[str, str],
    withheld: AbstractSet[str] = frozenset(),
) -> dict[str, str]:
    """
    Everything that one instance of a service finds in its environment.

    Shape: `withheld` are names, in capitals, that it gets from its own table alone.
    """
    env = {
        name: value
        for name, value in outside.items()
        if name not in WITHHELD and name.upper() not in withheld
    }
    env["TMPDIR"] = str(place.tmp)
    # What `prepare` and `command` run imports the service as its host does.
    env["PYTHONPATH"] = str(service.root or service.directory)
    for name, value in service.env.items():
        if place.can_fill(value.text):
            env[name] = _text_of(value, place, outside)
        else:  # an address from the surroundings would be somebody else's broker
            env.pop(name, None)
    env.update(consumed)
    env.update({name: place.fill(text) for name, text in extra.items()})
    env[TAG_VARIABLE] = str(tag)
    return env


def _text_of(value: EnvValue, place: Place, outside: Mapping[str, str]) -> str:
    if value.secret_from is not None:
        return outside[value.secret_from]
    return place.fill(value.text)


def consumed_by(service: Service, addresses: Mapping[str, str], nowhere: str) -> dict[str, str]:
    """
    The variables that tell a service where its providers are.

    A provider that nobody put in place is an address that refuses: a default in the service's own
    code could lead to the real one.
    """
    return {
        need.env: addresses.get(need.provider, nowhere) + need.suffix for need in service.consumes
    }


def secrets_of(service: Service, outside: Mapping[str, str] = os.environ) -> frozenset[str]:
    """The values that must not be seen in any text that leaves the harness."""
    named = (value.secret_from for value in service.env.values())
    found = (outside.get(name, "") for name in named if name is not None)
    return frozenset(secret for secret in found if len(secret) >= SHORTEST_SECRET)


def credential_secrets(credentials: Mapping[str, Mapping[str, str]]) -> frozenset[str]:
    """
    The values that must not be seen of headers that let a request in.

    Shape: whole values, what follows a scheme's name, and the value of each cookie.
    """
    values = [value for headers in credentials.values() for value in headers.values()]
    found = {part for value in values for part in (value, value.rpartition(" ")[2])}
    found.update(
        pair.partition("=")[2].strip()
        for value in values
        for pair in value.split(";")
        if len(pair.partition("=")[2].strip()) >= SHORTEST_COOKIE
    )
    return frozenset(secret for secret in found if len(secret) > SHORTEST_SECRET)


def masked(text: str, secrets: frozenset[str]) -> str:
    """The text without the secrets; the longest first, since one may hold another."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text
