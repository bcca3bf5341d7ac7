"""The type checker's step, with the real mypy."""

from __future__ import annotations

import sys
import venv
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from harness.adapters.type_checker import TypeChecker
from harness.domain.config import Config
from harness.domain.errors import HarnessError
from harness.domain.evidence import Evidence, Unobserved
from harness.domain.service import EnvValue, Service
from harness.domain.steps import TypeCheck
from harness.domain.system import System
from harness.domain.typed import TypeDiagnostic, TypesChecked
from harness.stages.ports import StepContext

pytestmark = pytest.mark.tools

WRONG = """\
class Till:
    def total(self, prices: list[int]) -> int:
        return   sum(prices) + "0"
"""
CLEAN = "def total(prices: list[int]) -> int:\n    return sum(prices)\n"


Check = Callable[..., list[Evidence]]


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache for all tests that do not look at it: the standard library is read once."""
    return tmp_path_factory.mktemp("types-cache")


@pytest.fixture
def check(shared_cache: Path) -> Check:
    """What the step sees of the first service of a workspace."""

    def see(root: Path, *services: Service, cache: Path = shared_cache) -> list[Evidence]:
        directory = root.parent / "step"
        directory.mkdir(exist_ok=True)
        config = Config(root=root, source=root / "pyproject.toml", services=services)
        context = StepContext(System(config), directory, cache, root.parent, {})
        return list(TypeChecker()(TypeCheck(services[0].name), context))

    return see


def service(directory: Path, **code: str) -> Service:
    """A service with its code below `src`, one module a keyword."""
    package = directory / "src" / "shop"
    package.mkdir(parents=True)
    for name, text in {"__init__": "", **code}.items():
        (package / f"{name}.py").write_text(text)
    return Service(directory.name, directory, root=directory / "src", packages=("shop",))


def test_an_error_is_named_without_its_line_number(check: Check, tmp_path: Path) -> None:
    """An error's identity is its function and statement; place and column count from one."""
    root = tmp_path / "work"
    seen = check(root, service(root / "till", till=WRONG))

    (found,) = [one for one in seen if isinstance(one, TypeDiagnostic)]
    assert (found.file, found.line, found.column) == ("till/src/shop/till.py", 3, 32)
    assert found.code == "operator"
    assert found.scope == "shop.till.Till.total"
    assert found.statement == 'return sum(prices) + "0"'


def test_a_run_to_the_end_says_with_which_tool(check: Check, tmp_path: Path) -> None:
    """That nothing was found is evidence only together with what looked."""
    root = tmp_path / "work"
    seen = check(root, service(root / "till", till=CLEAN))

    (done,) = seen
    assert isinstance(done, TypesChecked)
    assert done.tool.startswith("mypy 2.")
    assert done.targets == ("shop",)


def test_a_note_is_no_error(check: Check, tmp_path: Path) -> None:
    """mypy exits 1 on a note alone when it writes JSON; severity decides, not the exit code."""
    root = tmp_path / "work"
    seen = check(root, service(root / "till", till="reveal_type(1)\n"))

    assert [type(one) for one in seen] == [TypesChecked]


def test_the_services_own_configuration_decides(check: Check, tmp_path: Path) -> None:
    """A service that is strict is checked strictly."""
    root = tmp_path / "work"
    member = service(root / "till", till="def total(prices): return prices\n")
    assert [type(one) for one in check(root, member)] == [TypesChecked]

    (root / "till" / "pyproject.toml").write_text("[tool.mypy]\nstrict = true\n")
    (found, _) = check(root, member)
    assert isinstance(found, TypeDiagnostic)
    assert found.code == "no-untyped-def"


def test_packages_under_one_root_share_its_configuration(check: Check, tmp_path: Path) -> None:
    """The nearest configuration up to the workspace's root holds, and each error is told once."""
    root = tmp_path / "work"
    for name in ("one", "two"):
        (root / name).mkdir(parents=True)
        (root / name / "__init__.py").write_text("")
        (root / name / "code.py").write_text("def f(x): return x\n")
    (root / "one" / "code.py").write_text("from two.code import f\ng = f(1)\n")
    (root / "mypy.ini").write_text("[mypy]\ndisallow_untyped_defs = True\n")
    one, two = (Service(n, root / n, root=root, packages=(n,)) for n in ("one", "two"))

    assert [type(seen) for seen in check(root, one, two)] == [TypesChecked]
    (found, _) = check(root, two, one)
    assert isinstance(found, TypeDiagnostic)
    assert (found.file, found.scope) == ("two/code.py", "two.code.f")


def test_a_missing_plugin_is_named(check: Check, tmp_path: Path) -> None:
    """Without its plugin mypy cannot judge, which is not the same as a clean service."""
    root = tmp_path / "work"
    member = service(root / "till", till=CLEAN)
    (root / "till" / "mypy.ini").write_text("[mypy]\nplugins = absent_stubs.mypy_plugin\n")

    (seen,) = check(root, member)
    assert isinstance(seen, Unobserved)
    assert "absent_stubs" in seen.reason
    assert "install absent_stubs" in seen.hint


