"""What a broker tells other hosts of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from harness.broker import wire
from harness.broker.client.deploying import known_version
from harness.broker.client.session import Session
from harness.broker.hal import Resource, member
from harness.broker.wire import Request
from harness.domain.errors import BrokerFailed, Misused
from harness.domain.json import Json
from harness.domain.webhooks import Delivery, Trial, Webhook

_EXECUTE: Final = "pb:execute"
_TRIGGERED: Final = "pb:triggered-webhooks"
_SET: Final = ("description", "enabled", "consumer", "provider", "events", "request")


def every(session: Session) -> tuple[Webhook, ...]:
    """
    All webhooks of a broker.

    Raises: BrokerFailed.
    """
    listed = session.resource(session.link(session.index(), wire.WEBHOOKS))
    links = listed.links(wire.WEBHOOKS)
    return tuple(_webhook(session.resource(each)) for each in links)


def one(session: Session, uuid: str) -> Webhook:
    """
    The webhook of an identifier.

    Raises: Misused, where there is none; BrokerFailed.
    """
    return _webhook(_found(session, uuid))


def put(session: Session, wanted: Webhook) -> Webhook:
    """
    Declare a webhook, or declare the one of this identifier anew.

    Shape: a mask where a secret was keeps the secret.
    Raises: Misused, with the broker's reasons; BrokerFailed.
    """
    link = session.link(session.index(), wire.WEBHOOK, uuid=wanted.uuid)
    # Under an identifier of its own, so that asking again after a lost answer makes no second one.
    return _webhook(session.sent("PUT", link, wanted.definition))


def remove(session: Session, gone: Webhook) -> None:
    """
    Remove a webhook.

    Raises: BrokerFailed.
    """
    session.sent("DELETE", gone.link)


def tried(session: Session, uuid: str) -> Trial:
    """
    Let the broker try a webhook out, with the newest pact that it is for.

    Raises: Misused, where there is none; BrokerFailed.
    """
    link = session.link(_found(session, uuid), _EXECUTE)
    body = session.sent("POST", link, is_repeatable=False).body
    status, success = member(body, "response").get("status"), body.get("success")
    log = body.get("logs") or member(body, "error").get("message") or body.get("message")
    answered = status if isinstance(status, int) else 0
    if not isinstance(success, bool):  # brokers that do not say it say what came
        success = 200 <= answered < 300 if answered else None
        success = False if "error" in body else success
    return Trial(success, answered, log if isinstance(log, str) else "")


def of_webhook(session: Session, uuid: str) -> tuple[Delivery, ...]:
    """
    What a webhook had to tell.

    Raises: Misused, where there is none, or where the broker tells it by pact alone; BrokerFailed.
    """
    link = _found(session, uuid).link(_TRIGGERED)
    if not link:
        raise Misused(
            f"the broker at {session.url} does not tell what one webhook had to tell",
            hint="ask by pact: --consumer NAME --provider NAME",
        )
    return tuple(_deliveries(session, link))


def of_pact(session: Session, consumer: str, provider: str, version: str) -> tuple[Delivery, ...]:
    """
    What the publication of a pact set off; without a version, that of the consumer's latest.

    Raises: Misused, where there is no such pact; BrokerFailed.
    """
    for link in _version(session, consumer, version).links(wire.PACTS_OF_VERSION):
        pact = session.resource(link)
        if member(pact.body, "provider").get("name") == provider:
            return tuple(_deliveries(session, session.link(pact, _TRIGGERED)))
    of = f"{consumer} {version}".strip()
    raise Misused(f"the broker at {session.url} knows no pact of {of} with {provider}")


def _version(session: Session, consumer: str, version: str) -> Resource:
    if version:
        return known_version(session, consumer, version)
    found = session.found(session.link(session.index(), wire.LATEST_VERSION, pacticipant=consumer))
    if found is None:
        raise Misused(f"the broker at {session.url} knows no version of {consumer}")
    return found


def _found(session: Session, uuid: str) -> Resource:
    found = session.found(session.link(session.index(), wire.WEBHOOK, uuid=uuid))
    if found is None:
        raise Misused(
            f"the broker at {session.url} knows no webhook {uuid}",
            hint="`harness webhooks list` tells those that there are",
        )
    return found


def _webhook(found: Resource) -> Webhook:
    link = found.link("self")
    # The reference broker tells the identifier by the address alone.
    uuid = found.text("uuid") or link.rpartition("/")[2]
    definition: Mapping[str, Json] = {
        key: found.body[key] for key in _SET if found.body.get(key) is not None
    }
    if not link:
        raise BrokerFailed(f"{found.url}: expected a webhook with a link to itself, seen none")
    return Webhook(uuid, definition, link)


def _deliveries(session: Session, link: str) -> Iterator[Delivery]:
    for each in session.resource(link).items("triggeredWebhooks"):
        left, tries = each.body.get("attemptsRemaining"), each.body.get("attemptsMade")
        logs = each.link("pb:logs") or each.link("logs")
        yield Delivery(
            each.text("name"),
            each.text("eventName"),
            each.text("status"),
            each.text("triggeredAt") or each.text("createdAt"),
            tries if isinstance(tries, int) else 0,
            left if isinstance(left, int) else None,
            _log(session, logs) if logs else "",
        )


def _log(session: Session, link: str) -> str:
    reply = session.asked(Request("GET", session.own(link), accept="text/plain"))
    return reply.body.decode("utf-8", "replace") if reply.status == 200 else ""
