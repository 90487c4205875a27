"""What the studies work on: pairs of prompts, pictures with their prompts, captions."""

from __future__ import annotations

from dataclasses import dataclass, field

from nkd_pipeline.records.articles import UNHASHED
from nkd_pipeline.records.texts import Attributes


@dataclass(frozen=True, slots=True)
class PromptPair:
    """A short prompt and the long one that a writer made of it."""

    article_id: str  # of the article, or a running number of a data set
    basic: str
    improved: str
    held_out: bool  # kept from training


@dataclass(frozen=True, slots=True)
class BasicPrompt:
    """What an improver is given."""

    article_id: str
    text: str


@dataclass(frozen=True, slots=True)
class ImprovedPrompt:
    """What an improver made of a short prompt."""

    article_id: str
    basic: str
    text: str
    styles_invented: tuple[str, ...]  # styles and artists that the short prompt did not name


@dataclass(frozen=True, slots=True)
class PictureOrder:
    """A picture that is wanted of a text, from any image backend."""

    article_id: str
    seed: int  # 0 .. 2**31 - 1
    text: str
    attributes: Attributes | None = None  # what the text says, where that is known; None: it is read from the text


@dataclass(frozen=True, slots=True)
class CaptionedPicture:
    """A picture with the text it was made of, or with a person's description of it."""

    article_id: str
    text: str
    sha256: str
    held_out: bool
    image_file: str = field(metadata=UNHASHED)  # where it lies now; results depend on its bytes alone


@dataclass(frozen=True, slots=True)
class Caption:
    """What a captioner sees in a picture."""

    article_id: str
    text: str
    model: str  # checkpoint that said it


@dataclass(frozen=True, slots=True)
class EpochReport:
    """Where a training stands at the end of an epoch; the first report is of the model before training."""

    epoch: int  # 0 before training, then 1, 2, ...
    step: int  # optimiser steps so far
    loss: float | None  # mean over the epoch's training rows; None before training
    held_out_loss: float
    metrics: dict[str, float] = field(default_factory=dict)  # of texts generated for held-out rows: meteor, bertscore_f1, ...


@dataclass(frozen=True, slots=True)
class PicturePair:
    """Two pictures that are to be compared."""

    article_id: str
    first_sha256: str
    second_sha256: str
    first_file: str = field(metadata=UNHASHED)
    second_file: str = field(metadata=UNHASHED)


@dataclass(frozen=True, slots=True)
class PictureLikeness:
    """How alike two pictures are."""

    article_id: str
    cosine: float | None  # -1..1, of what the scorer's model makes of both; None where the profile has no such model
    ssim: float | None  # -1..1, of the garments; None where one of them shows none
