"""What users take into their pipelines is what these services read, and runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from junitparser import JUnitXml

from harness import __version__
from harness.domain.config import Config
from tests.review.build_logs import azure_commands

REPOSITORY = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
DOCS = REPOSITORY / "docs"
PAGES = ("github", "gitlab", "azure", "pre-commit")
SCRIPTS = sorted((REPOSITORY / "ci").rglob("*.sh"))

# The name that a page gives an example in its first line, and what reads a file of that name.
SCHEMAS = {
    ".github/workflows/contracts.yml": ("vendor.github-workflows", ""),
    ".gitlab-ci.yml": ("vendor.gitlab-ci", "gitlab-ci"),
    "azure-pipelines.yml": ("vendor.azure-pipelines", "azure-pipelines"),
}
FILES = {
    "action.yml": ("vendor.github-actions", ""),
    "ci/gitlab/contract-harness.yml": ("vendor.gitlab-ci", "gitlab-ci"),
    "ci/azure/contract-harness.yml": ("vendor.azure-pipelines", "azure-pipelines"),
}
STEPS = "steps of a job"
JOB = "name: x\non: push\njobs:\n  gate:\n    runs-on: ubuntu-latest\n    steps:\n"


def examples() -> Iterator[tuple[str, str, str]]:
    """Give the YAML of the pages: page, name of the file, text."""
    for page in PAGES:
        text = (DOCS / f"{page}.md").read_text("utf-8")
        for found in re.findall(r"^```yaml\n# ([^\n]+)\n(.*?)^```$", text, re.M | re.S):
            yield page, *found


EXAMPLES = list(examples())


def ran(*words: str, cwd: Path = REPOSITORY, **known: str) -> subprocess.CompletedProcess[str]:
    """Run a command of this environment."""
    return subprocess.run(
        [str(BIN / words[0]), *words[1:]],
        cwd=cwd,
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **known},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def refusals(file: Path, schema: tuple[str, str]) -> str:
    """Hold a file against the schema of the service that reads it, and say what is wrong."""
    name, transform = schema
    options = ["--data-transform", transform] if transform else []
    # One of the schemas has a pattern that JavaScript's own rules refuse.
    options += ["--regex-variant", "python"]
    ended = ran("check-jsonschema", "--builtin-schema", name, *options, str(file))
    return ended.stdout + ended.stderr if ended.returncode else ""


def test_every_example_says_what_it_is() -> None:
    """No YAML of the pages goes unread."""
    told = sum(text.read_text("utf-8").count("```yaml\n") for text in map(_page, PAGES))

    assert told == len(EXAMPLES)
    assert {name for _, name, _ in EXAMPLES} == {*SCHEMAS, STEPS, ".pre-commit-config.yaml"}


def _page(name: str) -> Path:
    return DOCS / f"{name}.md"


def in_use(name: str) -> str:
    """Give a template as a job that extends it has it: of a hidden job a schema says little."""
    return (REPOSITORY / name).read_text("utf-8").replace("\n.contract-harness:", "\ncontracts:")


@pytest.mark.parametrize("name", FILES)
def test_a_template_is_what_its_service_reads(tmp_path: Path, name: str) -> None:
    """By the services' own schemas."""
    file = tmp_path / "template.yml"
    file.write_text(in_use(name))

    assert refusals(file, FILES[name]) == ""


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("action.yml", "using: composite", "using: compositional"),
        ("ci/gitlab/contract-harness.yml", "when: always", "when: ever"),
        ("ci/azure/contract-harness.yml", "displayName:", "displayedName:"),
    ],
)
def test_what_a_service_would_not_read_is_seen(
    tmp_path: Path, name: str, right: str, wrong: str
) -> None:
    """A slip in each template is told."""
    text = in_use(name)
    slipped = tmp_path / "slipped.yml"
    slipped.write_text(text.replace(right, wrong))

    assert right in text
    assert "slipped.yml" in refusals(slipped, FILES[name])


@pytest.mark.parametrize(
    ("page", "name", "text"),
    EXAMPLES,
    ids=[f"{page}:{n}" for n, (page, _, _) in enumerate(EXAMPLES)],
)
def test_an_example_is_what_its_service_reads(
    tmp_path: Path, page: str, name: str, text: str
) -> None:
    """By the services' own schemas, and the hooks by pre-commit itself."""
    file = tmp_path / "example.yml"
    file.write_text(text)
    if name == ".pre-commit-config.yaml":
        ended = ran("pre-commit", "validate-config", str(file))
        assert ended.returncode == 0, ended.stdout
        return
    if name == STEPS:
        file.write_text(JOB + "".join(f"      {line}\n" for line in text.splitlines()))
        name = ".github/workflows/contracts.yml"
    assert refusals(file, SCHEMAS[name]) == ""


def test_what_a_user_takes_is_of_this_version() -> None:
    """A version that is pinned in a template or on a page is the one of this revision."""
    files = [*(REPOSITORY / name for name in FILES), *map(_page, PAGES)]
    pinned = {
        found
        for file in files
        for found in re.findall(
            r"(?:harness@v|re[vf]: v|tags/v|==|(?:VERSION|default): \"|(?i:version)` \| `)"
            r"(\d+\.\d+\.\d+)",
            file.read_text("utf-8"),
        )
    }

    assert pinned == {__version__}


