"""Annotations are held against values inside a service, and nothing of what it does changes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.domain.contradiction import Contradicted, Contradiction
from harness.services import RunningService, Services
from tests.services.samples import believing
from tests.services.support import SAMPLES, ask, sample, seen_by

pytestmark = pytest.mark.tools


@pytest.fixture(scope="module")
def shop(services: Services) -> Iterator[RunningService]:
    """A service of the standard library alone, observed."""
    table = sample("believing:app", packages=("believing",), reset="believing:reset")
    with services.open(table, observed=True) as running:
        yield running


EXPECTED = {
    "/argument": ("total", "argument discount", "Decimal", "float 0.1", ""),
    "/return": ("name_of", "return", "str", "None", ""),
    "/yielded": ("counted", "yielded", "int", "str 'two'", ""),
    "/variable": ("read", "variable number", "int", "str '9'", ""),
    "/tail": ("listed", "argument numbers", "list[int]", "list", "item 60"),
    "/deep": ("by_name", "argument numbers", "dict[str, list[int]]", "dict", "item 1"),
    "/keys": ("read_reply", "argument reply", "Reply", "dict", "value of key 'price'"),
    "/protocol": ("greeted", "argument who", "Named", "object", ""),
    "/property": ("Shelf.label", "return", "str", "int 7", ""),
    "/async": ("Shelf.taken", "return", "str", "bytes b'x'", ""),
    "/class": ("Shelf.numbered", "argument number", "int", "str '1'", ""),
}


@pytest.mark.parametrize("path", list(EXPECTED))
def test_a_lie_is_told_once_with_its_request(shop: RunningService, path: str) -> None:
    """
    Arguments, returns, yields and variables are held against values, all items of collections too.

    A value that is handed on is one lie, told where it is met first; the answer is what it was.
    """
    function, what, expected, value, detail = EXPECTED[path]

    (one,) = seen_by(shop, path)

    assert (one.module, one.function, one.what) == ("believing", function, what)
    assert (one.kind, one.expected, one.seen) == (Contradicted.ANNOTATION, expected, value)
    assert one.detail.startswith(detail)
    assert one.file == str(SAMPLES / "believing.py")
    assert ("def " in line_of(one)) is (what.startswith("argument"))


def line_of(one: Contradiction) -> str:
    """The line that a contradiction names."""
    return Path(one.file).read_text("utf-8").splitlines()[one.line - 1]


@pytest.mark.parametrize("path", list(believing.TRUE))
def test_what_is_legal_is_silent(shop: RunningService, path: str) -> None:
    """Whole numbers for floats, doubles, and annotations that no interpreter could evaluate."""
    assert seen_by(shop, path) == []


def test_a_place_keeps_its_first_and_last_requests(shop: RunningService) -> None:
    """However often a place is reached it is one, with a bounded number of requests."""
    for number in range(80):
        ask(shop.url + "/class", f"call {number}")

    (one,) = (one for one in shop.contradictions() if one.function == "Shelf.numbered")

    assert one.occurrences >= 80
    assert len(one.requests) == 50
    assert one.requests[-1].request_id == "call 79"


def test_outside_of_a_request_says_what_ran(shop: RunningService) -> None:
    """A thread that a handler started is told with the requests then in flight."""
    assert ask(shop.url + "/thread", "starts a thread").status == 200

    (one,) = (one for one in shop.contradictions() if one.function == "only_in_threads")
    assert one.requests == ()
    assert [each.request_id for each in one.in_flight] == ["starts a thread"]


def test_what_works_for_the_harness_is_passed_over(services: Services) -> None:
    """Handlers of states and of reset are called with what contracts hold: nothing is told of."""
    table = sample("believing:app", packages=("believing",), reset="believing:reset")
    with services.open(table, observed=True) as running:
        running.reset()

        assert running.observation() == ("", "")
        assert running.contradictions() == ()


def test_a_restart_forgets_nothing(services: Services) -> None:
    """What a service saw before it was started again is still known."""
    with services.open(sample("believing:app", packages=("believing",)), observed=True) as running:
        ask(running.url + "/argument", "before")
        running.reset()

        assert [one.function for one in running.contradictions()] == ["total"]


def test_a_service_that_refuses_to_be_observed_is_served(services: Services) -> None:
    """Where only the hook breaks the import, the service runs without it, and says why."""
    env = {"REFUSES_TO_BE_OBSERVED": "1"}
    table = sample("believing:app", env, packages=("believing",))
    with services.open(table, observed=True) as running:
        why_not, fault = running.observation()

        assert ask(running.url + "/argument").status == 200
        assert (fault, running.contradictions()) == ("", ())
        assert "does not load under observation" in why_not
        assert "RuntimeError('observed')" in why_not


def python_of(version: str) -> str:
    """An interpreter of a version."""
    found = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
    return str(found[0]) if found else f"python{version}"


def runs(python: str) -> bool:
    """Whether there is such an interpreter."""
    try:
        return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


OLD, BARE = python_of("3.9"), python_of("3.12")


@pytest.mark.skipif(not runs(OLD), reason="no Python 3.9 is at hand")
def test_a_python_that_is_too_old_is_no_fault(services: Services) -> None:
    """Where typeguard cannot run, the service is served and the reason names the version."""
    table = sample("bare:make_wsgi", packages=("bare",), python=Path(OLD))
    with services.open(table, observed=True) as running:
        why_not, fault = running.observation()

        assert ask(running.url + "/").status == 200
        assert fault == ""
        assert "typeguard cannot be used in its Python 3.9" in why_not


@pytest.mark.skipif(not runs(BARE), reason="no other interpreter is at hand")
def test_typeguard_is_lent_and_nothing_else(services: Services) -> None:
    """An interpreter with nothing installed is observed, and sees no directory of ours."""
    table = sample("believing:app", packages=("believing",), python=Path(BARE))
    with services.open(table, observed=True) as running:
        assert running.observation() == ("", "")
        assert [one.function for one in seen_by(running, "/argument")] == ["total"]
    with services.open(
        sample("bare:make_wsgi", packages=("bare",), python=Path(BARE)), observed=True
    ) as running:
        entries = ask(running.url + "/").json["path_entries"]

        assert not [one for one in entries if "lent" in one or "site-packages/harness" in one]


@pytest.mark.parametrize(
    ("packages", "why_not", "fault"),
    [
        (("nothing_of_it",), "", "no module of nothing_of_it was imported"),
        (("json",), "json was imported before it could be instrumented", ""),
        (("importing_nothing",), "", "no module of importing_nothing was imported"),
        ((), "its `packages` are not named", ""),
    ],
)
def test_a_canary_confirms_that_something_is_seen(
    services: Services, packages: tuple[str, ...], why_not: str, fault: str
) -> None:
    """Packages of which no function is instrumented are told, never taken for observed."""
    with services.open(sample("believing:app", packages=packages), observed=True) as running:
        assert running.observation() == (why_not, fault)


def test_what_the_first_request_imports_is_observed(services: Services) -> None:
    """Packages that nobody imports before a request comes are looked for after it."""
    with services.open(sample("lazily:app", packages=("believing",)), observed=True) as running:
        assert [one.function for one in seen_by(running, "/argument")] == ["total"]
        assert running.observation() == ("", "")


def test_nobody_is_observed_unasked(services: Services) -> None:
    """A service that is started to be looked at runs as it is."""
    with services.open(sample("bare:make_wsgi", packages=("bare",))) as running:
        modules = ask(running.url + "/").json["modules"]

        assert running.contradictions() == ()
        assert "_contract_harness_checks" not in modules


DJANGO = """
import sys, types
host = types.ModuleType("_contract_harness_host")
host.__path__ = [sys.argv[1]]
sys.modules[host.__name__] = host
from _contract_harness_host.observing import Observer
from _contract_harness_host.sites import Sites
sites = Sites(lambda: ({"request_id": "1"}, []))
observer = Observer(["lazy"], [], sites)
observer.install(None)
import lazy
lazy.label()
lazy.labels()
lazy.row({"a": b"x"})
print([(one["function"], one["expected"], one["seen"]) for one in sites.all()])
"""
LAZY = """
from django.conf import settings
settings.configure(USE_I18N=False)
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy

def label() -> str:
    return gettext_lazy("Name")

def labels() -> list[tuple[str, str]]:
    return [("n", gettext_lazy("Name"))]

def row(values: dict[str, str]) -> dict[str, str]:
    return values
"""


def test_lazy_strings_of_django_are_texts(tmp_path: Path) -> None:
    """They stand for text, also deep in collections; anything else that is no text is told."""
    (tmp_path / "lazy.py").write_text(LAZY, "utf-8")
    host = Path(__file__).parents[2] / "harness" / "host"
    done = subprocess.run(
        [sys.executable, "-c", DJANGO, str(host)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(tmp_path)},
    )

    assert done.stdout.strip() == "[('row', 'dict[str, str]', 'dict')]"
