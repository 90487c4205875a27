"""Running the review page until somebody stops it."""

from __future__ import annotations

import ipaddress
import signal
import socket
from collections.abc import Sequence
from types import FrameType
from typing import Any, NoReturn

import uvicorn

from nkd_pipeline.review.guard import Seat
from nkd_pipeline.review.server import review_app
from nkd_pipeline.review.task import ReviewError, Task


def listen(host: str, port: int) -> socket.socket:
    """Takes an address, 0 for a port that is free. Raises ReviewError when it cannot be had."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ReviewError(f"{host}:{port} cannot be listened on: {reason}. Choose another with --port or --host.") from error


def address(host: str, port: int, seat: Seat) -> str:
    """The address that a reviewer opens; it lets in whoever has it."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/?token={seat.token}"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the host."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def make_server(task: Task[Any, Any], seats: Sequence[Seat], host: str, port: int) -> uvicorn.Server:
    """The server of a review. It logs no requests: the first one of each reviewer carries the token."""
    app = review_app(task, list(seats), host, port)
    return uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, ws="none", timeout_graceful_shutdown=3))


def serve_until_stopped(server: uvicorn.Server, listening: socket.socket) -> None:
    """Serves until Ctrl+C or SIGTERM, and returns then, so that the caller can say what was done."""

    def stop(_: int, __: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)  # uvicorn hands the signal on when it has finished
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)
