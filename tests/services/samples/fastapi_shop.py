"""A small FastAPI application; CATCH_ALL names the way in which it hides its errors."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

app = FastAPI()
STOCK: dict[str, int] = {"A-1": 3}
HOW = os.environ.get("CATCH_ALL", "")


@app.get("/stock/{sku}")
async def stock(sku: str) -> dict[str, int]:
    return {"on_hand": STOCK[sku]}


@app.get("/blocking/{sku}")
def blocking(sku: str) -> dict[str, int]:
    return {"on_hand": STOCK[sku]}


@app.get("/absent")
async def absent() -> None:
    raise HTTPException(404)


@app.get("/closed")
async def closed() -> None:
    raise HTTPException(503)


@app.get("/own-500")
async def own_500() -> Response:
    return Response("we say so ourselves", status_code=500)


@app.get("/recovered")
async def recovered() -> dict[str, int]:
    try:
        return await stock("none")
    except KeyError:
        logging.getLogger("shop").exception("no such sku, but we cope")
        return {"on_hand": 0}


@app.get("/lost-task")
async def lost_task() -> dict[str, bool]:
    asyncio.get_running_loop().create_task(stock("none"))
    await asyncio.sleep(0)
    return {"started": True}


@app.get("/broken-off")
async def broken_off() -> StreamingResponse:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"one"
        await asyncio.sleep(0)
        yield str(STOCK["none"]).encode()

    return StreamingResponse(pieces())


if HOW == "handler":

    @app.exception_handler(Exception)
    async def everything(request: Request, error: Exception) -> Response:
        return JSONResponse({"error": "something went wrong"}, status_code=500)


if HOW == "narrow":

    @app.exception_handler(LookupError)
    def lookups(request: Request, error: LookupError) -> Response:
        return JSONResponse({"error": "something went wrong"}, status_code=500)


if HOW == "middleware":

    @app.middleware("http")
    async def catch(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        try:
            return await call_next(request)
        except KeyError as error:
            if "raised again" in request.url.path:
                raise RuntimeError("in other words") from error
            return JSONResponse({"error": "something went wrong"}, status_code=500)
