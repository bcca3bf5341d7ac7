"""Migrates the database and serves the catalogue: `python -m catalog [--port PORT]`."""

import argparse
import os

from django.core.management import call_command

from catalog.migrate import migrate


def main() -> None:
    """Parse the command line and serve until interrupted."""
    parser = argparse.ArgumentParser(prog="catalog")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8001")))
    options = parser.parse_args()
    migrate()
    call_command("runserver", f"{options.host}:{options.port}", use_reloader=False)


if __name__ == "__main__":
    main()
