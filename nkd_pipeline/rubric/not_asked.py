"""The judge of profiles that have no model to ask: says so, and why."""

from __future__ import annotations

from collections.abc import Sequence

from nkd_pipeline.records import JudgedImage, PictureAnswers
from nkd_pipeline.stage import Stage, StageSettings


class NotAskedSettings(StageSettings):
    """`reason` is what tables and galleries show in place of answers."""

    reason: str = "no model is configured that could be asked"


class NotAsked(Stage[JudgedImage, PictureAnswers]):
    """Gives every picture no answers, with the profile's reason."""

    Settings = NotAskedSettings
    _settings: NotAskedSettings

    @property
    def backend(self) -> str:
        return "none"

    def __call__(self, rows: Sequence[JudgedImage]) -> list[PictureAnswers]:
        return [PictureAnswers(row.article_id, row.attempt, "", "", reason=self._settings.reason) for row in rows]
