"""
Verifies pacts as pact-python's documentation does, and writes down which interactions failed.

    python -m benchmarks.detection.verify PROVIDER URL STATE_URL RESULTS PACT...

A process of its own, since the verifier writes to the standard output what it sees.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

os.environ["PACT_DO_NOT_TRACK"] = "true"  # before anything imports pact

from pact import Verifier


def main(provider: str, url: str, state_url: str, results: str, *pacts: str) -> None:
    """Verify, and write the failed interactions as a list of texts."""
    verifier = Verifier(provider, host="127.0.0.1").add_transport(url=url)
    verifier.state_handler(state_url, teardown=True, body=True)
    for pact in pacts:
        verifier.add_source(pact)
    try:
        verifier.verify()
    except RuntimeError as error:  # how it says that an interaction failed
        sys.stderr.write(f"{error}\n")
    failed = [
        f"{one['consumer']}:{one['provider']} {one['description']}"
        for one in verifier.results["interactionResults"]
        if one["result"] != "OK"
    ]
    Path(results).write_text(json.dumps(failed), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
