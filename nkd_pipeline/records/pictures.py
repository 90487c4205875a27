"""Pictures: what is asked for, what was made, and what judges say of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from nkd_pipeline.records.articles import UNHASHED
from nkd_pipeline.records.texts import Attributes, Prompt

ASPECTS = (
    "garment_type",
    "target_group",
    "colour",
    "material_texture",
    "pattern_print",
    "construction",
    "pose_framing",
    "background_isolation",
    "realism",
)


@dataclass(frozen=True, slots=True)
class ImageOrder:
    """What an image backend is asked to make."""

    article_id: str
    attempt: int  # 1, 2, ...
    seed: int  # 0 .. 2**31 - 1, from article id and attempt
    prompt: Prompt
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class RenderedImage:
    """A finished picture in memory: PNG bytes that already carry their provenance."""

    article_id: str
    attempt: int
    seed: int
    png: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class GeneratedImage:
    """A stored picture."""

    article_id: str
    attempt: int
    seed: int
    image_path: str  # below home
    sha256: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class JudgedImage:
    """What a scorer and a judge are given."""

    article_id: str
    attempt: int
    sha256: str
    prompt: Prompt
    attributes: Attributes
    image_file: str = field(metadata=UNHASHED)  # where it lies now; the result depends on its bytes alone


@dataclass(frozen=True, slots=True)
class ClipScore:
    """How well picture and text agree."""

    article_id: str
    attempt: int
    score: float | None  # 100 x cosine of clip_prompt and image, as in logits_per_image; None when not scored
    prompt_score: float | None  # the same for the full prompt
    truncated_tokens: int  # tokens of clip_prompt beyond the model's 77
    scorer: str  # model id; "" when not scored
    reason: str = ""  # why there is no score


@dataclass(frozen=True, slots=True)
class Deviation:
    """One deduction of the rubric."""

    aspect: str  # one of ASPECTS
    severity: str  # slight, strong
    points: float  # -0.5 or -1.5
    judge: str  # pixel, probe, vqa, human; several joined by "+"
    measure: str  # name of the rule
    value: float  # what was measured
    says: str


@dataclass(frozen=True, slots=True)
class RubricReport:
    """The nine-aspect verdict on one picture."""

    article_id: str
    attempt: int
    score: float  # 10 minus the deductions, not below 0
    verdict: str  # excellent, pass, fail
    assessed: tuple[str, ...]  # aspects that a judge could look at
    not_assessed: tuple[str, ...]  # aspects nobody looked at, "aspect: reason"
    deviations: tuple[Deviation, ...] = ()
    measures: str = "{}"  # all numbers measured, as JSON


@dataclass(frozen=True, slots=True)
class ReleaseDecision:
    """Whether the shop may use the article's picture, and if not, what is missing."""

    article_id: str
    attempt: int
    released: bool
    reason: str
    image_path: str | None
    clip_score: float | None
    rubric_score: float | None
    verdict: str