def test_a_plugin_that_crashes_leaves_the_service_unseen(check: Check, tmp_path: Path) -> None:
    """A crash of the tool is told with its output."""
    root = tmp_path / "work"
    member = service(root / "till", till=CLEAN)
    (root / "till" / "bad.py").write_text("def plugin(version):\n    raise ValueError('oh')\n")
    (root / "till" / "mypy.ini").write_text("[mypy]\nplugins = bad.py\n")

    (seen,) = check(root, member)
    assert isinstance(seen, Unobserved)
    assert "INTERNAL ERROR" in seen.detail


def test_a_package_that_is_not_there_is_unseen(check: Check, tmp_path: Path) -> None:
    """A misspelt package is not a clean one."""
    root = tmp_path / "work"
    service(root / "till")
    (seen,) = check(root, Service("till", root / "till", root=root / "till/src", packages=("shp",)))
    assert isinstance(seen, Unobserved)
    assert "Can't find package 'shp'" in seen.reason


def test_a_service_without_packages_is_unseen(check: Check, tmp_path: Path) -> None:
    """Nothing to check is not a clean check."""
    (seen,) = check(tmp_path, Service("till", tmp_path))
    assert isinstance(seen, Unobserved)


def test_a_syntax_error_is_found_and_the_rest_is_unseen(check: Check, tmp_path: Path) -> None:
    """mypy stops at text that is no Python: what lies behind it was not looked at."""
    root = tmp_path / "work"
    seen = check(root, service(root / "till", till="def total(:\n", other=WRONG))

    assert {one.code for one in seen if isinstance(one, TypeDiagnostic)} == {"syntax"}
    assert isinstance(seen[-1], Unobserved)
    assert "stopped" in seen[-1].reason


def test_nothing_is_written_into_the_workspace(check: Check, tmp_path: Path) -> None:
    """The cache outlives the run elsewhere, one for each service."""
    root = tmp_path / "work"
    member = service(root / "a till/ü", till=CLEAN)
    before = sorted(root.rglob("*"))
    check(
        root,
        Service("a till/ü", member.directory, root=member.root, packages=("shop",)),
        cache=tmp_path / "cache",
    )

    assert sorted(root.rglob("*")) == before
    assert (tmp_path / "cache" / "mypy" / quote("a till/ü", safe="")).is_dir()


def test_a_cache_of_the_services_own_stays_its_own(check: Check, tmp_path: Path) -> None:
    """A configuration that names a cache is followed."""
    root = tmp_path / "work"
    member = service(root / "till", till=CLEAN)
    (root / "till" / "mypy.ini").write_text("[mypy]\ncache_dir = mine\n")
    check(root, member, cache=tmp_path / "cache")

    assert (root / "till" / "mine").is_dir()
    assert not (tmp_path / "cache").exists()


def test_an_interpreter_without_mypy_borrows_ours(check: Check, tmp_path: Path) -> None:
    """A service need not install mypy; what is installed there is still what it imports."""
    root = tmp_path / "work"
    venv.create(tmp_path / "bare", symlinks=True)
    (site,) = (tmp_path / "bare").glob("lib/python*/site-packages")
    (site / "only_there.py").write_text("x = 1\n")
    (site / "only_there-stubs").mkdir()
    (site / "only_there-stubs" / "__init__.pyi").write_text("x: int\n")
    base = service(root / "till", till="from only_there import x\ny: str = x\n")
    member = Service(
        "till", base.directory, root=base.root, packages=("shop",), python=tmp_path / "bare"
    )

    (found, _) = check(root, member)
    assert isinstance(found, TypeDiagnostic)
    assert found.code == "assignment"


def test_an_interpreter_that_cannot_be_run_is_told(check: Check, tmp_path: Path) -> None:
    """A wrong `python` ends in a sentence that names it."""
    root = tmp_path / "work"
    base = service(root / "till", till=CLEAN)
    member = Service("till", base.directory, packages=("shop",), python=tmp_path / "absent")
    with pytest.raises(HarnessError, match="absent"):
        check(root, member)


def test_a_plugin_sees_the_services_environment(
    check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plugins such as Django's import the service's settings; its secrets stay hidden."""
    root = tmp_path / "work"
    base = service(root / "till", settings="import os\nKEY = os.environ['TILL_KEY']\n")
    monkeypatch.setenv("SECRET_KEY_OF_TILL", "hush-hush")
    (root / "till" / "plug.py").write_text(
        "import shop.settings\ndef plugin(version):\n    raise ValueError(shop.settings.KEY)\n"
    )
    (root / "till" / "mypy.ini").write_text("[mypy]\nplugins = plug.py\nshow_traceback = True\n")
    member = Service(
        "till",
        base.directory,
        root=base.root,
        packages=("shop",),
        env={"TILL_KEY": EnvValue(secret_from="SECRET_KEY_OF_TILL")},
        python=Path(sys.executable),
    )

    (seen,) = check(root, member)
    assert isinstance(seen, Unobserved)
    assert "ValueError: ***" in seen.detail
    assert "hush-hush" not in seen.detail + seen.reason
