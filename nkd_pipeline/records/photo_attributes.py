"""Attributes from photos: questions about a picture of a product, what is right, and what a model answers."""

from __future__ import annotations

from dataclasses import dataclass, field

from nkd_pipeline.records.articles import UNHASHED

TRAIN, HELD_OUT, UNSEEN = "train", "held_out", "unseen"  # splits


@dataclass(frozen=True, slots=True)
class VqaPair:
    """A question about a product's picture with the right answer."""

    article_id: str
    attribute: str  # "Sleeve Length"
    question: str
    answer: str  # "Long Sleeves"
    split: str  # TRAIN; HELD_OUT: of a product kept from training; UNSEEN: the same, and of an attribute kept from training
    sha256: str
    image_file: str = field(metadata=UNHASHED)


@dataclass(frozen=True, slots=True)
class PhotoQuestion:
    """A question about a picture."""

    article_id: str
    question: str
    attribute: str  # what it asks for; "" where the question alone says so
    sha256: str
    image_file: str = field(metadata=UNHASHED)


@dataclass(frozen=True, slots=True)
class PhotoAnswer:
    """What a model answers."""

    article_id: str
    attribute: str
    answer: str
    confidence: float  # 0..1: how probable the model holds just these words
