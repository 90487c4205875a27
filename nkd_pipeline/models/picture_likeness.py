"""How alike two pictures are: to a picture-text model, and in structure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nkd_pipeline.metrics.ssim import METHOD, garment_ssim
from nkd_pipeline.models.picture_text import PictureTextStage
from nkd_pipeline.records import Attributes, JudgedImage, Prompt
from nkd_pipeline.records.studies import PictureLikeness, PicturePair
from nkd_pipeline.stage import RowError, Stage, StageSettings
from nkd_pipeline.storage.places import place


class PictureComparer(Stage[PicturePair, PictureLikeness]):
    """Compares pictures by the model of a scorer: the cosine of their features, and the SSIM of their garments.

    A scorer without a picture-text model gives no cosine. Raises RowError as `read_picture` does for a file that cannot be opened.
    """

    batch_size = 16

    def __init__(self, scorer: Stage[Any, Any]) -> None:
        super().__init__(StageSettings())
        self._scorer = scorer

    @property
    def backend(self) -> str:
        return self._scorer.backend

    def fingerprint(self) -> dict[str, object]:
        return super().fingerprint() | {"scorer": self._scorer.fingerprint(), "ssim": METHOD}

    def load(self) -> None:
        """Loads the scorer's model. Raises CheckpointError when it is not on this machine."""
        self._scorer.load()

    def __call__(self, rows: Sequence[PicturePair]) -> list[PictureLikeness]:
        """Compares the two pictures of each row."""
        cosines = self._cosines(rows)
        return [PictureLikeness(row.article_id, cosine, _ssim(row)) for row, cosine in zip(rows, cosines, strict=True)]

    def _cosines(self, rows: Sequence[PicturePair]) -> Sequence[float | None]:
        if not isinstance(self._scorer, PictureTextStage):
            return [None] * len(rows)
        files = [(row.first_sha256, row.first_file) for row in rows] + [(row.second_sha256, row.second_file) for row in rows]
        pictures, _ = self._scorer.features([_picture(*file) for file in files], [])
        first, second = pictures[: len(rows)], pictures[len(rows) :]
        return (first * second).sum(-1).tolist()


def _picture(sha256: str, file: str) -> JudgedImage:
    """A picture that nothing is said of."""
    return JudgedImage("", 1, sha256, Prompt("", "", "", "", 0, "", (), 1.0, 0, ()), Attributes("", "", "", ""), file)


def _ssim(row: PicturePair) -> float | None:
    try:
        return garment_ssim(place(row.first_file), place(row.second_file))
    except RowError:
        return None  # nothing stands out from one of the backgrounds
