"""Whether a pattern is a regular expression at all, in the ECMA-262 that JSON Schema asks for."""

from __future__ import annotations

import re

_MAX_LENGTH = 5_000
_GROUP_NAME = re.compile(r"\(\?<([^>=!]*)>")
_BRACED = re.compile(r"\{[^}]*\}")
_NAMED = re.compile(r"<[^>]*>")
_LITERAL_ESCAPE = re.compile(r"c[A-Za-z]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.", re.DOTALL)


def pattern_fault(pattern: str) -> str:
    """
    What is wrong with a pattern, or nothing.

    Shape: lenient where engines differ: what Python's dialect or the ECMA one takes is no fault,
    and neither is what only Python refuses (a look-behind of no fixed width).
    """
    if len(pattern) > _MAX_LENGTH:
        return ""
    try:
        plain = _plain(pattern)
    except _Broken as fault:
        return str(fault)
    return _compile_fault(plain)


class _Broken(Exception):
    """A class or an escape that no dialect takes."""


def _compile_fault(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as fault:
        return "" if "fixed-width" in fault.msg else fault.msg
    except (OverflowError, RecursionError):
        # Too large for this engine, which does not make it wrong.
        return ""
    return ""


def _plain(pattern: str) -> str:
    """The same groups, choices and repeats, with every class and escape made one letter."""
    built: list[str] = []
    at = 0
    while at < len(pattern):
        sign = pattern[at]
        if sign == "\\":
            letter, at = _escape(pattern, at)
            built.append(letter)
        elif sign == "[":
            at = _class_end(pattern, at)
            built.append("a")
        elif named := _GROUP_NAME.match(pattern, at):
            built.append("(")
            at = named.end()
        else:
            built.append(sign)
            at += 1
    return "".join(built)


def _escape(pattern: str, at: int) -> tuple[str, int]:
    """The stand-in for the escape at `at`, and where the next sign is."""
    if at + 1 >= len(pattern):
        raise _Broken("a backslash at the end")
    letter = pattern[at + 1]
    if letter in "bB":
        return "\\b", at + 2
    if letter in "pPu" and (braced := _BRACED.match(pattern, at + 2)):
        return "a", braced.end()
    if letter == "k" and (named := _NAMED.match(pattern, at + 2)):
        return "a", named.end()
    escape = _LITERAL_ESCAPE.match(pattern, at + 1)
    return "a", escape.end() if escape else at + 2


def _class_end(pattern: str, at: int) -> int:
    """Where a character class ends, its ranges checked."""
    position = at + 1
    if pattern[position : position + 1] == "^":
        position += 1
    start, before, dash = position, "", False
    while position < len(pattern):
        sign = pattern[position]
        if sign == "]" and (position > start or _is_empty_class(pattern, position)):
            return position + 1
        if sign == "-" and before and not dash:
            dash, position = True, position + 1
            continue
        single = sign if sign != "\\" else ""
        position = _escape(pattern, position)[1] if sign == "\\" else position + 1
        if dash and before and single and ord(before) > ord(single):
            raise _Broken(f"bad character range {before}-{single}")
        before, dash = ("" if dash else single), False
    raise _Broken("unterminated character set")


def _is_empty_class(pattern: str, position: int) -> bool:
    """Whether `[]` closes at once, as in ECMA-262, and does not begin with a literal bracket."""
    return "]" not in pattern[position + 1 :]
