"""
Which broker is asked, and the way to it and to documents at other addresses.

The broker of the house is asked in this process, without a server and a socket: here alone its
client and its server meet.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from harness.broker.client import BrokerClient, opened
from harness.broker.client.everything import Everything
from harness.broker.http import (
    USUAL_PATIENCE,
    Credentials,
    HttpAsking,
    Patience,
    Untrusted,
    patience_of,
)
from harness.broker.semantics.portable import Earlier, Release, Result, Taken
from harness.broker.wire import Reply, Request
from harness.domain.config import EMBEDDED, Config
from harness.domain.errors import BrokerFailed, Misused

if TYPE_CHECKING:  # the server takes half a second, and a broker elsewhere needs none of it
    from harness.broker.server.application import Application
    from harness.broker.store.taking import Part, Taking

ADDRESS: Final = "PACT_BROKER_BASE_URL"
# The first that is set counts: what is meant for a broker alone, then what OpenSSL reads.
_AUTHORITIES: Final = ("PACT_BROKER_CA", "SSL_CERT_FILE", "SSL_CERT_DIR")
_DOCUMENT: Final = "application/json, */*;q=0.5"
_NO_DOCUMENT: Final = "name the address of the document itself, such as /openapi.json"
_NOT_SHOWN: Final = (
    "it asks for credentials, and no address is shown any: name one that is open, a file, git+…, "
    'or "broker"'
)
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_RETRIES: Final = "PACT_BROKER_HTTP_RETRIES"
# What the extra [broker] brings, by the names under which it is imported.
_PACKAGES: Final = ("alembic", "argon2", "sqlalchemy", "uvicorn")
UNTOLD: Final = (
    "superseded revisions of a pact",
    "superseded results of a version",
    "which results were for work in progress",
    "secrets of webhooks and what became of them",
    "users, tokens and the log of who did what",
)
"""What no broker tells to another one."""

_BASE: Final = "embedded://broker"


def place_of(given: str, config: Config | None, outside: Mapping[str, str]) -> str:
    """
    The broker that is meant: the one given, else the environment's, else the workspace's.

    Shape: `embedded`, an address, or empty where nothing names one.
    """
    return given or outside.get(ADDRESS, "") or (config.broker if config else "")


@contextmanager
def broker_at(place: str, kept: Path, outside: Mapping[str, str]) -> Iterator[BrokerClient]:
    """
    A client of a broker: of the one at an address, or of the one whose file lies in `kept`.

    Raises: Misused, for what is no address, or where packages of the broker are not installed.
    """
    if place == EMBEDDED:
        with _embedded(kept / "broker.db", outside) as client:
            yield client
        return
    if not place:
        raise _nowhere()
    shown, patience = _credentials(outside), _patience(outside)
    with opened(place, shown, patience, _authority(outside)) as client:
        yield client


def document_at(address: str, outside: Mapping[str, str]) -> bytes:
    """
    The bytes that lie at an address, which is shown no credentials.

    Shape: trusted is what is meant for a broker as well as what is trusted elsewhere, since the
    document may lie beside the broker or in public.
    Raises: BrokerFailed, where there is no document; Misused, for what is no address.
    """
    asked, patience = Request("GET", address, accept=_DOCUMENT), _patience(outside)
    for authority in (places := _trusted(outside)):
        alone = HttpAsking(Credentials(), patience, authority=authority, direct=_LOOPBACK)
        with closing(alone) as asking:
            try:
                reply = asking.ask(asked)
            except Untrusted:
                if authority == places[-1]:
                    raise
                continue
        if 200 <= reply.status < 300:
            return reply.body
        said = f"{address}: expected a document, saw the answer {reply.status}"
        raise BrokerFailed(said, hint=_NOT_SHOWN if reply.status in (401, 403) else _NO_DOCUMENT)
    raise AssertionError("somebody is always trusted")


def _trusted(outside: Mapping[str, str]) -> tuple[str, ...]:
    """Whom to trust, one after the other; empty stands for those that `requests` finds."""
    own, *others = _AUTHORITIES
    named = tuple(one for one in (_named((own,), outside), _named(others, outside)) if one)
    if any(outside.get(one) for one in others):
        return named
    system = ssl.get_default_verify_paths()
    installed = system.cafile or system.capath
    return (*named, "", *((installed,) if installed else ()))


def pulled(url: str, database: str, outside: Mapping[str, str]) -> Taken:
    """
    Take over what a broker elsewhere holds into a database, in the order in which it was made.

    Shape: a pacticipant with its versions and pacts is a transaction; who stops in between can
    begin again.
    Raises: BrokerFailed, where the broker gives no answer; Misused, for what is no address.
    """
    need_packages()
    from harness.broker.server.moments import moment, utc_now
    from harness.broker.server.serving import migrated
    from harness.broker.store import taking

    shown, patience, authority = _credentials(outside), _patience(outside), _authority(outside)
    taken = Taken()
    with opened(url, shown, patience, authority) as client, migrated(database) as store:
        for part in _parts(Everything(client)):
            command = f"pull {client.url}"
            taken.add(taking.done(store, part, moment(utc_now()), command))
    return taken


def _parts(there: Everything) -> Iterator[Part]:
    """What is put in, a transaction each: what refers goes after what it refers to."""
    from harness.broker.store.taking import Part

    owners, pairs = list(there.owners()), dict[tuple[str, str], None]()
    earlier: dict[str, list[tuple[str, Earlier]]] = {}
    yield Part("", lambda into: into.owners(owners))
    for owner in owners:
        released = list(there.releases(owner.name))
        pairs |= {(owner.name, pact.provider): None for each in released for pact in each.pacts}
        earlier[owner.name] = [(each.number, one) for each in released for one in each.earlier]
        yield Part(owner.name, partial(_released, owner.name, released))
    for pair in pairs:
        yield Part(pair[1], partial(_said, list(there.results(*pair))))
    places, hooks = list(there.places()), list(there.hooks())
    yield Part("", lambda into: into.places(places))
    for name, found in earlier.items():
        yield Part(name, partial(_earlier, name, found))
    yield Part("", lambda into: into.hooks(hooks))


def _released(owner: str, released: Sequence[Release], into: Taking) -> None:
    into.releases(owner, released)


def _earlier(owner: str, found: Sequence[tuple[str, Earlier]], into: Taking) -> None:
    into.earlier(owner, found)


def _said(said: Sequence[Result], into: Taking) -> None:
    into.results(said)


def need_packages() -> None:
    """
    See that what the broker of the house is made of is installed.

    Raises: Misused, naming what is not.
    """
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        said = f"the broker needs packages that are not installed here ({', '.join(missing)})"
        raise Misused(said, hint='pip install "contract-harness[broker]"')


class EmbeddedAsking:
    """A way to a broker in this process."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def ask(self, request: Request) -> Reply:
        """Ask; nothing stands between that could fail for a while."""
        from harness.broker.server.asking import Asked

        parts = urlsplit(request.url)
        headers = {"accept": request.accept, "content-type": request.kind}
        asked = Asked(request.method, parts.path, parts.query, headers, request.body, _BASE)
        answer = self._application.answer(asked)
        return Reply(answer.status, answer.body)


