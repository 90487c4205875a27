"""The contract between a stage and whoever runs it.

A stage maps a batch of records to a batch of records of the same length, in order. It knows its model and nothing of Dagster, files, retries or
other batches: the runner does all of that, once, for every stage.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

In = TypeVar("In")
Out = TypeVar("Out")


class StageSettings(BaseModel):
    """Settings of one stage as a profile states them; unknown names are refused, so that a typing error is not silently ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RowError(Exception):
    """A row that the stage cannot do, with the cure in the message. `kind` is a short stable word for tables and filters."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(kind, message)  # both, so that it can travel between processes
        self.kind, self.message = kind, message

    def __str__(self) -> str:
        return self.message


class Stage(Generic[In, Out]):
    """Base of all stages.

    `Settings` are what a profile may set. `code_version` goes up when the same input gives another result. `batch_size` is how many rows one
    call gets. `parallel` says that batches may run in several worker processes, each with its own loaded stage. `on_device` says that the stage
    computes on a GPU where there is one.
    """

    Settings: ClassVar[type[StageSettings]] = StageSettings
    code_version: ClassVar[str] = "1"
    batch_size: int = 64
    parallel: ClassVar[bool] = False
    on_device: ClassVar[bool] = False

    def __init__(self, settings: StageSettings) -> None:
        self._settings = settings

    @property
    def backend(self) -> str:
        """Short name of what computes the rows, stored beside each of them."""
        return type(self).__name__

    def fingerprint(self) -> dict[str, object]:
        """All that a row's result depends on besides the row: hashed into its `input_hash`. Add model ids, revisions and data digests."""
        return {"backend": self.backend, "code_version": self.code_version, "settings": self._settings.model_dump(mode="json")}

    def load(self) -> None:
        """Loads the model; called once before the first batch, and not at all when no row needs computing."""

    def prepare(self, rows: Sequence[In]) -> None:
        """Given all rows that will be computed, once, after `load`: for what is better done for all at once, such as encoding prompts.

        Only a chance to save time: `__call__` must give the same results without it, and what it raises holds nobody up.
        """

    def weight(self, row: In) -> int:  # noqa: ARG002 - a stage that cares overrides this
        """How long a row is, in any unit: rows of like weight share a batch, so that little is padded. Equal weights keep the order."""
        return 0

    def __call__(self, rows: Sequence[In]) -> list[Out]:
        """Maps a batch; result i belongs to row i. Raises whatever goes wrong: the runner isolates the culprit."""
        raise NotImplementedError
