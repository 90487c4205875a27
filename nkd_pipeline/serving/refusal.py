"""Why a request is not answered, in the form in which the client reads it."""

from __future__ import annotations

from typing import Any

RETRY_SECONDS = 1  # after which a client may come again: most batches take less


class RefusalError(Exception):
    """A request, or one question of it, that gets no answer. `kind` is a short stable word, `reason` names what is wrong and the cure."""

    def __init__(self, status: int, kind: str, reason: str) -> None:
        super().__init__(status, kind, reason)
        self.status, self.kind, self.reason = status, kind, reason

    @property
    def body(self) -> dict[str, Any]:
        """What the client is sent."""
        return {"error": {"kind": self.kind, "reason": self.reason}}

    @property
    def headers(self) -> dict[str, str]:
        """What is said besides: when to come again; that nobody reads the rest of a body that was refused."""
        if self.status in (429, 503):
            return {"Retry-After": str(RETRY_SECONDS)}
        return {"Connection": "close"} if self.status in (408, 413, 415) else {}
