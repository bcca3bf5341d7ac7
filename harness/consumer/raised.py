"""An exception that a consumer's contract test ended with: where it was raised, and whose it is."""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType

from harness.domain.json import Json

_MOST_FRAMES = 60
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Grounds:
    """
    Which code is the consumer's own, and which its tests'.

    Shape: `packages` are import names, `tests` files and directories; `raises` are the qualified
    names of exceptions that the consumer raises on purpose.
    """

    packages: tuple[str, ...]
    tests: tuple[Path, ...]
    raises: frozenset[str] = frozenset()

    def blames_consumer(self, error: BaseException) -> bool:
        """
        Whether the consumer's code let an exception out that it does not raise on purpose.

        Shape: the innermost frame outside libraries decides, so that what a test's own body makes
        of a reply is nobody's fault.
        """
        if any(_name_of(kind) in self.raises for kind in type(error).__mro__):
            return False
        for frame, _ in reversed(list(traceback.walk_tb(error.__traceback__))):
            if self._is_of_tests(frame):
                return False
            if self._is_own(str(frame.f_globals.get("__name__", ""))):
                return True
        return False

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
        return self._is_of_tests(frame) or self._is_own(str(frame.f_globals.get("__name__", "")))

    def _is_own(self, module: str) -> bool:
        return any(module == one or module.startswith(f"{one}.") for one in self.packages)

    def _is_of_tests(self, frame: FrameType) -> bool:
        file = Path(frame.f_code.co_filename)
        return file.name == "conftest.py" or any(file.is_relative_to(one) for one in self.tests)


def the_one_inside(error: BaseException) -> BaseException:
    """What a task group wrapped, if that is one exception."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


def _name_of(kind: type) -> str:
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return f"{module}{kind.__qualname__}"


def _frames(begin: TracebackType | None) -> Iterator[Mapping[str, Json]]:
    for frame, line in traceback.walk_tb(begin):
        code = frame.f_code
        yield {
            "file": code.co_filename,
            "line": line,
            "function": code.co_qualname,
            "module": str(frame.f_globals.get("__name__", "")),
            "code": linecache.getline(code.co_filename, line).strip(),
        }
