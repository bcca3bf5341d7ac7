"""Twelve faults of messages are seeded in one system, and each is found on its own channel."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.alarm.message_faults import FAULTS, HOME, seed
from tests.gate.test_on_the_wire import none_started
from tests.gate.workspaces import Ended, Place
from tests.messaging.stands import RabbitStand, stand_of

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("messaging-amqp")]

IN_PROCESS = tuple(fault for fault in FAULTS if not fault.on_the_wire)
ON_THE_WIRE = tuple(fault for fault in FAULTS if fault.on_the_wire)
LONG_S = 600.0


def gate(place: Place, *options: str) -> Ended:
    """Run a part of the gate on as little as shows all faults."""
    return place.run("gate", "--examples", "1", *options, COLUMNS="160")


def told(ended: Ended) -> list[tuple[str, str, str]]:
    """The check, the channel and the place of each finding."""
    found = ((one["check"], one["operation"] or "", one["path"]) for one in ended.findings)
    return sorted(found)


def slice_of(on_the_wire: bool) -> tuple[str, ...]:
    """Select the checks that tell these faults, and the services that they are about."""
    faults = ON_THE_WIRE if on_the_wire else IN_PROCESS
    services = ("haulier",) if on_the_wire else ("customs", "terminal")
    checks = sorted({check for fault in faults for check, _ in fault.found})
    chosen = (("--service", services), ("--check", checks))
    return tuple(word for option, values in chosen for one in values for word in (option, one))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A copy of the harbour."""
    return Place.copied(HOME, tmp_path)


@pytest.fixture
def rabbit() -> RabbitStand:
    """The RabbitMQ of this machine."""
    found = stand_of("rabbitmq", none_started)
    assert isinstance(found, RabbitStand)
    return found


@pytest.mark.slow  # the faults of each channel are told with nothing beside them
def test_the_harbour_is_silent(place: Place) -> None:
    """Where nothing is seeded nothing is told, not even as information."""
    ended = gate(place, *slice_of(on_the_wire=False))

    assert (ended.code, ended.findings, ended.reasons) == (0, [], {}), ended.text


def test_each_fault_of_a_message_is_found_on_its_channel(place: Place) -> None:
    """Ten of twelve need no broker; in one run each is told by its checks, and nothing else is."""
    for fault in IN_PROCESS:
        seed(place, fault)

    ended = gate(place, *slice_of(on_the_wire=False))

    assert told(ended) == sorted(one for fault in IN_PROCESS for one in fault.findings)
    assert (ended.code, ended.reasons) == (1, {}), ended.text


def test_each_fault_of_a_worker_is_found_on_its_channel(place: Place, rabbit: RabbitStand) -> None:
    """Two of twelve are seen on a broker alone, of pacts that no run before this one gave."""
    place.variables["HARNESS_BROKER_RABBITMQ"] = rabbit.url
    for fault in ON_THE_WIRE:
        seed(place, fault)

    ended = gate(place, *slice_of(on_the_wire=True))

    assert told(ended) == sorted(one for fault in ON_THE_WIRE for one in fault.findings)
    assert (ended.code, ended.reasons) == (1, {}), ended.text
    assert all("RabbitMQ" in one["message"] for one in ended.findings)
    assert place.left() == []


@pytest.mark.slow
def test_the_whole_gate_passes_the_harbour(place: Place, rabbit: RabbitStand) -> None:
    """No error and no warning of any check, types and traffic over a broker included."""
    place.variables["HARNESS_BROKER_RABBITMQ"] = rabbit.url

    ended = place.start("gate", "--examples", "1").wait(LONG_S)

    graver = [one for one in ended.findings if one["severity"] != "information"]
    assert (ended.code, graver, ended.reasons) == (0, [], {}), ended.text
