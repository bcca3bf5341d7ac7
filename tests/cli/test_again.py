"""Going on from the last run: what failed, where to stop, and what a shell completes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from harness import pipeline
from harness.checks.catalog import CATALOG
from harness.cli.choosing import failed_last
from harness.domain.edge import Pair
from harness.domain.errors import Misused
from harness.domain.evidence import Evidence
from harness.domain.finding import Named
from harness.domain.kept_run import KeptRun
from harness.domain.policy import Severity
from harness.domain.selection import Selection
from harness.domain.system import System
from harness.domain.typed import TypeDiagnostic, TypesChecked
from harness.domain.verdict import Status, Verdict
from harness.stages.ports import Outside
from tests.cli.conftest import Type
from tests.fakes import FakeFiles, FakeProgress, FakeWorkers, a_config, a_service, a_shop

EDGE = Named("1:a", "reply-not-accepted", "orders:inventory")
SERVICE = Named("1:b", "type-error", "orders")


def selected(*findings: Named) -> Selection:
    """What is looked at after a run with these findings."""
    return failed_last(KeptRun(Status.FAILED, findings=findings), System(a_shop()))


def test_what_failed_is_looked_at_again() -> None:
    """The checks that failed, on the edges where they did, or on all services concerned."""
    pair = Pair("orders", "inventory")
    assert selected(EDGE) == Selection((), (pair,), ("reply-not-accepted",))
    assert selected(EDGE, SERVICE) == Selection(
        ("orders", "inventory"), (), ("reply-not-accepted", "type-error")
    )


def test_what_did_not_fail_is_left_out() -> None:
    """Warnings are no failures; without a failure all is looked at."""
    warning = Named("1:c", "type-error", "inventory", severity=Severity.WARNING)
    assert selected(SERVICE, warning) == Selection(("orders",), (), ("type-error",))
    assert selected(warning).is_whole


def test_what_is_gone_is_passed_over() -> None:
    """A check or a service that is there no more cannot be looked at."""
    gone = Named("1:d", "no-such-check", "gone")
    assert selected(gone).is_whole
    assert selected(gone, SERVICE) == Selection(("orders",), (), ("type-error",))


def test_without_a_last_run_there_is_one_error(run: Type) -> None:
    """Nothing is known of what failed."""
    with pytest.raises(Misused, match="no run"):
        failed_last(None, System(a_shop()))
    assert run("gate", "--last-failed").code == 2
    assert "name nothing beside it" in run("gate", "--last-failed", "--service", "orders").err


def stopped(maxfail: int) -> tuple[Verdict, list[str]]:
    """Run five services, one after another, of which each has a type error."""
    names = [f"s{number}" for number in range(5)]
    script: dict[str, tuple[Evidence, ...]] = {
        f"types:{name}": (
            TypesChecked(name, "mypy"),
            TypeDiagnostic(name, f"{name}.py", 1, 1, "arg-type", "wrong", name, "a()"),
        )
        for name in names
    }
    workers = FakeWorkers(script, size=1)
    outside = Outside(FakeFiles(), workers, FakeProgress(), lambda: 0.0)
    config = a_config(*(a_service(name) for name in names))
    verdict = pipeline.run(config, outside, CATALOG, Selection(checks=("type-error",)), maxfail)
    return verdict, workers.started


@pytest.mark.parametrize("maxfail", [1, 2, 5])
def test_enough_failures_end_a_run(maxfail: int) -> None:
    """No step is begun after so many findings; those that are left are named."""
    verdict, started = stopped(maxfail)

    assert len(verdict.findings) == maxfail
    assert verdict.status is Status.FAILED
    left = [one.what for one in verdict.left_out if one.why.startswith("given up")]
    assert len(started) + len(left) >= 5
    assert {*started[:maxfail], *left} == {f"types:s{number}" for number in range(5)}


def test_without_a_limit_all_is_done() -> None:
    """Five services have five findings."""
    assert len(stopped(0)[0].findings) == 5


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(run: Type, shell: str) -> None:
    """The script asks this very command what may stand there."""
    ended = run("completion", shell)

    assert ended.code == 0
    assert "_HARNESS_COMPLETE" in ended.out


@pytest.mark.parametrize(
    ("words", "told"), [("harness ga", "gate"), ("harness gate --maxf", "--maxfail")]
)
def test_verbs_and_options_are_completed(words: str, told: str) -> None:
    """What the script asks for is answered, and nothing else is done."""
    count = str(len(words.split()) - 1)
    env = {"_HARNESS_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": count}
    done = subprocess.run(
        [sys.executable, "-m", "harness"],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0
    assert f"plain,{told}\n" in done.stdout


def test_watching_leaves_on_ctrl_c(run: Type) -> None:
    """It looks at types and compatibility alone, and an interruption is its usual end."""
    ended = run("watch")

    assert ended.code == 0
    assert "watching" in ended.err
