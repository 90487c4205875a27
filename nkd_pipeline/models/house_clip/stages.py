"""The house CLIP as stages: it scores and probes sketches, and refuses all other pictures."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import ClassVar, TypeVar

from PIL import Image

from nkd_pipeline.models.open_clip import OpenClipScorer
from nkd_pipeline.models.picture_text import PictureTextSettings
from nkd_pipeline.models.probe import JUDGE, OpenClipProbe
from nkd_pipeline.records import ClipScore, JudgedImage, PictureAnswers
from nkd_pipeline.stage import StageSettings
from nkd_pipeline.storage.places import place, read_bytes

CHECKPOINT = Path(__file__).parent / "checkpoint"
NAME = "house-clip"
RENDERER = "nkd-sketch/"
HEAD_BYTES = 1 << 18  # what a picture says of itself has a few thousand, and stands before its pixels
NO_SKETCH = "the house CLIP knows sketches only, and this picture is none; a CLIP model that was trained on photos can be named in the profile"
Out = TypeVar("Out")


class HouseClipSettings(PictureTextSettings):
    """`model` is the checkpoint that comes with the package unless another folder is named."""

    model: str = str(CHECKPOINT)


class HouseClipScorer(OpenClipScorer):
    """Scores sketches as OpenClipScorer does; other pictures get no score, with the reason."""

    Settings: ClassVar[type[StageSettings]] = HouseClipSettings

    @property
    def backend(self) -> str:
        return _named(self._settings.model, super().backend)

    def __call__(self, rows: Sequence[JudgedImage]) -> list[ClipScore]:
        return _sketches_only(rows, super().__call__, lambda row: ClipScore(row.article_id, row.attempt, None, None, 0, "", NO_SKETCH))


class HouseClipProbe(OpenClipProbe):
    """Probes sketches as OpenClipProbe does; other pictures are asked nothing, with the reason."""

    Settings: ClassVar[type[StageSettings]] = HouseClipSettings

    @property
    def backend(self) -> str:
        return _named(self._settings.model, super().backend)

    def __call__(self, rows: Sequence[JudgedImage]) -> list[PictureAnswers]:
        return _sketches_only(rows, super().__call__, lambda row: PictureAnswers(row.article_id, row.attempt, JUDGE, "", (), NO_SKETCH))


def is_sketch(row: JudgedImage) -> bool:
    """Whether a picture says of itself that the sketch renderer made it. Raises OSError or another of Pillow's errors for a file it cannot open."""
    # what the pipeline writes stands before the pixels: they need not be decoded for it
    with Image.open(BytesIO(read_bytes(place(row.image_file), HEAD_BYTES)), formats=("PNG",)) as picture:
        told = picture.info.get("parameters", "")
    try:
        return any(model.startswith(RENDERER) for model in json.loads(told)["models"])
    except (ValueError, KeyError, TypeError, AttributeError):  # written by somebody else
        return False


def _named(model: str, folder: str) -> str:
    """The packaged model's name in reports; its folder is called like any other checkpoint's."""
    return NAME if model == str(CHECKPOINT) else folder


def _sketches_only(
    rows: Sequence[JudgedImage], judged: Callable[[Sequence[JudgedImage]], list[Out]], refused: Callable[[JudgedImage], Out]
) -> list[Out]:
    """Results of `judged` for the sketches among the rows and of `refused` for the others, in the order of the rows."""
    wanted = [_is_judged(row) for row in rows]
    kept = [row for row, is_wanted in zip(rows, wanted, strict=True) if is_wanted]
    results = iter(judged(kept) if kept else [])
    return [next(results) if is_wanted else refused(row) for row, is_wanted in zip(rows, wanted, strict=True)]


def _is_judged(row: JudgedImage) -> bool:
    """Sketches, and files that cannot be opened: what is wrong with those is said by the judge, as for any other model."""
    try:
        return is_sketch(row)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return True
