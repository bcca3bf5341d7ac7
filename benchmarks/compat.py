"""
How long comparing an interaction with its provider's document takes, in processor time.

    python benchmarks/compat.py DIRECTORY_OF_OPENAPI_DOCUMENTS [--comparator DIRECTORY]

Where Node is at hand, openapi-pact-comparator compares the same pairs of a document and a pact in
the same run; `--comparator` names the directory where it is installed, or is to be.
"""

from __future__ import annotations

import argparse
import gc
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.compat.http.interactions import Provider
from harness.compat.possible.replies import PossibleReplies
from harness.compat.schemas.bounds import Bounds, Exhausted, Work
from harness.compat.schemas.directions import Directed, Direction
from harness.compat.schemas.expanding import Expander
from harness.compat.schemas.sampling import NoValue, Sampler
from harness.documents.openapi import read_document
from harness.documents.pacts import read_pact
from harness.domain.document import Document, Operation
from harness.domain.errors import DocumentUnreadable
from harness.domain.json import Json, is_json_media_type

PACKAGE = "@pactflow/openapi-pact-comparator"
VERSION = "2.3.1"
ROUNDS = 9
EXAMPLES = 50
DRIVER = Path(__file__).with_name("comparator.mjs")


@dataclass(frozen=True, slots=True)
class Pair:
    """The texts of a document and of a pact with its operations."""

    name: str
    document: str
    pact: str
    interactions: int


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds from the texts of a pair to its results, the first time and after that."""

    cold: float
    warm: float


def main() -> None:
    """Print the times of comparisons and of possible replies, then those of pairs, and theirs."""
    parser = argparse.ArgumentParser(description="milliseconds for each comparison")
    parser.add_argument("directory", type=Path, help="a directory of OpenAPI documents")
    parser.add_argument("--comparator", type=Path, help="where the comparator is or goes")
    asked = parser.parse_args()
    pairs = list(_pairs(asked.directory))
    _print_interactions(pairs)
    _print_replies(pairs)
    node = shutil.which("node")
    if node is None:
        sys.stdout.write("the comparator was not timed: node is not installed\n")
        return
    with tempfile.TemporaryDirectory() as fresh:
        home = asked.comparator or Path(fresh, "comparator")
        theirs = _comparators(node, installed(home), pairs, Path(fresh, "pairs"))
    _print_pairs(pairs, {pair.name: _ours(pair) for pair in pairs}, theirs)


def _pairs(directory: Path) -> Iterator[Pair]:
    for path in sorted(directory.iterdir()):
        try:
            document = read_document(path.read_bytes(), path.name)
        except DocumentUnreadable as error:
            sys.stdout.write(f"left out: {error.message}\n")
            continue
        interactions = list(_interactions(document))
        if interactions:
            pact = {
                "consumer": {"name": "consumer"},
                "provider": {"name": "provider"},
                "interactions": interactions,
                "metadata": {"pactSpecification": {"version": "4.0"}},
            }
            texts = (json.dumps(document.raw, default=str), json.dumps(pact))
            yield Pair(path.name, *texts, len(interactions))


def _interactions(document: Document) -> Iterator[Json]:
    """For each operation that replies with JSON, a contract made of a small reply."""
    directed = Directed(document, Direction.REPLY)
    for operation in document.operations:
        reply = _reply(directed, operation)
        if reply is not None:
            # The comparator knows the base path of a Swagger document, and no servers.
            is_2 = document.spec_version.startswith("2")
            base = next(iter(operation.base_paths), "") if is_2 else ""
            path = base + re.sub(r"\{[^}]*\}", "1", operation.path)
            yield {
                "type": "Synchronous/HTTP",
                "description": operation.label,
                "request": {"method": operation.method, "path": path},
                "response": reply,
            }


def _reply(directed: Directed, operation: Operation) -> Json:
    for status, response in operation.responses.items():
        for media_type, content in response.content.items():
            if not status.isdigit() or not is_json_media_type(media_type) or not content.schema:
                continue
            try:
                sampler = Sampler(Expander(Work(Bounds())))
                value = sampler.smallest((directed.side(content.schema).part,))
            except (NoValue, Exhausted):
                continue
            return {
                "status": int(status),
                "headers": {"Content-Type": [media_type]},
                "body": {"content": value, "contentType": media_type, "encoded": False},
                "matchingRules": {"body": {"$": {"matchers": [{"match": "type"}]}}},
            }
    return None


def _print_interactions(pairs: list[Pair]) -> None:
    cold: list[float] = []
    warm: list[float] = []
    for pair in pairs:
        provider = Provider(read_document(pair.document))
        interactions = read_pact(pair.pact).interactions
        # What is left over of reading belongs to reading.
        gc.collect()
        for taken in (cold, warm):
            for interaction in interactions:
                start = time.process_time()
                provider.compared(interaction)
                taken.append(1000 * (time.process_time() - start))
    for name, taken in (("first", cold), ("repeated", warm)):
        mean, median = statistics.mean(taken), statistics.median(taken)
        figures = f"mean {mean:.2f} ms, median {median:.2f} ms, most {max(taken):.1f} ms"
        sys.stdout.write(f"{name:<9} {figures} of {len(taken)} comparisons\n")


def _print_replies(pairs: list[Pair]) -> None:
    taken: list[float] = []
    count = 0
    for pair in pairs:
        possible = PossibleReplies(read_document(pair.document), EXAMPLES, 1)
        interactions = read_pact(pair.pact).interactions
        gc.collect()
        for interaction in interactions:
            start = time.process_time()
            count += len(possible.of(interaction).replies)
            taken.append(1000 * (time.process_time() - start))
    whole = f"{sum(taken) / count:.3f} ms for each of {count} possible replies"
    figures = f"median {statistics.median(taken):.2f} ms, most {max(taken):.1f} ms a set"
    sys.stdout.write(f"{whole}; {figures}\n")


def _ours(pair: Pair) -> Times:
    kept: list[Provider] = []

    def first() -> None:
        kept.append(Provider(read_document(pair.document)))
        again()

    def again() -> None:
        for interaction in read_pact(pair.pact).interactions:
            kept[0].compared(interaction)

    gc.collect()
    cold = _elapsed_ms(first)
    return Times(cold, statistics.median(_elapsed_ms(again) for _ in range(ROUNDS)))


def _elapsed_ms(work: Callable[[], None]) -> float:
    start = time.process_time()
    work()
    return 1000 * (time.process_time() - start)


def installed(home: Path) -> Path:
    """The module of the comparator in a directory, which is filled where it is empty."""
    root = home / "node_modules" / PACKAGE
    if not root.is_dir():
        home.mkdir(parents=True, exist_ok=True)
        wanted = ["npm", "i", "--no-save", "--no-audit", "--no-fund", f"{PACKAGE}@{VERSION}"]
        subprocess.run(wanted, cwd=home, check=True, stdout=subprocess.DEVNULL)
    return root / "dist" / "index.mjs"


def _comparators(node: str, module: Path, pairs: list[Pair], directory: Path) -> dict[str, Times]:
    """The comparator's times, with a sentence for each pair that it refuses."""
    directory.mkdir(parents=True)
    for pair in pairs:
        (directory / f"{pair.name}.document.json").write_text(pair.document)
        (directory / f"{pair.name}.pact.json").write_text(pair.pact)
    order = [node, str(DRIVER), str(module.resolve()), str(directory), str(ROUNDS)]
    said = subprocess.run(order, check=True, capture_output=True, text=True).stdout
    found: dict[str, Times] = {}
    for told in map(json.loads, said.splitlines()):
        if "error" in told:
            sys.stdout.write(f"the comparator refuses {told['name']}: {told['error'][:100]}\n")
        else:
            found[told["name"]] = Times(told["cold"], told["warm"])
    return found


