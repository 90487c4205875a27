"""Pictures of texts by diffusion models: what a prompt or a caption says is painted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from nkd_pipeline.models.checkpoint import Checkpoint
from nkd_pipeline.models.diffusion.settings import DiffusionSettings
from nkd_pipeline.models.diffusion.stage import DiffusionArtist
from nkd_pipeline.models.stage import ModelStage
from nkd_pipeline.records import RenderedImage
from nkd_pipeline.records.studies import PictureOrder
from nkd_pipeline.stage import StageSettings
from nkd_pipeline.text.english.ordering import painting_order
from nkd_pipeline.text.template import negative_prompt


class DiffusionOfText(ModelStage[PictureOrder, RenderedImage]):
    """Paints texts as they are with any model that `DiffusionArtist` knows, and with its settings; raises what that raises.

    The negative prompt is the catalog's, unless the settings state another.
    """

    Settings: ClassVar[type[StageSettings]] = DiffusionSettings
    _settings: DiffusionSettings

    def __init__(self, settings: StageSettings) -> None:
        super().__init__(settings)
        self._artist = DiffusionArtist(settings)

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        return self._artist.checkpoints()

    @property
    def backend(self) -> str:
        return self._artist.backend

    def fingerprint(self) -> dict[str, object]:
        own = self._settings.negative_prompt
        return self._artist.fingerprint() | {"backend": type(self).__name__, "negative_prompt": negative_prompt() if own is None else own}

    def load(self) -> None:
        self._artist.load()

    def prepare(self, rows: Sequence[PictureOrder]) -> None:
        self._artist.prepare([painting_order(row) for row in rows])

    def __call__(self, rows: Sequence[PictureOrder]) -> list[RenderedImage]:
        """Paints a batch; picture i belongs to order i."""
        return self._artist([painting_order(row) for row in rows])
