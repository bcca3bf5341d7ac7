"""What type checkers and running code told of types."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from harness.domain.contradiction import Contradiction
from harness.domain.traffic import Exchange


@dataclass(frozen=True, slots=True)
class TypesChecked:
    """
    The type checker ran to its end over one service.

    Shape: `boundary` are the modules that contract tests drive, in which `Any` was looked for.
    """

    service: str
    tool: str
    targets: tuple[str, ...] = ()
    elapsed_ms: int = 0
    boundary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TypeDiagnostic:
    """
    One error of the type checker.

    Shape: `file` is relative to the workspace where it lies below it; `line` and `column` count
    from 1; `scope` is the module-qualified function around the line, if any.
    """

    service: str
    file: str
    line: int
    column: int
    code: str
    message: str
    scope: str = ""
    statement: str = ""


class AnyOrigin(Enum):
    """What lets in a value of which the type checker knows nothing."""

    DECODED = "decoded"
    CAST = "cast"
    IMPORT = "import"
    PARAMETER = "parameter"
    UNTYPED_FUNCTION = "untyped-function"


@dataclass(frozen=True, slots=True)
class AnyLeak:
    """
    One place in a module that contract tests drive where `Any` begins and is used unchecked.

    Shape: `expression` is the text of the beginning, `value` that of what a model should read, and
    `used` what is done with it first; `expressions` counts those that are `Any` by it, itself among
    them; `unread` says that it lies in a function without annotations, into which the type checker
    does not look; `models` names the library that the module makes models with, empty for none;
    `asked` are texts of the tests that drive it, among which interactions are named.
    """

    service: str
    file: str
    line: int
    module: str
    scope: str
    origin: AnyOrigin
    expression: str
    value: str
    used: str
    expressions: int
    unread: bool = False
    models: str = ""
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeContradicted:
    """
    A service's code saw a value that is another than the code says, once for each place in it.

    Shape: `example` names the interaction that was verified meanwhile, empty where a generated
    request led there; `exchanges`, `came_back` and `again` are as of a `CaseFailed`, empty and None
    outside of any request.
    """

    service: str
    contradiction: Contradiction
    operation: str = ""
    example: str = ""
    exchanges: tuple[Exchange, ...] = ()
    came_back: bool | None = None
    again: tuple[Exchange, ...] = ()


@dataclass(frozen=True, slots=True)
class TypesObserved:
    """
    The annotations of a service's packages were held against its values while a step's traffic ran.

    Shape: `why_not` says why they were not, where that is no fault.
    """

    service: str
    step: str
    why_not: str = ""
