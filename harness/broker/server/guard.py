"""Who asks: nobody is asked where there are no accounts, and everybody else."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from harness.broker.semantics.scopes import ANYBODY, STRANGER, Caller, Door
from harness.broker.server.answers import Answer, Refused, error
from harness.broker.server.asking import Asked
from harness.broker.server.hashing import AT_ONCE, Busy, Secrets
from harness.broker.server.needs import Needs
from harness.broker.store import accounts
from harness.broker.store.accounts import TOKEN, USER
from harness.broker.store.database import Store

TOKEN_PREFIX: Final = "hbt"
"""What a token begins with, so that those who search for lost secrets find it."""

_CHALLENGE: Final = 'Basic realm="Pact Broker", charset="UTF-8", Bearer realm="Pact Broker"'
_LOOK_AGAIN_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody shows: the kind of account, what finds it, and the secret."""

    kind: str
    handle: str
    secret: str


class Guard:
    """
    Asks who somebody is, and whether that is enough.

    Shape: a broker that has or had an account asks everybody, from a second after the first was
    made, and one without a store nobody; `opened` are the doors through which nobody is asked. An
    account is looked up for each request, so that one that is revoked is refused at once, by every
    process.
    """

    def __init__(
        self,
        store: Store | None,
        opened: frozenset[Door] = frozenset(),
        clock: Callable[[], float] = time.monotonic,
        at_once: int = AT_ONCE,
    ) -> None:
        self._store = store
        self._opened = opened
        self._clock = clock
        self._secrets = Secrets(clock, at_once)
        self._is_asking = False
        self._look_again = float("-inf")

    @property
    def is_asking(self) -> bool:
        """Whether it was seen that everybody is asked."""
        return self._is_asking

    @property
    def doors(self) -> frozenset[Door]:
        """The doors at which it was seen that everybody is asked; none where nobody is."""
        return frozenset(Door) - self._opened if self._is_asking else frozenset()

    def caller(self, asked: Asked, needs: Needs) -> Caller:
        """
        Who asks.

        Raises: Refused, where that is not known and must be.
        """
        if self._store is None or not self._asks(self._store):
            if asked.is_called_so:
                return ANYBODY
            raise Refused(error("this broker is not called so; see --base-url", 421))
        if needs.door in self._opened:
            return STRANGER
        header = asked.headers.get("authorization", "")
        if not header:
            raise _unknown("this broker wants to know who asks: a token, or a name and a password")
        shown = read(header)
        if shown is None:
            said = "the header Authorization holds neither a token of this broker nor a name with"
            raise _unknown(f"{said} a password")
        try:
            return self._known(self._store, shown)
        except Busy:
            said = "too many who are not known yet ask at once; ask again in a second"
            raise Refused(_with(error(said, 503), "retry-after", "1")) from None

    def admitted(self, asked: Asked, needs: Needs) -> Caller:
        """
        Who asks, where what they may do is enough.

        Raises: Refused.
        """
        caller = self.caller(asked, needs)
        if said := caller.lacks(needs.scopes):
            raise Refused(error(said, 403))
        return caller

    def _known(self, store: Store, shown: Shown) -> Caller:
        with store.reading() as db:
            found = accounts.find(db, shown.kind, shown.handle)
        if found is None:
            # A user's name can be guessed, and must not be told by the time that it takes.
            if shown.kind == USER:
                self._secrets.spend(shown.secret)
        elif self._secrets.is_right(found.id, found.hash, shown.secret):
            return found.caller
        said = "the token" if shown.kind == TOKEN else "the name or the password"
        raise _unknown(f"{said} is not known, or was revoked")

    def _asks(self, store: Store) -> bool:
        if not self._is_asking and self._clock() >= self._look_again:
            with store.reading() as db:
                self._is_asking = accounts.is_any(db)
            self._look_again = self._clock() + _LOOK_AGAIN_S
        return self._is_asking


def read(header: str) -> Shown | None:
    """What a header shows, none where it cannot be read."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return _token(value.strip())
    if scheme.lower() == "basic":
        return _user(value.strip())
    return None


def _token(value: str) -> Shown | None:
    prefix, _, rest = value.partition("_")
    key, _, secret = rest.partition("_")
    return Shown(TOKEN, key, secret) if prefix == TOKEN_PREFIX and key.isalnum() else None


def _user(value: str) -> Shown | None:
    try:
        text = base64.b64decode(value, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    name, colon, password = text.partition(":")
    return Shown(USER, name, password) if colon and name and "\0" not in name else None


def _unknown(said: str) -> Refused:
    return Refused(_with(error(said, 401), "www-authenticate", _CHALLENGE))


def _with(answer: Answer, name: str, value: str) -> Answer:
    return Answer(answer.status, answer.body, {**answer.headers, name: value})
