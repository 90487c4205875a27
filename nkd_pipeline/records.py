"""The typed rows that travel between stages.

Each record is frozen and holds plain values only, so it can be hashed, compared, sent to a worker process and stored in Parquet. Lists are tuples.
Records that become a table are named in `TABLES`; the others are what a stage is given to work on.
"""

from __future__ import annotations

from dataclasses import dataclass, field

TARGET_GROUPS = ("women", "men", "girls", "boys", "kids", "baby", "unisex", "")
UNHASHED = {"hashed": False}  # of a field that a row's result does not depend on
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
class DeliveryRow:
    """One valid row of a delivery, texts exactly as delivered; columns that the delivery lacks are empty."""

    article_id: str
    # where a row stands in its file is no input of any stage: a row inserted above must not recompute the rest
    source_file: str = field(metadata=UNHASHED)
    source_sheet: str = field(metadata=UNHASHED)
    source_row: int = field(metadata=UNHASHED)  # as Excel counts: the header is row 1
    name: str = ""
    description: str = ""
    model_name: str = ""
    model_descr: str = ""
    color: str = ""
    gender: str = ""
    category: str = ""
    brand: str = ""
    photo: str | None = None  # path below home of the photo embedded in the row


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """A row that cannot become an article, with the reason and the cure."""

    source_file: str
    source_sheet: str
    source_row: int
    column: str
    kind: str  # no_text, duplicate, duplicate_id, error_cell, not_text, too_long, bad_id, shifted
    reason: str
    raw: str  # the row as JSON, cut at 2,000 characters


@dataclass(frozen=True, slots=True)
class Article(DeliveryRow):
    """A delivery row with its texts repaired: no tabs, no doubled spaces, bullets on lines of their own beginning with "- "."""


@dataclass(frozen=True, slots=True)
class Translation:
    """The article's texts in English."""

    article_id: str
    name: str
    description: str
    model_name: str
    model_descr: str
    color: str = ""
    gender: str = ""
    category: str = ""
    untranslated: tuple[str, ...] = ()  # words that the backend did not know and left as they were


@dataclass(frozen=True, slots=True)
class TranslatedArticle:
    """What an extractor reads."""

    article: Article
    translation: Translation

    @property
    def article_id(self) -> str:
        return self.article.article_id


@dataclass(frozen=True, slots=True)
class Fact:
    """One visible fact of the source, and where it stands."""

    aspect: str  # garment, target_group, colour, material, pattern, print, neckline, collar, sleeves, closure, hem, fit, length, detail
    value: str  # canonical English, as the prompt would say it
    column: str  # the delivery's column
    source: str  # the words found there


@dataclass(frozen=True, slots=True)
class Attributes:
    """What can be seen of an article. Values are the vocabulary's canonical English terms; empty means that the texts do not say."""

    article_id: str
    garment: str  # "t-shirt", "5-pocket jeans"
    sketch_kind: str  # which garment the sketch can draw for it; "" when none fits
    target_group: str  # one of TARGET_GROUPS
    colours: tuple[str, ...] = ()  # main colour first
    materials: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()  # "striped", "checked", "melange"
    prints: tuple[str, ...] = ()  # "large front print"
    motifs: tuple[str, ...] = ()  # "butterfly"
    lettering: tuple[str, ...] = ()  # texts printed on the garment, as written
    neckline: str = ""
    collar: str = ""
    sleeves: str = ""
    closure: str = ""
    hem: str = ""
    fit: str = ""
    length: str = ""
    details: tuple[str, ...] = ()
    non_visual: tuple[str, ...] = ()  # claims that were dropped: nobody can see them
    facts: tuple[Fact, ...] = ()
    product_type: str = ""  # the paper's four keys, as phrases
    key_visual_features: str = ""
    color_material_details: str = ""
    design_aspects: str = ""


@dataclass(frozen=True, slots=True)
class DescribedArticle:
    """What the prompt writer reads."""

    article: Article
    attributes: Attributes

    @property
    def article_id(self) -> str:
        return self.article.article_id


@dataclass(frozen=True, slots=True)
class Finding:
    """One lint finding of a prompt and how it was resolved (the paper's Table III)."""

    kind: str  # ambiguous_term, missing_attribute, conflicting_features, cultural_mismatch
    place: str  # column or attribute
    text: str  # the words in question
    resolution: str  # glossary_expansion, catalog_default, emphasis, localisation_rule
    says: str  # what was done, as a sentence


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the image model and the scorer are told."""

    article_id: str
    prompt: str
    negative_prompt: str
    clip_prompt: str
    clip_prompt_truncated: int  # words cut off to stay below CLIP's 77 tokens
    background: str  # "white", or "light grey" for white garments
    colours: tuple[str, ...]  # as the image must show them: normalised, defaults filled in
    retention: float  # visible facts that the prompt carries / all visible facts, 0..1
    facts_total: int
    facts_lost: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


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
