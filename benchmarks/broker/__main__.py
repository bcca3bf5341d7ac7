"""
Operations a second of a broker, and how long they take, at two sizes.

Each database is filled by the store, and asked over HTTP: `harness broker serve` runs in a process
of its own, and clients ask on sockets that stay open, one question after the other.

Usage: python -m benchmarks.broker [--seconds S] [--database KIND] [--size small|large]
       [--clients N ...] [--operation NAME ...] [--publishers N]

With `--publishers`, as many further clients publish all the while, so that the broker finds its
database changed nearly each time that it is asked; their publications are not in the table.

The processor's time is that of the broker and, where it runs on this machine, of its connections in
PostgreSQL; the clients' is not in it.

The PostgreSQL is that of HARNESS_TEST_POSTGRES, else one at 127.0.0.1:5432.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from benchmarks.broker.asking import OPERATIONS, Figures, measured
from benchmarks.broker.filling import LARGE, SMALL, Size, fill
from benchmarks.broker.processor import family, taken_ms
from harness.broker.store.database import opened
from harness.broker.store.migrating import upgrade

SERVER = os.environ.get("HARNESS_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")
SIZES = {each.name: each for each in (SMALL, LARGE)}


@contextmanager
def database(kind: str, directory: Path) -> Iterator[str]:
    """An empty database of a kind, which is gone afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{directory}/broker.db"
        return
    name = f"benchmark_{uuid4().hex[:12]}"
    schema = sql.Identifier(name)
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        try:
            options = quote(f"-csearch_path={name}")
            yield f"{SERVER}?options={options}&application_name={name}"
        finally:
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(schema))


@contextmanager
def serving(url: str, more: list[str]) -> Iterator[tuple[int, int]]:
    """The port and the process of a broker."""
    command = [sys.executable, "-m", "harness", "broker", "serve", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--database", url, *more], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        found = re.search(r":(\d+)\s*$", process.stdout.readline())
        if found is None:
            raise SystemExit("the broker did not start")
        yield int(found.group(1)), process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def backends(url: str) -> list[int]:
    """The processes of PostgreSQL that answer to connections with a schema."""
    if url.startswith("sqlite"):
        return []
    name = parse_qs(urlsplit(url).query)["application_name"][0]
    with psycopg.connect(SERVER) as connection:
        asked = "SELECT pid FROM pg_stat_activity WHERE application_name = %s"
        return [row[0] for row in connection.execute(asked, [name])]


def asked(
    url: str,
    size: Size,
    clients: list[int],
    operations: list[str],
    seconds: float,
    publishers: int,
    more: list[str],
) -> Iterator[Figures]:
    """Measure each operation with each number of clients; what changes the least goes first."""
    with serving(url, more) as (port, pid):

        def server_ms() -> float:
            return taken_ms([*family(pid), *backends(url)])

        ordered = sorted(operations, key=("publish", "results").__contains__)
        for operation in ordered:
            for count in clients:
                yield measured(operation, port, size, count, seconds, server_ms, publishers)


def main() -> None:
    """Print a table of Markdown."""
    parser = argparse.ArgumentParser(description="what a broker gives")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument("--size", choices=SIZES, action="append")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 4, 16])
    parser.add_argument("--operation", choices=OPERATIONS, nargs="+", default=list(OPERATIONS))
    parser.add_argument("--publishers", type=int, default=0)
    parser.add_argument("--serve", nargs="+", default=[], help="further options of `serve`")
    given = parser.parse_args()
    heads = ("a second", "p50 ms", "p95 ms", "processor ms", "refused")
    _row("database", "size", "operation", "clients", *heads)
    _row(*["---"] * 9)
    for kind in given.database or ("sqlite", "postgresql"):
        for name in given.size or SIZES:
            with tempfile.TemporaryDirectory() as scratch, database(kind, Path(scratch)) as url:
                size, began = SIZES[name], time.perf_counter()
                store = opened(url)
                upgrade(store)
                fill(store, size)
                store.close()
                took = time.perf_counter() - began
                sys.stderr.write(f"filled {kind} {name} in {took:.1f} s\n")
                for each in asked(
                    url,
                    size,
                    given.clients,
                    given.operation,
                    given.seconds,
                    given.publishers,
                    given.serve,
                ):
                    figures = (each.at_ms(0.5), each.at_ms(0.95), each.server_ms_each)
                    times = (f"{figure:.1f}" for figure in figures)
                    rate = f"{each.per_second:.0f}"
                    _row(kind, name, each.operation, each.clients, rate, *times, each.refused)


def _row(*cells: object) -> None:
    sys.stdout.write(f"| {' | '.join(map(str, cells))} |\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
