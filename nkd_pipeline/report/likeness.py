"""How much the pictures resemble the photos that a delivery carries."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from nkd_pipeline.metrics.ssim import METHOD, garment_ssim
from nkd_pipeline.report.cards import Card
from nkd_pipeline.stage import RowError


@dataclass(frozen=True, slots=True)
class Likeness:
    """SSIM of an article's picture and its reference photo."""

    ssim: float | None  # -1..1
    reason: str = ""  # why there is none
    compared: str = ""  # digest of both files and of the method: as long as it is the same, so is the value


NO_PHOTO = Likeness(None, "the delivery carries no photo of it")
NO_PICTURE = Likeness(None, "there is no picture to compare")


def likenesses(cards: Sequence[Card], known: Iterable[Likeness]) -> Mapping[str, Likeness]:
    """Compares the pictures of articles with a photo, in threads: OpenCV releases the interpreter's lock. Known pairs are not compared again."""
    with_photo = [(card.article.article_id, card.image_file, card.photo_file) for card in cards if card.photo_file]
    before = {likeness.compared: likeness for likeness in known if likeness.compared}
    with ThreadPoolExecutor(max_workers=min(8, os.cpu_count() or 1)) as threads:
        found = threads.map(lambda row: _likeness(row[1], row[2], before) if row[1] and row[2] else NO_PICTURE, with_photo)
        return {article_id: likeness for (article_id, _, _), likeness in zip(with_photo, found, strict=True)}


def _likeness(picture: Path, photo: Path, known: Mapping[str, Likeness]) -> Likeness:
    compared = hashlib.sha256(b"".join([METHOD.encode(), *(hashlib.sha256(file.read_bytes()).digest() for file in (picture, photo))])).hexdigest()
    if compared in known:
        return known[compared]
    try:
        return Likeness(garment_ssim(picture, photo), "", compared)
    except RowError as error:
        return Likeness(None, str(error), compared)
