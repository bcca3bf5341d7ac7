"""Speaks the messaging REST API of IBM MQ: text to and from queues that an administrator made."""

import ssl
from dataclasses import dataclass
from urllib.parse import quote

import httpx

from settlement.messages import Message

TIMEOUT_S = 10.0
NAME_LIMIT = 48
MESSAGE_ID = "ibm-mq-md-messageId"


@dataclass(frozen=True, slots=True)
class Browsed:
    """A message that still lies in its queue."""

    body: bytes
    message_id: str


class Queues:
    """
    The queues of a queue manager.

    A message is browsed, and deleted by its id once it is handled: to get it would be to lose it
    where the worker dies, since this API knows no unit of work.
    """

    def __init__(
        self, url: str, manager: str, login: tuple[str, str], certificates: str, prefix: str
    ) -> None:
        # A dot is a letter of a URL, and this one name wants it encoded.
        encoded = quote(manager, safe="").replace(".", "%2E")
        self._queues = f"{url}/ibmmq/rest/v3/messaging/qmgr/{encoded}/queue"
        self._prefix = prefix
        self._client = httpx.Client(
            auth=login,
            headers={"ibm-mq-rest-csrf-token": ""},
            timeout=TIMEOUT_S,
            verify=ssl.create_default_context(cafile=certificates or None),
        )

    def browse(self, address: str) -> Browsed | None:
        """The first message of a queue, which stays there."""
        answer = self._client.get(self._messages(address)).raise_for_status()
        if answer.status_code == httpx.codes.NO_CONTENT:
            return None
        return Browsed(answer.content, answer.headers[MESSAGE_ID])

    def delete(self, address: str, message_id: str) -> None:
        """Take a message that is handled out of its queue; it may be gone by now."""
        place = self._messages(address)
        self._client.delete(place, params={"messageId": message_id}).raise_for_status()

    def send(self, message: Message) -> None:
        """Put a message into the queue of its address."""
        self._put(message.channel, message.body, message.content_type)

    def bury(self, address: str, message: Browsed) -> None:
        """Put what cannot be handled into the dead letters, as it came."""
        self._put(f"{address}.dead", message.body, "text/plain")

    def _put(self, address: str, body: bytes, content_type: str) -> None:
        headers = {"Content-Type": f"{content_type};charset=utf-8"}
        place = self._messages(address)
        self._client.post(place, content=body, headers=headers).raise_for_status()

    def _messages(self, address: str) -> str:
        return f"{self._queues}/{quote(queue_name(self._prefix + address), safe='')}/message"


def queue_name(address: str) -> str:
    """The name of an address's queue: upper case, as is usual, and of letters that IBM MQ takes."""
    name = address.upper().replace("-", "_")
    if len(name) > NAME_LIMIT:
        raise ValueError(f"expected a queue's name of at most {NAME_LIMIT} letters, got {name!r}")
    return name
