"""Settings of the study, as `[studies.attributes]` states them."""

from __future__ import annotations

from pydantic import Field, field_validator

from nkd_pipeline.execution.profile import Profile
from nkd_pipeline.models.attribute_reader import AttributeReaderSettings
from nkd_pipeline.models.attribute_reader.questions import wordings
from nkd_pipeline.studies.common.articles import ArticleSettings

NAME = "attributes"
TABLE = "attributes"


class AttributesSettings(ArticleSettings):
    """Which products, and how they are split.

    `photos` is a folder in the layout of the data set Fashion Product Images (`styles.csv`, `styles/<id>.json`, `images/<id>.jpg`), in place of
    sketches of articles; of photos `count` are taken by lot. A product with fewer than `fewest` known attributes is passed over. The share `held_out`
    of the products is kept from training; `unseen` names attributes that are kept from training altogether.
    """

    photos: str = ""
    fewest: int = Field(default=3, ge=1)
    held_out: float = Field(default=0.2, gt=0, lt=1)
    unseen: tuple[str, ...] = ()
    training: AttributeReaderSettings = AttributeReaderSettings()

    @field_validator("unseen")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [name for name in value if name not in wordings()]:
            raise ValueError(f"{unknown[0]} is no attribute. There are {', '.join(wordings())}")
        return value


def settings(profile: Profile) -> AttributesSettings:
    """The study's settings in a profile. Raises ProfileError when they are wrong."""
    return profile.study_settings(TABLE, AttributesSettings)
