"""An exception that a consumer's contract test ended with: where it was raised, and whose it is."""

from __future__ import annotations

import linecache
import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import FrameType, TracebackType
from typing import TypeAlias

from harness.domain.json import Json

_MOST_FRAMES = 60
_LONGEST = 20_000
_OF_TESTS = frozenset({"_pytest", "unittest"})
_MISTAKES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NameError,
    RecursionError,
    TypeError,
    ValueError,
)
# Not every library's errors of this kind are a ValueError.
_NAMES_OF_MISTAKES = ("ValidationError", "DecodeError", "ContentTypeError")
_NAMES_OF_UNREADABLE = ("ValidationError", "DecodeError")
_INSTALLED = frozenset({"site-packages", "dist-packages"})


Calls: TypeAlias = tuple[tuple[FrameType, int], ...]
"""A stack as frames, each with the line at which it stands, the innermost last."""


class Whose(Enum):
    """
    Whose an exception is.

    Shape: `consumer` when its own code let it out, `nobody` when it was raised on purpose or by the
    test itself, `stranger` when the test called other code that raised it.
    """

    CONSUMER = "consumer"
    NOBODY = "nobody"
    STRANGER = "stranger"


@dataclass(frozen=True, slots=True)
class Grounds:
    """
    Which code is the consumer's own, and which its tests'.

    Shape: `packages` are import names; where there are none, all code below `roots` is own that
    nobody installed; `tests` are files and directories; `raises` are the qualified names of
    exceptions that the consumer raises on purpose.
    """

    packages: tuple[str, ...]
    tests: tuple[Path, ...]
    raises: frozenset[str] = frozenset()
    roots: tuple[Path, ...] = ()

    def whose(self, error: BaseException, on_purpose: tuple[type[BaseException], ...]) -> Whose:
        """
        Whose code let an exception out; of a group's exceptions, one of the consumer's decides.

        Shape: `on_purpose` are exceptions that the test declares, beside those of `raises`.
        """
        found = {
            self._whose(one, tuple(frame for frame, _ in calls), on_purpose)
            for one, calls in _leaves(error, ())
        }
        return next((one for one in (Whose.CONSUMER, Whose.STRANGER) if one in found), Whose.NOBODY)

    def _whose(
        self,
        error: BaseException,
        frames: tuple[FrameType, ...],
        on_purpose: tuple[type[BaseException], ...],
    ) -> Whose:
        """Whose it is by the innermost frame outside libraries."""
        if isinstance(error, on_purpose) or self._is_named(type(error)):
            return Whose.NOBODY
        for frame in reversed(frames):
            if self._is_of_tests(frame):
                is_its_own = frame is frames[-1] or isinstance(error, AssertionError)
                raiser = _module_of(frames[-1]).partition(".")[0]
                return Whose.NOBODY if is_its_own or raiser in _OF_TESTS else Whose.STRANGER
            if self._is_own(frame):
                return Whose.CONSUMER
        return Whose.NOBODY

    def site(self, error: BaseException) -> str:
        """Name the line of the consumer's own that an exception went through last."""
        leaf, calls = next(iter(_leaves(error, ())))
        return self.site_of(calls, _name_of(type(leaf)))

    def site_of(self, calls: Calls, what: str) -> str:
        """Name the innermost line of the consumer's own in a stack, with what happens there."""
        at = self._innermost(calls)
        if at is None:
            return what
        told = _frame(*calls[at])
        return f"{what} in {told['module']}.{told['function']}: {told['code']}"

    def round_and_round(self, calls: Calls) -> Calls:
        """A stack up to the consumer's innermost call, at its head: it is now here, now there."""
        at = self._innermost(calls)
        if at is None:
            return calls
        frame, _ = calls[at]
        return (*calls[:at], (frame, frame.f_code.co_firstlineno))

    def _innermost(self, calls: Calls) -> int | None:
        """Find the innermost call of the consumer's own."""
        for at in reversed(range(len(calls))):
            frame, _ = calls[at]
            if self._is_own(frame) and not self._is_of_tests(frame):
                return at
        return None

    def is_mistake(self, error: BaseException) -> bool:
        """
        Whether an exception says that code met what it was not made for.

        Shape: exceptions that the consumer defines itself, and those by which clients of a network
        tell that it failed them, say something else.
        """
        leaf, _ = next(iter(_leaves(error, ())))
        if self.is_of_own_kind(error):
            return False
        return isinstance(leaf, _MISTAKES) or type(leaf).__name__.endswith(_NAMES_OF_MISTAKES)

    def is_of_own_kind(self, error: BaseException) -> bool:
        """Whether an exception is of a class that the consumer defines itself."""
        leaf, _ = next(iter(_leaves(error, ())))
        return any(self._is_own_module(one.__module__) for one in type(leaf).__mro__)

    def statement(self, error: BaseException) -> str:
        """The line of a test that an exception went through last; empty for none."""
        _, calls = next(iter(_leaves(error, ())))
        of_tests = (_frame(*call)["code"] for call in reversed(calls) if self._is_of_tests(call[0]))
        return str(next(of_tests, ""))

    @staticmethod
    def is_unreadable(error: BaseException) -> bool:
        """Whether an exception of a parser or a model says that it cannot read what it got."""
        leaf, _ = next(iter(_leaves(error, ())))
        return type(leaf).__name__.endswith(_NAMES_OF_UNREADABLE)

    def described_call(self, calls: Calls, what: str) -> Mapping[str, Json]:
        """A call that is under way, described as an exception is, from the first known one on."""
        known = [at for at, (frame, _) in enumerate(calls) if self._is_known(frame)]
        frames = [_frame(*call) for call in calls[known[0] if known else 0 :][-_MOST_FRAMES:]]
        told = (f'  File "{one["file"]}", line {one["line"]}\n    {one["code"]}' for one in frames)
        return {"type": what, "message": "", "frames": list(frames), "traceback": "\n".join(told)}

    def described(self, error: BaseException) -> Mapping[str, Json]:
        """An exception with its frames from the test's own on, the innermost last."""
        begin = error.__traceback__
        while begin is not None and begin.tb_next and not self._is_known(begin.tb_frame):
            begin = begin.tb_next
        told = traceback.format_exception(type(error), error, begin)
        return {
            "type": _name_of(type(error)),
            "message": str(error)[:_LONGEST],
            "frames": list(_frames(begin))[-_MOST_FRAMES:],
            "traceback": "".join(told)[-_LONGEST:],
        }

    def _is_known(self, frame: FrameType) -> bool:
        return self._is_of_tests(frame) or self._is_own(frame)

    def _is_named(self, kind: type[BaseException]) -> bool:
        """Whether an exception is raised on purpose, under its own name or one it goes by."""
        if not self.raises:
            return False
        named = {_name_of(one) for one in kind.__mro__} & self.raises
        return bool(named) or issubclass(kind, tuple(map(_class_named, self.raises)))

    def _is_own(self, frame: FrameType) -> bool:
        if not self.packages:
            return self._is_below_roots(frame.f_code.co_filename)
        return bool(self._package_of(_module_of(frame)))

    def _is_own_module(self, name: str) -> bool:
        if not self.packages:
            file = getattr(sys.modules.get(name), "__file__", None)
            return file is not None and self._is_below_roots(file)
        return bool(self._package_of(name))

    def _is_below_roots(self, name: str) -> bool:
        file = Path(name)
        is_below = any(file.is_relative_to(root) for root in self.roots)
        return is_below and _INSTALLED.isdisjoint(file.parts)

    def _package_of(self, module: str) -> str:
        names = (one for one in self.packages if module == one or module.startswith(f"{one}."))
        return max(names, key=len, default="")

    def _is_of_tests(self, frame: FrameType) -> bool:
        file = Path(frame.f_code.co_filename)
        if file.name == "conftest.py":
            return True
        places = [one for one in self.tests if file.is_relative_to(one)]
        if not places or _is_test(file):
            return bool(places)
        # Tests may stand within a package, and a package beside its tests in one directory.
        home = _home(file, _module_of(frame), self._package_of(_module_of(frame)))
        return home is None or any(place != home and place.is_relative_to(home) for place in places)


