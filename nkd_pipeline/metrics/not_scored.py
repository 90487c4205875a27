"""The scorer of profiles that have none: says so, and why, instead of inventing a number."""

from __future__ import annotations

from collections.abc import Sequence

from nkd_pipeline.records import ClipScore, JudgedImage
from nkd_pipeline.stage import Stage, StageSettings


class NotScoredSettings(StageSettings):
    """`reason` is what tables and galleries show in place of a score."""

    reason: str = "no scorer is configured"


class NotScored(Stage[JudgedImage, ClipScore]):
    """Gives every picture the score None with the profile's reason."""

    Settings = NotScoredSettings
    _settings: NotScoredSettings

    @property
    def backend(self) -> str:
        return "none"

    def __call__(self, rows: Sequence[JudgedImage]) -> list[ClipScore]:
        return [ClipScore(row.article_id, row.attempt, None, None, 0, "", self._settings.reason) for row in rows]
