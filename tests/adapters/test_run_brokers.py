"""A run starts a broker where a step of it needs one that nobody names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.adapters.run_brokers import RunBrokers, needed_by
from harness.domain.config import Config
from harness.domain.service import BrokerUse, Publisher, Service
from harness.domain.steps import AskWorker, DriveWorker, Fuzz, Step, TypeCheck, VerifyPacts

USE = BrokerUse("rabbitmq", exchange="{namespace}shop")
SENDS = Service("sends", Path("/sends"), broker=USE, publisher=Publisher("sends.out", sends=True))
TELLS = replace(SENDS, name="tells", publisher=Publisher("tells.out"))
TAKES = Service("takes", Path("/takes"), broker=USE, worker=("{python}", "-m", "takes"))
PLAIN = Service("plain", Path("/plain"))
CONFIG = Config(Path("/"), Path("/pyproject.toml"), (SENDS, TELLS, TAKES, PLAIN))


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (DriveWorker("takes", ("sends",)), "rabbitmq"),
        (AskWorker("takes"), "rabbitmq"),
        (VerifyPacts("sends", ("takes",)), "rabbitmq"),
        (Fuzz("sends", seed=0, examples=1), "rabbitmq"),
        (VerifyPacts("tells", ("takes",)), ""),
        (VerifyPacts("takes", ("plain",)), ""),
        (VerifyPacts("plain", ("takes",)), ""),
        (TypeCheck("takes"), ""),
        (TypeCheck("nobody"), ""),
    ],
    ids=lambda one: one if isinstance(one, str) else one.id,
)
def test_who_needs_one(step: Step, kind: str) -> None:
    """Workers on the wire, and services that are heard while they send."""
    assert needed_by(step, CONFIG) == kind


def test_one_that_is_named_is_not_started(tmp_path: Path) -> None:
    """What the environment names is used as it is."""
    outside = {"HARNESS_BROKER_RABBITMQ": "amqp://somewhere/"}
    brokers = RunBrokers(tmp_path, outside)
    brokers.make_ready(DriveWorker("takes", ("sends",)), CONFIG)

    assert brokers.environment() == outside
    brokers.close()
