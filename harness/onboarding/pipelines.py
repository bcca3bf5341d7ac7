"""A pipeline that runs the gate, for each vendor."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final

from harness.onboarding.found import SystemFound, Vendor

PATHS: Final[Mapping[Vendor, str]] = {
    Vendor.GITHUB: ".github/workflows/contracts.yml",
    Vendor.GITLAB: ".gitlab-ci.yml",
    Vendor.AZURE: "azure-pipelines.yml",
}
_GATE = "harness gate --output json=.harness/gate.json --output junit=.harness/gate.xml"


def pipeline_text(found: SystemFound, vendor: Vendor) -> str:
    """The whole text of a pipeline's file."""
    return _WRITERS[vendor](_commands(found))


def _commands(found: SystemFound) -> list[str]:
    """What is run before the gate: once each, the harness first."""
    own = (command for one in found.services for command in one.install)
    return list(dict.fromkeys(['pip install "contract-harness[gate]"', *own]))


def _indented(commands: Iterable[str], by: int, key: str = "") -> str:
    return "\n".join(f"{' ' * by}- {key}{json.dumps(one)}" for one in commands)


def _github(commands: list[str]) -> str:
    return f"""\
name: contracts

on:
  pull_request:
  push:
    branches: [main]

permissions:
  contents: read

jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0  # `harness gate --base REV` reads other revisions
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
{_indented(commands, 6, "run: ")}
      - run: {_GATE}
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: contract-harness
          path: .harness/gate.*
          include-hidden-files: true
"""


def _gitlab(commands: list[str]) -> str:
    return f"""\
contracts:
  image: python:3.12
  variables:
    GIT_DEPTH: "0"  # `harness gate --base REV` reads other revisions
  script:
{_indented(commands, 4)}
    - {_GATE}
  artifacts:
    when: always
    paths: [.harness/gate.json, .harness/gate.xml]
    reports:
      junit: .harness/gate.xml
"""


def _azure(commands: list[str]) -> str:
    return f"""\
trigger: [main]

pool:
  vmImage: ubuntu-latest

steps:
  - checkout: self
    fetchDepth: 0  # `harness gate --base REV` reads other revisions
  - task: UsePythonVersion@0
    inputs:
      versionSpec: "3.12"
{_indented(commands, 2, "script: ")}
  - script: {_GATE}
  - task: PublishTestResults@2
    condition: always()
    inputs:
      testResultsFiles: .harness/gate.xml
"""


_WRITERS = {Vendor.GITHUB: _github, Vendor.GITLAB: _gitlab, Vendor.AZURE: _azure}
