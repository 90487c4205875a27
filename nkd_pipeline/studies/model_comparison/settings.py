"""Settings of the study, as `[studies.models]` states them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from pydantic import Field, field_validator

from nkd_pipeline.execution.profile import Profile, ProfileError
from nkd_pipeline.models.checkpoint import Checkpoint
from nkd_pipeline.models.stage import ModelStage
from nkd_pipeline.records import ImageOrder, RenderedImage
from nkd_pipeline.stage import Stage, StageSettings

NAME = TABLE = "models"
DRAWN = "drawn"  # in place of a reference photo's file


class Candidate(StageSettings):
    """A model that takes part: its `name` in tables and folders, and `stage`, a table as `[stages.generated_images]` is one."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")
    stage: dict[str, Any]


class ModelComparisonSettings(StageSettings):
    """`article` is a TOML file with the columns of one delivery row, in place of the packaged one.

    `reference` is a photo of the article that a model may have been trained on; "drawn" takes a sketch for it, "" none. A picture is nearly the photo
    from an SSIM of both garments of `alarm_ssim` on. Measured on sketches of seven articles: of the same article with other seeds up to 0.92, copies
    that were compressed (JPEG 60), made noisy or half as large 0.95 and more; blurred ones from 0.84 on, mirrored ones hardly any.
    """

    candidates: tuple[Candidate, ...] = Field(min_length=1)
    pictures: int = Field(default=4, ge=1, le=64)  # per model, each with a seed of its own, the same for all models
    article: str = ""
    catalog: int = Field(default=224, ge=1)  # articles for which the time is estimated; the paper's catalog has 224
    reference: str = ""
    alarm_ssim: float = Field(default=0.94, ge=-1, le=1)

    @property
    def names(self) -> tuple[str, ...]:
        """The models' names, in the order of the list."""
        return tuple(candidate.name for candidate in self.candidates)

    @field_validator("candidates")
    @classmethod
    def _told_apart(cls, value: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
        names = [candidate.name.casefold() for candidate in value]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"each candidate needs a name of its own; twice: {', '.join(twice)}")
        return value


def settings(profile: Profile) -> ModelComparisonSettings:
    """The study's settings in a profile. Raises ProfileError when they are wrong."""
    return profile.study_settings(TABLE, ModelComparisonSettings)


def candidate_stage(profile: Profile, candidate: Candidate) -> Stage[ImageOrder, RenderedImage]:
    """A candidate's image stage, not loaded yet. Raises ProfileError when its table is wrong."""
    alone = dataclasses.replace(profile, stages={candidate.name: candidate.stage})
    try:
        return alone.stage(candidate.name)
    except ProfileError as error:
        raise ProfileError(f"{error} It is a candidate of [[studies.{TABLE}.candidates]].") from error


def candidate_checkpoints(profile: Profile) -> Iterator[tuple[str, Checkpoint]]:
    """(candidate, checkpoint) of all that the profile's models load. Raises ProfileError when a table is wrong."""
    for candidate in settings(profile).candidates:
        stage = candidate_stage(profile, candidate)
        if isinstance(stage, ModelStage):
            yield from ((f"candidates.{candidate.name}", checkpoint) for checkpoint in stage.checkpoints())
