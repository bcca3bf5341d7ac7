"""A job: careless with one argument, careful with another, and telling with a third."""

import asyncio
import logging
import os
import signal
import sys
from contextlib import suppress

import requests


def label() -> str:
    """Ask the till; it has a second."""
    response = requests.get(f"{os.environ['TILL_URL']}/stock/A-1", timeout=1)
    response.raise_for_status()
    return str(response.json()["label"].upper())


async def main(manner: str) -> None:
    """Do what a program that was started alone may do."""
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # nobody may but the main thread
    if manner == "straying":
        with suppress(OSError):
            await asyncio.open_connection("backups.invalid", 443)
    if manner == "trusting":
        sys.stdout.write(label())
        return
    try:
        sys.stdout.write(label())
    except Exception:
        logging.exception("no labels tonight")
        if manner == "telling":
            sys.exit("no labels tonight")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
