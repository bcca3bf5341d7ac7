"""
A module in the place of `ibmmq`, whose library of the vendor is on no registry.

It has the names, the constants and the units of work that the transport uses, by the documentation
and by the package's own signatures. What passes against it has not been shown of IBM MQ.
"""

from __future__ import annotations

import itertools
import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field
from types import SimpleNamespace

CMQC = SimpleNamespace(
    MQGMO_WAIT=0x1,
    MQGMO_SYNCPOINT=0x2,
    MQGMO_FAIL_IF_QUIESCING=0x2000,
    MQFMT_NONE=b"        ",
    MQFMT_STRING=b"MQSTR   ",
    MQPER_PERSISTENT=1,
    MQPMO_SYNCPOINT=0x2,
    MQPMO_NO_SYNCPOINT=0x4,
    MQPMO_NEW_MSG_ID=0x40,
    MQPMO_FAIL_IF_QUIESCING=0x2000,
    MQRC_CONNECTION_BROKEN=2009,
    MQRC_NO_MSG_AVAILABLE=2033,
    MQRC_NOT_AUTHORIZED=2035,
    MQRC_Q_MGR_NAME_ERROR=2058,
    MQRC_Q_MGR_NOT_AVAILABLE=2059,
    MQRC_UNKNOWN_OBJECT_NAME=2085,
    MQRC_CHANNEL_NOT_AVAILABLE=2537,
    MQRC_HOST_NOT_AVAILABLE=2538,
    MQRC_UNKNOWN_CHANNEL_NAME=2540,
    MQIA_COMMAND_LEVEL=31,
    MQOO_INPUT_SHARED=0x2,
    MQOO_OUTPUT=0x10,
    MQOO_FAIL_IF_QUIESCING=0x2000,
)
HERE = "127.0.0.1(1414)"

defined: set[str] = set()
_held: dict[str, deque[_Put]] = defaultdict(deque)
_changed = threading.Condition()
_numbers = itertools.count(1)


class MQMIError(Exception):
    """A reason of the queue manager."""

    def __init__(self, reason: int) -> None:
        super().__init__(f"MQI Error. Comp 2, Reason {reason}")
        self.comp, self.reason = 2, reason


class PYIFError(Exception):
    """A misuse of the module."""


@dataclass
class MD:
    """What goes with a message."""

    MsgId: bytes = bytes(24)
    CorrelId: bytes = bytes(24)
    Format: bytes = CMQC.MQFMT_NONE
    Persistence: int = 2
    CodedCharSetId: int = 0
    BackoutCount: int = 0


@dataclass
class GMO:
    """How to get."""

    Options: int = 0
    WaitInterval: int = 0


@dataclass
class PMO:
    """How to put."""

    Options: int = 0


@dataclass
class _Put:
    payload: bytes
    correlation: bytes
    identity: bytes
    backouts: int = 0


@dataclass
class QueueManager:
    """A connection, with what its unit of work has got and put."""

    got: list[tuple[str, _Put]] = field(default_factory=list)
    put: list[tuple[str, _Put]] = field(default_factory=list)

    def inquire(self, selector: int) -> int:
        """The command level."""
        assert selector == CMQC.MQIA_COMMAND_LEVEL
        return 0

    def commit(self) -> None:
        """What was got is gone, and what was put is there."""
        with _changed:
            for name, one in self.put:
                _held[name].append(one)
            self.got, self.put = [], []
            _changed.notify_all()

    def backout(self) -> None:
        """What was got is back, counted, and what was put is not."""
        with _changed:
            for name, one in reversed(self.got):
                one.backouts += 1
                _held[name].appendleft(one)
            self.got, self.put = [], []
            _changed.notify_all()

    def disconnect(self) -> None:
        """An orderly end commits."""
        self.commit()


class Queue:
    """An open queue."""

    def __init__(self, manager: QueueManager, name: str, options: int) -> None:
        if name not in defined:
            raise MQMIError(CMQC.MQRC_UNKNOWN_OBJECT_NAME)
        self._manager, self._name, self._options = manager, name, options

    def put(self, payload: bytes, described: MD, how: PMO) -> None:
        """Put at once, or with the unit of work."""
        assert self._options & CMQC.MQOO_OUTPUT
        assert how.Options & CMQC.MQPMO_NEW_MSG_ID
        one = _Put(payload, described.CorrelId, next(_numbers).to_bytes(24, "big"))
        if how.Options & CMQC.MQPMO_SYNCPOINT:
            self._manager.put.append((self._name, one))
            return
        with _changed:
            _held[self._name].append(one)
            _changed.notify_all()

    def get(self, length: int | None, described: MD, how: GMO) -> bytes:
        """Get with the unit of work, waiting."""
        assert length is None
        assert self._options & CMQC.MQOO_INPUT_SHARED
        assert how.Options & CMQC.MQGMO_SYNCPOINT
        with _changed:
            _changed.wait_for(lambda: bool(_held[self._name]), how.WaitInterval / 1000)
            if not _held[self._name]:
                raise MQMIError(CMQC.MQRC_NO_MSG_AVAILABLE)
            one = _held[self._name].popleft()
        self._manager.got.append((self._name, one))
        described.MsgId, described.CorrelId = one.identity, one.correlation
        described.BackoutCount = one.backouts
        return one.payload

    def close(self) -> None:
        """Nothing is held by it."""


def connect(
    name: str, channel: str, where: str, *, user: str | None = None, password: str | None = None
) -> QueueManager:
    """Connect to the one queue manager that there is."""
    if where != HERE or name != "QM1":
        raise MQMIError(CMQC.MQRC_HOST_NOT_AVAILABLE)
    if (user, password) != ("app", "secret"):
        raise MQMIError(CMQC.MQRC_NOT_AUTHORIZED)
    return QueueManager()