def _print_pairs(pairs: list[Pair], ours: dict[str, Times], theirs: dict[str, Times]) -> None:
    heads = ("first", "theirs", "ratio", "repeated", "theirs", "ratio")
    sys.stdout.write(f"\n{'pair, milliseconds':<28}{'size':>5}")
    sys.stdout.write("".join(f"{head:>10}" for head in heads) + "\n")
    both = [pair for pair in pairs if pair.name in theirs]
    for pair in both:
        _print_row(pair.name, pair.interactions, ours[pair.name], theirs[pair.name])
    _print_row(
        "together",
        sum(pair.interactions for pair in both),
        _sum(ours[pair.name] for pair in both),
        _sum(theirs[pair.name] for pair in both),
    )
    for word in ("cold", "warm"):
        ratios = [getattr(theirs[p.name], word) / getattr(ours[p.name], word) for p in both]
        sys.stdout.write(f"median ratio {word}: {statistics.median(ratios):.1f}\n")


def _sum(times: Iterator[Times]) -> Times:
    listed = list(times)
    return Times(sum(each.cold for each in listed), sum(each.warm for each in listed))


def _print_row(name: str, size: int, ours: Times, theirs: Times) -> None:
    figures = "".join(
        f"{mine:>10.2f}{other:>10.2f}{other / mine:>10.1f}"
        for mine, other in ((ours.cold, theirs.cold), (ours.warm, theirs.warm))
    )
    sys.stdout.write(f"{name:<28}{size:>5}{figures}\n")


if __name__ == "__main__":
    main()
