"""The typed rows that travel between stages.

Each record is frozen and holds plain values only, so it can be hashed, compared, sent to a worker process and stored in Parquet. Lists are tuples.
Some become tables; the others are what a stage is given to work on.
"""

from nkd_pipeline.records.articles import Article, DeliveryRow, QuarantinedRow
from nkd_pipeline.records.pictures import (
    ASPECTS,
    Answer,
    ClipScore,
    Deviation,
    EvidencedImage,
    GeneratedImage,
    HumanMark,
    ImageOrder,
    JudgedAttempt,
    JudgedImage,
    PictureAnswers,
    ReleaseDecision,
    RenderedImage,
    RubricReport,
    Waiver,
)
from nkd_pipeline.records.texts import TARGET_GROUPS, Attributes, DescribedArticle, Fact, Finding, Origin, Prompt, TranslatedArticle, Translation

__all__ = [
    "ASPECTS",
    "TARGET_GROUPS",
    "Answer",
    "Article",
    "Attributes",
    "ClipScore",
    "DeliveryRow",
    "DescribedArticle",
    "Deviation",
    "EvidencedImage",
    "Fact",
    "Finding",
    "GeneratedImage",
    "HumanMark",
    "ImageOrder",
    "JudgedAttempt",
    "JudgedImage",
    "Origin",
    "PictureAnswers",
    "Prompt",
    "QuarantinedRow",
    "ReleaseDecision",
    "RenderedImage",
    "RubricReport",
    "TranslatedArticle",
    "Translation",
    "Waiver",
]
