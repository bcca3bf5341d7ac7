"""Who writes no contracts pays nothing for the plugin."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.consumer.support import CLIENT, PLAIN, declared, run_apart

pytest_plugins = ["pytester"]

HEAVY = ("pact", "pact_ffi", "pydantic", "msgspec", "attr", "xdist", "harness.consumer.mocking")


def test_importing_the_face_imports_nothing_heavy() -> None:
    """The face itself needs the standard library alone."""
    code = f"import sys, harness.consumer; print([m for m in {HEAVY!r} if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_a_run_without_contracts_never_loads_pact(pytester: pytest.Pytester) -> None:
    """Neither pact-python nor our machinery is loaded, and nothing is said."""
    pytester.makepyfile(
        f"import sys\ndef test_it(): assert not {{*{HEAVY[:2]!r}}} & {{*sys.modules}}"
    )
    result = run_apart(pytester, "-p", "no:xdist")
    result.assert_outcomes(passed=1)
    assert "pacts" not in result.stdout.str()


def test_a_run_without_pact_python_is_not_broken(pytester: pytest.Pytester) -> None:
    """Where pact-python is missing, other tests run, and a contract says what it lacks."""
    pytester.makeconftest("import sys\nsys.modules['pact'] = None\n")
    pytester.makepyfile(CLIENT + declared("known") + "\ndef test_other(): ...\n")
    result = run_apart(pytester)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*ModuleNotFoundError: *pact*"])


def test_the_plugin_can_be_switched_off(pytester: pytest.Pytester) -> None:
    """Without the plugin plain tests run as pact-python runs them."""
    pytester.makepyfile(
        PLAIN + "\ndef test_it():\n    pact = told(Pact('a', 'b'), 'x')\n    ask(pact, '/stock')\n"
        "    pact.write_file('out')\n"
    )
    run_apart(pytester, "-p", "no:harness.consumer.plugin").assert_outcomes(passed=1)
    assert (pytester.path / "out/a-b.json").exists()


def test_no_telemetry(pytester: pytest.Pytester) -> None:
    """pact's usage reports are off before it is imported."""
    pytester.makepyfile(
        "import os\nfrom pact import Pact\n"
        "def test_it(): assert os.environ['PACT_DO_NOT_TRACK'] == 'true'"
    )
    run_apart(pytester).assert_outcomes(passed=1)
