"""Who reads what a producer sends, and when nobody can tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.checks.producer_without_consumer import PRODUCER_WITHOUT_CONSUMER as CHECK
from harness.domain.config import Config
from harness.domain.evidence import DocumentRead, Evidence, Observed
from harness.domain.selection import Selection
from harness.domain.service import Service
from harness.domain.system import System
from harness.stages.judging import gather
from tests.compat.channelling import channelled

ROOT = Path("/workspace")


def read(service: str, action: str, address: str | None) -> DocumentRead:
    """The document of a service with one channel."""
    text = json.dumps(channelled(action, address).raw)
    return DocumentRead(service, "asyncapi.json", text, of_messages=True)


def unread(*evidence: Evidence, **reader: Any) -> list[str]:
    """The channels that are told, of a system of two."""
    services = (Service("orders", ROOT), Service("mailer", ROOT, **reader))
    config = Config(root=ROOT, source=ROOT / "pyproject.toml", services=services)
    facts = gather(System(config=config), (Observed("describe", evidence),), Selection())
    return [flaw.operation for flaw in CHECK.judge(facts)]


SENT = read("orders", "send", "order.{id}.placed")


def test_a_member_that_receives_from_there_reads_it() -> None:
    """Its document names the same address; the parameters may be called otherwise."""
    assert unread(SENT) == ["order.{id}.placed"]
    assert unread(SENT, read("mailer", "receive", "order.{key}.placed")) == []
    assert unread(SENT, read("mailer", "send", "order.{key}.placed")) != []


@pytest.mark.parametrize("reader", [{"contract_tests": (ROOT / "tests",)}])
def test_a_member_that_was_not_asked_may_read_anything(reader: dict[str, Any]) -> None:
    """A part of the system tells nothing of who is not in it."""
    assert unread(SENT, **reader) == []


def test_an_address_that_is_known_at_run_time_alone_is_passed_over() -> None:
    """Nobody can tell who listens there."""
    assert unread(read("orders", "send", None)) == []
