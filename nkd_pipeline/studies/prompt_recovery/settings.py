"""Settings of the study, as `[studies.prompt_recovery]` states them."""

from __future__ import annotations

from pydantic import Field

from nkd_pipeline.execution.profile import Profile
from nkd_pipeline.models.captioner import CaptionerSettings
from nkd_pipeline.studies.common.articles import ArticleSettings
from nkd_pipeline.studies.common.text_scores import TextMetricSettings

NAME = "prompt-recovery"
TABLE = "prompt_recovery"


class PromptRecoverySettings(ArticleSettings):
    """`photos` is a folder with real photos and `captions.csv`, a file with the columns file and text; without one no photo is looked at."""

    photos: str = ""
    held_out: int = Field(default=150, ge=2)  # articles kept from training, but never more than a fifth of them
    drifting: int = Field(default=40, ge=0)  # held-out articles that go round
    rounds: int = Field(default=4, ge=1, le=20)
    training: CaptionerSettings = CaptionerSettings()
    metrics: TextMetricSettings = TextMetricSettings()


def settings(profile: Profile) -> PromptRecoverySettings:
    """The study's settings in a profile. Raises ProfileError when they are wrong."""
    return profile.study_settings(TABLE, PromptRecoverySettings)
