"""Settings of the study, as `[studies.descriptions]` states them."""

from __future__ import annotations

from pydantic import Field, field_validator

from nkd_pipeline.execution.profile import Profile
from nkd_pipeline.models.describing.asking import STRATEGIES, Strategy
from nkd_pipeline.models.retrieval import RetrievalSettings
from nkd_pipeline.stage import StageSettings

NAME = "descriptions"
TABLE = "descriptions"


class DescriptionsSettings(StageSettings):
    """`grid` and `examples` are TOML files of one's own ("": those that come with the package).

    Of the grid's cells `cells` are described, chosen by lot. `retrieval` says which texts are read, and how both passages and examples are compared.
    The first strategy is the one that the others are measured by.
    """

    grid: str = ""
    examples: str = ""
    cells: int = Field(default=288, ge=2)
    seed: int = Field(default=1, ge=0)
    strategies: tuple[Strategy, ...] = Field(default=STRATEGIES, min_length=1)
    shots: int = Field(default=3, ge=1, le=16)  # examples of few-shot prompting
    retrieval: RetrievalSettings = RetrievalSettings()

    @field_validator("strategies")
    @classmethod
    def _distinct(cls, value: tuple[Strategy, ...]) -> tuple[Strategy, ...]:
        if len(set(value)) < len(value):
            raise ValueError("name each strategy once")
        return value


def settings(profile: Profile) -> DescriptionsSettings:
    """The study's settings in a profile. Raises ProfileError when they are wrong."""
    return profile.study_settings(TABLE, DescriptionsSettings)
