"""Whose an exception is, by where the code stands that let it out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.consumer.raised import Grounds, Whose, the_one_inside

ROOT = Path("/work")
RAISE = "def run(then=None):\n    raise KeyError('sku')\n"
PASS_ON = "def run(then):\n    then()\n"


def raised(*places: tuple[str, str]) -> Exception:
    """What ends a chain in which each file, of a module, calls the next."""
    call: Any = None
    for at, (file, module) in enumerate(reversed(places)):
        space: dict[str, Any] = {"__name__": module}
        exec(compile(RAISE if at == 0 else PASS_ON, str(ROOT / file), "exec"), space)
        call = _calling(space["run"], call)
    try:
        call()
    except KeyError as error:
        return error.with_traceback(error.__traceback__ and error.__traceback__.tb_next)
    raise AssertionError("nothing was raised")


def _calling(function: Any, then: Any) -> Any:
    def call() -> None:
        function(then)

    return call


TEST = ("contracts/shop/test_stock.py", "test_stock")
HELPER = ("contracts/shop/helpers.py", "helpers")
CONFTEST = ("conftest.py", "conftest")
CLIENT = ("shop/src/shop/client.py", "shop.client")
LIBRARY = ("venv/lib/site-packages/json/decoder.py", "json.decoder")
ALIKE = ("else/shopping/client.py", "shopping.client")


@pytest.mark.parametrize(
    ("places", "whose"),
    [
        ([TEST, CLIENT], Whose.CONSUMER),
        ([TEST, CLIENT, LIBRARY], Whose.CONSUMER),
        ([TEST, CLIENT, LIBRARY, CLIENT, LIBRARY, LIBRARY], Whose.CONSUMER),
        ([TEST], Whose.NOBODY),
        ([TEST, HELPER], Whose.NOBODY),
        ([CLIENT, TEST], Whose.NOBODY),
        ([CONFTEST], Whose.NOBODY),
        ([CONFTEST, CLIENT], Whose.CONSUMER),
        ([TEST, LIBRARY], Whose.STRANGER),
        ([TEST, ALIKE], Whose.STRANGER),
        ([CLIENT, TEST, LIBRARY], Whose.STRANGER),
        ([LIBRARY], Whose.NOBODY),
    ],
)
def test_the_innermost_known_frame_decides(places: list[tuple[str, str]], whose: Whose) -> None:
    """What libraries raise belongs to whoever called them."""
    grounds = Grounds(("shop",), (ROOT / "contracts/shop",))

    assert grounds.whose(raised(*places), ()) is whose


LAYOUTS = {
    "tests within a package": ("shop/tests", ("shop/tests/a.py", "shop.tests.a"), Whose.NOBODY),
    "a package beside its tests": ("shop", ("shop/shop/a.py", "shop.a"), Whose.CONSUMER),
    "a package that is the place of its tests": ("shop", ("shop/a.py", "shop.a"), Whose.CONSUMER),
    "its first file": ("shop", ("shop/shop/__init__.py", "shop"), Whose.CONSUMER),
    "a module beside its tests": (".", ("shop.py", "shop"), Whose.CONSUMER),
    "a test in that package": ("shop", ("shop/test_a.py", "shop.test_a"), Whose.NOBODY),
    "a test by its other name": ("shop", ("shop/a_test.py", "shop.a_test"), Whose.NOBODY),
    "a deep module": ("shop", ("shop/shop/a/b/c.py", "shop.a.b.c"), Whose.CONSUMER),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_tests_and_packages_may_stand_in_one_another(layout: str) -> None:
    """Code below the place of the tests is the consumer's own where its package is not above."""
    tests, place, whose = LAYOUTS[layout]
    grounds = Grounds(("shop",), (ROOT / tests,))

    assert grounds.whose(raised(TEST, place), ()) is whose


@pytest.mark.parametrize(
    ("place", "whose"),
    [
        (CLIENT, Whose.CONSUMER),
        (("shop/venv/lib/site-packages/requests/api.py", "requests.api"), Whose.NOBODY),
        (("other/a.py", "other.a"), Whose.NOBODY),
    ],
)
def test_without_a_package_all_code_of_the_service_is_its_own(
    place: tuple[str, str], whose: Whose
) -> None:
    """A table that names no package does not let every reply pass."""
    grounds = Grounds((), (ROOT / "contracts/shop",), roots=(ROOT / "shop",))

    assert grounds.whose(raised(place), ()) is whose


def test_the_outermost_package_of_two_is_no_home() -> None:
    """Of packages within each other, the inner one is that of its modules."""
    grounds = Grounds(("shop", "shop.client"), (ROOT / "shop",))

    assert grounds.whose(raised(("shop/client/a.py", "shop.client.a")), ()) is Whose.CONSUMER


def test_a_group_is_judged_by_each_that_it_holds() -> None:
    """One exception of the consumer's own outweighs those on purpose, however deep they lie."""
    own, purposed = raised(TEST, CLIENT), ValueError("on purpose")
    group = BaseExceptionGroup("all", [purposed, ExceptionGroup("some", [own])])
    grounds = Grounds(("shop",), (ROOT / "contracts",))

    assert grounds.whose(group, ()) is Whose.CONSUMER
    assert grounds.whose(group, (LookupError, ValueError)) is Whose.NOBODY
    assert the_one_inside(group) is group
    assert the_one_inside(ExceptionGroup("one", [own])) is own


def test_frames_are_told_from_the_tests_own_on() -> None:
    """The machinery around a test is nobody's business."""
    told = Grounds(("shop",), (ROOT / "contracts",)).described(raised(LIBRARY, TEST, CLIENT))
    frames: Any = told["frames"]

    assert (told["type"], told["message"]) == ("KeyError", "'sku'")
    assert [one["module"] for one in frames if one["module"] != __name__] == [
        "test_stock",
        "shop.client",
    ]
