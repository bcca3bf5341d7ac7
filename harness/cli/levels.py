"""The level of a check in force, and the line of the policy that it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.checks.check import Check
from harness.settings.load import Workspace

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class InForce:
    """
    What a check weighs, and why.

    Shape: `level` is a severity or `off`; `key` is the key of the policy that says so and `where`
    its file and line, empty and `default` where nothing but the check does; `service` is empty
    where no service is meant.
    """

    level: str
    where: str = DEFAULT
    key: str = ""
    service: str = ""

    @property
    def source(self) -> str:
        """Name the key with its place."""
        return f"{self.key} ({self.where})" if self.key else self.where


def in_force(workspace: Workspace | None, check: Check, service: str = "") -> InForce:
    """Say what a check weighs in a workspace, or in one service of it."""
    if workspace is None:
        return InForce(check.severity.value)
    level = workspace.config.policy.level(check.id, check.severity, check.leg, service)
    word = level.severity.value if level.severity else "off"
    setting = workspace.setting("policy", *level.key) if level.key else None
    if setting is None:
        return InForce(word, service=service)
    return InForce(word, setting.origin, setting.key, service)


def apart(workspace: Workspace, check: Check) -> Iterator[InForce]:
    """Give the services in which a check weighs something else than in general."""
    general = in_force(workspace, check)
    for name in workspace.config.policy.services:
        own = in_force(workspace, check, name)
        if own.level != general.level:
            yield own
