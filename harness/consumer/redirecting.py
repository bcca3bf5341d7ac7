"""Puts a stand-in of ours where pact-python would start its mock, so that replies can be varied."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import Any, Final

from harness.consumer.declaration import Declaration
from harness.consumer.exchanged import Exchanged
from harness.consumer.mocking import pact_of
from harness.documents.pacts import read_pact
from harness.domain.pact import Interaction, InteractionKind
from harness.domain.possible import PossibleReply
from harness.standin import (
    Answers,
    Crew,
    Received,
    Reply,
    StandIn,
    answers_from,
    given_message,
)

_PATIENCE_S: Final = 1.0

Instead = Callable[[str, Received, Reply], Reply]
Answered = Callable[[str, str], PossibleReply | None]
Handed = Callable[[str, Sequence[str]], Sequence[tuple[int, PossibleReply | None]]]


@dataclass(frozen=True, slots=True)
class _Handle:
    """What pact-python's server asks of the handle of its mock."""

    port: int


@dataclass(slots=True)
class Redirection:
    """
    Replaces starting and stopping of pact-python's mock servers while it is installed.

    Shape: works on what `Pact.serve` gives, as a context manager, on a fixed port or started by
    hand and never stopped; another transport than HTTP is left alone. `text_of` gives a pact as it
    would be written; `instead` may change what is answered in a provider's place, and `handed`
    gives which of a pact's messages a handler is handed, and what instead, by producer and the keys
    of their interactions; `answered` gives what a plain test reads instead of the reply of one.
    """

    text_of: Callable[[object], str]
    instead: Instead
    handed: Handed
    answered: Answered
    _crew: Crew = field(default_factory=Crew)
    _declared: dict[tuple[int, ...], Any] = field(default_factory=dict)
    _texts: dict[int, str] = field(default_factory=dict)
    _opened: dict[int, StandIn] = field(default_factory=dict)
    _strays: list[str] = field(default_factory=list)
    _known: dict[tuple[str, str], Answers] = field(default_factory=dict)
    _told: dict[str, tuple[Interaction, ...]] = field(default_factory=dict)
    _replaced: list[tuple[object, str, object]] = field(default_factory=list)

    def install(self) -> None:
        """Stand in from now on."""
        module = import_module("pact.pact")
        serve, server = module.Pact.serve, module.PactServer
        enter, leave = server.__enter__, server.__exit__

        def served(pact: Any, *args: Any, **named: Any) -> Any:
            made = serve(pact, *args, **named)
            made.contract_harness_pact = pact
            return made

        def entered(made: Any) -> Any:
            pact = getattr(made, "contract_harness_pact", None)
            if pact is None or str(made.transport).lower() != "http":
                return enter(made)
            made._handle = _Handle(self._open(made, pact))
            return made

        def left(made: Any, *error: Any) -> None:
            if id(made) not in self._opened:
                leave(made, *error)
                return
            self._close(id(made))
            made._handle = None

        write_file = server.write_file

        def written(made: Any, *args: Any, **named: Any) -> None:
            # What the mock would write is not asked for, and a stand-in has no pact of its own.
            if id(made) not in self._opened:
                write_file(made, *args, **named)

        self._replace(module.Pact, "serve", served)
        self._hand_out(module.Pact)
        self._replace(server, "write_file", written)
        self._replace(server, "__enter__", entered)
        self._replace(server, "__exit__", left)
        # Whether the client did as declared is for its contract test to tell, and not for this.
        self._replace(server, "matched", property(lambda made: True))
        self._replace(server, "mismatches", property(lambda made: []))
        self._replace(server, "logs", property(lambda made: None))
        noting = import_module("pact.logging")
        if hasattr(noting, "set_test_run_id"):
            # For each test pact-python tells its library twice whose mocks are at work: no mock is.
            self._replace(noting, "set_test_run_id", lambda name: None)

    def _hand_out(self, owner: Any) -> None:
        """Hand other messages to what goes through those of a pact."""
        verify, interactions = owner.verify, owner.interactions

        def verified(pact: Any, handler: Any, kind: str, **named: Any) -> Any:
            if str(kind) not in ("Async", "Sync"):
                return verify(pact, handler, kind, **named)
            held = self._messages(pact) if str(kind) == "Async" else self._requests(pact)
            for body, metadata in held:
                handler(body, metadata)
            return [] if named.get("raises") is False else None

        def iterated(pact: Any, kind: str = "HTTP") -> Any:
            found = interactions(pact, kind)
            return self._exchanges(pact, found) if str(kind) == "Sync" else found

        self._replace(owner, "verify", verified)
        self._replace(owner, "interactions", iterated)

    def uninstall(self) -> None:
        """Give pact-python back as it was, and stop what still stands."""
        for owner, name, original in reversed(self._replaced):
            setattr(owner, name, original)
        self._replaced.clear()
        for key in tuple(self._opened):
            self._close(key)
        self._crew.dismiss(_PATIENCE_S)

    def pact_of(self, declarations: Sequence[Declaration]) -> Any:
        """
        The pact of declarations, made once: no test ever holds it, so that none can change it.

        Raises: DeclarationUnsound.
        """
        key = tuple(map(id, declarations))
        if key not in self._declared:
            self._declared[key] = made = pact_of(declarations)
            self._texts[id(made)] = self.text_of(made)
        return self._declared[key]

    def strays(self) -> list[str]:
        """The requests since the last time that no contract of the test answers."""
        found = self._strays + [
            one.request for opened in self._opened.values() for one in opened.forget_unmatched()
        ]
        self._strays = []
        return found

    def _open(self, made: Any, pact: Any) -> int:
        provider, port = str(pact.provider), made._port
        # A test that failed may still hold a server that it never stopped.
        for key in [key for key, one in self._opened.items() if port and one.port == port]:
            self._close(key)
        opened = StandIn(
            self._answers(provider, self._texts.get(id(pact)) or self.text_of(pact)),
            instead=lambda received, reply: self.instead(provider, received, reply),
            port=port,
            crew=self._crew,
        )
        opened.__enter__()
        self._opened[id(made)] = opened
        # As pact-python's own, it ends with the last that holds it.
        weakref.finalize(made, self._close, id(made)).atexit = False
        return opened.port

    def _messages(self, pact: Any) -> Iterator[tuple[str | bytes | None, dict[str, object]]]:
        """What pact-python would hand to a handler, each message or what is put in its place."""
        found = self._told_by(pact, InteractionKind.ASYNC)
        for at, instead in self.handed(str(pact.provider), [one.key for one in found]):
            yield given_message(found[at].messages[0], instead)

    def _requests(self, pact: Any) -> Iterator[tuple[str | bytes | None, dict[str, object]]]:
        """The requests that pact-python would hand to a handler; a consumer's own, they stay."""
        for one in self._told_by(pact, InteractionKind.SYNC):
            yield given_message(one.messages[0], None)

    def _exchanges(self, pact: Any, found: Iterator[Any]) -> Iterator[Exchanged]:
        """What pact-python tells of requests in messages, with replies that may be others."""
        known = {one.description: one for one in self._told_by(pact, InteractionKind.SYNC)}
        for one in found:
            told = known[one.description]
            instead = partial(self.answered, str(pact.provider), told.key)
            yield Exchanged(one, told, instead)

    def _told_by(self, pact: Any, kind: InteractionKind) -> tuple[Interaction, ...]:
        text = self.text_of(pact)
        if text not in self._told:
            self._told[text] = read_pact(text, "the pact of the test").interactions
        return tuple(one for one in self._told[text] if one.kind is kind and one.messages)

    def note_stray(self, request: str) -> None:
        """Take in a request in a message that no contract of the test answers."""
        self._strays.append(request)

    def _answers(self, provider: str, text: str) -> Answers:
        """What a pact answers; a test that runs again makes the same one."""
        if (provider, text) not in self._known:
            contract = read_pact(text, "the pact of the test")
            self._known[provider, text] = answers_from(provider, [contract])
        return self._known[provider, text]

    def _close(self, key: int) -> None:
        opened = self._opened.pop(key, None)
        if opened is None:
            return
        self._strays += [one.request for one in opened.forget_unmatched()]
        opened.__exit__()

    def _replace(self, owner: object, name: str, new: object) -> None:
        self._replaced.append((owner, name, vars(owner)[name]))
        setattr(owner, name, new)
