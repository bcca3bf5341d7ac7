"""Every seed, the faults first."""

from __future__ import annotations

from benchmarks.detection.consumer_faults import CONSUMER_FAULTS
from benchmarks.detection.harmless import HARMLESS
from benchmarks.detection.provider_faults import PROVIDER_FAULTS
from benchmarks.detection.schema_faults import SCHEMA_FAULTS
from benchmarks.detection.type_faults import TYPE_FAULTS

FAULTS = (*PROVIDER_FAULTS, *SCHEMA_FAULTS, *CONSUMER_FAULTS, *TYPE_FAULTS)
SEEDS = (*FAULTS, *HARMLESS)
