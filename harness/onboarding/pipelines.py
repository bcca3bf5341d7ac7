"""A pipeline that runs the gate, for each vendor."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final

from harness import __version__
from harness.onboarding.found import SystemFound, Vendor

PATHS: Final[Mapping[Vendor, str]] = {
    Vendor.GITHUB: ".github/workflows/contracts.yml",
    Vendor.GITLAB: ".gitlab-ci.yml",
    Vendor.AZURE: "azure-pipelines.yml",
}


def pipeline_text(found: SystemFound, vendor: Vendor) -> str:
    """
    The whole text of a pipeline's file.

    Shape: the gate itself tells each vendor what it shows, so that no step has to.
    """
    return _WRITERS[vendor](_commands(found))


def _commands(found: SystemFound) -> list[str]:
    """What is run before the gate: once each, the harness first, of the version that writes it."""
    own = (command for one in found.services for command in one.install)
    return list(dict.fromkeys([f'pip install "contract-harness[gate]=={__version__}"', *own]))


def _indented(commands: Iterable[str], by: int, key: str = "") -> str:
    return "\n".join(f"{' ' * by}- {key}{json.dumps(one)}" for one in commands)


def _github(commands: list[str]) -> str:
    return f"""\
# Annotations and the page of the step come from the gate itself. The action of contract-harness
# also keeps a comment on the pull request and hands its findings to code scanning.
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
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@v6
        with:
          fetch-depth: 0 # `harness gate --base REV` reads other revisions
          persist-credentials: false
      - uses: actions/setup-python@v6
        with:
          python-version: "3.12"
{_indented(commands, 6, "run: ")}
      - run: harness gate
"""


def _gitlab(commands: list[str]) -> str:
    return f"""\
contracts:
  image: python:3.12
  variables:
    GIT_DEPTH: "0" # `harness gate --base REV` reads other revisions
  script:
{_indented(commands, 4)}
    - harness gate
  artifacts:
    when: always
    reports:
      codequality: .harness/gl-code-quality.json
      junit: .harness/gl-junit.xml
"""


def _azure(commands: list[str]) -> str:
    return f"""\
trigger:
  - main

pool:
  vmImage: ubuntu-latest

steps:
  - checkout: self
    fetchDepth: 0 # `harness gate --base REV` reads other revisions
  - task: UsePythonVersion@0
    inputs:
      versionSpec: "3.12"
{_indented(commands, 2, "script: ")}
  - script: harness gate --output junit=.harness/gate.xml
  - task: PublishTestResults@2
    condition: always()
    inputs:
      testResultsFiles: .harness/gate.xml
"""


_WRITERS = {Vendor.GITHUB: _github, Vendor.GITLAB: _gitlab, Vendor.AZURE: _azure}
