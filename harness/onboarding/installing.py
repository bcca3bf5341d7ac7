"""What a pipeline runs to give a service its packages."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator

from harness.onboarding.found import Entry
from harness.onboarding.projects import toml_of
from harness.onboarding.tree import Tree, joined


def installed(tree: Tree, directory: str, entries: Iterable[Entry]) -> Iterator[str]:
    """
    The commands for one service, run at the root.

    Shape: they fill the environment that its table names as its own, else the harness's.
    """
    files = set(tree.files())
    place = shlex.quote(directory or ".")
    own = [one for one in entries if one.key == "python" and one.sure]
    is_own = bool(own) and "/" not in str(own[0].value)
    environment = shlex.quote(joined(directory, str(own[0].value))) if is_own else ""
    pip = f"{environment}/bin/pip" if is_own else "pip"
    if is_own and joined(directory, "uv.lock") in files:
        yield f"pip install uv && uv sync --project {place}"
        pip = f"uv pip --python {environment}"
    else:
        if is_own:
            yield f"python -m venv {environment}"
        yield from _by_pip(tree, directory, files, pip)
    if is_own and any(one.key == "contract_tests" for one in entries):
        yield f"{pip} install contract-harness"


def _by_pip(tree: Tree, directory: str, files: set[str], pip: str) -> Iterator[str]:
    project = toml_of(tree, joined(directory, "pyproject.toml"))
    requirements = joined(directory, "requirements.txt")
    if requirements in files:
        yield f"{pip} install -r {shlex.quote(requirements)}"
    elif {"project", "build-system"} & project.keys() or joined(directory, "setup.py") in files:
        yield f"{pip} install {shlex.quote(f'./{directory}' if directory else '.')}"