def _leaves(error: BaseException, above: Calls) -> Iterator[tuple[BaseException, Calls]]:
    """What a task group wrapped, each with the calls that it went through, the innermost last."""
    calls = (*above, *traceback.walk_tb(error.__traceback__))
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _leaves(each, calls)
    else:
        yield error, calls


def the_one_inside(error: BaseException) -> BaseException:
    """What a task group wrapped, if that is one exception."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


def _home(file: Path, module: str, package: str) -> Path | None:
    """The directory of a package of which a file is a module, or the file that is all of it."""
    if not package:
        return None
    depth = module.count(".") - package.count(".")
    if file.name == "__init__.py":
        depth += 1
    return file.parents[depth - 1] if depth else file


def _is_test(file: Path) -> bool:
    return file.name.startswith("test_") or file.name.endswith("_test.py")


def _class_named(name: str) -> type:
    """The class that goes by a qualified name; one that nothing is an instance of if none does."""
    module, _, attribute = name.rpartition(".")
    found: object = getattr(sys.modules.get(module or "builtins"), attribute, None)
    return found if isinstance(found, type) else _Nothing


class _Nothing(BaseException):
    """Is never raised."""


def _name_of(kind: type) -> str:
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return f"{module}{kind.__qualname__}"


def _module_of(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def _frames(begin: TracebackType | None) -> Iterator[Mapping[str, Json]]:
    for frame, line in traceback.walk_tb(begin):
        yield _frame(frame, line)


def _frame(frame: FrameType, line: int) -> Mapping[str, Json]:
    code = frame.f_code
    return {
        "file": code.co_filename,
        "line": line,
        "function": code.co_qualname,
        "module": _module_of(frame),
        "code": linecache.getline(code.co_filename, line).strip(),
    }