@contextmanager
def _embedded(file: Path, outside: Mapping[str, str]) -> Iterator[BrokerClient]:
    need_packages()
    from harness.broker.server.serving import broker

    with (
        broker(f"sqlite:///{file}") as application,
        closing(HttpAsking(Credentials(), authority=_authority(outside))) as bare,
    ):
        yield BrokerClient(_BASE, EmbeddedAsking(application), bare)


def _credentials(outside: Mapping[str, str]) -> Credentials:
    return Credentials(
        token=outside.get("PACT_BROKER_TOKEN", ""),
        username=outside.get("PACT_BROKER_USERNAME", ""),
        password=outside.get("PACT_BROKER_PASSWORD", ""),
    )


def _authority(outside: Mapping[str, str]) -> str:
    """
    The file or directory of the authorities to trust, empty where nothing names one.

    Raises: Misused, where it is not there.
    """
    return _named(_AUTHORITIES, outside)


def _named(names: Sequence[str], outside: Mapping[str, str]) -> str:
    name = next((each for each in names if outside.get(each)), "")
    if name and not Path(outside[name]).exists():
        raise Misused(f"{name}: expected a file of certificates, saw none at {outside[name]}")
    return outside[name] if name else ""


def _patience(outside: Mapping[str, str]) -> Patience:
    """
    The usual patience, or as many further tries as the environment names.

    Raises: Misused, for what is no number.
    """
    written = outside.get(_RETRIES, "")
    if not written:
        return USUAL_PATIENCE
    if not (written.isascii() and written.isdigit() and len(written) < 3):
        raise Misused(f"{_RETRIES}: expected a number of further tries, saw {written!r}")
    return patience_of(int(written))


def _nowhere() -> Misused:
    return Misused(
        "expected a broker, saw none: neither --broker nor PACT_BROKER_BASE_URL nor the workspace "
        "names one",
        hint='--broker https://broker.example, or broker = "embedded" in the workspace for one in '
        "a file of your own",
    )
