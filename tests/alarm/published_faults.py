"""A broker that nobody answers at, and one that holds nothing."""

from __future__ import annotations

from tests.alarm.faults import Batch, Edit, Fault

_TABLE = "../pyproject.toml"
_BEFORE = 'neighbours = "real"'

PUBLISHED = (
    Batch(
        "no-broker-answers",
        ("--service", "inventory", "--check", "broker-unreachable"),
        (
            Fault(
                "broker-that-is-down",
                (Edit(_TABLE, _BEFORE, f'{_BEFORE}\nbroker = "http://127.0.0.1:9"'),),
                (),
                ("broker-unreachable", "inventory"),
                "the contracts of consumers of inventory could not be fetched",
            ),
        ),
        exit_code=3,
    ),
    Batch(
        "an-empty-broker",
        ("--service", "inventory", "--check", "nothing-published"),
        (
            Fault(
                "name-that-the-broker-does-not-know",
                (Edit(_TABLE, _BEFORE, f'{_BEFORE}\nbroker = "embedded"'),),
                (),
                ("nothing-published", "inventory"),
                "knows no pacticipant inventory",
            ),
        ),
        exit_code=0,
    ),
)
