"""Run the service: ``python -m storefront --port 8004``."""

import argparse

import uvicorn

from storefront import migrate


def main() -> None:
    """Create missing tables and serve until stopped."""
    parser = argparse.ArgumentParser(prog="storefront", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8004)
    arguments = parser.parse_args()
    migrate.main()
    uvicorn.run("storefront.app:app", host=arguments.host, port=arguments.port)


if __name__ == "__main__":
    main()
