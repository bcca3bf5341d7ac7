"""Static types of one service, by mypy."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from harness.adapters.interpreters import look_into
from harness.adapters.members import (
    environment_of,
    import_path,
    import_root,
    member,
    without_secrets,
)
from harness.adapters.tool_process import Ended, run_tool
from harness.adapters.type_checker_boundary import Boundary
from harness.adapters.type_checker_config import CheckerConfig, find_config
from harness.adapters.type_checker_leaks import Anys, Leaks, telling_any
from harness.adapters.type_checker_output import Line, TypeErrors, parse
from harness.domain.errors import HarnessError
from harness.domain.evidence import Evidence, Unobserved
from harness.domain.service import Service
from harness.domain.steps import TypeCheck
from harness.domain.typed import TypesChecked
from harness.services.environment import interpreter_of
from harness.stages.ports import StepContext

_PLUGIN = re.compile(r"""plugin ['"]?(?P<plugin>[\w.:/-]+)""")
_ABSENT = re.compile(r"No module named '(?P<module>[\w.]+)'")
_DISTRIBUTIONS = {"mypy_django_plugin": "django-stubs", "sqlmypy": "sqlalchemy-stubs"}


@dataclass(frozen=True, slots=True)
class _Run:
    """What was run: `own` says that the service's interpreter has a mypy of its own."""

    service: Service
    python: Path
    own: bool
    version: str
    targets: tuple[str, ...]
    config: CheckerConfig

    @property
    def tool(self) -> str:
        return f"mypy {self.version}".strip()


class TypeChecker:
    """Runs mypy over a service's packages with the service's own configuration."""

    def __call__(self, step: TypeCheck, context: StepContext) -> Iterator[Evidence]:
        """Do the step."""
        service = member(step.service, context.config)
        if not service.packages:
            yield Unobserved(
                step.id,
                f"{service.name} names no package to check",
                hint='name them in its table: packages = ["…"]',
            )
            return
        run = _prepare(service, context)
        ended = run_tool(
            _command(run, context.cache),
            cwd=run.config.directory,
            env=_environment(run, context.directory),
            directory=context.directory,
        )
        yield from _told(step.id, run, ended, context)


def _prepare(service: Service, context: StepContext) -> _Run:
    python = Path(interpreter_of(service))
    theirs = look_into(python, {"mypy": "mypy"})
    found = theirs if "mypy" in theirs.found else look_into(Path(sys.executable), {"mypy": "mypy"})
    if "mypy" not in found.found:
        raise HarnessError(
            f"mypy is installed neither beside {service.name} nor beside the harness",
            hint=f"install mypy with {python}, or contract-harness[gate] beside the harness",
        )
    config = find_config(service.directory, context.config.root)
    targets = tuple(_target(package, import_root(service)) for package in service.packages)
    own = found is theirs
    return _Run(service, python, own, found.found["mypy"], targets, config)


def _target(package: str, root: Path) -> str:
    """Tell a package from a single module: mypy asks for each by another name."""
    return f"-m{package}" if _module_file(package, root).is_file() else f"-p{package}"


def _module_file(package: str, root: Path) -> Path:
    return root.joinpath(*package.split(".")).with_suffix(".py")


def _command(run: _Run, cache: Path) -> list[str]:
    python = str(run.python if run.own else sys.executable)
    command = [python, "-m", "mypy", "-O", "json"]
    command += [f"--config-file={run.config.file or ''}"]
    if not run.own:
        command += ["--python-executable", str(run.python)]
    if not run.config.sets_cache:
        command += ["--cache-dir", str(cache / "mypy" / quote(run.service.name, safe=""))]
    return [*command, *run.targets]


def _environment(run: _Run, directory: Path) -> dict[str, str]:
    env = environment_of(run.service, directory)
    env["MYPYPATH"] = import_path([import_root(run.service)], env.get("MYPYPATH", ""))
    return env


def _told(what: str, run: _Run, ended: Ended, context: StepContext) -> Iterator[Evidence]:
    output = parse(ended.out)
    plugin = _missing_plugin(_messages(ended))
    if plugin is not None:
        yield _without_plugin(what, run, plugin, ended)
        return
    yield from TypeErrors(run.service, run.config.directory, context.config).of(output.errors)
    if ended.code not in (0, 1) or output.noise:
        yield _stopped(what, run, ended, output.errors)
        return
    boundary = Boundary(run.service, context.config.root)
    yield TypesChecked(
        run.service.name,
        run.tool,
        tuple(run.service.packages),
        ended.elapsed_ms,
        tuple(module.name for module in boundary.modules),
    )
    yield from _leaks(what, run, boundary, context)


def _leaks(what: str, run: _Run, boundary: Boundary, context: StepContext) -> Iterator[Evidence]:
    """
    Find where `Any` comes in, and ask mypy only about what may be such a place.

    Shape: mypy is run again, since an `Any` that an ignore comment covers would change what the
    first run says of that comment.
    """
    silent = run.config.hides_imports
    if not any(Leaks(boundary, context.config, silent_imports=silent).found()):
        return
    shadows = list(_shadows(boundary, context.directory))
    ended = run_tool(
        [*_command(run, context.cache), *shadows],
        cwd=run.config.directory,
        env=_environment(run, context.directory),
        directory=context.directory,
    )
    output = parse(ended.out)
    if ended.code not in (0, 1) or output.noise:
        yield _stopped(what, run, ended, ())
        return
    anys = Anys.of(output.errors, boundary, run.config.directory)
    yield from Leaks(boundary, context.config, silent_imports=silent, anys=anys).found()


def _shadows(boundary: Boundary, directory: Path) -> Iterator[str]:
    """
    Have mypy read another text of each module, in which it tells every `Any`.

    Shape: what other modules see of it stays the same, so that the cache holds for all of them.
    """
    for module in boundary.modules:
        shadow = directory / f"{module.name}.shadow.py"
        shadow.write_text(telling_any(module), encoding="utf-8")
        yield from ("--shadow-file", str(module.path), str(shadow))


def _stopped(what: str, run: _Run, ended: Ended, errors: tuple[Line, ...]) -> Unobserved:
    if errors:
        reason = f"{run.tool} stopped at an error, so the rest of {run.service.name} was not seen"
        hint = "mend the first error and check again"
    else:
        reason = f"{run.tool} ended with code {ended.code}: {_last_words(ended, run.service)}"
        hint = f"run `{run.python} -m mypy` in {run.config.directory} to see it by itself"
    return Unobserved(what, reason, hint, without_secrets(ended.words, run.service))


def _messages(ended: Ended) -> list[str]:
    """All that was said; what mypy says of its configuration is JSON on the other stream."""
    everything = parse(ended.words)
    return [line.message for line in everything.errors] + list(everything.noise)


def _last_words(ended: Ended, service: Service) -> str:
    said = _messages(ended) or ["it wrote nothing"]
    return without_secrets(
        next((line for line in said if "error" in line.lower()), said[-1]), service
    )


def _missing_plugin(messages: list[str]) -> tuple[str, str] | None:
    """Find the plugin that could not be imported, and the module that was missing for it."""
    for message in messages:
        plugin, absent = _PLUGIN.search(message), _ABSENT.search(message)
        if plugin and absent:
            return plugin["plugin"], absent["module"]
    return None


def _without_plugin(what: str, run: _Run, plugin: tuple[str, str], ended: Ended) -> Unobserved:
    name, module = plugin
    top = module.partition(".")[0]
    package = _DISTRIBUTIONS.get(top, top)
    python = run.python if run.own else Path(sys.executable)
    together = package if run.own else f"mypy and {package}"
    return Unobserved(
        what,
        f"the configuration of {run.service.name} names the mypy plugin {name}, and {python} has no"
        f" module {module}",
        hint=f"install {together} where the service's own packages are: {run.python}",
        detail=without_secrets(ended.words, run.service),
    )
