"""How much a server takes in at once: what is beyond that is told to come again, instead of waiting for an answer that comes too late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from nkd_pipeline.serving.limits import Limits
from nkd_pipeline.serving.refusal import RefusalError


class Admission:
    """Counts questions that are taken in and not answered yet, in all and by client. Belongs to one event loop."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._clients: Counter[str] = Counter()
        self.waiting = 0

    @contextmanager
    def admitted(self, client: str, questions: int = 1) -> Iterator[None]:
        """Counts questions while they are worked on. Raises RefusalError 429 when the client has too many, 503 when all clients together have."""
        own, limits = self._clients[client] + questions, self._limits
        if own > limits.per_client:
            raise RefusalError(
                429, "too_many_of_yours", f"At most {limits.per_client} questions of one address may wait. Wait for answers, then come again."
            )
        if self.waiting + questions > limits.waiting:
            raise RefusalError(503, "queue_full", f"{self.waiting} questions wait, at most {limits.waiting} may. Come again in a moment.")
        self._clients[client] = own
        self.waiting += questions
        try:
            yield
        finally:
            self.waiting -= questions
            self._clients[client] -= questions
            if not self._clients[client]:
                del self._clients[client]  # addresses that have gone take no memory
