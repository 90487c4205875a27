"""Settings of the study, as `[studies.legacy_prompts]` states them."""

from __future__ import annotations

from pydantic import Field

from nkd_pipeline.execution.profile import Profile
from nkd_pipeline.studies.common.articles import FEWEST, ArticleSettings

NAME = "legacy-prompts"
TABLE = "legacy_prompts"


class LegacyPromptsSettings(ArticleSettings):
    """Of the articles `pictures` are drawn and judged."""

    count: int = Field(default=224, ge=FEWEST)  # the paper's delivery
    pictures: int = Field(default=60, ge=0)


def settings(profile: Profile) -> LegacyPromptsSettings:
    """The study's settings in a profile. Raises ProfileError when they are wrong."""
    return profile.study_settings(TABLE, LegacyPromptsSettings)
