"""Settings of the study, as `[studies.prompt_improvement]` states them."""

from __future__ import annotations

from pydantic import Field, model_validator

from nkd_pipeline.execution.profile import Profile
from nkd_pipeline.models.prompt_improver.settings import ImproverSettings
from nkd_pipeline.stage import StageSettings
from nkd_pipeline.studies.common.articles import ArticleSettings
from nkd_pipeline.studies.common.text_scores import TextMetricSettings

NAME = "prompt-improvement"
TABLE = "prompt_improvement"


class PairsFile(StageSettings):
    """`data` is a Parquet, CSV or JSONL file with the columns basic and improved, or a data set's hub id ("owner/name") with `file` and `revision`.

    `file` is the path within the data set, `revision` a full commit hash.
    """

    data: str = Field(min_length=1)
    file: str = ""
    revision: str | None = Field(default=None, pattern="^[0-9a-f]{40}$")

    @model_validator(mode="after")
    def _pinned(self) -> PairsFile:
        if bool(self.file) != bool(self.revision):
            raise ValueError("a data set of the hub needs both file and revision, a file of this machine neither")
        return self


class PromptImprovementSettings(ArticleSettings):
    """`pairs` is a data set; without one pairs are made of the articles.

    `style_share` of the pairs made of random articles name styles that nobody asked for, as public data sets do.
    """

    pairs: PairsFile | None = None
    held_out_share: float = Field(default=0.1, gt=0, lt=1)
    style_share: float = Field(default=0.5, ge=0, le=1)
    improved: int = Field(default=150, ge=2)  # held-out short prompts that are improved
    pictures: int = Field(default=60, ge=0)  # of these, of how many pictures are made
    compared: int = Field(default=60, ge=0)  # articles on which template and improver are compared as strategies of the main flow
    training: ImproverSettings = ImproverSettings()
    metrics: TextMetricSettings = TextMetricSettings()


def settings(profile: Profile) -> PromptImprovementSettings:
    """The study's settings in a profile. Raises ProfileError when they are wrong."""
    return profile.study_settings(TABLE, PromptImprovementSettings)
