"""The HTTP server of attributes from photos: what it answers to, and how it is run."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import uvicorn
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException as StarletteHTTPException

from nkd_pipeline.serving.desk import Desk
from nkd_pipeline.serving.refusal import RefusalError

ONE, SEVERAL, HEALTH = "/attributes", "/attributes/batch", "/health"
CONNECTIONS = 1024  # beyond them uvicorn answers 503 itself
GRACE_SECONDS = 5  # for requests under way when the server is stopped


def attribute_app(desk: Desk) -> FastAPI:
    """The application; its batches are computed from its start to its end."""
    running: list[asyncio.Task[None]] = []

    @contextlib.asynccontextmanager
    async def batches(_: FastAPI) -> AsyncIterator[None]:
        running.append(asyncio.create_task(desk.batcher.run()))
        try:
            yield
        finally:
            running[0].cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running[0]

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=batches)

    @app.post(ONE)
    async def one(request: Request) -> JSONResponse:
        return await desk.one(request)

    @app.post(SEVERAL)
    async def several(request: Request) -> JSONResponse:
        return await desk.several(request)

    @app.get(HEALTH)
    async def health() -> JSONResponse:
        alive = bool(running) and not running[0].done()
        return JSONResponse({"status": "ready" if alive else "stopped", **desk.state()}, 200 if alive else 503)

    @app.exception_handler(RefusalError)
    async def refused(_: Request, refusal: RefusalError) -> JSONResponse:
        return JSONResponse(refusal.body, refusal.status, refusal.headers)

    @app.exception_handler(StarletteHTTPException)
    async def unknown(_: Request, error: HTTPException) -> JSONResponse:
        known = f"There are POST {ONE}, POST {SEVERAL} and GET {HEALTH}."
        body: dict[str, Any] = {"error": {"kind": "no_such_route", "reason": f"{error.detail}. {known}"}}
        return JSONResponse(body, error.status_code, error.headers)

    return app


def make_server(desk: Desk) -> uvicorn.Server:
    """The server of a desk. Who asks is told apart by address, and what proxies claim about it is not believed."""
    return uvicorn.Server(
        uvicorn.Config(
            attribute_app(desk),
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            limit_concurrency=CONNECTIONS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
