"""Run the service: ``python -m orders --port 8003``."""

import argparse

import uvicorn

from orders import migrate


def main() -> None:
    """Create missing tables and serve until stopped."""
    parser = argparse.ArgumentParser(prog="orders", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8003)
    arguments = parser.parse_args()
    migrate.main()
    uvicorn.run("orders.app:app", host=arguments.host, port=arguments.port)


if __name__ == "__main__":
    main()
