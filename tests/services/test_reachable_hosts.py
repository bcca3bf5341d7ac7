"""The hosts that a service's table accounts for, however its values name them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.domain.service import Consumption, EnvValue, Service
from harness.services.environment import hosts_in, reachable_hosts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgresql+psycopg://user:pa:ss@db.example:5432/shop?sslmode=require", ["db.example"]),
        ("postgresql://one.example:5432,two.example/shop", ["one.example", "two.example"]),
        ("host=db.example port=5432 dbname=shop", ["db.example", "5432", "shop"]),
        ("sqlite:////tmp/shop.db", []),
        ("unix:///run/postgres.sock", []),
        ("kafka-1.example:9092, kafka-2.example:9092", ["kafka-1.example", "kafka-2.example"]),
        ("http://[2001:db8::1]:4317/v1", ["2001:db8::1"]),
        ("[2001:db8::1]:53", ["2001:db8::1"]),
        ("2001:db8::1", ["2001:db8::1"]),
        ("https://a.example/cb?next=https://b.example/x", ["a.example", "b.example"]),
        ('{"url": "https://in.json.example/"}', ["in.json.example"]),
        ("", []),
    ],
)
def test_a_host_is_found_in_whatever_holds_it(text: str, expected: list[str]) -> None:
    """URLs of every sort, lists, the keywords of libpq, addresses with and without brackets."""
    found = list(hosts_in(text))

    assert [one for one in found if one in expected] == expected
    assert all("/" not in one and "@" not in one for one in found)


@given(st.text())
def test_any_text_may_be_looked_into(text: str) -> None:
    """A value is whatever somebody wrote; reading it never fails, and gives no empty host."""
    assert all(hosts_in(text))


def test_the_table_accounts_for_env_needs_and_providers() -> None:
    """What else stands in the environment does not count: the table does not name it."""
    service = Service(
        "shop",
        Path(),
        env={"DATABASE_URL": EnvValue("…"), "TOKEN": EnvValue(secret_from="OUR_TOKEN")},
        requires=("redis",),
        consumes=(Consumption("till", "TILL_URL"),),
    )
    env = {
        "DATABASE_URL": "postgresql://db.example/shop",
        "REDIS_URL": "redis://cache.example",
        "TILL_URL": "http://till.example/api",
        "EDITOR_URL": "http://other.example",
    }

    assert reachable_hosts(service, env) == ("db.example", "cache.example", "till.example")