def test_the_workflow_of_the_page_is_sound(tmp_path: Path) -> None:
    """Another's auditor of workflows finds nothing to say about the action or the example."""
    (workflow,) = [text for _, name, text in EXAMPLES if name.startswith(".github/")]
    # What the page leaves to the reader's taste: a hash in place of a tag.
    pinned = re.sub(r"@v[\d.]+", f"@{'0' * 40} # v1", workflow)
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/contracts.yml").write_text(pinned)
    (tmp_path / "action.yml").write_text((REPOSITORY / "action.yml").read_text("utf-8"))
    ended = ran(
        *("zizmor", "--offline", "--no-progress", "--no-config", "--no-exit-codes"),
        *("--persona=pedantic", "--format=json", str(tmp_path)),
    )
    found = json.loads(ended.stdout)

    assert [(one["ident"], one["desc"]) for one in found] == [], ended.stdout


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_sound(script: Path) -> None:
    """Another's linter of shell finds nothing to say."""
    ended = ran("shellcheck", str(script))

    assert ended.returncode == 0, ended.stdout


def test_the_scripts_of_templates_are_sound(tmp_path: Path) -> None:
    """What is a script within a template is one that the linter takes, blanks in values aside."""
    lines = [*gitlab_job()["before_script"], *gitlab_job()["script"]]
    lines += [step["bash"] for step in azure_steps() if "bash" in step]
    file = tmp_path / "script.sh"
    file.write_text("#!/usr/bin/env bash\nset -e\n" + "\n".join(lines) + "\n")
    ended = ran("shellcheck", "--exclude=SC2086", str(file))

    assert len(lines) == 5
    assert ended.returncode == 0, ended.stdout


def gitlab_job() -> Any:
    """Read the job of GitLab's template."""
    text = (REPOSITORY / "ci/gitlab/contract-harness.yml").read_text("utf-8")
    return yaml.safe_load(text)[".contract-harness"]


def azure_steps() -> Any:
    """Read the steps of Azure's template."""
    return yaml.safe_load((REPOSITORY / "ci/azure/contract-harness.yml").read_text("utf-8"))[
        "steps"
    ]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace of one service whose types are wrong, below the root of its repository."""
    shop = tmp_path / "a b" / "shop"
    (shop / "orders").mkdir(parents=True)
    (tmp_path / "a b" / ".git").mkdir()
    (shop / "contract-harness.toml").write_text('[members.orders]\npackages = ["orders"]\n')
    (shop / "orders/__init__.py").write_text("def total() -> int:\n    return ''\n")
    return shop


def bash(script: str, cwd: Path, **known: str) -> subprocess.CompletedProcess[str]:
    """Run lines as a build does."""
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script],
        cwd=cwd,
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **known},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.tools
def test_gitlab_s_job_writes_what_it_names(workspace: Path) -> None:
    """The reports lie where the job says, and the job fails with the gate."""
    job = gitlab_job()
    project = workspace.parent
    ended = bash(
        "\n".join(job["script"]),
        project,
        GITLAB_CI="true",
        CI_PROJECT_DIR=str(project),
        CONTRACT_HARNESS_DIRECTORY="shop",
        CONTRACT_HARNESS_ARGUMENTS="-q --check type-error",
    )
    reports = job["artifacts"]["reports"]
    (issue,) = json.loads((project / reports["codequality"]).read_text())

    assert ended.returncode == 1, ended.stderr
    assert set(job["artifacts"]["paths"]) == {*reports.values(), "contract-harness.html"}
    assert all((project / path).is_file() for path in job["artifacts"]["paths"])
    assert (issue["location"]["path"], issue["location"]["lines"]["begin"]) == (
        "shop/orders/__init__.py",
        2,
    )
    assert JUnitXml.fromfile(str(project / reports["junit"])).failures == 1


def test_gitlab_is_told_where_the_page_says() -> None:
    """The reports that a job of GitLab writes by itself lie where the page tells to look."""
    (told,) = [
        yaml.safe_load(text)["contracts"]
        for page, _, text in EXAMPLES
        if page == "gitlab" and "gl-junit" in text
    ]
    kept = Config(Path("/w"), Path("/w/pyproject.toml"), ()).kept.name

    assert told["artifacts"]["reports"] == {
        "codequality": f"{kept}/gl-code-quality.json",
        "junit": f"{kept}/gl-junit.xml",
    }


@pytest.mark.tools
def test_azure_s_steps_write_what_they_name(workspace: Path, tmp_path: Path) -> None:
    """Issues are logged, the page is there, and the results lie where they are published from."""
    install, gate, publish, keep = azure_steps()
    ended = bash(
        gate["bash"],
        workspace,
        TF_BUILD="True",
        AGENT_TEMPDIRECTORY=str(tmp_path),
        CONTRACT_HARNESS_ARGUMENTS="-q --check type-error",
    )
    issue, page = azure_commands(ended.stdout)
    results, report = (
        path.replace("$(Agent.TempDirectory)", str(tmp_path))
        for path in (publish["inputs"]["testResultsFiles"], keep["publish"])
    )

    assert ended.returncode == 1, ended.stderr
    assert install["env"]["CONTRACT_HARNESS_VERSION"] == "${{ parameters.version }}"
    assert issue.properties["sourcepath"] == "shop/orders/__init__.py"
    assert (page.name, Path(page.text).is_file()) == ("task.uploadsummary", True)
    assert JUnitXml.fromfile(results).failures == 1
    assert Path(report).is_file()


def test_the_hooks_are_hooks() -> None:
    """pre-commit reads them, and what they run are verbs of the command."""
    ended = ran("pre-commit", "validate-manifest", ".pre-commit-hooks.yaml")
    hooks = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text("utf-8"))

    assert ended.returncode == 0, ended.stdout
    for hook in hooks:
        program, *words = hook["entry"].split()
        assert ran(program, *words, "--help").returncode == 0
    told = re.findall(r"^\| `([\w-]+)` \| before", _page("pre-commit").read_text("utf-8"), re.M)
    assert set(told) == {hook["id"] for hook in hooks}
