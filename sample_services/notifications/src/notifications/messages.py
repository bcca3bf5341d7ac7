"""The messages that notifications sends, each made by one function."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import AwareDatetime, BaseModel, Field

SENT = "notification.sent"
FAILED = "notification.failed"


class FailureReason(StrEnum):
    """Why a customer could not be told."""

    NO_ADDRESS = "no-address"
    OPTED_OUT = "opted-out"


class NotificationSent(BaseModel):
    """A customer was told; what that costs is in the currency's smallest unit."""

    event_id: UUID
    occurred_at: AwareDatetime
    order_id: UUID
    customer_id: int
    subject: str
    fee_minor: Annotated[int, Field(ge=0, le=10_000)]


class NotificationFailed(BaseModel):
    """A customer could not be told."""

    event_id: UUID
    occurred_at: AwareDatetime
    order_id: UUID
    customer_id: int
    subject: str
    reason: FailureReason


@dataclass(frozen=True, slots=True)
class Message:
    """What the broker carries."""

    channel: str
    event: NotificationSent | NotificationFailed
    correlation_id: str
    content_type: str = "application/json"

    @property
    def body(self) -> bytes:
        """The event as it travels."""
        return self.event.model_dump_json().encode()

    @property
    def key(self) -> str:
        """Messages of one order keep their order."""
        return str(self.event.order_id)

    @property
    def headers(self) -> Mapping[str, str]:
        """What stands beside the body."""
        return {
            "correlation-id": self.correlation_id,
            "schema-version": "1",
            "x-key": self.key,
        }


def notification_sent(event: NotificationSent, correlation_id: str) -> Message:
    """Tell that a customer was told."""
    return Message(SENT, event, correlation_id)


def notification_failed(event: NotificationFailed, correlation_id: str) -> Message:
    """Tell that a customer could not be told."""
    return Message(FAILED, event, correlation_id)


def following(event_id: UUID, channel: str) -> UUID:
    """The id of the event that another leads to: the same again when that one comes again."""
    return uuid5(NAMESPACE_URL, f"{event_id}/{channel}")
