"""
How long comparing an interaction with its provider's document takes, in processor time.

    python benchmarks/compat.py DIRECTORY_OF_OPENAPI_DOCUMENTS
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from harness.compat.bounds import Bounds, Exhausted, Work
from harness.compat.directions import Directed, Direction
from harness.compat.expanding import Expander
from harness.compat.interactions import Provider
from harness.compat.sampling import NoValue, Sampler
from harness.documents.openapi import read_document
from harness.domain.document import Document, Operation
from harness.domain.errors import DocumentUnreadable
from harness.domain.json import is_json_media_type
from harness.domain.pact import (
    Body,
    HttpRequest,
    HttpResponse,
    Interaction,
    InteractionKind,
    Presence,
    Rule,
)

LIKE = {"body": {"$": Rule(({"match": "type"},))}}


def main() -> None:
    """Print the mean and the median of the first and of a repeated comparison."""
    parser = argparse.ArgumentParser(description="milliseconds for each comparison")
    parser.add_argument("directory", type=Path, help="a directory of OpenAPI documents")
    cold: list[float] = []
    warm: list[float] = []
    for path in sorted(parser.parse_args().directory.iterdir()):
        try:
            document = read_document(path.read_bytes(), path.name)
        except DocumentUnreadable as error:
            sys.stdout.write(f"left out: {error.message}\n")
            continue
        interactions = list(_interactions(document))
        provider = Provider(document)
        for taken in (cold, warm):
            for interaction in interactions:
                start = time.process_time()
                provider.compared(interaction)
                taken.append(1000 * (time.process_time() - start))
    for name, taken in (("first", cold), ("repeated", warm)):
        mean, median = statistics.mean(taken), statistics.median(taken)
        figures = f"mean {mean:.2f} ms, median {median:.2f} ms, most {max(taken):.1f} ms"
        sys.stdout.write(f"{name:<9} {figures} of {len(taken)} comparisons\n")


def _interactions(document: Document) -> Iterator[Interaction]:
    """For each operation that replies with JSON, a contract made of a small reply."""
    directed = Directed(document, Direction.REPLY)
    for operation in document.operations:
        reply = _reply(directed, operation)
        if reply is not None:
            request = HttpRequest(operation.method, re.sub(r"\{[^}]*\}", "1", operation.path))
            kind = InteractionKind.HTTP
            yield Interaction("a reply", kind, operation.label, request=request, response=reply)


def _reply(directed: Directed, operation: Operation) -> HttpResponse | None:
    for status, response in operation.responses.items():
        for media_type, content in response.content.items():
            if not status.isdigit() or not is_json_media_type(media_type) or not content.schema:
                continue
            try:
                sampler = Sampler(Expander(Work(Bounds())))
                value = sampler.smallest((directed.side(content.schema).part,))
            except (NoValue, Exhausted):
                continue
            body = Body(Presence.PRESENT, value, media_type, is_json=True)
            return HttpResponse(int(status), body=body, rules=LIKE)
    return None


if __name__ == "__main__":
    main()
