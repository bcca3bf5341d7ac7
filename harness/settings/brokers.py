"""What a table says of the message broker that a service meets others at."""

from __future__ import annotations

import os

from harness.domain.service import BrokerUse, speaks_of_broker, variable_of
from harness.settings.faults import Faults
from harness.settings.members import Member
from harness.settings.schema import BrokerTable, FromVariable

_NAMES = ("address", "group", "dead_letters", "topic")


def broker_of(member: Member, faults: Faults) -> BrokerUse | None:
    """Read `broker`, and tell what cannot be meant by it, or without it."""
    table = member.table
    if table.broker is None:
        _needless(member, faults)
        return None
    if isinstance(table.broker, str):
        return BrokerUse(table.broker)
    # There a group lies within the stream, whose name keeps it apart.
    within = ("group",) if table.broker.kind in ("nats", "redis") else ()
    if table.broker.kind == "zeromq":
        within = ("address",)  # there ports keep two runs apart
    for key in (one for one in _NAMES if one not in within):
        _kept_apart(member, key, getattr(table.broker, key), faults)
    _of_topics(member, table.broker, faults)
    _of_sockets(member, table.broker, faults)
    return _use(table.broker)


def _needless(member: Member, faults: Faults) -> None:
    if member.table.worker is not None and "broker" not in member.source.table:
        faults.add(
            member.source.where("worker"),
            f"`worker` of {member.name}: expected the broker that it consumes from, saw none",
            'name its kind: broker = "rabbitmq"',
        )
    for name, value in member.table.env.items():
        if not isinstance(value, FromVariable) and speaks_of_broker(value):
            faults.add(
                member.source.where("env", name),
                f"`env.{name}` of {member.name} speaks of a broker, and the table names none",
                'name its kind: broker = "rabbitmq"',
            )


def _kept_apart(member: Member, key: str, written: str | None, faults: Faults) -> None:
    """What has no namespace is shared with whoever else uses the broker, and would be removed."""
    if written is not None and "{namespace}" not in written and "{group}" not in written:
        faults.add(
            member.source.where("broker", key),
            f'`broker.{key}` of {member.name}: expected a name with {{namespace}}, saw "{written}"',
            "two runs on one broker would take each other's messages without it",
        )


def _of_topics(member: Member, table: BrokerTable, faults: Faults) -> None:
    if table.topic is not None and table.kind != "aws":
        faults.add(
            member.source.where("broker", "topic"),
            f"`broker.topic` of {member.name}: expected the kind aws, saw {table.kind}",
            "it is the topic of SNS that feeds a queue; of Kafka, `address` is the topic",
        )
    elif not table.raw and table.topic is None:
        faults.add(
            member.source.where("broker", "raw"),
            f"`broker.raw` of {member.name}: expected the `topic` that delivers so, saw none",
            'name the topic of SNS: topic = "{namespace}{address}"',
        )


def _of_sockets(member: Member, table: BrokerTable, faults: Faults) -> None:
    for key, usual in (("ports", 1), ("headers", True)):
        if table.kind != "zeromq" and getattr(table, key) != usual:
            faults.add(
                member.source.where("broker", key),
                f"`broker.{key}` of {member.name}: expected the kind zeromq, saw {table.kind}",
                "only sockets are bound by services, and framed as they like",
            )


def _use(table: BrokerTable) -> BrokerUse:
    return BrokerUse(
        table.kind,
        table.address or "",
        table.exchange or "",
        table.group or "",
        table.dead_letters or "",
        table.topic or "",
        table.raw,
        ports=table.ports,
        has_headers=table.headers,
        is_asked=not table.optional or bool(os.environ.get(variable_of(table.kind))),
    )
