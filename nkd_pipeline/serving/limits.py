"""What one server takes on: sizes, times, and how much may wait."""

from __future__ import annotations

from pydantic import Field

from nkd_pipeline.stage import StageSettings


class Limits(StageSettings):
    """Limits of a server. Together, bodies that are being read and pictures that wait hold at most `waiting` times `megabytes`."""

    max_batch: int = Field(default=32, ge=1, le=1024)  # questions that are computed together, never more than the stage takes
    max_wait_ms: float = Field(default=5.0, ge=0, le=1000)  # for which the first question of a batch waits for others
    waiting: int = Field(default=128, ge=1, le=4096)  # questions taken in and not answered yet
    per_client: int = Field(default=64, ge=1, le=4096)  # of these, those of one address
    per_request: int = Field(default=32, ge=1, le=1024)  # questions of one request to the batch route
    timeout_seconds: float = Field(default=30.0, gt=0, le=600)  # for which a request is read, and then for which its answer may take
    megabytes: float = Field(default=12.0, gt=0, le=256)  # of a request's body; in base64 a picture grows by a third
    megapixels: float = Field(default=24.0, gt=0, le=64)  # of one picture, before it is unpacked
    prompt_characters: int = Field(default=300, ge=1, le=4096)

    @property
    def body_bytes(self) -> int:
        """Bytes of the longest body."""
        return int(self.megabytes * 1_000_000)
