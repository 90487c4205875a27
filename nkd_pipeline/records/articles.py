"""Articles: rows of a delivery, and those that cannot become one."""

from __future__ import annotations

from dataclasses import dataclass, field

UNHASHED = {"hashed": False}  # of a field that a row's result does not depend on


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
