"""The rubric stage: one picture in, its nine-aspect report out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from nkd_pipeline.records import EvidencedImage, RubricReport
from nkd_pipeline.rubric.deductions import conclude
from nkd_pipeline.rubric.evidence import judge_answers, judge_marks
from nkd_pipeline.rubric.pixel_checks.picture import read_picture
from nkd_pipeline.rubric.pixel_judge import judge_pixels
from nkd_pipeline.rubric.rules import ASPECTS_FILE, Rubric, digest, load_rubric
from nkd_pipeline.stage import Stage, StageSettings
from nkd_pipeline.text.colours import TABLE


class RubricSettings(StageSettings):
    """`aspects` is a rubric file of one's own with other thresholds; empty means the one that is built in."""

    aspects: str = ""


class RubricJudge(Stage[EvidencedImage, RubricReport]):
    """Judges pictures by the rubric: pixels are measured here; what models answered and people marked comes with the row.

    People overrule the machine in each aspect that they marked. Raises RowError "unreadable_image" for a file that is no picture. Aspects that nobody
    could judge are named in `not_assessed`.
    """

    Settings: ClassVar[type[StageSettings]] = RubricSettings
    code_version = "4"
    batch_size = 16
    parallel = True

    def __init__(self, settings: RubricSettings) -> None:
        super().__init__(settings)
        self._file = Path(settings.aspects) if settings.aspects else ASPECTS_FILE
        self._rubric: Rubric = load_rubric(self._file)

    @property
    def backend(self) -> str:
        return "rubric"

    def fingerprint(self) -> dict[str, object]:
        """Adds the digests of the rubric and of the colour table; where the rubric's file lies does not matter."""
        return {**super().fingerprint(), "settings": {}, "aspects": digest(self._file), "colours": digest(TABLE)}

    def load(self) -> None:
        """Keeps OpenCV to one thread: the workers already share the cores."""
        import cv2

        cv2.setNumThreads(1)

    def __call__(self, rows: Sequence[EvidencedImage]) -> list[RubricReport]:
        """Judges a batch; report i belongs to picture i."""
        return [self._judge(row) for row in rows]

    def _judge(self, row: EvidencedImage) -> RubricReport:
        judged = row.judged
        pixels = judge_pixels(read_picture(judged.image_file), judged.prompt, judged.attributes, self._rubric)
        models = [judge_answers(given, self._rubric) for given in (row.probe, row.vqa)]
        return conclude(row.article_id, row.attempt, [pixels, *models], self._rubric, judge_marks(row.marks, self._rubric))
