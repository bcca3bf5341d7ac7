"""What carries a consumer's request message to its provider, and the reply back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.consumer.face import Delivery


@dataclass(frozen=True, slots=True)
class Exchange:
    """
    The place of a socket or a broker during one test: it answers what the test declares.

    Shape: `answer` gives the reply to a request.
    """

    answer: Callable[[Delivery], Delivery]

    def ask(
        self,
        body: bytes | str | None,
        *,
        channel: str = "",
        headers: Mapping[str, str] | None = None,
        key: str | None = None,
        content_type: str = "",
    ) -> Delivery:
        """
        The reply to a request, which is compared with what the test declares.

        Shape: an empty `channel` or `content_type` is one that the client's transport does not
        tell, and is not compared.
        Raises: RequestUndeclared.
        """
        sent = body.encode() if isinstance(body, str) else body
        return self.answer(Delivery(channel, sent, headers or {}, key, content_type))


class RequestUndeclared(Exception):
    """A client sent what its test does not declare; the message tells what and where."""
