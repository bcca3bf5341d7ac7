"""IBM MQ by its messaging REST API: text to and from queues, each get for good."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import SplitResult, quote, unquote

import requests

from harness.domain.errors import (
    BrokerUnreachable,
    LoginRefused,
    MessagingFailed,
    Misused,
    NotDelivered,
)
from harness.domain.message import Message, UsedBroker
from harness.messaging.naming import shown
from harness.messaging.port import (
    OWN_GROUP,
    PATIENCE_S,
    Capabilities,
    Carried,
    DeadLetters,
    Delivery,
    Outcome,
    Payloads,
    Subscription,
    Transport,
)

KIND: Final = "ibmmq-rest"
DEFAULT_PORT: Final = 9443
LIMIT_S: Final = 10.0
LONGEST_WAIT_S: Final = 30.0
PAUSE_S: Final = 0.05
CORRELATION: Final = "ibm-mq-md-correlationId"
MESSAGE: Final = "ibm-mq-md-messageId"


class IbmMqRest(Transport):
    """
    A queue manager behind mqweb, with queues that its administrator has made.

    Shape: ibmmq+https://user:password@host:9443/QM1; `verify` is `no`, or a file of certificates.
    A get is destructive: there is no acknowledgement, so that nothing comes back and nothing can
    be rejected. User properties are not carried.
    """

    capabilities = Capabilities(
        acknowledges=False,
        requeues=False,
        marks_redelivery=False,
        dead_letters=DeadLetters.NOBODY,
        key=Carried.NOT,
        headers=Carried.NOT,
        content_type=Carried.NOT,
        payloads=Payloads.TEXT,
        empty=False,
        fans_out=False,
        keeps_unread=True,
        separates_runs=False,
    )

    def __init__(self, url: SplitResult, namespace: str, options: Mapping[str, str]) -> None:
        self.namespace = namespace
        manager = url.path.strip("/")
        if not manager:
            raise Misused(
                "expected ibmmq+https://user:password@host:9443/QUEUE_MANAGER, got no queue manager"
            )
        self.broker = UsedBroker(KIND, shown(url, DEFAULT_PORT), "IBM MQ (mqweb)")
        base = f"{url.scheme.partition('+')[2]}://{self.broker.address}/ibmmq/rest"
        # A dot is a letter of a URL, and this one resource wants it encoded.
        encoded = quote(manager, safe="").replace(".", "%2E")
        self._queues = f"{base}/v3/messaging/qmgr/{encoded}/queue"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["ibm-mq-rest-csrf-token"] = ""
        verify = options.get("verify", "")
        self._session.verify = False if verify == "no" else verify or True
        if url.username:
            self._session.auth = (unquote(url.username), unquote(url.password or ""))
        self.broker = self._named(base, options)

    def publish(self, address: str, message: Message) -> None:
        """Put text into the queue."""
        if message.headers or message.content_type or message.key is not None:
            raise self.not_carried("headers, keys and content types", "put them into the payload")
        headers = {"Content-Type": "text/plain;charset=utf-8"}
        if message.correlation_id:
            headers[CORRELATION] = message.correlation_id
        self.ask("POST", address, headers=headers, data=self._text(message))

    def subscribe(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """Get from the queue, which all consumers share."""
        return _Getter(self, address)

    def dead_letters(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """There is no way to reject, so there is no such place."""
        raise self.not_carried("dead letters", "use AMQP 1.0 or the native client")

    def close(self) -> None:
        """Hang up."""
        self._session.close()

    def ask(self, method: str, address: str, query: str = "", **given: Any) -> requests.Response:
        """Ask for a queue's messages, and say what a refusal means."""
        place = f"{self._queues}/{quote(self.wire_name(address), safe='')}/message{query}"
        return self._asked(method, place, **given)

    def _asked(
        self, method: str, place: str, accepted: tuple[int, ...] = (), **given: Any
    ) -> requests.Response:
        where = self.broker.address
        asked = self._session.prepare_request(requests.Request(method, place, **given))
        asked.url = place  # as it is encoded: the client would decode the dot again
        try:
            answer = self._session.send(
                asked, timeout=(LIMIT_S, LIMIT_S + LONGEST_WAIT_S), verify=self._session.verify
            )
        except requests.RequestException as error:
            raise BrokerUnreachable(
                f"no mqweb is reached at {where}: {type(error).__name__}",
                kind=KIND,
                address=where,
                hint="is the mqweb server running on the queue manager's machine?",
            ) from None
        if answer.ok or answer.status_code in accepted:
            return answer
        kind: type[MessagingFailed] = NotDelivered
        hint = "is there a queue of this name, and does the queue manager run?"
        if answer.status_code in (401, 403):
            kind, hint = LoginRefused, "check the user, the password and the role MQWebUser"
        raise kind(
            f"IBM MQ at {where} answers {answer.status_code}: {_reason(answer)}",
            kind=KIND,
            address=where,
            hint=hint,
        )

    def _named(self, base: str, options: Mapping[str, str]) -> UsedBroker:
        """Ask for the installation, whose version an ordinary user may not be told."""
        answer = self._asked("GET", f"{base}/v3/admin/installation", accepted=(403, 404))
        version = ""
        if answer.ok:
            version = str(answer.json()["installation"][0].get("version", ""))
        name = options.get("broker", self.broker.product)
        stands_for = "IBM MQ" if "broker" in options else ""
        return UsedBroker(KIND, self.broker.address, name, version, stands_for)

    def _text(self, message: Message) -> bytes:
        if message.payload is None:
            raise self.not_carried("tombstones")
        if not message.payload:
            raise self.not_carried("an empty payload")
        try:
            message.payload.decode("utf-8")
        except UnicodeDecodeError:
            raise self.not_carried("a payload that is not text") from None
        return message.payload


class _Getter(Subscription):
    """Gets from one queue."""

    def __init__(self, owner: IbmMqRest, address: str) -> None:
        self._owner = owner
        self._address = address
        self._is_closed = False

    def receive(self, timeout_s: float = PATIENCE_S) -> Delivery | None:
        """Get the next message for good, waiting at the server."""
        deadline = time.monotonic() + timeout_s
        while not self._is_closed:
            left_s = max(0.0, deadline - time.monotonic())
            wait_ms = int(min(left_s, LONGEST_WAIT_S) * 1000)
            answer = self._owner.ask("DELETE", self._address, f"?wait={wait_ms}")
            if answer.status_code != 204:
                return self._delivered(answer)
            if time.monotonic() >= deadline:
                return None
            time.sleep(PAUSE_S)
        return None

    def close(self) -> None:
        """Get no more."""
        self._is_closed = True

    def _delivered(self, answer: requests.Response) -> Delivery:
        message = Message(
            answer.content,
            correlation_id=answer.headers.get(CORRELATION, ""),
            message_id=answer.headers.get(MESSAGE, ""),
        )
        return Delivery(message, self._address, self._settle, self._owner.broker)

    def _settle(self, outcome: Outcome) -> None:
        if outcome is not Outcome.ACKNOWLEDGED:
            raise self._owner.not_carried("the rejection of a message", "what was got is gone")


def _reason(answer: requests.Response) -> str:
    try:
        return str(answer.json()["error"][0]["message"])
    except (ValueError, LookupError, TypeError):
        return answer.reason or "no reason"
