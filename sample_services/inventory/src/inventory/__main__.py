"""Creates missing tables and serves the inventory: `python -m inventory [--port PORT]`."""

import argparse
import os

from inventory.app import app
from inventory.migrate import migrate


def main() -> None:
    """Parse the command line and serve until interrupted."""
    parser = argparse.ArgumentParser(prog="inventory")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8002")))
    options = parser.parse_args()
    migrate()
    app.run(options.host, options.port, threaded=True)


if __name__ == "__main__":
    main()
