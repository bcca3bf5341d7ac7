"""A consumer that calls more than it says, in all the ways that there are."""

import asyncio
import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import requests
from fastapi import FastAPI, HTTPException

POOL = ThreadPoolExecutor(1)

if "STRAY_AT_START" in os.environ:
    requests.get("http://settings.invalid/", timeout=1)

app = FastAPI()


def stock(sku: str) -> str:
    """Ask the till."""
    response = requests.get(f"{os.environ['TILL_URL']}/stock/{sku}", timeout=1)
    if not response.ok:
        raise HTTPException(502)
    return str(response.json()["label"])


def dialled(host: str) -> None:
    """Connect by name, as clients of little protocols do."""
    with socket.socket() as made:
        made.connect((host, 443))


@app.get("/plain/{sku}")
def plain(sku: str) -> dict[str, str]:
    """Fall over its own call."""
    label = stock(sku)
    requests.get("http://rates.invalid/eur", timeout=1)
    return {"label": label}


@app.get("/tried/{sku}")
def tried(sku: str) -> dict[str, str]:
    """Go on without what it called."""
    for call in (lambda: dialled("sink.invalid"), lambda: POOL.submit(dialled, "pool.invalid")):
        try:
            call()
        except OSError:
            continue
    return {"label": stock(sku)}


@app.get("/later/{sku}")
async def later(sku: str) -> dict[str, str]:
    """Call by the loop, by name and by address."""
    for host in ("events.invalid", "203.0.113.9"):
        try:
            await asyncio.open_connection(host, 443)
        except OSError:
            continue
    return {"label": await asyncio.to_thread(stock, sku)}


@app.get("/at-home/{sku}")
def at_home(sku: str) -> dict[str, str]:
    """Call what is on this machine, and what stands in the environment."""
    with socket.create_server(("127.0.0.1", 0)) as own, socket.socket() as made:
        made.connect(("localhost", own.getsockname()[1]))
    one, other = socket.socketpair()
    one.close()
    other.close()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        with suppress(OSError):
            asking.connect(("203.0.113.1", 80))
        asking.getsockname()
    threading.Thread(target=exported).start()
    return {"label": stock(sku)}


def exported() -> None:
    """Send what nobody waits for to where the environment says."""
    try:
        socket.getaddrinfo("telemetry.invalid", 4317)
    except socket.gaierror:
        return
