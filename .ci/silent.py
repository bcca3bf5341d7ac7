"""Hold a report of the gate on the sample system to silence: `python .ci/silent.py REPORT`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

SEEN = {
    "provider-keeps-its-word": {"tested"},
    "words-fit": {"proven", "tested"},
    "consumer-copes": {"tested"},
}


def main(report: Path) -> None:
    """Refuse a report that tells anything, or that did not look at all."""
    told = json.loads(report.read_text("utf-8"))
    loud = [one["message"] for one in told["findings"] if one["severity"] != "information"]
    unseen = [
        f"{edge['consumer']}:{edge['provider']} {edge['operation']} {leg['leg']} {leg['status']}"
        for edge in told["edges"]
        for leg in edge["legs"]
        if leg["status"] not in SEEN[leg["leg"]]
    ]
    if told["status"] != "passed" or not told["edges"] or loud or unseen or told["reasons"]:
        raise SystemExit("\n".join([f"the gate is not silent: {told['status']}", *loud, *unseen]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
