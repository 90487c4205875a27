"""Who may talk to the review page: the holder of a token, from this page, under a name that is this machine's."""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 16_384  # bytes; the longest answer has under 500
CSRF_HEADER = "x-review-csrf"
HEADERS = {
    # nothing but what this server sends itself; no script or style inside the page
    "Content-Security-Policy": "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
UNKNOWN = "Open the address that `nkd review` printed, with its token: it was made anew when the command was started."


@dataclass(frozen=True, slots=True)
class Seat:
    """One reviewer's way in. `token` opens the page, `csrf` stands in the page and must come back with whatever is saved."""

    reviewer: str
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)


class Guard:
    """Lets a request through to the page, with the reviewer's seat in its state, or answers it itself.

    The token comes with the printed address once; then a cookie carries it, out of reach of scripts. Its name has the port in it: browsers share
    cookies between all servers of a machine. It is "lax": the address may be opened from a mail, while POSTs of other sites come without it.
    """

    def __init__(self, app: ASGIApp, seats: Iterable[Seat], host: str, port: int) -> None:
        self._app, self._seats = app, tuple(seats)
        self._names = {"localhost", host.lower(), socket.gethostname().lower(), socket.getfqdn().lower()}
        self.cookie = f"nkd_review_{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request; other protocols than HTTP are not spoken."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        request = Request(scope)
        answer = self._answer(request)
        scope.setdefault("state", {})["seat"] = self._seat(request.cookies.get(self.cookie, ""))
        await (answer or self._app)(scope, receive, _with_headers(send))

    def _answer(self, request: Request) -> Response | None:
        """The answer to a request that goes no further."""
        if not self._is_ours(request.headers.get("host", "")):
            return PlainTextResponse("This server does not go by that name.", 400)
        if "token" in request.query_params:
            return self._login(request.query_params["token"])
        seat = self._seat(request.cookies.get(self.cookie, ""))
        if seat is None:
            return PlainTextResponse(UNKNOWN, 401)
        return None if request.method in ("GET", "HEAD") else _refusal(request, seat)

    def _login(self, token: str) -> Response:
        seat = self._seat(token)
        if seat is None:
            return PlainTextResponse(UNKNOWN, 401)
        answer = RedirectResponse("/", 303)  # so that the token stays neither in the address bar nor in the history
        answer.set_cookie(self.cookie, seat.token, httponly=True, samesite="lax")
        return answer

    def _seat(self, token: str) -> Seat | None:
        given = token.encode()
        matching = [seat for seat in self._seats if hmac.compare_digest(seat.token.encode(), given)]  # all of them, whatever the first ones say
        return matching[0] if matching else None

    def _is_ours(self, host: str) -> bool:
        """Whether the Host header names this machine: under a stranger's name, his page would count as the same site (DNS rebinding)."""
        name = host.lower().rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host.lower()
        try:
            ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return name in self._names
        return True  # addresses are nobody's to point elsewhere


def _refusal(request: Request, seat: Seat) -> Response | None:
    """Why something may not be saved: another site's page can send neither JSON nor this header without being allowed to, and nobody is."""
    if not hmac.compare_digest(request.headers.get(CSRF_HEADER, "").encode(), seat.csrf.encode()):
        return PlainTextResponse("The page is not of this start of `nkd review`. Reload it.", 403)
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return PlainTextResponse("Answers are sent as application/json.", 415)
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > MAX_BODY:
        return PlainTextResponse(f"An answer says its length and has at most {MAX_BODY} bytes.", 413)
    return None


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return sending
