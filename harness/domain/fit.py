"""What one interaction of a pact and a provider's document say of each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Kind(Enum):
    """
    How a place does not fit.

    Shape: `may-break` when some values that may be sent are refused, `impossible` when all are,
    `undeclared` when the reader needs what the writer never mentions.
    """

    MAY_BREAK = "may-break"
    IMPOSSIBLE = "impossible"
    UNDECLARED = "undeclared"


class Code(Enum):
    """What does not fit: the provider writes the reply, the consumer the request."""

    OPERATION_UNKNOWN = "operation-unknown"
    STATUS_UNDECLARED = "status-undeclared"
    STATUS_BY_DEFAULT = "status-by-default"
    REPLY_BODY = "reply-body"
    REPLY_BODY_UNDECLARED = "reply-body-undeclared"
    REPLY_MEDIA_TYPE = "reply-media-type"
    REPLY_MEDIA_TYPE_UNDECLARED = "reply-media-type-undeclared"
    REPLY_HEADER = "reply-header"
    REPLY_HEADER_UNDECLARED = "reply-header-undeclared"
    REQUEST_PATH = "request-path"
    REQUEST_QUERY = "request-query"
    REQUEST_QUERY_MISSING = "request-query-missing"
    REQUEST_QUERY_UNDECLARED = "request-query-undeclared"
    REQUEST_HEADER = "request-header"
    REQUEST_HEADER_MISSING = "request-header-missing"
    REQUEST_HEADER_UNDECLARED = "request-header-undeclared"
    REQUEST_COOKIE = "request-cookie"
    REQUEST_COOKIE_MISSING = "request-cookie-missing"
    REQUEST_BODY = "request-body"
    REQUEST_BODY_MISSING = "request-body-missing"
    REQUEST_BODY_UNDECLARED = "request-body-undeclared"
    REQUEST_MEDIA_TYPE = "request-media-type"
    REQUEST_MEDIA_TYPE_MISSING = "request-media-type-missing"
    REQUEST_MEDIA_TYPE_UNDECLARED = "request-media-type-undeclared"
    REQUEST_ACCEPT = "request-accept"
    REQUEST_ACCEPT_UNDECLARED = "request-accept-undeclared"
    SECURITY_MISSING = "security-missing"
    MESSAGE_UNREFERENCED = "message-unreferenced"
    MESSAGE_OPERATION_UNKNOWN = "message-operation-unknown"
    MESSAGE_CHANNEL_UNKNOWN = "message-channel-unknown"
    MESSAGE_UNDECLARED = "message-undeclared"
    MESSAGE_PAYLOAD = "message-payload"
    MESSAGE_MEDIA_TYPE = "message-media-type"
    MESSAGE_HEADER = "message-header"
    MESSAGE_HEADER_UNDECLARED = "message-header-undeclared"
    MESSAGE_KEY = "message-key"
    MESSAGE_REPLY_UNDECLARED = "message-reply-undeclared"
    MESSAGE_REPLY_UNREAD = "message-reply-unread"
    MESSAGE_REQUEST_PAYLOAD = "message-request-payload"
    MESSAGE_REQUEST_MEDIA_TYPE = "message-request-media-type"
    MESSAGE_REQUEST_HEADER = "message-request-header"
    MESSAGE_REQUEST_KEY = "message-request-key"


@dataclass(frozen=True, slots=True)
class Misfit:
    """
    One thing that does not fit.

    Shape: `name` is the header or parameter; `path` the place in a body; `message` the message of a
    channel, as its document calls it; `witnesses` are JSON texts
    of whole values that show it, the smallest first: of a body, or the list of a parameter's
    values; `nearest` are the same put into the contract's own example, where that can be done;
    `hypothesis` says that only the consumer's own code or the provider's can tell whether it
    matters.
    """

    code: Code
    kind: Kind
    name: str = ""
    path: str = ""
    witnesses: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    sent: str = ""
    accepted: str = ""
    hypothesis: bool = False
    message: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """
    Something that could not be judged.

    Shape: `silent` says that the document says nothing that could be compared.
    Units: `tried` is the number of generated values that passed.
    """

    code: Code
    reason: str
    path: str = ""
    tried: int = 0
    silent: bool = False


PASSED_OVER = frozenset(
    {
        Code.REQUEST_ACCEPT_UNDECLARED,
        Code.REQUEST_BODY_UNDECLARED,
        Code.REQUEST_HEADER_UNDECLARED,
        Code.REQUEST_MEDIA_TYPE_UNDECLARED,
        Code.REQUEST_QUERY_UNDECLARED,
        Code.STATUS_BY_DEFAULT,
    }
)
"""What refutes nothing: providers pass over what their documents do not mention in requests."""


BY_PROVIDER = frozenset(
    each
    for each in Code
    if (
        each.value.startswith(("reply-", "status-", "message-"))
        and not each.value.startswith("message-request-")
    )
    or each in (Code.REQUEST_ACCEPT, Code.REQUEST_ACCEPT_UNDECLARED)
)
"""What the provider writes, and the consumer reads."""


def sides(code: Code) -> tuple[str, str]:
    """Who sends and who accepts, as sentences begin."""
    if code is Code.OPERATION_UNKNOWN:
        return "the consumer sends", "the nearest that the provider has"
    if code in (Code.MESSAGE_OPERATION_UNKNOWN, Code.MESSAGE_CHANNEL_UNKNOWN):
        return "the document has", "the pact names"
    if code in BY_PROVIDER:
        return "the provider may send", "the consumer accepts"
    return "the consumer sends", "the provider accepts"


class Answer(Enum):
    """
    What is said of one interaction.

    Shape: `unconfirmed` when there are hypotheses and nothing else; `not compared` where no
    document of the interaction's kind was given.
    """

    PROVEN = "proven"
    BROKEN = "broken"
    UNKNOWN = "unknown"
    UNCONFIRMED = "unconfirmed"
    NOT_COMPARED = "not compared"


@dataclass(frozen=True, slots=True)
class InteractionCompat:
    """
    What comparing one interaction came to.

    Shape: `operation` is the label of the operation that answers, empty when none does; `declared`
    says that the consumer's own reader was used; `proven` that everything was judged and fits, but
    for what is passed over; `found_by` says by what the operation was found where the pact does not
    name it; `messages` are those of the document that the interaction's were taken for.
    """

    operation: str
    misfits: tuple[Misfit, ...] = ()
    gaps: tuple[Gap, ...] = ()
    declared: bool = False
    proven: bool = False
    found_by: str = ""
    messages: tuple[str, ...] = field(default=(), compare=False)

    @property
    def answer(self) -> Answer:
        """The gravest that holds."""
        if self.proven:
            return Answer.PROVEN
        if any(not each.hypothesis for each in self.misfits):
            return Answer.BROKEN
        is_open = self.gaps or not self.misfits
        return Answer.UNKNOWN if is_open else Answer.UNCONFIRMED

    @property
    def is_judged(self) -> bool:
        """Whether anything was shown: a proof, a certain misfit, or values that were tried."""
        is_certain = any(not misfit.hypothesis for misfit in self.misfits)
        return self.proven or is_certain or any(gap.tried for gap in self.gaps)

    @property
    def is_silent(self) -> bool:
        """Whether nothing could be judged, since the document or an example says too little."""
        return not self.is_judged and all(gap.silent for gap in self.gaps)

    @property
    def unconfirmed(self) -> int:
        """How many misfits rest on an example alone."""
        return sum(1 for one in self.misfits if one.hypothesis and one.code not in PASSED_OVER)


class Asked(Enum):
    """Who was asked what it makes of a witness."""

    MODEL = "model"
    CODE = "code"


class Reception(Enum):
    """
    What became of a witness that was put to its consumer.

    Shape: `unasked` when the consumer could not be asked: its model or code is not at hand, or
    never saw the value.
    """

    TAKEN = "taken"
    REFUSED = "refused"
    UNASKED = "unasked"


_PUT = frozenset({Code.REPLY_BODY, Code.MESSAGE_PAYLOAD, Code.MESSAGE_HEADER})


def is_put(misfit: Misfit, *, declared: bool) -> bool:
    """
    Whether the consumer itself is asked what it makes of a misfit's witnesses.

    Shape: `declared` says that the reader is the consumer's own model, which may take more than its
    schema says; what is derived from an example is certain unless it is a hypothesis. No model says
    anything of headers.
    """
    is_of_model = declared and misfit.code is not Code.MESSAGE_HEADER
    return misfit.code in _PUT and bool(misfit.witnesses) and (is_of_model or misfit.hypothesis)
