"""The effective configuration, and the schema for editors."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

import jsonschema
import pytest

from harness.settings.editor_schema import editor_schema
from harness.settings.load import Workspace
from tests.settings.conftest import Write


def test_every_value_has_an_origin(write: Write, workspace: Callable[[], Workspace]) -> None:
    """Each row names the line that set it; secrets are masked."""
    write(
        **{
            "contract-harness.toml": """
                services = ["a"]
                extends = "team.toml"
                budget = { examples = 7 }
                policy.services.a.legs.words-fit = "warning"
                policy.annotations = [{ ignore = "a:b", reason = "so" }]
            """,
            "team.toml": 'mode = "advisory"\n[levels]\ntype-error = "off"\n',
            "a/pyproject.toml": """
                [tool.contract-harness.service]
                name = "a"
                url = "https://me:hunter2@host/x"
                [tool.contract-harness.service.env]
                API_TOKEN = "hunter2"
                KEY = { from = "OTHER" }
                MODE = "test"
            """,
        }
    )
    rows = [f"{one.key} = {one.value}  # {one.origin}" for one in workspace().settings]

    assert rows == [
        'pacts = "contracts/pacts"  # default',
        'accepted = "contracts/documents"  # default',
        'waivers = "contracts/waivers.toml"  # default',
        'evidence = ".harness/evidence"  # default',
        'neighbours = "stand-in"  # default',
        "budget.examples = 7  # contract-harness.toml:3",
        "budget.seed = 0  # default",
        "budget.time_cap_s = 900.0  # default",
        "budget.patience_s = 10.0  # default",
        "workers = 0  # default",
        'extends = "team.toml"  # contract-harness.toml:2',
        'policy.mode = "advisory"  # team.toml:1',
        'policy.annotations = [{ ignore = "a:b", reason = "so" }]  # contract-harness.toml:5',
        'policy.levels.type-error = "off"  # team.toml:3',
        'policy.services.a.legs.words-fit = "warning"  # contract-harness.toml:4',
        'members.a.url = "https://me:***@host/x"  # a/pyproject.toml:3',
        'members.a.env.API_TOKEN = "***"  # a/pyproject.toml:5',
        'members.a.env.KEY = { from = "OTHER" }  # a/pyproject.toml:6',
        'members.a.env.MODE = "test"  # a/pyproject.toml:7',
        'members.a.reset = "restart"  # default',
        "members.a.start_timeout_s = 30.0  # default",
    ]


GOOD = """
    services = ["a"]
    pacts = "pacts"
    [service]
    name = "a"
    documents = ["/x", { path = "y", mount = "/y" }]
    env = { A = "1", B = { from = "C" } }
    consumes = { b = "B_URL", c = { env = "C_URL" } }
"""


def test_the_schema_takes_what_the_loader_takes() -> None:
    """Both ways of writing an entry are valid for an editor."""
    jsonschema.Draft202012Validator.check_schema(editor_schema())
    jsonschema.validate(tomllib.loads(GOOD), editor_schema())


@pytest.mark.parametrize("line", ["servces = []", "pacts = 3", "workers = -1"])
def test_the_schema_refuses_what_the_loader_refuses(line: str) -> None:
    """An editor marks unknown keys and wrong values."""
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tomllib.loads(line), editor_schema())
