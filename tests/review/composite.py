"""Runs the steps of a composite action as GitHub's runner does, with bash."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_COMPARED = re.compile(r"([\w.-]+) (==|!=) '([^']*)'")


@dataclass
class Runner:
    """
    A machine that runs one action.

    Shape: `steps` are names of the steps that ran, in their order, and `failed` of those that
    failed; `uses` maps names of steps that use other actions to what they were given.
    """

    action: Path
    home: Path
    known: Mapping[str, str]
    inputs: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    uses: dict[str, Mapping[str, str]] = field(default_factory=dict)
    log: str = ""

    def run(self, *, without: tuple[str, ...] = (), **inputs: str) -> int:
        """Run the action's steps, those left out that are named, and give the job's exit code."""
        told = yaml.safe_load((self.action / "action.yml").read_text("utf-8"))
        defaults = {name: str(one.get("default", "")) for name, one in told["inputs"].items()}
        self.inputs = {**defaults, **{name.replace("_", "-"): v for name, v in inputs.items()}}
        code = 0
        for step in told["runs"]["steps"]:
            if step["name"] in without or not self._is_wanted(step, failed=bool(code)):
                continue
            self.steps.append(step["name"])
            if "uses" in step:
                self.uses[step["name"]] = {k: self._text(v) for k, v in step["with"].items()}
                continue
            ended = self._step(step)
            if ended:
                self.failed.append(step["name"])
                code = code or ended
        return code

    def _is_wanted(self, step: Mapping[str, Any], *, failed: bool) -> bool:
        """A step without a condition runs where none has failed."""
        if "if" not in step:
            return not failed
        condition = str(step["if"]).removeprefix("${{").removesuffix("}}")
        return all(self._holds(part.strip()) for part in condition.split("&&"))

    def _holds(self, part: str) -> bool:
        if part == "!cancelled()":
            return True
        compared = _COMPARED.fullmatch(part)
        assert compared, part
        name, how, value = compared.groups()
        return (self._value(name) == value) == (how == "==")

    def _step(self, step: Mapping[str, Any]) -> int:
        output = self.home / "output"
        output.write_text("")
        assert step["shell"] == "bash"
        assert "${{" not in step["run"], "an expression in a script is a way in"
        script = self.home / "script.sh"
        script.write_text(step["run"])
        ended = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.known["GITHUB_WORKSPACE"],
            env={
                **self.known,
                **{key: self._text(value) for key, value in step.get("env", {}).items()},
                "GITHUB_ACTION_PATH": str(self.action),
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(self.home / "page.md"),
                "RUNNER_TEMP": str(self.home),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        self.log += ended.stdout
        for line in output.read_text().splitlines():
            key, _, value = line.partition("=")
            self.outputs[f"steps.{step.get('id', '')}.outputs.{key}"] = value
        return ended.returncode

    def _text(self, value: Any) -> str:
        return _EXPRESSION.sub(lambda found: self._value(found[1]), str(value))

    def _value(self, name: str) -> str:
        if name.startswith("inputs."):
            return self.inputs[name.removeprefix("inputs.")]
        return self.outputs.get(name, "")
