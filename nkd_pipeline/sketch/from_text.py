"""Sketches of texts: what a prompt or a caption says is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from nkd_pipeline.records import RenderedImage
from nkd_pipeline.records.studies import PictureOrder
from nkd_pipeline.sketch.stage import SketchArtist, SketchSettings
from nkd_pipeline.stage import Stage, StageSettings
from nkd_pipeline.text.english.lexicon import english_digest
from nkd_pipeline.text.english.ordering import drawing_order


class SketchOfText(Stage[PictureOrder, RenderedImage]):
    """Draws the garment of a text. Where the order says nothing of the attributes they are read from the text, as `read_prompt` does.

    What a text does not say is drawn as it usually is; a garment without a colour gets the catalog's. Raises `RowError("no_garment")` for a text that
    names no garment, and RowError as `SketchArtist` does.
    """

    Settings: ClassVar[type[StageSettings]] = SketchSettings
    code_version: ClassVar[str] = SketchArtist.code_version
    batch_size: int = SketchArtist.batch_size
    parallel: ClassVar[bool] = True

    def __init__(self, settings: StageSettings) -> None:
        super().__init__(settings)
        self._artist = SketchArtist(settings)

    def fingerprint(self) -> dict[str, object]:
        return super().fingerprint() | {"english": english_digest()}

    def __call__(self, rows: Sequence[PictureOrder]) -> list[RenderedImage]:
        """Draws a batch; picture i belongs to order i."""
        return self._artist([drawing_order(row) for row in rows])
