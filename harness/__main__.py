"""The door: `harness`, `contract-harness` and `python -m harness`."""

from __future__ import annotations

import sys

from harness.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
