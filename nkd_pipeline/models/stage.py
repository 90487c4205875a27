"""What all stages with a neural model share: settings that name the checkpoint, and a fingerprint that follows the weights."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from pydantic import Field, model_validator

from nkd_pipeline.models.checkpoint import Checkpoint
from nkd_pipeline.models.device import Dtype
from nkd_pipeline.stage import Stage, StageSettings

In = TypeVar("In")
Out = TypeVar("Out")


class ModelSettings(StageSettings):
    """`model` and `revision` as `Checkpoint` has them. Settings named in `NEUTRAL` change speed or memory, not results."""

    NEUTRAL: ClassVar[frozenset[str]] = frozenset({"batch_size"})

    model: str
    revision: str | None = None
    dtype: Dtype = "auto"
    batch_size: int = Field(default=32, ge=1, le=1024)

    @model_validator(mode="after")
    def _checked(self) -> ModelSettings:
        _ = self.checkpoint
        return self

    @property
    def checkpoint(self) -> Checkpoint:
        """The main checkpoint."""
        return Checkpoint(model=self.model, revision=self.revision)


class ModelStage(Stage[In, Out]):
    """A stage with a neural model."""

    Settings: ClassVar[type[StageSettings]] = ModelSettings
    on_device: ClassVar[bool] = True
    _settings: ModelSettings

    def __init__(self, settings: StageSettings) -> None:
        super().__init__(settings)
        self.batch_size = self._settings.batch_size

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """All checkpoints that `load` needs; `nkd models` lists, fetches and checks them."""
        return (self._settings.checkpoint,)

    @property
    def backend(self) -> str:
        """The model's name and the beginning of its commit."""
        main = self._settings.checkpoint
        return f"{main.name}@{main.revision[:8]}" if main.revision else main.name

    def fingerprint(self) -> dict[str, object]:
        """Class, code version and settings, with the identity of the weights in place of where they lie."""
        place = frozenset({"model", "revision"})
        return {
            "backend": type(self).__name__,
            "code_version": self.code_version,
            "settings": self._settings.model_dump(mode="json", exclude=set(self._settings.NEUTRAL | place)),
            "checkpoints": [checkpoint.identity() for checkpoint in self.checkpoints()],
        }
