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
class Answer:
    """What a model saw when it was asked about one stated attribute."""

    aspect: str  # one of ASPECTS
    cause: str  # the rubric's name of what is asked about, e.g. neckline: seen by several judges it counts once
    question: str  # as it was asked
    stated: str  # value that the article states
    best: str  # value that the model found likeliest; "" for questions of yes and no
    probability: float  # 0..1, of the stated value, or of yes
    margin: float  # logits of the stated value less those of the best other one (probe), log-odds of yes (VQA); negative: it does not fit


@dataclass(frozen=True, slots=True)
class PictureAnswers:
    """What one judge that is a model answered about one picture; `reason` says why nothing was asked."""

    article_id: str
    attempt: int
    judge: str  # probe, vqa
    model: str  # "" when nothing was asked
    answers: tuple[Answer, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HumanMark:
    """What one reviewer says of one aspect of one picture."""

    article_id: str
    attempt: int
    sha256: str  # of the picture that was looked at
    reviewer: str
    aspect: str  # one of ASPECTS
    mark: str  # none, slight, strong
    marked_at: str = field(metadata=UNHASHED)  # UTC, ISO 8601


@dataclass(frozen=True, slots=True)
class EvidencedImage:
    """What the rubric is given: a picture with all that models and people said of it."""

    judged: JudgedImage
    probe: PictureAnswers
    vqa: PictureAnswers
    marks: tuple[HumanMark, ...] = ()

    @property
    def article_id(self) -> str:
        return self.judged.article_id

    @property
    def attempt(self) -> int:
        return self.judged.attempt


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
    box: tuple[float, ...] = ()  # where it is: left, top, right, bottom as shares of the picture's sides; () where it has no place


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
    asked: tuple[str, ...] = ()  # causes that a judge looked for, whether it saw them or not


@dataclass(frozen=True, slots=True)
class JudgedAttempt:
    """One attempt at an article's picture, and how it was judged."""

    article_id: str
    attempt: int
    seed: int
    image_path: str  # below home
    prompt: str
    repairs: tuple[str, ...]  # causes of deviations against which its prompt has words
    clip_score: float | None
    rubric_score: float
    verdict: str
    causes: tuple[str, ...]  # of its deviations
    chosen: bool  # whether it is the one that the stage tables hold
    basis: str  # hash of the attributes and of the stages that made and judged it: only attempts of one basis compare
    rows: str  # its rows of the stage tables, as JSON
    removed_at: str = ""  # when retention removed its picture (UTC, ISO 8601)


@dataclass(frozen=True, slots=True)
class Waiver:
    """A person's decision that an article need not have a picture of its own."""

    article_id: str
    reason: str
    person: str
    waived_at: str  # UTC, ISO 8601


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
    waived: str = ""  # who does without an approved picture, and why
