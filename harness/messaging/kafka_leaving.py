"""How a member of a consumer group that is gone is taken out of it, by Kafka's own protocol."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable, Set
from contextlib import suppress
from typing import Final

from confluent_kafka.admin import AdminClient

from harness.messaging.kafka_client import done

LEAVE_GROUP: Final = 13
VERSION: Final = 3
LIMIT_S: Final = 5.0
ANSWER_S: Final = 1.0
CLIENT: Final = "harness"

Members = Iterable[tuple[str, str | None]]


def remove(
    admin: AdminClient, topics: Set[str], groups: Set[str], prefix: str, *, is_plain: bool
) -> None:
    """
    Remove topics and groups, and all others whose names begin with a prefix that is not empty.

    Shape: what is gone with its broker, or was never there, is asked for no more.
    Raises: KafkaException.
    """
    there = set(admin.list_topics(timeout=ANSWER_S).topics)
    known = {one.group_id for one in done(admin.list_consumer_groups()).valid}

    def ours(found: set[str], made: Set[str]) -> list[str]:
        return sorted(
            name for name in found if name in made or (prefix and name.startswith(prefix))
        )

    for group in ours(known, groups):
        dismiss(admin, group, is_plain=is_plain)
    for ask, names in (
        (admin.delete_consumer_groups, ours(known, groups)),
        (admin.delete_topics, ours(there, topics)),
    ):
        for work in ask(names).values() if names else ():
            done(work)


def dismiss(admin: AdminClient, group: str, *, is_plain: bool) -> bool:
    """
    Take all members out of a group whose processes are gone, and say whether there was none.

    Shape: a member whose process was killed stays until its session is over, and some brokers
    never end one; where no login is needed (`is_plain`), it is taken out by its id.
    Raises: KafkaException.
    """
    told = done(admin.describe_consumer_groups([group])[group])
    if is_plain and told.members and told.coordinator is not None:
        members = [(one.member_id, one.group_instance_id) for one in told.members]
        with suppress(OSError):  # then there is its session, whose end is waited for
            leave(told.coordinator.host, told.coordinator.port, group, members)
    return not told.members


def leave(host: str, port: int, group: str, members: Members) -> None:
    """
    Say to a group's coordinator that members have left, as their own clients would have.

    Shape: of each member its id, and the name that it has given itself where it has one.
    Raises: OSError, where the coordinator is not reached or hangs up.
    """
    asked = _request(group, tuple(members))
    with socket.create_connection((host, port), LIMIT_S) as connection:
        connection.sendall(struct.pack(">i", len(asked)) + asked)
        (size,) = struct.unpack(">i", _read(connection, 4))
        _read(connection, size)  # what was not taken is seen when the group is looked at again


def _request(group: str, members: tuple[tuple[str, str | None], ...]) -> bytes:
    head = struct.pack(">hhi", LEAVE_GROUP, VERSION, 1) + _text(CLIENT)
    told = b"".join(_text(member) + _text(name) for member, name in members)
    return head + _text(group) + struct.pack(">i", len(members)) + told


def _text(value: str | None) -> bytes:
    if value is None:
        return struct.pack(">h", -1)
    data = value.encode()
    return struct.pack(">h", len(data)) + data


def _read(connection: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        part = connection.recv(size - len(found))
        if not part:
            raise ConnectionError("hung up in the middle of an answer")
        found += part
    return found
