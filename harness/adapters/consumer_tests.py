"""A consumer's contract tests, by pytest in the consumer's own interpreter."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.adapters.consumer_tests_evidence import Run, read_run
from harness.adapters.interpreters import Interpreter, look_into
from harness.adapters.members import environment_of, import_path, member, without_secrets
from harness.adapters.tool_process import Ended, run_tool
from harness.domain.errors import HarnessError
from harness.domain.evidence import ContractTestRan, Evidence, Outcome, Unobserved
from harness.domain.service import Service
from harness.domain.steps import ConsumerTests
from harness.services.environment import interpreter_of
from harness.stages.ports import StepContext

_PLUGIN = "harness.consumer.plugin"
_ANNOUNCED = "harness_consumer"
_PACKAGE = Path(__file__).parents[1]
_NEEDED = {"pytest": "pytest", "pact": "pact-python"}
_OPTIONAL = {"xdist": "pytest-xdist", "harness": "contract-harness", _PLUGIN: "contract-harness"}
_OLDEST = (3, 11)
_WITHHELD = re.compile(r"PYTEST_(ADDOPTS|CURRENT_TEST|XDIST_.*)")
_DETAIL_CHARACTERS = 8000

# Below this many tests, two workers take longer to start than one takes to run them all.
WORTH_WORKERS = 400
_TEST = re.compile(r"^\s*(?:async\s+)?def test_", re.MULTILINE)


class ConsumerTestRunner:
    """Runs a consumer's contract tests, and gathers the pacts that they give."""

    def __call__(self, step: ConsumerTests, context: StepContext) -> Iterator[Evidence]:
        """Do the step."""
        service = member(step.service, context.config)
        absent = [str(path) for path in service.contract_tests if not path.exists()]
        if absent or not service.contract_tests:
            yield _without_tests(service, absent)
            return
        told = context.directory / "evidence.jsonl"
        ended = run_tests(service, context, (f"--harness-evidence={told}", "--pact-dry-run"))
        yield from _seen(step.id, service, ended, read_run(told, service, context.config))


def run_tests(
    service: Service, context: StepContext, options: Sequence[str], *, in_place: bool = False
) -> Ended:
    """
    Run a consumer's contract tests in its own interpreter with our plugin.

    Shape: `options` are the plugin's; `in_place` keeps them in one process, however many there are.
    Raises: HarnessError where the interpreter lacks what is needed.
    """
    python = interpreter_for_tests(Path(interpreter_of(service)), service)
    workers = 0 if in_place else _workers(service)
    return run_tool(
        [*_command(python, service, context, workers), *options],
        cwd=context.config.root,
        env=_environment(python, service, context.directory),
        directory=context.directory,
    )


def _without_tests(service: Service, absent: list[str]) -> Unobserved:
    what = f"the consumer tests of {service.name}"
    reason = f"{', '.join(absent)}: no such file" if absent else "its table names none"
    return Unobserved(what, reason, hint='name them in its table: contract_tests = ["…"]')


def interpreter_for_tests(path: Path, service: Service) -> Interpreter:
    python = look_into(path, _NEEDED | _OPTIONAL)
    absent = [_NEEDED[name] for name in _NEEDED if name not in python.found]
    hint = f"install contract-harness with {path}: it brings pytest and pact-python"
    if absent:
        raise HarnessError(
            f"the contract tests of {service.name} cannot run:"
            f" {path} has no {' and no '.join(absent)}",
            hint=hint,
        )
    if _PLUGIN in python.found:
        return python
    if python.version < _OLDEST:
        written = ".".join(map(str, python.version))
        raise HarnessError(
            f"the contract tests of {service.name} run in Python {written}: expected 3.11 or later",
            hint="run them in another interpreter: `python` in the service's table",
        )
    if "harness" in python.found:
        raise HarnessError(
            f"{path} has a package called harness that is not contract-harness", hint=hint
        )
    return python


def _command(
    python: Interpreter, service: Service, context: StepContext, workers: int
) -> list[str]:
    command = [str(python.path), "-m", "pytest", *map(str, service.contract_tests)]
    command += ["-p", _ANNOUNCED if _ANNOUNCED in python.pytest_plugins else _PLUGIN]
    if context.config.pacts:
        # A path that stands alone would have a say in pytest's root, and so in the tests' names.
        command += [f"--pact-dir={context.config.pacts[0]}"]
    # Schemathesis's own plugin takes seconds to load, and contract tests have no use for it.
    command += ["-p", "no:schemathesis"]
    command += ["-q", "--color=no", "-o", f"cache_dir={context.directory / 'pytest-cache'}"]
    command += [f"--basetemp={context.directory / 'pytest-tmp'}"]
    if "xdist" in python.found and not os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD"):
        command += ["-n", str(workers)]
    return command


def _workers(service: Service) -> int:
    """How many workers the tests are worth; 0 runs them in place."""
    files = (file for path in service.contract_tests for file in _python_files(path))
    count = sum(len(_TEST.findall(file.read_text("utf-8", "replace"))) for file in files)
    return min(4, os.cpu_count() or 1) if count >= WORTH_WORKERS else 0


def _python_files(path: Path) -> Iterator[Path]:
    yield from path.rglob("*.py") if path.is_dir() else [path]


def _environment(python: Interpreter, service: Service, directory: Path) -> dict[str, str]:
    env = environment_of(service, directory)
    env = {name: value for name, value in env.items() if not _WITHHELD.fullmatch(name)}
    env["PACT_DO_NOT_TRACK"] = "true"
    env["PYTHONDONTWRITEBYTECODE"] = "1"
    if _PLUGIN not in python.found:
        env["PYTHONPATH"] = import_path([_lent(directory)], env["PYTHONPATH"])
    return env


def _lent(directory: Path) -> Path:
    """A directory that holds our package and nothing else of our environment."""
    lent = directory / "lent"
    lent.mkdir(exist_ok=True)
    (lent / _PACKAGE.name).symlink_to(_PACKAGE, target_is_directory=True)
    return lent


def _seen(what: str, service: Service, ended: Ended, run: Run) -> Iterator[Evidence]:
    yield from run.evidence
    words = without_secrets(ended.words, service)[-_DETAIL_CHARACTERS:]
    reason = _unseen(service, ended.code, run)
    if reason:
        hint = "run its tests by hand with pytest, and look at the output"
        yield Unobserved(what, reason, hint, words)


def _unseen(service: Service, code: int, run: Run) -> str:
    """Why this run does not show all that it should; empty if it does."""
    whose = f"the consumer tests of {service.name}"
    if code == 5 or (run.ended and not run.tests and code in (0, 1)):
        return f"{whose} hold no test"
    if code not in (0, 1):
        return f"{whose} did not run to their end: pytest ended with code {code}"
    if not run.ended:
        return f"{whose} told nothing, though pytest ended with code {code}"
    if run.why_partial:
        return f"{whose} ran in part only: {run.why_partial}"
    if code == 1 and not any(_is_red(one) for one in run.evidence):
        return f"{whose} failed as a whole, though no test did"
    return ""


def _is_red(evidence: Evidence) -> bool:
    red = (Outcome.FAILED, Outcome.ERROR)
    return isinstance(evidence, ContractTestRan) and evidence.outcome in red
