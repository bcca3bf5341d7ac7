"""What can go wrong outside a check: what was expected, what was seen, and what to do."""

from __future__ import annotations


class HarnessError(Exception):
    """
    An error with a sentence for its reader.

    Shape: `message` tells what was expected, seen and where; `hint` what to do; `detail` is output
    kept from the outside (a log, a traceback).
    """

    def __init__(self, message: str, *, hint: str = "", detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross process borders whole."""
        return (_rebuild, (type(self), self.message, self.hint, self.detail))


def _rebuild(kind: type[HarnessError], message: str, hint: str, detail: str) -> HarnessError:
    return kind(message, hint=hint, detail=detail)


class Misused(HarnessError):
    """The configuration or the arguments are wrong: exit code 2."""


class ServiceNotStarted(HarnessError):
    """A service did not start, or never answered."""


class ServiceLost(HarnessError):
    """A service that had started does not answer any more."""


class StateFailed(HarnessError):
    """A provider state could not be set up; `detail` holds the traceback."""


class StateMissing(StateFailed):
    """A provider state has no handler."""


class MessageNotMade(HarnessError):
    """A service's own function made no message."""


class MessageUnnamed(MessageNotMade):
    """No function makes the message that was asked for."""


class DocumentUnreadable(HarnessError):
    """A text is not the document or the pact that it should be."""


class BrokerFailed(HarnessError):
    """A Pact Broker, or another address, could not be asked or gave no use of an answer."""


class MessagingFailed(HarnessError):
    """
    A message broker could not be used as it should.

    Shape: `kind` is the transport, `address` the broker's, without credentials.
    """

    def __init__(
        self, message: str, *, kind: str, address: str, hint: str = "", detail: str = ""
    ) -> None:
        super().__init__(message, hint=hint, detail=detail)
        self.kind = kind
        self.address = address

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross process borders whole."""
        told = (type(self), self.message, self.kind, self.address, self.hint, self.detail)
        return (_rebuild_messaging, told)


def _rebuild_messaging(
    kind: type[MessagingFailed], message: str, transport: str, address: str, hint: str, detail: str
) -> MessagingFailed:
    return kind(message, kind=transport, address=address, hint=hint, detail=detail)


class BrokerUnreachable(MessagingFailed):
    """No broker of this kind answers there, or it has gone."""


class LoginRefused(MessagingFailed):
    """The broker answers, and takes neither the name, the password nor the right to this place."""


class AddressConflict(MessagingFailed):
    """A queue, topic or stream of this name is there with other arguments."""


class NotDelivered(MessagingFailed):
    """The broker did not take a message, or nobody is there to get it or to reply."""


class NotCarried(MessagingFailed):
    """The transport has no way to do this: its capabilities say so."""


class SettledTwice(MessagingFailed):
    """A delivery was acknowledged or rejected that had been before."""
