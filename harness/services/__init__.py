"""Start, await, reset and stop services, each in its own process and interpreter."""

from harness.services.launcher import Services
from harness.services.run_directory import RunDirectory
from harness.services.running import RunningService

__all__ = ["RunDirectory", "RunningService", "Services"]
