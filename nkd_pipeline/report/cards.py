"""What the gallery shows of one article: everything the stages know about it, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nkd_pipeline.records import Article, Attributes, ClipScore, GeneratedImage, Prompt, ReleaseDecision, RubricReport, Translation

VERDICTS = ("excellent", "pass", "fail")
UNRECOGNISED = "not recognised"


@dataclass(frozen=True, slots=True)
class Failure:
    """A stage that could not do the article."""

    asset: str  # Dagster key of the stage
    kind: str  # short stable word
    error: str  # what, where and the cure


@dataclass(frozen=True, slots=True)
class Card:
    """One article with all that is known of it; what a failed or missing stage would have given is None."""

    article: Article
    translation: Translation | None
    attributes: Attributes | None
    prompt: Prompt | None
    image_file: Path | None  # absolute, existing
    image: GeneratedImage | None
    clip: ClipScore | None
    rubric: RubricReport | None
    decision: ReleaseDecision
    failures: tuple[Failure, ...]
    attempts: tuple[Path, ...]  # the files of all attempts, oldest first
    photo_file: Path | None  # the delivery's reference photo
    backend: str = ""  # what made the picture, as its row says

    @property
    def verdict(self) -> str:
        """The rubric's verdict, else the release's; "" when nobody has judged the picture."""
        verdict = self.rubric.verdict if self.rubric else self.decision.verdict
        return verdict if verdict in VERDICTS else ""

    @property
    def category(self) -> str:
        """The kind of garment, for tables; "not recognised" when the texts do not say."""
        if self.attributes is None:
            return UNRECOGNISED
        return self.attributes.sketch_kind or self.attributes.garment or UNRECOGNISED
