"""The parts of the host that need no process."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from starlette.applications import Starlette

from harness.host import loading, output_file, statements, states

SOURCE = """\
def total(lines):
    if (lines
            and lines[0]):
        return sum(
            line["price"]
            for line in lines
        )
    try:
        raise ValueError(
            "none")
    except KeyError:
        pass
"""


@pytest.fixture
def source(tmp_path: Path) -> str:
    """A file with statements of several lines."""
    path = tmp_path / "lines.py"
    path.write_text(SOURCE)
    return str(path)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (1, "def total(lines):"),
        (3, "if (lines and lines[0]):"),
        (4, 'return sum( line["price"] for line in lines )'),
        (6, 'return sum( line["price"] for line in lines )'),
        (8, "try:"),
        (10, 'raise ValueError( "none")'),
    ],
)
def test_a_line_leads_to_its_statement(source: str, line: int, expected: str) -> None:
    """Whichever line of a statement is named, its whole text is found; of a block, its head."""
    assert expected == statements.statement_at(source, line)


def test_no_source_no_statement() -> None:
    """Code without a source has an empty text."""
    assert statements.statement_at("<string>", 1) == ""


async def _coroutine(scope: Any, receive: Any, send: Any) -> None:
    return None


class _Callable:
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        return None


def _wsgi(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    return []


def _wrapped(scope: Any, receive: Any, send: Any) -> Any:
    return _coroutine(scope, receive, send)


@pytest.mark.parametrize(
    ("app", "kind"),
    [
        (_coroutine, "asgi"),
        (_Callable(), "asgi"),
        (_wrapped, "asgi"),
        (Starlette(), "asgi"),
        (_wsgi, "wsgi"),
        (Flask("x"), "wsgi"),
        (lambda *arguments: [], "wsgi"),
    ],
)
def test_kinds_are_told_by_looking(app: Callable[..., object], kind: str) -> None:
    """ASGI and WSGI applications are told apart, whatever they are made of."""
    assert kind == loading.kind_of(app)


@pytest.mark.parametrize("written", ["made_here:make", "made_here:make()", "made_here:held"])
def test_a_factory_is_called_however_it_is_written(
    written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table may write a factory with or without the signs of a call."""
    module = ModuleType("made_here")
    vars(module).update(make=lambda: Flask("x"), held=Flask("x"))
    monkeypatch.setitem(sys.modules, "made_here", module)
    app, kind = loading.load_app(written)

    assert (type(app), kind) == (Flask, "wsgi")


@pytest.mark.parametrize(
    ("state", "name"),
    [
        ("a SKU exists", "a_sku_exists"),
        ("the cart's owner (paid)", "the_cart_s_owner_paid"),
        ("3 items / more", "_3_items_more"),
        ("ein Käufer", "ein_käufer"),
    ],
)
def test_states_have_function_names(state: str, name: str) -> None:
    """A state's words become an identifier."""
    assert name == states.function_name(state)
    assert name.isidentifier()


def test_output_keeps_both_ends(tmp_path: Path) -> None:
    """Of megabytes of output, the beginning and the end are kept and the rest is counted."""
    path = tmp_path / "output.log"
    output = output_file.OutputFile(str(path))
    output.write(b"the first line\n")
    for number in range(300):
        output.write(b"%6d" % number + b"x" * 10_000 + b"\n")
    output.write(b"the last line\n")

    kept = path.read_bytes()
    assert kept.startswith(b"the first line\n")
    assert kept.endswith(b"the last line\n")
    assert kept.count(b"bytes left out") == 1
    assert len(kept) <= output_file.HEAD_BYTES + 2 * output_file.TAIL_BYTES + 11_000


def test_output_survives_its_directory(tmp_path: Path) -> None:
    """A service that removes its own directory does not take its guardian along."""
    path = tmp_path / "gone" / "output.log"
    path.parent.mkdir()
    output = output_file.OutputFile(str(path))
    path.unlink()
    path.parent.rmdir()
    for _ in range(100):
        output.write(b"x" * 10_000)

    assert not path.exists()
